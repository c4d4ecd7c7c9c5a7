"""Tests that can fail: each asserts something, and no assertion is true whatever happens."""

import ast
from functools import cache
from pathlib import Path

import pytest

from support import ROOT, TESTS

FILES = sorted(TESTS.rglob("*.py"))
FUNCTION = ast.FunctionDef | ast.AsyncFunctionDef
#: The checker of proofs, which raises what it does not accept.
RAISING = {"check"}
Function = ast.FunctionDef | ast.AsyncFunctionDef


def name_of(file: Path) -> str:
    return str(file.relative_to(ROOT))


@cache
def read(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"))


@cache
def functions_of(file: Path) -> tuple[Function, ...]:
    """Return the functions and methods of a file, those in others included."""
    return tuple(node for node in ast.walk(read(file)) if isinstance(node, FUNCTION))


@cache
def files_seen_from(file: Path) -> tuple[Path, ...]:
    """Return a file, the helpers that it imports from, and the fixtures that it may ask for."""
    imported = [
        (TESTS / node.module.replace(".", "/")).with_suffix(".py")
        for node in ast.walk(read(file))
        if isinstance(node, ast.ImportFrom) and node.module
    ]
    fixtures = [folder / "conftest.py" for folder in (file.parent, TESTS)]
    return (file, *(path for path in (*imported, *fixtures) if path.is_file()))


def names_used(node: ast.AST) -> set[str]:
    """Return the names of what is called in a function, or handed on in a call."""
    found = set()
    for call in ast.walk(node):
        if isinstance(call, ast.Call):
            for part in (call.func, *call.args, *(word.value for word in call.keywords)):
                if isinstance(part, ast.Name | ast.Attribute):
                    found.add(part.id if isinstance(part, ast.Name) else part.attr)
    return found


def asserts(function: Function) -> bool:
    """Tell if a function fails by itself where something is not so."""
    parts = [*ast.walk(function)]
    return any(isinstance(part, ast.Assert | ast.Raise) for part in parts) or any(
        ast.unparse(part.func) in ("pytest.raises", "pytest.fail", "pytest.warns")
        for part in parts
        if isinstance(part, ast.Call)
    )


@cache
def names_that_assert() -> dict[Path, frozenset[str]]:
    """Return, for each file, the names of its functions that assert, or call one that does."""
    found = {file: {f.name for f in functions_of(file) if asserts(f)} for file in FILES}
    growing = True
    while growing:
        growing = False
        for file in FILES:
            seen = RAISING.union(*(found[other] for other in files_seen_from(file)))
            more = {f.name for f in functions_of(file) if names_used(f) & seen} - found[file]
            found[file] |= more
            growing |= bool(more)
    return {file: frozenset(names) for file, names in found.items()}


@pytest.mark.parametrize("file", [f for f in FILES if f.name.startswith("test_")], ids=name_of)
def test_a_test_asserts_something(file: Path) -> None:
    tests = {f.name for f in functions_of(file) if f.name.startswith("test_")}
    assert tests, "there is none"
    assert tests <= names_that_assert()[file], "these can't fail"


def is_always_true(test: ast.expr) -> bool:
    """Tell if an expression is true whatever its names stand for, as far as its text shows."""
    match test:
        case ast.Constant(value):
            return bool(value)
        case ast.Tuple(elts) | ast.List(elts) | ast.Set(elts):
            return any(not isinstance(element, ast.Starred) for element in elts)
        case ast.Lambda() | ast.GeneratorExp():
            return True
        case ast.BoolOp(op=ast.Or(), values=values):
            sides = {ast.unparse(value) for value in values}
            return any(map(is_always_true, values)) or any(f"not {side}" in sides for side in sides)
        case ast.BoolOp(op=ast.And(), values=values):
            return all(map(is_always_true, values))
        case ast.Compare(left, [ast.Eq() | ast.Is() | ast.LtE() | ast.GtE()], [right]) if (
            ast.unparse(left) == ast.unparse(right) and not _calls_something(left)
        ):
            return True
        case ast.Compare(ast.Call(ast.Name("len")), [ast.GtE()], [ast.Constant(0)]):
            return True
        case ast.UnaryOp(ast.Not(), ast.Constant(value)):
            return not value
    return False


def _calls_something(node: ast.expr) -> bool:
    """Tell if an expression may have another value the second time."""
    return any(isinstance(part, ast.Call) for part in ast.walk(node))


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_an_assertion_can_fail(file: Path) -> None:
    tests = [node for node in ast.walk(read(file)) if isinstance(node, ast.Assert)]
    assert [ast.unparse(node) for node in tests if is_always_true(node.test)] == []


@pytest.mark.parametrize(
    ("text", "always"),
    [
        ("status == 304 or True", True),
        ("a or not a", True),
        ("(a == b, 'words')", True),
        ("len(found) >= 0", True),
        ("a.b == a.b", True),
        ("found or [1]", True),
        ("not False", True),
        ("next(a) == next(a)", False),
        ("len(found) >= 1", False),
        ("a or b", False),
        ("found or []", False),
        ("[]", False),
        ("[*found]", False),
        ("a == b", False),
    ],
)
def test_what_is_always_true_is_seen(text: str, always: bool) -> None:
    assert is_always_true(ast.parse(text, mode="eval").body) == always
