"""The gate against updates and SERVICE, fuzzed: what an engine would execute is never let through.

Random queries of the grammar, and random changes to them and to a kept corpus, are read by us and
by the engine. JJJKG_FUZZ says for how many seconds; each failure shows its text, which belongs into
corpus.json once it is mended. Those that reach a SERVICE are seen by a socket that counts.
"""

import json
import os
import random
import re
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Any, cast

import pyoxigraph as ox
import pytest

from jjjkg.evaluation import Request
from jjjkg.evaluation.engine import PreparedQuery, Queries
from jjjkg.evaluation.errors import Limits, QueryError, RefusedQuery
from jjjkg.evaluation.results import Output
from jjjkg.evaluation.sparql.admission import check_query, check_query_elsewhere, check_with_engine
from jjjkg.evaluation.sparql.diagnosis import explain
from jjjkg.evaluation.sparql.grammar import load_grammar
from jjjkg.evaluation.sparql.lexer import (
    QueryTooDeep,
    Token,
    decode_code_points,
    find_form,
    find_plain_form,
    find_service,
    is_volatile,
    tokenize,
)
from jjjkg.evaluation.sparql.well_formedness import find_misplaced_aggregate
from support.grammars import Sentences, change

SERVICE = re.compile("service", re.IGNORECASE | re.ASCII)
SECONDS = float(os.environ.get("JJJKG_FUZZ", "8"))
CORPUS = json.loads((Path(__file__).parent / "corpus.json").read_text(encoding="utf-8"))
PROLOGUES = (
    "PREFIX ex:<a:> PREFIX service:<a:> PREFIX :<a:> PREFIX SERVICE:<a:> ",
    "PREFIX ex:<a:> PREFIX :<a:>\n",
    "",
)


class Listener:
    """A socket that no query may reach, and how often one did."""

    def __init__(self) -> None:
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.count = 0
        self.target = f"<http://127.0.0.1:{self.socket.getsockname()[1]}/>"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            self.count += 1
            connection.close()


@pytest.fixture(scope="module")
def listener() -> Iterator[Listener]:
    listener = Listener()
    yield listener
    listener.socket.close()


def spellings(target: str) -> dict[str, list[str]]:
    """Return spellings of the kinds of terminals; much of it looks like a keyword."""
    return {
        "VAR": ["?s", "?o", "$x", "?SERVICE", "?京", "?a1"],
        "IRIREF": [target, target, "<a:b>", "<a:SERVICE>", "<a:b#c>", "<a:b#>", "<x>"],
        "NAME": [
            "ex:a",
            "service:x",
            "ex:SERVICE",
            ":a",
            "SERVICE:a",
            "ex:a.b",
            "ex:a\\-b",
            ":%20",
        ],
        "PREFIXNAME": ["ex:", ":", "service:"],
        "BLANK": ["_:a", "_:b.c", "_:SERVICE"],
        "STRING": ['"a"', "'b'", '"SERVICE"', '"\\""', "'#'", '"\\u0053"', '"{"', "'<'", '""'],
        "LONGSTRING": ['"""a"b\n#"""', "'''SERVICE <a:b> {}'''", '"""\\""""', "''''a'''"],
        "INTEGER": ["1", "0", "007"],
        "DECIMAL": ["1.5", ".5", "1e3", "1.5e-3"],
        "LANGTAG": ["@en", "@service", "@en--ltr"],
        "NIL": ["()", "( )", "(\n)"],
        "ANON": ["[]", "[ ]"],
    }


def parses(text: str) -> bool:
    """Tell if the engine reads a text as a query; it may then well be unable to evaluate it."""
    try:
        ox.Store().query(text, base_iri="http://a/")
    except SyntaxError:
        return False
    except (RuntimeError, ValueError, OSError):
        return True
    return True


def is_update(text: str) -> bool:
    try:
        ox.Store().update(text, base_iri="http://a/")
    except SyntaxError:
        return False
    except (RuntimeError, ValueError, OSError):
        return True
    return True


def passes(check: Callable[[], None]) -> bool:
    try:
        check()
    except RefusedQuery:
        return False
    return True


def evaluate(text: str) -> None:
    """Evaluate a query on nothing, and read some of its results."""
    try:
        found = ox.Store().query(text, base_iri="http://a/")
        if not isinstance(found, ox.QueryBoolean):
            list(islice(found, 20))
    except (SyntaxError, RuntimeError, ValueError, OSError):
        return


def rename(text: str) -> str:
    """A text with other letters wherever SERVICE stands in it, in any case, which they keep."""
    return SERVICE.sub(lambda match: "".join(chr(ord(c) + 1) for c in match[0]), text)


def strip_comments(text: str, tokens: list[Token]) -> str:
    """The text of its terminals, with a blank where anything stood between them."""
    pieces, end = [], 0
    for token in tokens:
        pieces += [" " if token.start > end else "", token.text]
        end = token.start + len(token.text)
    return "".join(pieces)


