"""The command line: one module a command, and what they share in `arguments` and `loading`."""

import argparse
import errno
import io
import os
import signal
import sys
from collections.abc import Collection, Sequence
from importlib import import_module
from typing import Final, NoReturn

from jjjkg import __version__
from jjjkg.cli.arguments import DATA
from jjjkg.cli.loading import tell
from jjjkg.errors import MessageError

#: The commands: each a module here that has its words of help, its arguments and what it does.
COMMANDS: Final = tuple("check build query explain doubt entail serve release publish".split())
#: Exit code for input that the user must mend.
UNUSABLE: Final = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command. Returns its exit code, or 2 with one line on standard error for bad input."""
    _prepare_streams()
    given = sys.argv[1:] if arguments is None else arguments
    options = make_parser(given).parse_args(given)
    signal.signal(signal.SIGTERM, _stop)
    try:
        return int(options.run(options))
    except MessageError as error:
        return _refuse(str(error).splitlines()[0])
    except BrokenPipeError:
        # The reader of our output has gone, as `head` does; nothing is left to say to it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        return _refuse(_explain(error))
    except KeyboardInterrupt:
        return 130


def make_parser(complete: Collection[str] = COMMANDS) -> argparse.ArgumentParser:
    """Return the parser of the command line.

    Only the commands in `complete` have their arguments: to know those of all would take as long
    as to import what all work with.
    """
    parser = argparse.ArgumentParser(
        prog="jjjkg",
        description="The Beijing-Tianjin-Hebei knowledge graph: check it, build it, ask it, "
        "serve it, release it, publish it.",
        epilog="Snapshots are kept in the user's cache folder; JJJKG_CACHE names another.",
    )
    parser.add_argument("--version", action="version", version=f"jjjkg {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for name in COMMANDS:
        module = import_module(f"jjjkg.cli.{name}")
        words = module.WORDS
        command = commands.add_parser(
            name, help=words, description=words[0].upper() + words[1:] + "."
        )
        command.set_defaults(run=module.run)
        if name in complete:
            module.configure(command)
            if name != "entail":
                command.add_argument("--data", nargs="+", metavar="PATH", help=DATA)
    return parser


def _prepare_streams() -> None:
    """Have standard output take every character, or nothing where it is closed."""
    if sys.stdout is None:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115
    elif isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")


def _stop(*_: object) -> NoReturn:
    """End as Ctrl-C does, so that a build takes away what it had begun."""
    raise SystemExit(128 + signal.SIGTERM)


def _explain(error: OSError) -> str:
    full = error.errno in (errno.ENOSPC, errno.EDQUOT)
    words = error.strerror or str(error)
    # What is written to a file is told with it.
    where = error.filename or ("standard output" if full else "")
    mend = "make room" if full else "look at the place"
    return f"{where}: {words}; {mend} or choose another one" if where else words


def _refuse(words: str) -> int:
    tell(words)
    return UNUSABLE
