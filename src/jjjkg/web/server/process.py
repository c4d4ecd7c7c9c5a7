"""Settings of the server's own process: many connections, memory given back, short turns."""

import ctypes
import gc
import resource
import sys
from contextlib import suppress
from typing import Final

#: Seconds that a view may go on while the loop waits for its turn.
_SWITCH: Final = 0.001
#: M_MMAP_THRESHOLD, M_TRIM_THRESHOLD (in bytes) and M_ARENA_MAX.
_MALLOC: Final = {-3: 1 << 17, -1: 1 << 20, -8: 2}


def prepare_process() -> None:
    """Allow as many connections as the system does, and have memory given back and short turns.

    The C library of Linux keeps large pieces of memory for itself after the first, in a heap for
    each thread: https://man7.org/linux/man-pages/man3/mallopt.3.html
    """
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 1 << 16), hard))
    if mallopt := getattr(ctypes.CDLL(None), "mallopt", None):
        for option, value in _MALLOC.items():
            mallopt(option, value)
    sys.setswitchinterval(_SWITCH)


def settle_memory() -> None:
    """Hide what is loaded from the garbage collector.

    It stays as long as the server does, and to look at all of it again and again would stop the
    loop for a tenth of a second each time (measured).
    https://docs.python.org/3/library/gc.html#gc.freeze
    """
    gc.collect()
    gc.freeze()


def trim_memory() -> None:
    """Give free memory back to the system, which takes a few milliseconds.

    https://man7.org/linux/man-pages/man3/malloc_trim.3.html
    """
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim:
        trim(0)
