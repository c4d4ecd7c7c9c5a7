"""Builds: one at a time, and each whole or not there at all."""

import errno
import signal
from pathlib import Path

import pytest
from filelock import FileLock

from jjjkg.errors import InputError
from jjjkg.snapshot import build
from support.builds import BUILD, SMALL, contents, folders, run, wait_for, write


def test_of_two_builds_at_once_one_waits_for_the_other(tmp_path: Path) -> None:
    write(tmp_path / "a.trig")
    arguments = (BUILD, tmp_path / "a.trig", tmp_path, tmp_path / "marks", tmp_path / "go", -1)
    first = run(*arguments)
    wait_for(tmp_path / "marks", first)
    second = run(*arguments)
    assert second.stdout is not None
    said = second.stdout.readline()
    (tmp_path / "go").touch()
    outputs = [process.communicate(timeout=60) for process in (first, second)]
    assert [process.returncode for process in (first, second)] == [0, 0], outputs
    assert (tmp_path / "marks").read_text().splitlines() == ["building"]
    assert said == "another build is running; waiting for it\n"
    assert outputs[0][0].splitlines()[-1] == outputs[1][0].splitlines()[-1]
    assert len(folders(tmp_path)) == 1


def test_a_lock_that_is_never_let_go_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jjjkg.system.folders.LOCK_SECONDS", 0.05)
    (tmp_path / "snapshots").mkdir()
    with (
        FileLock(tmp_path / "snapshots" / "lock"),
        pytest.raises(InputError, match="lock: held by another build for over"),
    ):
        build(write(tmp_path / "a.trig"), tmp_path)
    assert build(write(tmp_path / "a.trig"), tmp_path).quads.is_file()


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("entailment.closure.close", KeyboardInterrupt()),
        ("snapshot.disjoint_parts", KeyboardInterrupt()),
        ("snapshot.disjoint_parts", OSError(errno.ENOSPC, "No space left on device")),
        ("entailment.clashes.find_clashes", MemoryError()),
    ],
)
def test_what_breaks_off_leaves_the_last_good_one_and_no_trace(
    name: str, error: BaseException, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = build(write(tmp_path / "a.trig"), tmp_path)
    before = contents(good.folder)
    changed = write(tmp_path / "a.trig", SMALL + "<x:d> <x:p> <x:e> .")

    def break_off(*_: object) -> None:
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(f"jjjkg.{name}", break_off)
        with pytest.raises(type(error)) as raised:
            build(changed, tmp_path)
        assert raised.value is error
    if isinstance(error, OSError):
        assert error.filename == str(tmp_path / "snapshots")
    assert folders(tmp_path) == {good.folder}
    assert contents(good.folder) == before
    built = build(changed, tmp_path)
    assert folders(tmp_path) == {good.folder, built.folder}


def test_a_killed_build_is_cleaned_up_by_the_next(tmp_path: Path) -> None:
    good = build(write(tmp_path / "a.trig"), tmp_path)
    before = contents(good.folder)
    changed = write(tmp_path / "b.trig", SMALL + "<x:d> <x:p> <x:e> .")
    process = run(BUILD, tmp_path / "b.trig", tmp_path, tmp_path / "marks", tmp_path / "never", -1)
    wait_for(tmp_path / "marks", process)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    (unfinished,) = folders(tmp_path) - {good.folder}
    assert unfinished.name.startswith("unfinished-")
    assert contents(good.folder) == before
    built = build(changed, tmp_path)
    assert folders(tmp_path) == {good.folder, built.folder}


@pytest.mark.parametrize("lost", ["manifest.json", "dataset.nq", "places.json"])
def test_a_snapshot_that_lost_a_file_is_built_anew(lost: str, tmp_path: Path) -> None:
    dataset = write(tmp_path / "a.trig")
    built = build(dataset, tmp_path)
    before = contents(built.folder)
    (built.folder / lost).unlink()
    assert build(dataset, tmp_path) == built
    assert contents(built.folder) == before


@pytest.mark.parametrize("place", ["cache", "cache/snapshots"])
def test_a_file_in_place_of_the_folder_is_named(place: str, tmp_path: Path) -> None:
    (tmp_path / place).parent.mkdir(exist_ok=True)
    (tmp_path / place).write_text("kept")
    with pytest.raises(OSError, match="cache"):
        build(write(tmp_path / "a.trig"), tmp_path / "cache")
    assert (tmp_path / place).read_text() == "kept"


@pytest.mark.parametrize("function", ["mkdir", "rename"])
def test_a_folder_that_may_not_be_written_is_named(
    function: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dataset = write(tmp_path / "a.trig")
    cache = tmp_path / "cache"

    def refuse(path: Path, *_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    with monkeypatch.context() as patch:
        patch.setattr(Path, function, refuse)
        with pytest.raises(PermissionError, match="cache"):
            build(dataset, cache)
    assert not cache.exists() or folders(cache) == set()


def test_a_disk_that_is_full_leaves_nothing(tmp_path: Path) -> None:
    """The writes themselves fail, as on a full disk: no file may grow past 300 bytes."""
    write(tmp_path / "a.trig")
    process = run(BUILD, tmp_path / "a.trig", tmp_path, tmp_path / "marks", tmp_path, 300)
    _, errors = process.communicate()
    told = f"[Errno 27] File too large: '{tmp_path / 'snapshots'}'\n"
    assert (process.returncode, errors) == (1, told)
    assert folders(tmp_path) == set()
