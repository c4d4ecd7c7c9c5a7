"""A release: the files, their checksums, and that it appears whole or not at all."""

import errno
import shutil
import subprocess
from pathlib import Path

import pytest

from jjjkg.cli import main
from jjjkg.dataset.loading import own_folder
from jjjkg.release.writing import ensure_release
from jjjkg.snapshot import Snapshot
from support.builds import run


@pytest.fixture(autouse=True)
def _cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JJJKG_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def data(tmp_path: Path) -> Path:
    file = tmp_path / "data.ttl"
    file.write_text("<x:a> <x:b> <x:c> .", encoding="utf-8")
    return file


def test_release_takes_an_empty_folder(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    monkeypatch.chdir(empty)
    assert main(["release", ".", "--data", str(data)]) == 0
    assert (empty / "SHA256SUMS").exists()


def test_release_writes_whole_or_not(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "out"
    assert main(["release", str(folder), "--data", str(data)]) == 0
    capsys.readouterr()
    names = {file.name for file in folder.iterdir()}
    assert {"SHA256SUMS", "everything.ttl", "dataset.trig", "inferred.ttl.gz"} <= names
    check = subprocess.run(["sha256sum", "-c", "SHA256SUMS"], cwd=folder, capture_output=True)
    assert check.returncode == 0
    assert main(["release", str(folder), "--data", str(data)]) == 2
    assert "not empty" in capsys.readouterr().err
    assert {file.name for file in folder.iterdir()} == names


def test_a_full_disk_leaves_nothing(
    data: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    write = Path.write_bytes

    def fill(file: Path, text: bytes) -> int:
        if "cache" in file.parts:
            return write(file, text)
        write(file, text[:10])
        raise OSError(errno.ENOSPC, "No space left on device", str(file))

    monkeypatch.setattr(Path, "write_bytes", fill)
    folder = tmp_path / "folder" / "out"
    assert main(["release", str(folder), "--data", str(data)]) == 2
    last = capsys.readouterr().err.splitlines()[-1]
    assert last == f"jjjkg: {folder}: No space left on device; make room or choose another one"
    assert not list(folder.parent.iterdir())


def test_two_releases_are_the_same_byte_by_byte(release: Path, tmp_path: Path) -> None:
    """Though sets have another order in another process, and the files lie elsewhere."""
    script = """
import sys
from pathlib import Path
from jjjkg.dataset.loading import load
from jjjkg.release.writing import ensure_release
from jjjkg.snapshot import build
data = load([Path(sys.argv[1])])
print(ensure_release(build(data, Path(sys.argv[2])), data.queries))
"""
    folder = tmp_path / "elsewhere"
    for part in ("ontology", "graph", "queries", "docs"):
        shutil.copytree(own_folder() / part, folder / part)
    process = run(script, folder, tmp_path / "cache", PYTHONHASHSEED="1")
    printed, said = process.communicate(timeout=120)
    assert process.returncode == 0, said
    again = Path(printed.strip())
    names = {file.name for file in release.iterdir()}
    assert {file.name for file in again.iterdir()} == names
    assert [n for n in names if (release / n).read_bytes() != (again / n).read_bytes()] == []


def test_a_table_described_anew_is_written_anew(snapshot: Snapshot, tmp_path: Path) -> None:
    queries = Path(shutil.copytree(own_folder() / "queries", tmp_path / "data" / "queries"))
    copied = Path(shutil.copytree(snapshot.folder, tmp_path / "cache" / snapshot.folder.name))
    own = Snapshot(copied, snapshot.key, snapshot.counts, snapshot.trimmed)
    described = queries / "tables" / "nodes.csv-metadata.json"
    text = described.read_text(encoding="utf-8")
    described.write_text(text.replace("Its name in English", "The English name"), "utf-8")
    assert described.read_text(encoding="utf-8") != text
    said: list[str] = []
    release = ensure_release(own, queries, said.append)
    assert "The English name" in (release / "csv-metadata.json").read_text(encoding="utf-8")
    described.write_text(text, encoding="utf-8")
    said.clear()
    ensure_release(own, queries, said.append)
    assert said[0].endswith("was made by other templates or queries; writing it anew")
    assert "Its name in English" in (release / "csv-metadata.json").read_text(encoding="utf-8")


def test_what_is_compressed_does_not_tell_by_what(release: Path) -> None:
    """RFC 1952: no time, and 255 for a system that is not known; gzip.compress differs in it."""
    for file in release.glob("*.gz"):
        head = file.read_bytes()[:10]
        assert (head[4:8], head[9]) == (bytes(4), 255)
