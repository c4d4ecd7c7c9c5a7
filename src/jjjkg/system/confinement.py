"""Work on the files of strangers, in a process of its own with limits of time and memory.

A parser that overflows its stack, or a graph on which an algorithm never ends, ends that process
and none of ours. It is started anew, never forked from one with threads.
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
from jjjkg.messages import Message

#: Bytes of memory and seconds of a processor that work on a file may take, and more of both for
#: each byte of the file.
MEMORY: Final = 1 << 30
SECONDS: Final = 30
_MEMORY_A_BYTE: Final = 16
_BYTES_A_SECOND: Final = 500_000
#: Bytes of stack, eight times the usual: no file that a person wrote nests so deeply.
_STACK: Final = 64 << 20
#: Bytes that the process may write into a file: it writes its last words alone.
_LAST_WORDS: Final = 1 << 20
#: Characters of a value of an error that are shown.
_MOST_SHOWN: Final = 1000
_REFUSED: Final = 2
_SHORT_OF_MEMORY: Final = 3
_STATM: Final = Path("/proc/self/statm")
# https://man7.org/linux/man-pages/man2/unshare.2.html (os.unshare is there from Python 3.12 on)
_NEW_USER: Final = 0x10000000
_NEW_NETWORK: Final = 0x40000000


class Confined:
    """A function of ours at work in a limited process; its standard output is ``output``.

    ``subject`` names the thing that it works on at the moment, for errors. Leaving the context
    early kills the process; leaving it at the end raises InputError if the process failed.
    """

    def __init__(
        self, task: Callable[..., object], *arguments: object, subject: str, size: int
    ) -> None:
        """Start it. The arguments must have a form in JSON; `size` is the input's, in bytes."""
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
            message = Message.decode(json.loads(words.splitlines()[-1]))
            raise InputError(message.key, **message.values)
        if status == _SHORT_OF_MEMORY or "memory allocation of" in words:
            raise InputError("system.memory", subject=self.subject, most=self._memory)
        if status in (-signal.SIGXCPU, -signal.SIGKILL):
            raise InputError("system.seconds", subject=self.subject, most=self._seconds)
        if status in (-signal.SIGSEGV, -signal.SIGBUS) or "overflowed its stack" in words:
            raise InputError("system.nested", subject=self.subject)
        last = next(reversed(words.split("\n")[:-1]), f"status {status}")
        raise InputError("system.ended", subject=self.subject, last=last)


def leave_network() -> None:
    """Give up the network, if the kernel allows it: the new namespace has no way out."""
    if sys.platform != "linux":
        return
    unshare = getattr(ctypes.CDLL(None, use_errno=True), "unshare", None)
    if unshare and unshare(_NEW_NETWORK) != 0:
        unshare(_NEW_USER | _NEW_NETWORK)


def _confine(memory: int, seconds: int) -> None:
    """Limit the memory, time, stack and files of this process, and give up the network."""
    leave_network()
    _limit(resource.RLIMIT_STACK, _STACK)
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_FSIZE, _LAST_WORDS)
    _limit(resource.RLIMIT_CPU, seconds)
    if _STATM.exists():  # elsewhere the limit is not enforced
        size = int(_STATM.read_bytes().split()[0]) * resource.getpagesize()
        _limit(resource.RLIMIT_AS, size + memory)


def _limit(what: int, most: int) -> None:
    """Set a limit, unless a lower one was set from outside."""
    _, hard = resource.getrlimit(what)
    wanted = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(what, (wanted, hard))


def main(arguments: list[str]) -> None:
    """Do the task that the first argument names, with its arguments in JSON on standard input."""
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
        print(json.dumps(_shorten(error.message).encode()), file=sys.stderr, flush=True)
        status = _REFUSED
    except MemoryError:
        status = _SHORT_OF_MEMORY
    except (BrokenPipeError, KeyboardInterrupt):  # nobody waits for it any more
        status = 1
    os._exit(status)  # to take things apart that are nested too deeply would overflow the stack


def _shorten(message: Message) -> Message:
    """Return a message whose texts are not longer than people read."""
    values = {
        name: value[:_MOST_SHOWN] if isinstance(value, str) else value
        for name, value in message.values.items()
    }
    return Message(message.key[:_MOST_SHOWN], values)


if __name__ == "__main__":
    main(sys.argv[1:])
