"""A program under the seccomp filters of a systemd unit, as systemd would run it.

Used as: python confined.py UNIT PROGRAM... What systemd-analyze says of the unit's sets of system
calls is loaded by libseccomp; a call outside of them kills. https://man7.org/linux/man-pages/man3/seccomp_rule_add.3.html
"""

import ctypes
import errno
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ALLOW, KILL, FAIL = 0x7FFF0000, 0x80000000, 0x00050000
EQUAL, GREATER, MASKED_EQUAL = 4, 6, 7
FAMILIES = {"AF_UNIX": 1, "AF_INET": 2, "AF_INET6": 10}
PROT_WRITE, PROT_EXEC = 2, 4


class Comparison(ctypes.Structure):
    """struct scmp_arg_cmp."""

    _fields_ = (
        ("argument", ctypes.c_uint),
        ("operator", ctypes.c_int),
        ("a", ctypes.c_uint64),
        ("b", ctypes.c_uint64),
    )


def read_unit(file: Path) -> dict[str, list[str]]:
    """The values of each setting in [Service], in order."""
    service = file.read_text("utf-8").partition("[Service]")[2].partition("\n[")[0]
    settings: dict[str, list[str]] = {}
    for line in service.splitlines():
        name, equals, value = line.partition("=")
        if equals:
            settings.setdefault(name, []).append(value)
    return settings


def spell_out(names: list[str]) -> Iterator[str]:
    """The system calls of sets such as @system-service."""
    for name in names:
        if not name.startswith("@"):
            yield name
            continue
        command = ["systemd-analyze", "syscall-filter", "--no-pager", name]
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        lines = (line.strip() for line in said.splitlines()[1:])
        yield from spell_out([line for line in lines if line and not line.startswith("#")])


def find_allowed(filters: list[str]) -> set[str]:
    """The calls that are left by SystemCallFilter= lines, the first of which allows."""
    allowed: set[str] = set()
    for line in filters:
        calls = set(spell_out(line.removeprefix("~").split()))
        allowed = allowed - calls if line.startswith("~") else allowed | calls
    return allowed


class Filter:
    """A seccomp filter with what is done about a call that no rule names."""

    def __init__(self, otherwise: int) -> None:
        self._library = ctypes.CDLL("libseccomp.so.2")
        self._library.seccomp_init.restype = ctypes.c_void_p
        self._filter = ctypes.c_void_p(self._library.seccomp_init(ctypes.c_uint32(otherwise)))

    def add(self, action: int, call: str, *comparisons: Comparison) -> None:
        number = self._library.seccomp_syscall_resolve_name(call.encode())
        if number < 0:
            return  # not one of this architecture
        array = (Comparison * len(comparisons))(*comparisons)
        done = self._library.seccomp_rule_add_array(
            self._filter, ctypes.c_uint32(action), number, len(comparisons), array
        )
        if done not in (0, -errno.EACCES):  # the latter: the rule is what is done otherwise
            raise OSError(-done, f"no rule for {call}")

    def load(self) -> None:
        if done := self._library.seccomp_load(self._filter):
            raise OSError(-done, "the filter can't be loaded")


def confine(unit: dict[str, list[str]]) -> None:
    """Puts this process under the filters of a unit."""
    refusing = Filter(ALLOW)
    if unit["MemoryDenyWriteExecute"] == ["yes"]:
        both, refused = PROT_WRITE | PROT_EXEC, FAIL | errno.EPERM
        refusing.add(refused, "mmap", Comparison(2, MASKED_EQUAL, both, both))
        for call in ("mprotect", "pkey_mprotect"):
            refusing.add(refused, call, Comparison(2, MASKED_EQUAL, PROT_EXEC, PROT_EXEC))
    known = [FAMILIES[name] for name in unit["RestrictAddressFamilies"][0].split()]
    unknown = [Comparison(0, EQUAL, n, 0) for n in range(max(known)) if n not in known]
    for comparison in (*unknown, Comparison(0, GREATER, max(known), 0)):
        refusing.add(FAIL | errno.EAFNOSUPPORT, "socket", comparison)
    calls = Filter(KILL)
    for call in sorted(find_allowed(unit["SystemCallFilter"])):
        calls.add(ALLOW, call)
    refusing.load()
    calls.load()


if __name__ == "__main__":
    confine(read_unit(Path(sys.argv[1])))
    os.execv(sys.argv[2], sys.argv[2:])