def check(text: str, listener: Listener, seen: Counter[str]) -> None:
    """Hold what we read in a text against what the engine reads in it."""
    before = listener.count
    try:
        tokens = tokenize(text)
    except QueryTooDeep:
        seen["too deep"] += 1
        return
    assert all(text.startswith(token.text, token.start) for token in tokens)
    check_plain(text, tokens, seen)
    accepted = parses(text)
    if not accepted:
        seen["refused"] += 1
        error = explain(text, tokens, "error at 1:1: expected x")
        assert error.line >= 1
        assert error.column >= 1
    else:
        seen["accepted"] += 1
        serves = not parses(rename(text))
        seen["service"] += serves
        # The terminals alone tell a keyword; the engine is asked again only to be sure.
        assert find_service(tokens) or not serves, "SERVICE is not seen among the terminals"
        let_through = passes(lambda: check_query(text, tokens)) and passes(
            lambda: check_with_engine(text, tokens)
        )
        assert not (let_through and serves), "SERVICE is let through"
        assert parses(strip_comments(text, tokens)), "terminals are read as the engine does not"
        if let_through:
            seen["let through"] += 1
            before = listener.count
            evaluate(text)
            assert listener.count == before, "another endpoint was asked"
    check_answer(text, listener)
    check_elsewhere(text, accepted, seen)


class Nowhere:
    """A connection that takes what it is sent."""

    def sendall(self, data: object) -> None:
        pass


def check_answer(text: str, listener: Listener) -> None:
    """Have a text answered as a worker does, whatever it is, and see that nobody else is asked.

    The gate itself evaluates what it is not sure of, which in a worker reaches no network: counted
    is from when the query is evaluated on the store.
    """
    counts: list[int] = []
    ask = PreparedQuery.ask

    def watched(self: PreparedQuery, *options: Any) -> Any:
        counts.append(listener.count)
        return ask(self, *options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(PreparedQuery, "ask", watched)
        output = Output(cast(socket.socket, Nowhere()), Limits(), False, 0, lambda: 0)
        with suppress(QueryError):
            Queries(ox.Store()).answer(Request(text, "json", "nt", base="http://a/"), output)
    assert not counts or listener.count == counts[0], "another endpoint was asked"


def check_plain(text: str, tokens: list[Token], seen: Counter[str]) -> None:
    """Hold what a look at a text tells against what its terminals do."""
    if form := find_plain_form(text):
        seen["plain"] += 1
        found = find_form(tokens)
        assert found, "a form is told that is none"
        assert found.word == form
        assert not find_service(tokens)
        assert not is_volatile(tokens)
        assert not any(token.word in ("FROM", "ORDER", "HAVING") for token in tokens)
        assert find_misplaced_aggregate(text, tokens) is None


def check_elsewhere(text: str, accepted: bool, seen: Counter[str]) -> None:
    """Hold the gate to other stores against an engine that takes escapes first."""
    if not accepted or not passes(lambda: check_query_elsewhere(text)):
        return
    decoded = decode_code_points(text)
    assert not is_update(decoded), "an update is let through to a store elsewhere"
    if parses(decoded) and "service" in decoded.lower():
        seen["elsewhere"] += 1
        assert parses(rename(decoded)), "SERVICE is let through to a store elsewhere"


@pytest.mark.parametrize("text", CORPUS)
def test_the_corpus_holds(text: str, listener: Listener) -> None:
    check(text.replace("{target}", listener.target), listener, Counter())


def test_the_gate_holds(listener: Listener, capsys: pytest.CaptureFixture[str]) -> None:
    seed = int.from_bytes(os.urandom(4), "big")
    chance = random.Random(seed)
    sentences = Sentences(load_grammar(), spellings(listener.target), chance)
    kept = [text.replace("{target}", listener.target) for text in CORPUS]
    seen: Counter[str] = Counter()
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        if chance.random() < 0.6:
            size = chance.choice((15, 30, 60))
            text = chance.choice(PROLOGUES) + sentences.make("QueryUnit", size)
        else:
            text = chance.choice(kept)
        if chance.random() < 0.7:
            text = change(text, listener.target, chance)
        try:
            check(text, listener, seen)
        except Exception as error:
            raise AssertionError(f"{error!r} for {text!r} (seed {seed})") from error
        if len(kept) < 2000 and chance.random() < 0.05 and parses(text):
            kept.append(text)
    with capsys.disabled():
        print(f"\nfuzzing the gate for {SECONDS:g} s: {dict(seen)}")
    # It is no test where the texts are all nonsense, or a machine too slow to try many.
    assert seen["accepted"] > 4 * SECONDS
    assert seen["let through"] > 2 * SECONDS
    assert seen["service"] > SECONDS / 2
    assert seen["plain"] > SECONDS / 8


@pytest.mark.parametrize(
    ("query", "serves"),
    [
        ("ASK { SERVICE {target} { ?s ?p ?o } }", True),
        ("SELECT * { SERVICE SILENT {target} { ?s ?p ?o } }", True),
        ("ASK { # SERVICE {target} {}\n }", False),
    ],
)
def test_the_socket_sees_what_a_query_asks_of_others(
    listener: Listener, query: str, serves: bool
) -> None:
    """The fuzzer's own senses: the count, and the renaming."""
    text = query.replace("{target}", listener.target)
    before = listener.count
    evaluate(text)
    assert (listener.count > before) is serves
    assert parses(rename(text)) is not serves
