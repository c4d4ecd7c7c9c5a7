"""Errors are raised with a key of the catalogue and values, never with a finished sentence."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import jjjkg.evaluation
from jjjkg.errors import MessageError
from jjjkg.web.http.request import Refusal
from support.modules import MODULES, SOURCE

KINDS = {"InputError", "MessageError", "Message"}


def list_kinds(kind: type) -> Iterator[str]:
    """Yield the names of the classes of errors below one."""
    for below in kind.__subclasses__():
        yield below.__name__
        yield from list_kinds(below)


def find_sentences(module: Path) -> Iterator[str]:
    """Yield the calls whose first argument, the key, has words or values put into it."""
    kinds = {*KINDS, *list_kinds(MessageError)}
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        name = ast.unparse(node.func).removesuffix(".of").rpartition(".")[2]
        texts = [part for part in ast.walk(node.args[0]) if isinstance(part, ast.Constant)]
        spaced = any(isinstance(part.value, str) and " " in part.value for part in texts)
        if name in kinds and (spaced or "str(" in ast.unparse(node.args[0])):
            yield ast.unparse(node)


@pytest.mark.parametrize("module", MODULES, ids=lambda file: str(file.relative_to(SOURCE)))
def test_no_error_is_raised_with_a_sentence(module: Path) -> None:
    assert [*find_sentences(module)] == []


def test_a_sentence_is_no_key() -> None:
    with pytest.raises(KeyError):
        str(MessageError("this has gone wrong"))


def test_all_kinds_of_errors_are_looked_for() -> None:
    kinds = {*list_kinds(MessageError)}
    assert {"InputError", "LimitExceeded", "StoreFailed", Refusal.__name__} <= kinds
    assert jjjkg.evaluation.QueryError.__name__ in kinds
