"""Work on what strangers wrote, in a process of its own with limits of time and memory.

A parser that overflows its stack, or a graph on which an algorithm takes for ever, ends that
process and none of ours. It is started anew, never forked from one with threads.
"""

import ctypes
import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from types import TracebackType
from typing import IO, Final, NoReturn, Self

from jjjkg.errors import InputError

#: What work on a file may take: bytes of memory and seconds of a processor, and more of both for
#: each byte that is given.
MEMORY: Final = 1 << 30
SECONDS: Final = 30
_MEMORY_A_BYTE: Final = 16
_BYTES_A_SECOND: Final = 500_000
#: Eight times the usual stack: what people write is not nested so deeply.
_STACK: Final = 64 << 20
#: What the process may write into a file: its last words alone.
_LAST_WORDS: Final = 1 << 20
#: Characters of an error that are shown.
_MOST_SHOWN: Final = 1000
_REFUSED: Final = 2
_SHORT_OF_MEMORY: Final = 3
_STATM: Final = Path("/proc/self/statm")
# https://man7.org/linux/man-pages/man2/unshare.2.html (os.unshare is there from Python 3.12 on)
_NEW_USER: Final = 0x10000000
_NEW_NETWORK: Final = 0x40000000


class Confined:
    """A function of ours at work in a limited process; what it writes is read from ``output``.

    ``subject`` names what it works on at the moment, for errors. Leaving the context early kills
    the process; leaving it at the end raises InputError where the process failed.
    """

    def __init__(
        self, task: Callable[..., object], *arguments: object, subject: str, size: int
    ) -> None:
        """Starts it. The arguments must have a form in JSON; `size` is in bytes of input."""
        self.subject = subject
        self._memory = MEMORY + _MEMORY_A_BYTE * size
        self._seconds = SECONDS + size // _BYTES_A_SECOND
        with tempfile.TemporaryFile() as given:
            given.write(json.dumps(arguments).encode())
            given.seek(0)
            self._words = tempfile.TemporaryFile()  # noqa: SIM115
            name = f"{task.__module__}:{task.__qualname__}"
            limits = (str(self._memory), str(self._seconds))
            self._process = subprocess.Popen(
                # -P: the current folder holds nothing that it may import.
                [sys.executable, "-P", "-m", "jjjkg.system.confinement", name, *limits],
                stdin=given,
                stdout=subprocess.PIPE,
                stderr=self._words,
            )
        assert self._process.stdout is not None
        self.output: IO[bytes] = self._process.stdout

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self._words:
            if kind is not None:
                self._process.kill()
            self.output.close()
            status = self._process.wait()
            if kind is None and status != 0:
                self._refuse(status)

    def _refuse(self, status: int) -> NoReturn:
        self._words.seek(0)
        words = self._words.read().decode("utf-8", "replace")
        if status == _REFUSED:
            raise InputError(json.loads(words.splitlines()[-1]))
        if status == _SHORT_OF_MEMORY or "memory allocation of" in words:
            problem = f"takes more than {self._memory:,} bytes of memory"
        elif status in (-signal.SIGXCPU, -signal.SIGKILL):
            problem = f"takes more than {self._seconds} s of a processor"
        elif status in (-signal.SIGSEGV, -signal.SIGBUS) or "overflowed its stack" in words:
            problem = "is nested too deeply"
        else:
            last = next(reversed(words.split("\n")[:-1]), f"status {status}")
            problem = f"can't be worked on: {last}"
        raise InputError(f"{self.subject}: {problem}; look at what it holds before you use it")


def leave_network() -> None:
    """Gives up the network, where the kernel lets this process: a namespace with no way out."""
    if sys.platform != "linux":
        return
    unshare = getattr(ctypes.CDLL(None, use_errno=True), "unshare", None)
    if unshare and unshare(_NEW_NETWORK) != 0:
        unshare(_NEW_USER | _NEW_NETWORK)


def _confine(memory: int, seconds: int) -> None:
    """Limits this process: its memory, its time, its stack, its files, and no network."""
    leave_network()
    _limit(resource.RLIMIT_STACK, _STACK)
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_FSIZE, _LAST_WORDS)
    _limit(resource.RLIMIT_CPU, seconds)
    if _STATM.exists():  # elsewhere the limit is not enforced
        size = int(_STATM.read_bytes().split()[0]) * resource.getpagesize()
        _limit(resource.RLIMIT_AS, size + memory)


def _limit(what: int, most: int) -> None:
    """Sets a limit, unless a lower one was set from outside."""
    _, hard = resource.getrlimit(what)
    wanted = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(what, (wanted, hard))


def main(arguments: list[str]) -> None:
    """Does the task that the arguments name, with what stands as JSON on standard input."""
    name, memory, seconds = arguments
    module, _, function = name.partition(":")
    task = getattr(import_module(module), function)
    given = json.load(sys.stdin)
    _confine(int(memory), int(seconds))
    status = 0
    try:
        task(*given)
        sys.stdout.flush()
    except InputError as error:
        print(json.dumps(str(error)[:_MOST_SHOWN]), file=sys.stderr, flush=True)
        status = _REFUSED
    except MemoryError:
        status = _SHORT_OF_MEMORY
    except (BrokenPipeError, KeyboardInterrupt):  # nobody waits for it any more
        status = 1
    os._exit(status)  # nothing is taken apart that may be nested too deeply for it


if __name__ == "__main__":
    main(sys.argv[1:])
