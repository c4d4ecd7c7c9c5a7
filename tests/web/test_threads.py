"""Threads: views that wait for queries of their own have some, as their pages say."""

from types import SimpleNamespace

import pytest

from jjjkg.web import app


def waits(path: str) -> bool:
    return f"{path}/".startswith(app.find_waiting())


@pytest.mark.parametrize(
    "path",
    ["/id/x", "/graph/asserted", "/ontology", "/ontology.ttl", "/.well-known/void", "/sparql"],
)
def test_a_view_that_asks_waits_apart(path: str) -> None:
    assert waits(path)


@pytest.mark.parametrize("path", ["/", "/static/style.css", "/releases/", "/nothing", "/identity"])
def test_a_view_that_waits_for_nothing_does_not(path: str) -> None:
    assert not waits(path)


def test_a_page_more_says_itself_that_it_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    page = SimpleNamespace(WAITING=("/about",))
    monkeypatch.setattr(app, "find_pages", lambda: [page, SimpleNamespace()])
    assert waits("/about")
    assert not waits("/sparql")
