"""A file that one process at a time holds."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from jjjkg.errors import InputError

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
