"""Folders that are there whole or not at all, whatever breaks off, and files that stay hashed."""

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

MANIFEST: Final = "manifest.json"
#: Bytes that are hashed at a time.
_CHUNK: Final = 1 << 20
#: Seconds to wait for a lock that another process holds.
LOCK_SECONDS: Final = 600


@contextmanager
def lock(file: Path, progress: Callable[[str], None]) -> Iterator[None]:
    """Holds a file for one process at a time; raises InputError where another never lets go."""
    held = FileLock(file)
    try:
        held.acquire(timeout=0)
    except Timeout:
        progress("another build is running; waiting for it")
        try:
            held.acquire(timeout=LOCK_SECONDS)
        except Timeout:
            raise InputError(
                f"{file}: held by another build for over {LOCK_SECONDS} s; end that one and retry"
            ) from None
    try:
        yield
    finally:
        held.release()


@contextmanager
def fill_folder(target: Path, prefix: str) -> Iterator[Path]:
    """An empty folder beside the target, which takes its place at the end.

    What is written into it, files alone, is on the disk by then: a power cut leaves the folder
    whole, or none. Where the work breaks off, the folder vanishes; where the process is killed,
    one is left whose name begins with the prefix. A target that is there must be an empty folder.
    """
    unfinished = Path(tempfile.mkdtemp(prefix=prefix, dir=target.parent))
    try:
        # What mkdtemp makes is for its owner alone; these folders are for everybody.
        unfinished.chmod(0o755)
        yield unfinished
        for file in unfinished.iterdir():
            _sync(file)
        _sync(unfinished)
        if target.exists():
            # It may be somebody's current folder, so it stays the one it is.
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
    """Removes whatever is at a path: a folder with all in it, a file, a link; or nothing."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def describe_file(file: Path) -> dict[str, Any]:
    """The size of a file in bytes and its SHA-256 in hexadecimal, as manifests have them."""
    digest, size = hashlib.sha256(), 0
    with file.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
    return {"bytes": size, "sha256": digest.hexdigest()}


def find_difference(file: Path, described: Mapping[str, Any]) -> str:
    """The fault of a file that was described by `describe_file`, in words, or nothing.

    Nothing is opened that is no plain file of that size: a link may lead anywhere, and a device
    or a pipe have no end.
    """
    try:
        found = file.lstat()
        if not stat.S_ISREG(found.st_mode):
            return "is no plain file"
        if found.st_size != described["bytes"]:
            return f"has {found.st_size:,} bytes instead of {described['bytes']:,}"
        differs = describe_file(file)["sha256"] != described["sha256"]
    except FileNotFoundError:
        return "is missing"
    except OSError as error:
        return f"can't be read: {error.strerror}"
    return "is not the file that was written: its SHA-256 is another" if differs else ""


def seal(folder: Path, manifest: Mapping[str, Any]) -> None:
    """Writes a manifest into a folder, with the hashes of the files there and of itself."""
    files = {file.name: describe_file(file) for file in sorted(folder.iterdir())}
    (folder / MANIFEST).write_text(_write_sealed({**manifest, "files": files}), encoding="utf-8")


def open_sealed(folder: Path) -> dict[str, Any]:
    """The manifest that `seal` wrote into a folder, where each file is as it was then.

    Raises FileNotFoundError where there is nothing, and InputError for what is damaged.
    """
    if not os.path.lexists(folder):
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(folder))
    file = folder / MANIFEST
    try:
        if not stat.S_ISREG(file.lstat().st_mode):
            raise InputError(f"{file}: is no plain file")
        text = file.read_text(encoding="utf-8")
        manifest = json.loads(text)
        del manifest["sha256"]
        whole = text == _write_sealed(manifest)
    except OSError as error:
        raise InputError(f"{file}: can't be read: {error.strerror}") from error
    except (ValueError, RecursionError, LookupError, AttributeError, TypeError):
        whole = False
    if not whole:
        raise InputError(f"{file}: is damaged, or of another version")
    for name, described in manifest["files"].items():
        if difference := find_difference(folder / name, described):
            raise InputError(f"{folder / name}: {difference}")
    return dict(manifest)


def _write_sealed(manifest: Mapping[str, Any]) -> str:
    """A manifest as text, with the hash of what it says beside that."""
    digest = hashlib.sha256(json.dumps(manifest).encode()).hexdigest()
    return json.dumps({**manifest, "sha256": digest}, indent=2)


def _sync(path: Path) -> None:
    """Has the disk hold what was written to a file, or which files are in a folder."""
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
