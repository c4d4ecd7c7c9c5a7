"""Checking a release: as released it passes, and whatever was done to it is told."""

import gzip
import hashlib
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from jjjkg.cli import main
from jjjkg.release.checking import check_release
from jjjkg.release.manifest import CHECKSUMS, MANIFEST
from support.sealing import rewrite, seal


@pytest.fixture
def copy(release: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(release, tmp_path / "copy"))


def test_a_release_is_as_it_was_released(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["release", "--check", str(copy)]) == 0
    checked = check_release(copy)
    assert checked.problems == ()
    digest = hashlib.sha256((copy / MANIFEST).read_bytes()).hexdigest()
    told = capsys.readouterr().out
    assert told.startswith(f"release {checked.version} (sha256-{digest[:16]}): ")
    assert f"{checked.files} files and {checked.graphs} graphs" in told
    assert checked.files == len(list(copy.iterdir())) - 1


def flip(folder: Path) -> None:
    text = bytearray((folder / "ontology.nt").read_bytes())
    text[len(text) // 2] ^= 1
    (folder / "ontology.nt").write_bytes(text)


def swap_a_value(folder: Path) -> None:
    file = folder / "dataset.nq"
    file.write_text(file.read_text(encoding="utf-8").replace('"21.4"', '"21.5"'), encoding="utf-8")
    (folder / "dataset.nq.gz").write_bytes(gzip.compress(file.read_bytes(), 9, mtime=0))
    seal(folder)


def pack_another(folder: Path) -> None:
    (folder / "asserted.ttl.gz").write_bytes(gzip.compress(b"# nothing\n", mtime=0))
    seal(folder)


def lead_to_a_device(folder: Path) -> None:
    (folder / "asserted.ttl").unlink()
    (folder / "asserted.ttl").symlink_to("/dev/zero")


def pack_a_bomb(folder: Path) -> None:
    (folder / "void.ttl.gz").write_bytes(gzip.compress(bytes(64 << 20), 9, mtime=0))
    seal(folder)


@pytest.mark.parametrize(
    ("harm", "told"),
    [
        (flip, "ontology.nt: its SHA-256"),
        (lambda folder: (folder / "inferred.ttl.gz").unlink(), "inferred.ttl.gz: is missing"),
        (lambda folder: (folder / "more.ttl").write_text(""), "more.ttl: is not a file of"),
        (swap_a_value, "has another canonical hash (RDFC-1.0)"),
        (pack_another, "asserted.ttl.gz: does not unpack to asserted.ttl"),
        (pack_a_bomb, "void.ttl.gz: does not unpack to void.ttl"),
        (lead_to_a_device, "asserted.ttl: is not a plain file"),
        (
            lambda folder: (folder / "\udcff\n").write_text(""),
            "\\udcff\\n: is not a file of this release",
        ),
        (
            rewrite(lambda manifest: manifest["files"].pop(0)),
            "is listed in only one of manifest.json and SHA256SUMS",
        ),
        (
            rewrite(lambda manifest: manifest["files"][2].update(triples="many")),
            "triples instead of many",
        ),
    ],
)
def test_what_was_changed_is_told(
    harm: Callable[[Path], object], told: str, copy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    harm(copy)
    assert main(["release", "--check", str(copy)]) == 1
    assert told in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "is not JSON"),
        ("[" * 100_000, "is not JSON"),
        ("[]", "lacks a version, files or graphs"),
        ('{"version": "1", "files": 5, "graphs": []}', "lacks a version, files or graphs"),
        ('{"version": "1", "files": [], "graphs": [{}]}', "{} is not a valid entry of its graphs"),
        (
            '{"version": "1", "files": [{"name": 1}], "graphs": []}',
            '{"name": 1} is not a valid entry of its files',
        ),
    ],
)
def test_a_manifest_that_is_none_is_told(
    text: str, told: str, copy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (copy / MANIFEST).write_text(text)
    assert main(["release", "--check", str(copy)]) == 2
    message = capsys.readouterr().err
    assert told in message
    assert message.count("\n") == 1


def test_an_empty_folder_is_no_release(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["release", "--check", str(tmp_path)]) == 2
    assert "is not a release" in capsys.readouterr().err


def test_checksums_without_end_are_none(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (copy / CHECKSUMS).unlink()
    os.mkfifo(copy / CHECKSUMS)
    assert main(["release", "--check", str(copy)]) == 2
    assert "no readable SHA256SUMS" in capsys.readouterr().err


def test_a_name_in_the_checksums_leads_nowhere_else(copy: Path) -> None:
    sums = copy / CHECKSUMS
    sums.write_text(f"{'0' * 64}  ../secret\n" + sums.read_text())
    assert main(["release", "--check", str(copy)]) == 2


def test_the_manifest_describes_each_file(release: Path) -> None:
    manifest = json.loads((release / "manifest.json").read_bytes())
    described = {file["name"] for file in manifest["files"]}
    assert described == {file.name for file in release.iterdir()} - {"manifest.json", CHECKSUMS}
    types = {file["name"]: file["media_type"] for file in manifest["files"]}
    assert types["rdf12.ttl"] == "text/turtle; version=1.2"
    assert types["everything.ttl"] == "text/turtle"
    assert types["rdf12.ttl.gz"] == "application/gzip"
