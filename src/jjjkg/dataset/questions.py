"""Questions: the queries of .rq files, with the words and tags of their headers.

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
from jjjkg.messages import DEFAULT, LANGUAGES, Message
from jjjkg.rdf.iris import is_absolute

#: The suffixes of files with queries.
_SUFFIXES: Final = (".rq", ".sparql")
_HEADER: Final = re.compile(r"#\+ (?P<key>[a-z0-9_-]+): (?P<value>.+)")
#: Parts of queries that questions in words don't have: a group, an IRI, a variable, and at the
#: beginning a prologue or a form. https://www.w3.org/TR/sparql11-query/#rQueryUnit
_OF_QUERIES: Final = re.compile(
    r"[{<]|[?$]\w|^\s*(prefix|base|select|ask|construct|describe|insert|delete)\b", re.IGNORECASE
)


@dataclass(frozen=True)
class Question:
    """A query with its name (the file's stem), its words by language and its tags.

    ``topic`` is the heading that a question is listed under, ``inference`` says which rows exist
    only thanks to inference, and ``solution`` how the finding of a check is mended; each may be
    empty. ``header`` has the values of the header by key.
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
    header: Mapping[str, str] = field(default_factory=dict, repr=False)


def load_questions(folder: Path) -> tuple[Question, ...]:
    """Return the questions in a folder, by name. Raises InputError for a malformed header."""
    return tuple(read_question(file) for file in sorted(folder.glob("*.rq")))


def read_question(file: Path) -> Question:
    """Return the question in a file. Raises InputError for a malformed header."""
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError("dataset.unreadable_query", file=file, problem=error) from error
    values = _read_header(file, text)
    topic, inference, solution = (
        _read_words(file, values, key) if key in values else {}
        for key in ("topic", "inference", "solution")
    )
    return Question(
        name=file.stem,
        path=file,
        text=text,
        summary=_read_words(file, values, "summary"),
        description=_read_words(file, values, "description", "summary"),
        tags=tuple(tag.strip() for tag in values.get("tags", "").strip("[]").split(",") if tag),
        topic=topic,
        inference=inference,
        solution=solution,
        header=MappingProxyType(values),
    )


def _read_header(file: Path, text: str) -> dict[str, str]:
    values: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.startswith("#+"):
            continue
        match = _HEADER.fullmatch(line.rstrip())
        if match is None:
            raise InputError("dataset.bad_header", file=file, number=number, line=line)
        if match["key"] in values:
            raise InputError("dataset.twice", file=file, number=number, key=match["key"])
        values[match["key"]] = match["value"]
    return values


def _read_words(file: Path, header: Mapping[str, str], *keys: str) -> Mapping[str, str]:
    """Return the words that a header has for the first of the keys that it has, by language.

    A key by itself is English, which stands in for other languages; `-zh` and the like follow it
    for those. Raises InputError where there are no English words.
    """
    english = next((header[key] for key in keys if key in header), None)
    if english is None:
        raise InputError("dataset.lacking", file=file, key=keys[0])
    others = {
        tag: next((header[f"{key}-{tag}"] for key in keys if f"{key}-{tag}" in header), english)
        for tag in LANGUAGES
    }
    return MappingProxyType({**others, DEFAULT: english})


def is_query(text: str) -> bool:
    """Tell if a text is meant for a query in SPARQL, if a wrong one, and not for a question."""
    return _OF_QUERIES.search(text) is not None


def find_question(wanted: str, questions: Sequence[Question]) -> Question | None:
    """Return the question of that name or in those words, in any language and any case."""
    words = _fold(wanted)
    for question in questions:
        if words in map(_fold, (question.name, *question.summary.values())):
            return question
    return None


def _fold(words: str) -> str:
    return " ".join(words.rstrip("?\uff1f ").replace("_", " ").casefold().split())


def find_query(wanted: str, questions: Sequence[Question]) -> str:
    """Return the text of a question (find_question) or of a file.

    Raises InputError if there is neither, with the names of the questions that come near.
    """
    if question := find_question(wanted, questions):
        return question.text
    file = Path(wanted)
    # Path.exists raises where a name is too long for one.
    if file.suffix in _SUFFIXES or (wanted and os.path.exists(wanted)):  # noqa: PTH110
        return read_query(wanted, file.read_bytes)
    near = _find_near(wanted, questions)
    if is_query(wanted):
        hint = Message.of("dataset.query_as_name")
    elif not questions:
        hint = Message.of("dataset.no_questions")
    else:
        hint = Message.of("dataset.near", names=near) if near else Message.of("dataset.not_near")
    raise InputError("dataset.no_question", wanted=wanted, hint=hint)


def _find_near(wanted: str, questions: Sequence[Question]) -> list[str]:
    """Return the names of the questions that begin so, or else of up to three that are alike."""
    names = {
        _fold(words): question.name
        for question in questions
        for words in (question.name, *question.summary.values())
    }
    sought = _fold(wanted)
    near = [words for words in names if sought and words.startswith(sought)]
    near = near if 0 < len(near) <= 3 else difflib.get_close_matches(sought, names, n=3)
    return list(dict.fromkeys(names[words] for words in near))


def read_query(name: str, read: Callable[[], bytes]) -> str:
    """Return the text that `read` gives. Raises InputError with the name if it can't be read."""
    try:
        return read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        values = {"byte": error.object[error.start], "offset": error.start}
        raise InputError("dataset.not_utf8", name=name, **values) from error
    except OSError as error:
        raise InputError("rdf.unreadable", file=name, problem=error.strerror) from error


def bind_thing(query: str, variable: str, iris: Iterable[str]) -> str:
    """Return the query with other IRIs in its VALUES block for a variable.

    Raises ValueError for a text that is not an IRI, or a query without exactly one such block.
    """
    values = []
    for iri in iris:
        if not is_absolute(iri):
            raise ValueError(f"{iri!r} is not an IRI")
        values.append(f"<{iri}>")
    block = re.compile(rf"(VALUES\s+\?{variable}\s*\{{)[^{{}}]*(\}})")
    bound, count = block.subn(lambda match: f"{match[1]} {' '.join(values)} {match[2]}", query)
    if count != 1:
        raise ValueError(f"the query has {count} VALUES blocks for ?{variable}; one is needed")
    return bound
