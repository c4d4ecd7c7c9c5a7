"""Folders that are written whole or not at all, sealed by the hashes of their files, and locked."""

import errno
import hashlib
import json
import os
import shutil
import stat
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from filelock import FileLock, Timeout

from jjjkg.errors import InputError
from jjjkg.messages import Message, say

MANIFEST: Final = "manifest.json"
#: Seconds to wait for a lock that another process holds.
LOCK_SECONDS: Final = 600


@contextmanager
def lock(file: Path, progress: Callable[[str], None]) -> Iterator[None]:
    """Hold a file for one process at a time. Raises InputError if another never lets go of it."""
    held = FileLock(file)
    try:
        held.acquire(timeout=0)
    except Timeout:
        progress(say("system.waiting"))
        try:
            held.acquire(timeout=LOCK_SECONDS)
        except Timeout:
            raise InputError("system.held", file=file, seconds=LOCK_SECONDS) from None
    try:
        yield
    finally:
        held.release()


@contextmanager
def fill_folder(target: Path, prefix: str) -> Iterator[Path]:
    """Yield an empty folder beside the target, which takes its place at the end.

    Only files may be written into it. They are on the disk by then: a power cut leaves the whole
    folder or none. If the work breaks off, the folder is removed; if the process is killed, one is
    left whose name begins with the prefix. A target that exists must be an empty folder.
    """
    unfinished = Path(tempfile.mkdtemp(prefix=prefix, dir=target.parent))
    try:
        # mkdtemp makes a folder for its owner alone; these are for everybody.
        unfinished.chmod(0o755)
        yield unfinished
        for file in unfinished.iterdir():
            _sync(file)
        _sync(unfinished)
        if target.exists():
            # It may be somebody's current folder, so it is kept.
            for file in unfinished.iterdir():
                file.rename(target / file.name)
            unfinished.rmdir()
            _sync(target)
        else:
            unfinished.rename(target)
        _sync(target.parent)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise


def remove(path: Path) -> None:
    """Remove a folder with all in it, a file or a link; do nothing if there is nothing."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def describe_file(file: Path) -> dict[str, Any]:
    """Return the size of a file in bytes and its SHA-256 in hexadecimal, as manifests have them."""
    with file.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
        return {"bytes": stream.tell(), "sha256": digest}


def find_difference(file: Path, described: Mapping[str, Any]) -> Message | None:
    """Return how a file differs from what `describe_file` said of it, or None.

    Only a plain file of that size is opened: a link may lead anywhere, and a device or a pipe has
    no end.
    """
    try:
        found = file.lstat()
        if not stat.S_ISREG(found.st_mode):
            return Message.of("system.not_plain")
        if found.st_size != described["bytes"]:
            sizes = {"size": found.st_size, "expected": described["bytes"]}
            return Message.of("system.other_size", **sizes)
        differs = describe_file(file)["sha256"] != described["sha256"]
    except FileNotFoundError:
        return Message.of("system.missing")
    except OSError as error:
        return Message.of("system.unreadable", problem=error.strerror)
    return Message.of("system.other_hash") if differs else None


def seal(folder: Path, manifest: Mapping[str, Any]) -> None:
    """Write a manifest into a folder, with the hashes of the files there and of itself."""
    files = {file.name: describe_file(file) for file in sorted(folder.iterdir())}
    (folder / MANIFEST).write_text(_write_sealed({**manifest, "files": files}), encoding="utf-8")


def open_sealed(folder: Path) -> dict[str, Any]:
    """Return the manifest that `seal` wrote into a folder in which no file has changed since.

    Raises FileNotFoundError if there is nothing, and InputError if something is damaged.
    """
    if not os.path.lexists(folder):
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(folder))
    file = folder / MANIFEST
    try:
        if not stat.S_ISREG(file.lstat().st_mode):
            raise InputError("system.file", file=file, problem=Message.of("system.not_plain"))
        text = file.read_text(encoding="utf-8")
        manifest = json.loads(text)
        del manifest["sha256"]
        whole = text == _write_sealed(manifest)
    except OSError as error:
        problem = Message.of("system.unreadable", problem=error.strerror)
        raise InputError("system.file", file=file, problem=problem) from error
    except (ValueError, RecursionError, LookupError, AttributeError, TypeError):
        whole = False
    if not whole:
        raise InputError("system.damaged", file=file)
    for name, described in manifest["files"].items():
        if difference := find_difference(folder / name, described):
            raise InputError("system.file", file=folder / name, problem=difference)
    return dict(manifest)


def _write_sealed(manifest: Mapping[str, Any]) -> str:
    """Return a manifest as text, with the hash of its other members."""
    digest = hashlib.sha256(json.dumps(manifest).encode()).hexdigest()
    return json.dumps({**manifest, "sha256": digest}, indent=2)


def _sync(path: Path) -> None:
    """Have the disk hold the content of a file, or the list of the files in a folder."""
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
