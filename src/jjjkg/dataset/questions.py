"""A question: the text of a .rq file and what its header says of it.

The header is grlc's (https://github.com/CLARIAH/grlc#decorators) with flat keys: lines of
``#+ key: value`` before the query, with ``-zh`` and the like after the key for other languages.
"""

import difflib
import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Final

from jjjkg.errors import InputError
from jjjkg.messages import DEFAULT, LANGUAGES

_NOTHING: Final[Mapping[str, str]] = MappingProxyType({})
#: Those of files with queries.
_SUFFIXES: Final = (".rq", ".sparql")
_IRI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|\\^`]*")
_HEADER: Final = re.compile(r"#\+ (?P<key>[a-z0-9_-]+): (?P<value>.+)")
#: Parts of queries that questions in words don't have: a group, an IRI, a variable, and at the
#: beginning a prologue or a form. https://www.w3.org/TR/sparql11-query/#rQueryUnit
_OF_QUERIES: Final = re.compile(
    r"[{<]|[?$]\w|^\s*(prefix|base|select|ask|construct|describe|insert|delete)\b", re.IGNORECASE
)


@dataclass(frozen=True)
class Question:
    """A query with its name (the file's stem), its words by language and its tags.

    What a header may leave out is empty: ``topic`` is the heading that a question is listed
    under, ``inference`` says which rows exist only thanks to inference, ``severity`` and
    ``solution`` are a check's. ``header`` has all that the header says, by key.
    """

    name: str
    path: Path = field(repr=False)
    text: str = field(repr=False)
    summary: Mapping[str, str]
    description: Mapping[str, str] = field(repr=False)
    tags: tuple[str, ...] = field(repr=False)
    topic: Mapping[str, str] = field(repr=False)
    inference: Mapping[str, str] = field(repr=False)
    solution: Mapping[str, str] = field(repr=False)
    severity: str = field(repr=False)
    header: Mapping[str, str] = field(default_factory=dict, repr=False)


def load_questions(folder: Path) -> tuple[Question, ...]:
    """The questions in a folder, by name; raises InputError for one whose header lacks a key."""
    return tuple(read_question(file) for file in sorted(folder.glob("*.rq")))


def read_question(file: Path) -> Question:
    """The question in a file; raises InputError for a header that is not in form."""
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{file}: can't be read as a query: {error}") from error
    values = _read_header(file, text)
    return Question(
        name=file.stem,
        path=file,
        text=text,
        summary=_read_all(file, values, "summary"),
        description=_read_all(file, values, "description", "summary"),
        tags=tuple(tag.strip() for tag in values.get("tags", "").strip("[]").split(",") if tag),
        topic=_read_all(file, values, "topic") if "topic" in values else _NOTHING,
        inference=_read_all(file, values, "inference") if "inference" in values else _NOTHING,
        solution=_read_all(file, values, "solution") if "solution" in values else _NOTHING,
        severity=values.get("severity", ""),
        header=MappingProxyType(values),
    )


def _read_header(file: Path, text: str) -> dict[str, str]:
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
    return values


def read_words(file: Path, header: Mapping[str, str], *keys: str) -> Mapping[str, str]:
    """Return the words that a header has for the first of the keys that it has, by language.

    A key by itself is English; `-zh` and the like follow it for other languages. Raises
    InputError where there are no English words.
    """
    words: dict[str, str] = {}
    for language in LANGUAGES:
        suffix = "" if language == DEFAULT else f"-{language}"
        if found := [header[key + suffix] for key in keys if key + suffix in header]:
            words[language] = found[0]
    if DEFAULT not in words:
        raise InputError(f"{file}:1: the header lacks '#+ {keys[0]}: ...'")
    return MappingProxyType(words)


def _read_all(file: Path, header: Mapping[str, str], *keys: str) -> Mapping[str, str]:
    """Return the same in every language: in English where the header has no others."""
    words = read_words(file, header, *keys)
    return MappingProxyType({tag: words.get(tag, words[DEFAULT]) for tag in LANGUAGES})


def is_query(text: str) -> bool:
    """Tell if a text is meant for a query in SPARQL, if a wrong one, and not for a question."""
    return _OF_QUERIES.search(text) is not None


def find_question(wanted: str, questions: Sequence[Question]) -> Question | None:
    """The question of that name or in those words, whatever their language and capitals."""
    words = _fold(wanted)
    return next(
        (
            question
            for question in questions
            if words in map(_fold, (question.name, *question.summary.values()))
        ),
        None,
    )


def _fold(words: str) -> str:
    return " ".join(words.rstrip("?\uff1f ").replace("_", " ").casefold().split())


def find_query(wanted: str, questions: Sequence[Question]) -> str:
    """The text of a question (find_question) or of a file.

    Raises InputError where there is none, with the names of the questions that come near.
    """
    if question := find_question(wanted, questions):
        return question.text
    file = Path(wanted)
    # Path.exists raises where a name is too long for one.
    if file.suffix in _SUFFIXES or (wanted and os.path.exists(wanted)):  # noqa: PTH110
        return read_query(wanted, file.read_bytes)
    near = _find_near(wanted, questions)
    if is_query(wanted):
        hint = "a query goes into a file, or to standard input with -"
    elif not questions:
        hint = "this data has no questions of its own"
    else:
        hint = f"did you mean {' or '.join(near)}?" if near else "`jjjkg query` lists the questions"
    raise InputError(f"{wanted!r} is no question and no file; {hint}")


def _find_near(wanted: str, questions: Sequence[Question]) -> Iterable[str]:
    """The names of the questions that begin so, or else of up to three that are nearly so."""
    names = {
        _fold(words): question.name
        for question in questions
        for words in (question.name, *question.summary.values())
    }
    sought = _fold(wanted)
    near = [words for words in names if sought and words.startswith(sought)]
    near = near if 0 < len(near) <= 3 else difflib.get_close_matches(sought, names, n=3)
    return dict.fromkeys(names[words] for words in near)


def read_query(name: str, read: Callable[[], bytes]) -> str:
    """The text that `read` gives; raises InputError, which names it, where that is none."""
    try:
        return read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        byte = f"byte 0x{error.object[error.start]:02x} at offset {error.start}"
        raise InputError(f"{name}: is not UTF-8: {byte}; save it as UTF-8") from error
    except OSError as error:
        raise InputError(f"{name}: can't be read: {error.strerror}") from error


def bind_thing(query: str, variable: str, iris: Iterable[str]) -> str:
    """Return the query with other IRIs in its VALUES block for a variable.

    Raises ValueError for what is not an IRI, and unless the query has exactly one such block.
    """
    values = []
    for iri in iris:
        if not _IRI.fullmatch(iri):
            raise ValueError(f"{iri!r} is no IRI")
        values.append(f"<{iri}>")
    block = re.compile(rf"(VALUES\s+\?{variable}\s*\{{)[^{{}}]*(\}})")
    bound, count = block.subn(lambda match: f"{match[1]} {' '.join(values)} {match[2]}", query)
    if count != 1:
        raise ValueError(f"the query has {count} VALUES blocks for ?{variable}; one is needed")
    return bound
