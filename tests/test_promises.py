"""The promises of README and docs: each has a test, and its words still stand where it was made.

tests/promises.toml is the list. It can't be known of every sentence if it promises something; a
sentence that says must, never, only and the like does, unless the list says why not.
"""

import ast
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from typing import Any

import pytest

from support import ROOT, TESTS

LISTED = tomllib.loads((TESTS / "promises.toml").read_text(encoding="utf-8"))
#: Documents about the work on the code, which promise a reader of the data nothing.
FOR_MAINTAINERS = {"architecture.md", "contributing.md", "style.md", "portability.md"}
DOCUMENTS = [
    "README.md",
    *sorted(
        f"docs/{file.name}"
        for file in (ROOT / "docs").glob("*.md")
        if file.name not in FOR_MAINTAINERS
    ),
]
STRONG = re.compile(
    r"\b(must|never|always|can't|cannot|refuse[sd]?|only|alone|at most|exactly|no other|nothing"
    r"|nobody|neither)\b",
    re.IGNORECASE,
)


@cache
def sentences(document: str) -> tuple[str, ...]:
    """Return the sentences, headings and rows of tables of a document, without its code blocks."""
    text = (ROOT / document).read_text(encoding="utf-8")
    text = re.sub(r"^```.*?^```[^\n]*$|<!--.*?-->", "", text, flags=re.MULTILINE | re.DOTALL)
    return tuple(_split(text))


def _split(text: str) -> Iterator[str]:
    for block in re.split(r"\n\s*\n|\n(?=\||\s*[-*] |\s*\d+\. |#)", text):
        line = " ".join(block.split())
        if line.startswith(("|", "#")):
            yield line
        else:
            yield from filter(None, re.split(r"(?<=[.?!])\)?\s+(?=[^a-z])", line))


def has_words(sentence: str, words: str) -> bool:
    return all(word in sentence.casefold() for word in words.casefold().split())


def find_documents(words: str) -> list[str]:
    """Return the documents that have all of these words in one sentence."""
    return [d for d in DOCUMENTS if any(has_words(s, words) for s in sentences(d))]


@cache
def names_in(file: str) -> frozenset[str]:
    """Return the names of the tests of a file, those of its classes as CLASS::NAME."""
    found = set()
    for node in ast.parse((ROOT / file).read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef):
            found.add(node.name)
        elif isinstance(node, ast.ClassDef):
            found |= {
                f"{node.name}::{inner.name}"
                for inner in ast.walk(node)
                if isinstance(inner, ast.FunctionDef)
            }
    return frozenset(name for name in found if name.rpartition("::")[2].startswith("test_"))


def name_of(entry: dict[str, Any]) -> str:
    return f"{entry['file']}: {entry['says']}"


@pytest.mark.parametrize(
    "entry", [*LISTED["promise"], *LISTED["figure"], *LISTED["no_promise"]], ids=name_of
)
def test_a_promise_stands_where_it_was_made(entry: dict[str, Any]) -> None:
    found = find_documents(entry["says"])
    assert entry["file"] in found, f"no sentence there has these words; elsewhere: {found}"


@pytest.mark.parametrize("promise", LISTED["promise"], ids=name_of)
def test_a_promise_has_tests(promise: dict[str, Any]) -> None:
    assert promise["tests"]
    for test in promise["tests"]:
        file, _, name = test.partition("::")
        assert (ROOT / file).is_file(), test
        assert name in names_in(file), test


@pytest.mark.parametrize("figure", LISTED["figure"], ids=name_of)
def test_a_figure_is_that_of_the_code(figure: dict[str, Any]) -> None:
    module, _, name = figure["constant"].partition(":")
    assert getattr(import_module(module), name) == figure["value"]


@pytest.mark.parametrize("document", DOCUMENTS)
def test_what_sounds_like_a_promise_is_listed(document: str) -> None:
    listed = [
        entry["says"]
        for kind in ("promise", "figure", "no_promise")
        for entry in LISTED[kind]
        if entry["file"] == document
    ]
    unlisted = [
        sentence
        for sentence in sentences(document)
        if STRONG.search(sentence) and not any(has_words(sentence, words) for words in listed)
    ]
    assert unlisted == []


def test_no_promise_is_listed_twice() -> None:
    names = [name_of(promise) for promise in LISTED["promise"]]
    assert len(names) == len(set(names))
