"""Damage to the files of a cache: to bits, to ends and to whole files."""

import json
import os
from collections.abc import Callable
from pathlib import Path

Harm = Callable[[Path], object]


def flip(place: float) -> Harm:
    def harm(file: Path) -> None:
        text = bytearray(file.read_bytes())
        text[int(place * (len(text) - 1))] ^= 1
        file.write_bytes(text)

    return harm


def keep_lines(file: Path) -> None:
    lines = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(b"".join(lines[: len(lines) // 2]))


def empty(file: Path) -> None:
    file.write_bytes(b"")


def make_folder(file: Path) -> None:
    file.unlink()
    file.mkdir()
    (file / "inside").write_text("kept by nobody")


def link_to(target: str) -> Harm:
    def harm(file: Path) -> None:
        file.unlink()
        file.symlink_to(target)

    return harm


def make_pipe(file: Path) -> None:
    file.unlink()
    os.mkfifo(file)


def say(text: str) -> Harm:
    return lambda file: file.write_text(text)


def change(key: str, value: object) -> Harm:
    def harm(file: Path) -> None:
        manifest = json.loads(file.read_bytes())
        manifest[key] = value
        file.write_text(json.dumps(manifest))

    return harm


ANY_FILE: dict[str, Harm] = {
    "first bit": flip(0),
    "middle bit": flip(0.5),
    "last bit": flip(1),
    "another end": lambda file: file.write_bytes(file.read_bytes()[:-1] + b"\x0b"),
    "half of the lines": keep_lines,
    "empty": empty,
    "more": lambda file: file.write_bytes(file.read_bytes() + b"\n"),
    "lost": lambda file: file.unlink(),
    "folder": make_folder,
    "device": link_to("/dev/zero"),
    "unreadable": link_to("/proc/self/mem"),
    "nowhere": link_to("nowhere"),
    "pipe": make_pipe,
}
MANIFEST: dict[str, Harm] = {
    "brace": say("{"),
    "object": say("{}"),
    "list": say("[]"),
    "null": say("null"),
    "deep": say("[" * 100_000),
    "not text": lambda file: file.write_bytes(b"\xff\xfe"),
    "files are a number": change("files", 5),
    "files are text": change("files", "all"),
    "files are null": change("files", [None]),
    "no files": change("files", {}),
    "counts": change("counts", {"asserted": 1}),
    "key": change("key", "0" * 64),
    "hash of another type": change("sha256", 1),
    "older version": say('{"key": "0", "counts": {}, "trimmed": {}}'),
}
