"""A question: the text of a .rq file and what its header says of it.

The header is grlc's (https://github.com/CLARIAH/grlc#decorators) with flat keys: lines of
``#+ key: value`` before the query, ``-zh`` after the key for Chinese.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

from jjjkg.errors import InputError

LANGUAGES: Final = ("en", "zh")
_NOTHING: Final[Mapping[str, str]] = MappingProxyType({})
_HEADER: Final = re.compile(r"#\+ (?P<key>[a-z-]+): (?P<value>.+)")


@dataclass(frozen=True)
class Question:
    """A query with its name (the file's stem), its words by language and its tags.

    What a header may leave out is empty: ``topic`` is the heading that a question is listed
    under, ``inference`` says which rows exist only thanks to inference, ``severity`` and
    ``solution`` are a check's.
    """

    name: str
    path: Path
    text: str
    summary: Mapping[str, str]
    description: Mapping[str, str]
    tags: tuple[str, ...]
    topic: Mapping[str, str]
    inference: Mapping[str, str]
    solution: Mapping[str, str]
    severity: str


def load_questions(folder: Path) -> tuple[Question, ...]:
    """The questions in a folder, by name; raises InputError for one whose header lacks a key."""
    return tuple(read_question(file) for file in sorted(folder.glob("*.rq")))


def read_question(file: Path) -> Question:
    """The question in a file; raises InputError for a header that is not in form."""
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{file}: can't be read as a query: {error}") from error
    values: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.startswith("#+"):
            continue
        match = _HEADER.fullmatch(line.rstrip())
        if match is None:
            raise InputError(f"{file}:{number}: {line!r} is no header line; write '#+ key: value'")
        if match["key"] in values:
            raise InputError(f"{file}:{number}: {match['key']!r} is there twice; take one out")
        values[match["key"]] = match["value"]
    return Question(
        name=file.stem,
        path=file,
        text=text,
        summary=_in_both(file, values, "summary"),
        description=_in_both(file, values, "description", "summary"),
        tags=tuple(tag.strip() for tag in values.get("tags", "").strip("[]").split(",") if tag),
        topic=_in_both(file, values, "topic") if "topic" in values else _NOTHING,
        inference=_in_both(file, values, "inference") if "inference" in values else _NOTHING,
        solution=_in_both(file, values, "solution") if "solution" in values else _NOTHING,
        severity=values.get("severity", ""),
    )


def _in_both(file: Path, values: Mapping[str, str], *keys: str) -> Mapping[str, str]:
    """The first of the keys that the header has, in each language."""
    words = {}
    for language, suffix in zip(LANGUAGES, ("", "-zh"), strict=True):
        found = [values[key + suffix] for key in keys if key + suffix in values]
        if not found:
            raise InputError(f"{file}:1: the header lacks '#+ {keys[0]}{suffix}: ...'")
        words[language] = found[0]
    return MappingProxyType(words)
