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
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import IO, Final

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


@dataclass
class Process:
    """A limited process; ``subject`` names the thing that it works on at the moment, for errors."""

    subject: str
    output: IO[bytes]


@contextmanager
def confine(
    task: Callable[..., object], *arguments: object, subject: str, size: int
) -> Iterator[Process]:
    """Have a function of ours at work in a limited process, and yield that with its output.

    The arguments must have a form in JSON; `size` is the input's, in bytes. Leaving the context
    early kills the process; leaving it at the end raises InputError if the process failed.
    """
    memory, seconds = MEMORY + _MEMORY_A_BYTE * size, SECONDS + size // _BYTES_A_SECOND
    name = f"{task.__module__}:{task.__qualname__}"
    # -P: the current folder holds nothing that it may import.
    command = [sys.executable, "-P", "-m", "jjjkg.system.confinement", name]
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as words:
        given.write(json.dumps(arguments).encode())
        given.seek(0)
        with subprocess.Popen(
            [*command, str(memory), str(seconds)], stdin=given, stdout=subprocess.PIPE, stderr=words
        ) as started:
            assert started.stdout is not None
            process = Process(subject, started.stdout)
            try:
                yield process
            except BaseException:
                started.kill()
                raise
        if started.returncode != 0:
            words.seek(0)
            said = words.read().decode("utf-8", "replace")
            raise _explain(started.returncode, said, process.subject, memory, seconds)


def _explain(status: int, words: str, subject: str, memory: int, seconds: int) -> InputError:
    """Return the error for a process that failed with a status and these last words."""
    if status == _REFUSED:
        message = Message.decode(json.loads(words.splitlines()[-1]))
        return InputError(message.key, **message.values)
    if status == _SHORT_OF_MEMORY or "memory allocation of" in words:
        return InputError("system.memory", subject=subject, most=memory)
    if status in (-signal.SIGXCPU, -signal.SIGKILL):
        return InputError("system.seconds", subject=subject, most=seconds)
    if status in (-signal.SIGSEGV, -signal.SIGBUS) or "overflowed its stack" in words:
        return InputError("system.nested", subject=subject)
    last = next(reversed(words.split("\n")[:-1]), f"status {status}")
    return InputError("system.ended", subject=subject, last=last)


def leave_network() -> None:
    """Give up the network, if the kernel allows it: the new namespace has no way out."""
    if sys.platform != "linux":
        return
    unshare = getattr(ctypes.CDLL(None, use_errno=True), "unshare", None)
    if unshare and unshare(_NEW_NETWORK) != 0:
        unshare(_NEW_USER | _NEW_NETWORK)


def _limit_process(memory: int, seconds: int) -> None:
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
    _limit_process(int(memory), int(seconds))
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
