"""A release: the dumps of a snapshot with their checksums, in a folder of their own."""

import hashlib
import shutil
import tempfile
from pathlib import Path
from typing import Final

from jjjkg.errors import InputError
from jjjkg.snapshot import Snapshot

CHECKSUMS: Final = "SHA256SUMS"


def write_release(snapshot: Snapshot, folder: Path) -> tuple[Path, ...]:
    """Writes a release and returns its files.

    The folder appears whole or not at all. Raises InputError if there is something in it, and
    OSError where it can't be written.
    """
    folder = folder.resolve()
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InputError(f"{folder}: is there already and not empty; name a new folder")
    folder.parent.mkdir(parents=True, exist_ok=True)
    unfinished = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        # What mkdtemp makes is for its owner alone; a release is for everybody.
        unfinished.chmod(0o755)
        for dump in sorted(snapshot.dumps.iterdir()):
            try:
                shutil.copyfile(dump, unfinished / dump.name)
            except OSError as error:
                # The error names the source; it is the target that lacks room.
                raise OSError(error.errno, error.strerror, str(folder)) from error
        lines = [
            f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n"
            for file in sorted(unfinished.iterdir())
        ]
        (unfinished / CHECKSUMS).write_text("".join(lines), encoding="ascii")
        if folder.exists():
            # It may be somebody's current folder, so it stays the one it is.
            for file in unfinished.iterdir():
                file.rename(folder / file.name)
            unfinished.rmdir()
        else:
            unfinished.rename(folder)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise
    return tuple(sorted(folder.iterdir()))
