"""A cached release that was damaged: it is noticed, said in a line, and written anew."""

import shutil
import signal
from pathlib import Path

import pytest

from jjjkg.errors import InputError
from jjjkg.release.writing import copy_release, ensure_release
from jjjkg.snapshot import Snapshot, build
from support.builds import run, wait_for, write
from support.damage import ANY_FILE, MANIFEST, flip


@pytest.fixture(scope="module")
def cached(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    folder = tmp_path_factory.mktemp("cached")
    snapshot = build(write(folder / "a.trig"), folder)
    ensure_release(snapshot)
    return snapshot


def copy_of(snapshot: Snapshot, folder: Path) -> Snapshot:
    copied = shutil.copytree(snapshot.folder, folder / "copy" / snapshot.folder.name)
    return Snapshot(copied, snapshot.key, snapshot.counts, snapshot.trimmed)


@pytest.mark.parametrize("name", ["dataset.nq", "asserted.ttl.gz", "SHA256SUMS", "manifest.json"])
@pytest.mark.parametrize("harm", ANY_FILE)
def test_a_damaged_file_of_a_cached_release_is_made_anew(
    name: str, harm: str, cached: Snapshot, tmp_path: Path
) -> None:
    snapshot = copy_of(cached, tmp_path)
    before = {file.name: file.read_bytes() for file in snapshot.release.iterdir()}
    ANY_FILE[harm](snapshot.release / name)
    said: list[str] = []
    release = ensure_release(snapshot, progress=said.append)
    assert said[0].endswith("; writing it anew")
    assert str(snapshot.release) in said[0]
    assert {file.name: file.read_bytes() for file in release.iterdir()} == before
    said.clear()
    ensure_release(snapshot, progress=said.append)
    assert said == []


@pytest.mark.parametrize("harm", MANIFEST)
def test_a_manifest_of_a_cached_release_that_is_none_is_made_anew(
    harm: str, cached: Snapshot, tmp_path: Path
) -> None:
    snapshot = copy_of(cached, tmp_path)
    before = (snapshot.release / "manifest.json").read_bytes()
    MANIFEST[harm](snapshot.release / "manifest.json")
    ensure_release(snapshot)
    assert (snapshot.release / "manifest.json").read_bytes() == before


def test_a_release_of_another_snapshot_is_no_cached_one(cached: Snapshot, tmp_path: Path) -> None:
    snapshot = copy_of(cached, tmp_path)
    before = (snapshot.release / "manifest.json").read_bytes()
    other = build(write(tmp_path / "b.trig", "<x:g> { <x:a> <x:b> <x:other> }"), tmp_path / "b")
    shutil.rmtree(snapshot.release)
    shutil.copytree(ensure_release(other), snapshot.release)
    ensure_release(snapshot)
    assert (snapshot.release / "manifest.json").read_bytes() == before


def test_a_release_that_lies_is_not_copied(cached: Snapshot, tmp_path: Path) -> None:
    snapshot = copy_of(cached, tmp_path)
    flip(0.5)(snapshot.release / "dataset.nq")
    with pytest.raises(InputError, match=r"dataset\.nq: is not the file that was written"):
        copy_release(snapshot.release, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_what_a_killed_process_left_is_cleaned_up(cached: Snapshot, tmp_path: Path) -> None:
    snapshot = copy_of(cached, tmp_path)
    script = """
import sys, time
from pathlib import Path
from jjjkg.system.folders import fill_folder
with fill_folder(Path(sys.argv[1]) / "release", ".release-") as folder:
    (folder / "part").write_text("of it")
    Path(sys.argv[2]).touch()
    time.sleep(60)
"""
    shutil.rmtree(snapshot.release)
    process = run(script, snapshot.folder, tmp_path / "mark")
    wait_for(tmp_path / "mark", process)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert len(list(snapshot.folder.glob(".release-*"))) == 1
    ensure_release(snapshot)
    assert list(snapshot.folder.glob(".release-*")) == []
