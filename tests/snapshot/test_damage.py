"""Damage to a cache after it was written: noticed, told in a line, and mended."""

import os
import shutil
from pathlib import Path

import pytest

from jjjkg.cli import main
from jjjkg.dataset.loading import Dataset
from jjjkg.snapshot import Snapshot, build
from jjjkg.system.folders import fill_folder
from support.builds import contents, write
from support.damage import ANY_FILE, MANIFEST, Harm, empty, keep_lines, link_to, make_pipe


def damaged(
    dataset: Dataset, cache: Path, file: str, harm: Harm
) -> tuple[Snapshot, list[str], dict[str, bytes]]:
    """Build after some harm; return the snapshot, what was said, and what was there before."""
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


def test_files_are_on_the_disk_before_their_folder_has_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A power cut may come at any time: each file is synced, then the folder, then the name."""
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
