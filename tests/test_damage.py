"""What happened to a cache since it was written: it is noticed, said in a line, and made anew."""

import json
import os
import shutil
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from building import contents, run, wait_for, write
from jjjkg.cli import main
from jjjkg.dataset import Dataset
from jjjkg.errors import InputError
from jjjkg.folders import fill_folder
from jjjkg.release.writing import copy_release, ensure_release
from jjjkg.snapshot import Snapshot, build

Harm = Callable[[Path], object]


def flip(place: float) -> Harm:
    def harm(file: Path) -> None:
        text = bytearray(file.read_bytes())
        text[int(place * (len(text) - 1))] ^= 1
        file.write_bytes(text)

    return harm


def keep_lines(file: Path) -> None:
    lines = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(b"".join(lines[: len(lines) // 2]))


def empty(file: Path) -> None:
    file.write_bytes(b"")


def make_folder(file: Path) -> None:
    file.unlink()
    file.mkdir()
    (file / "inside").write_text("kept by nobody")


def link_to(target: str) -> Harm:
    def harm(file: Path) -> None:
        file.unlink()
        file.symlink_to(target)

    return harm


def make_pipe(file: Path) -> None:
    file.unlink()
    os.mkfifo(file)


def say(text: str) -> Harm:
    return lambda file: file.write_text(text)


def change(key: str, value: object) -> Harm:
    def harm(file: Path) -> None:
        manifest = json.loads(file.read_bytes())
        manifest[key] = value
        file.write_text(json.dumps(manifest))

    return harm


ANY_FILE: dict[str, Harm] = {
    "first bit": flip(0),
    "middle bit": flip(0.5),
    "last bit": flip(1),
    "another end": lambda file: file.write_bytes(file.read_bytes()[:-1] + b"\x0b"),
    "half of the lines": keep_lines,
    "empty": empty,
    "more": lambda file: file.write_bytes(file.read_bytes() + b"\n"),
    "lost": lambda file: file.unlink(),
    "folder": make_folder,
    "device": link_to("/dev/zero"),
    "unreadable": link_to("/proc/self/mem"),
    "nowhere": link_to("nowhere"),
    "pipe": make_pipe,
}
MANIFEST: dict[str, Harm] = {
    "brace": say("{"),
    "object": say("{}"),
    "list": say("[]"),
    "null": say("null"),
    "deep": say("[" * 100_000),
    "not text": lambda file: file.write_bytes(b"\xff\xfe"),
    "files are a number": change("files", 5),
    "files are text": change("files", "all"),
    "files are null": change("files", [None]),
    "no files": change("files", {}),
    "counts": change("counts", {"asserted": 1}),
    "key": change("key", "0" * 64),
    "hash of another type": change("sha256", 1),
    "older version": say('{"key": "0", "counts": {}, "trimmed": {}}'),
}


def damaged(
    dataset: Dataset, cache: Path, file: str, harm: Harm
) -> tuple[Snapshot, list[str], dict[str, bytes]]:
    """What comes of a build after some harm: the snapshot, what was said, what was there before."""
    built = build(dataset, cache)
    before = contents(built.folder)
    harm(built.folder / file)
    said: list[str] = []
    again = build(dataset, cache, said.append)
    assert again == built
    return again, said, before


@pytest.mark.parametrize("name", ["dataset.nq", "places.json", "manifest.json"])
@pytest.mark.parametrize("harm", ANY_FILE)
def test_a_damaged_file_of_a_snapshot_is_made_anew(name: str, harm: str, tmp_path: Path) -> None:
    dataset = write(tmp_path / "a.trig")
    built, said, before = damaged(dataset, tmp_path, name, ANY_FILE[harm])
    assert contents(built.folder) == before
    told = [words for words in said if "building it anew" in words]
    assert told == said[:1]
    assert f"{built.folder / name}: " in told[0]
    said.clear()
    assert build(dataset, tmp_path, said.append) == built
    assert said == []


@pytest.mark.parametrize("harm", MANIFEST)
def test_a_manifest_that_is_none_is_made_anew(harm: str, tmp_path: Path) -> None:
    dataset = write(tmp_path / "a.trig")
    built, said, before = damaged(dataset, tmp_path, "manifest.json", MANIFEST[harm])
    assert contents(built.folder) == before
    assert said[0] == (
        f"{built.folder / 'manifest.json'}: is damaged, or of another version; building it anew"
    )


@pytest.mark.parametrize("harm", [empty, make_pipe, link_to("nowhere"), link_to("/etc")])
def test_what_stands_in_place_of_a_snapshot_is_replaced(harm: Harm, tmp_path: Path) -> None:
    dataset = write(tmp_path / "a.trig")
    built = build(dataset, tmp_path)
    before = contents(built.folder)
    shutil.rmtree(built.folder)
    built.folder.touch()
    harm(built.folder)
    assert contents(build(dataset, tmp_path).folder) == before
    assert Path("/etc/passwd").is_file()


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
from jjjkg.folders import fill_folder
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


def test_files_are_on_the_disk_before_their_folder_has_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a power cut would find them: each file, then the folder, then the name."""
    done: list[str] = []
    fsync, rename = os.fsync, Path.rename

    def note_sync(number: int) -> None:
        done.append(Path(f"/proc/self/fd/{number}").readlink().name)
        fsync(number)

    def note_rename(path: Path, target: Path) -> Path:
        done.append(f"rename to {target.name}")
        return rename(path, target)

    monkeypatch.setattr(os, "fsync", note_sync)
    monkeypatch.setattr(Path, "rename", note_rename)
    with fill_folder(tmp_path / "target", "unfinished-") as folder:
        (folder / "a").write_text("a")
        (folder / "b").write_text("b")
    files, rest = done[:2], done[2:]
    assert sorted(files) == ["a", "b"]
    assert rest == [folder.name, "rename to target", tmp_path.name]


@pytest.mark.parametrize("command", [["query", "which_firms_left_beijing"], ["build"]])
def test_the_right_answer_comes_from_a_cut_snapshot(
    command: list[str],
    snapshot: Snapshot,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Half of the lines were "0 rows" and exit code 0 once."""
    monkeypatch.setenv("JJJKG_CACHE", str(tmp_path))
    copy = tmp_path / "snapshots" / snapshot.folder.name
    shutil.copytree(snapshot.folder, copy, ignore=shutil.ignore_patterns("release"))
    assert main(command) == 0
    right = capsys.readouterr().out
    keep_lines(copy / "dataset.nq")
    assert main(command) == 0
    out, err = capsys.readouterr()
    assert out == right
    assert err.splitlines()[0].endswith("; building it anew")


@pytest.fixture(scope="module")
def cached(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    folder = tmp_path_factory.mktemp("cached")
    snapshot = build(write(folder / "a.trig"), folder)
    ensure_release(snapshot)
    return snapshot


def copy_of(snapshot: Snapshot, folder: Path) -> Snapshot:
    copied = shutil.copytree(snapshot.folder, folder / "copy" / snapshot.folder.name)
    return Snapshot(copied, snapshot.key, snapshot.counts, snapshot.trimmed)
