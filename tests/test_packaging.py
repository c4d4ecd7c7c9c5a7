"""The published archives, which hold all that jjjkg needs, and the lock files."""

import json
import os
import re
import subprocess
import sys
import sysconfig
import tarfile
import tomllib
import venv
import zipfile
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

import jjjkg
from support import ROOT
from support.modules import MODULES, imports_of

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
DATA = ("ontology", "graph", "queries")


def run(*command: str | Path, cwd: Path, **environment: str) -> str:
    """Return what a command prints; it must not fail."""
    done = subprocess.run(
        command, cwd=cwd, env=os.environ | environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def build_wheel(source: Path, folder: Path) -> Path:
    pip = (sys.executable, "-m", "pip", "wheel", "--quiet", "--no-index", "--no-deps")
    run(*pip, "--no-build-isolation", "--wheel-dir", folder, source, cwd=folder)
    (wheel,) = folder.glob("*.whl")
    return wheel


def files_below(folder: Path) -> set[str]:
    return {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_wheel(ROOT, tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The commands of a fresh environment with the wheel, and the packages that it needs."""
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder)
    paths = sysconfig.get_paths(vars={"base": str(folder), "platbase": str(folder)})
    pip = (sys.executable, "-m", "pip", "--python", paths["scripts"] + "/python", "install")
    run(*pip, "--quiet", "--no-index", "--no-deps", wheel, cwd=folder)
    (Path(paths["purelib"]) / "needed.pth").write_text(sysconfig.get_path("purelib"))
    return Path(paths["scripts"])


def test_the_wheel_holds_the_package_and_its_data(wheel: Path) -> None:
    expected = {f"jjjkg/{name}" for name in files_below(ROOT / "src/jjjkg")}
    for part in DATA:
        names = files_below(ROOT / part)
        assert names, f"{part}/ is empty"
        expected |= {f"jjjkg/data/{part}/{name}" for name in names}
    # Releases have the results of the portability matrix.
    expected |= {f"jjjkg/data/docs/portability.{suffix}" for suffix in ("json", "md")}
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
        (metadata,) = (name for name in archive.namelist() if name.endswith("/METADATA"))
        assert f"Version: {jjjkg.__version__}\n" in archive.read(metadata).decode()
    assert names == expected


def test_the_source_archive_makes_the_same_wheel(wheel: Path, tmp_path: Path) -> None:
    build = (sys.executable, "-m", "hatchling", "build", "--target", "sdist")
    run(*build, "--directory", tmp_path, cwd=ROOT)
    (archive,) = tmp_path.glob("*.tar.gz")
    with tarfile.open(archive) as tar:
        kept = {name.partition("/")[2] for name in tar.getnames()}
    assert {"README.md", "LICENSE", "LICENSE-DATA", "Makefile", "constraints.txt"} <= kept
    assert build_wheel(archive, tmp_path).read_bytes() == wheel.read_bytes()


def test_the_installed_command_works_from_another_folder(installed: Path, tmp_path: Path) -> None:
    home = {"JJJKG_CACHE": str(tmp_path / "cache"), "PYTHONPATH": ""}
    where = run(
        installed / "python", "-c", "import jjjkg; print(jjjkg.__file__)", cwd=tmp_path, **home
    )
    assert Path(where.strip()).is_relative_to(installed.parent)
    assert "query" in run(installed / "jjjkg", "--help", cwd=tmp_path, **home)
    question = min((ROOT / "queries/questions").glob("*.rq")).stem
    command = (installed / "jjjkg", "query", question, "--format", "json")
    assert json.loads(run(*command, cwd=tmp_path, **home))["results"]["bindings"]


@pytest.mark.parametrize("name", ["constraints.txt", "constraints-test.txt"])
def test_a_lock_pins_and_hashes_every_package_and_names_no_host(name: str) -> None:
    lock = (ROOT / name).read_text(encoding="utf-8")
    packages = re.split(r"\n(?=\S)", lock.strip())
    assert all(re.match(r"[\w.-]+==\S+ ", p) and "--hash=sha256:" in p for p in packages)
    assert "/" not in lock
    needed = PROJECT["project"]["dependencies"] + PROJECT["dependency-groups"]["build"]
    if name == "constraints-test.txt":
        needed += PROJECT["dependency-groups"]["test"]
    pinned = {package.partition("==")[0] for package in packages}
    assert {re.split(r"[<>=]", requirement)[0] for requirement in needed} <= pinned


def test_what_is_imported_is_declared_and_the_reverse() -> None:
    """A package that another one happens to bring may be gone with its next version."""
    project = PROJECT["project"]
    optional = [name for extra in project["optional-dependencies"].values() for name in extra]
    declared = {re.split(r"[<>=]", name)[0] for name in (*project["dependencies"], *optional)}
    found_in = packages_distributions()
    imported = {
        distribution.lower().replace("_", "-")
        for module in MODULES
        for dotted in imports_of(module)
        if (package := dotted.partition(".")[0]) not in {*sys.stdlib_module_names, "jjjkg"}
        for distribution in found_in[package]
    }
    assert imported == declared
