"""Queries in worker processes: their answers, their limits, and deaths that stay their own."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

from jjjkg.errors import InputError
from jjjkg.evaluation import (
    Evaluator,
    LimitExceeded,
    Limits,
    MalformedQuery,
    RefusedQuery,
    UnavailableFormat,
    UnsupportedQuery,
    WorkerCrashed,
)
from jjjkg.mediatypes import RESULTS, TRIPLES, Format
from jjjkg.namespaces import CLAIM, GRAPH, JJJ, KG

COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
#: Joins three copies of everything: minutes of work, in little memory.
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?c = ?g + 1) }"
HUNGRY = "SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?c"
LARGE = "SELECT * { ?a ?b ?c . ?d ?e ?f }"


@pytest.fixture(scope="module")
def quads(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A chain of 1,500 asserted triples, one of them in two claims, and one inferred."""
    lines = [f"<{KG}{i}> <{JJJ}next> <{KG}{i + 1}> <{GRAPH}asserted> ." for i in range(1500)]
    lines += [f"<{KG}0> <{JJJ}next> <{KG}1> <{CLAIM}{name}> ." for name in ("P1.S1.a", "P1.S1.b")]
    lines.append(f'<{KG}0> <{JJJ}name> "京津冀"@zh <{GRAPH}inferred> .')
    file = tmp_path_factory.mktemp("quads") / "dataset.nq"
    file.write_text("\n".join(lines), encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def evaluator(quads: Path) -> Iterator[Evaluator]:
    limits = Limits(seconds=1.0, memory=192 << 20, bytes=1 << 20, length=100_000)
    with Evaluator(quads, limits) as evaluator:
        yield evaluator


def count(evaluator: Evaluator, query: str = COUNT, **graphs: list[str]) -> int:
    answer = json.loads(evaluator.evaluate(query, **graphs).body)
    return int(answer["results"]["bindings"][0]["n"]["value"])


def nursery_of(evaluator: Evaluator) -> int:
    return evaluator._nursery._process.pid


def workers_of(pid: int) -> list[int]:
    """The children of a process."""
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii")
    return [int(child) for child in listed.split()]


def lives(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def wait_until(condition: Callable[[], object], seconds: float = 5.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come about in time"
        time.sleep(0.01)


def ask_aside(evaluator: Evaluator, query: str) -> tuple[threading.Thread, list[object]]:
    """Evaluate in another thread; the list gets the answer or the error."""
    outcome: list[object] = []

    def ask() -> None:
        try:
            outcome.append(evaluator.evaluate(query))
        except Exception as error:
            outcome.append(error)

    thread = threading.Thread(target=ask)
    thread.start()
    return thread, outcome


# Answers


def test_the_default_graph_holds_each_triple_once(evaluator: Evaluator) -> None:
    assert count(evaluator) == 1501


def test_parts_can_be_left_out(quads: Path) -> None:
    with Evaluator(quads, without=("inferred",)) as evaluator:
        assert count(evaluator) == 1500


@pytest.mark.parametrize("format", RESULTS, ids=lambda format: format.name)
def test_each_format_of_results_can_be_read_back(evaluator: Evaluator, format: Format) -> None:
    query = f"SELECT ?name {{ <{KG}0> <{JJJ}name> ?name }}"
    answer = evaluator.evaluate(query, results=format.name)
    assert (answer.format, answer.form) == (format, "SELECT")
    if answer.format.name == "csv":
        assert answer.body == "name\r\n京津冀\r\n".encode()
        return
    media_type = ox.QueryResultsFormat.from_media_type(answer.format.media_type)
    assert media_type is not None
    read = ox.parse_query_results(answer.body, media_type)
    assert isinstance(read, ox.QuerySolutions)
    assert [row["name"] for row in read] == [ox.Literal("京津冀", language="zh")]


@pytest.mark.parametrize("format", [format.name for format in TRIPLES])
@pytest.mark.parametrize("form", ["DESCRIBE", "CONSTRUCT"])
def test_each_format_of_triples_can_be_read_back(
    evaluator: Evaluator, format: str, form: str
) -> None:
    pattern = "{ ?s ?p ?o }" if form == "CONSTRUCT" else "?s"
    query = f"{form} {pattern} WHERE {{ VALUES ?s {{ <{KG}0> }} ?s ?p ?o }}"
    answer = evaluator.evaluate(query, triples=format)
    rdf = ox.RdfFormat.from_media_type(answer.format.media_type)
    assert rdf is not None
    read = {(q.predicate.value, q.object) for q in ox.parse(answer.body, format=rdf)}
    assert read == {
        (JJJ + "next", ox.NamedNode(KG + "1")),
        (JJJ + "name", ox.Literal("京津冀", language="zh")),
    }


def test_turtle_has_only_the_prefixes_it_uses_in_our_order(evaluator: Evaluator) -> None:
    lines = evaluator.evaluate(f"DESCRIBE <{KG}0>").body.decode().splitlines()
    assert lines[:2] == [f"@prefix jjj: <{JJJ}> .", f"@prefix kg: <{KG}> ."]
    assert len([line for line in lines if line.startswith("@prefix")]) == 2


def test_a_triple_of_two_default_graphs_counts_once(evaluator: Evaluator) -> None:
    claims = [CLAIM + "P1.S1.a", CLAIM + "P1.S1.b"]
    assert count(evaluator, default_graphs=claims) == 1
    clauses = f"FROM c:P1.S1.a FROM <{claims[1]}>"
    query = f"PREFIX c: <{CLAIM}> SELECT (COUNT(*) AS ?n) {clauses} {{ ?s ?p ?o }}"
    assert count(evaluator, query) == 1
    assert count(evaluator, query, default_graphs=[GRAPH + "asserted"]) == 1500


def test_the_protocols_dataset_has_only_the_graphs_that_it_names(evaluator: Evaluator) -> None:
    named = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }"
    claims = [CLAIM + "P1.S1.a", CLAIM + "P1.S1.b"]
    assert count(evaluator, named, default_graphs=claims) == 0
    assert count(evaluator, named, named_graphs=claims) == 2
    assert count(evaluator, COUNT, named_graphs=claims) == 0
    assert count(evaluator, named, default_graphs=claims, named_graphs=claims[:1]) == 1


def test_keywords_need_no_space_between_them(evaluator: Evaluator) -> None:
    answer = evaluator.evaluate(f"SELECTDISTINCT?s{{?s<{JJJ}name>?o}}", results="tsv")
    assert answer.body.decode() == f"?s\n<{KG}0>\n"


def test_a_local_name_with_dots_is_read(evaluator: Evaluator) -> None:
    query = f"PREFIX c: <{CLAIM}> ASK {{ GRAPH c:P1.S1.a {{ ?s ?p ?o }} }}"
    assert json.loads(evaluator.evaluate(query).body)["boolean"] is True


# Refusals


@pytest.mark.parametrize(
    ("query", "line", "column", "words"),
    [
        ("SELEC * {}", 1, 1, "found SELEC where ASK, BASE"),
        ("SELECT *\n{ ?s ?p }", 2, 9, "found }"),
        ("SELECT * { ?京 ?p", 1, 17, "ends too early"),
        ("SELECT * { ?s ex:p ?o }", 1, 15, "prefix 'ex:' is not declared"),
        ("SELECT * { ?s <p> ?o }", 1, 15, "<p> is relative"),
        ("SELECT * { ?s ?p <http://a b> }", 1, 18, "no IRI may hold"),
        ('SELECT * { ?s ?p "abc }', 1, 18, "not closed"),
        ('SELECT * { ?s ?p "a\\q" }', 1, 20, "no escape"),
        ("SELECT * { ?s ?p “x” }", 1, 18, "left double quotation mark"),
        ("SELECT ?s (COUNT(*) AS ?n) { ?s ?p ?o }", 1, 40, "variable that is unbound"),
        ("S\\u0045LECT * {}", 1, 2, "backslash"),
        ("", 1, 1, "empty"),
        ("ASK {} ASK {}", 1, 8, "found ASK where the end of the query"),
        ("SELECT * { ?s ?p ?o FILTER(nope(?s)) }", 1, 28, "found nope"),
    ],
)
def test_a_syntax_error_is_told_with_its_place_in_words(
    evaluator: Evaluator, query: str, line: int, column: int, words: str
) -> None:
    with pytest.raises(MalformedQuery) as caught:
        evaluator.evaluate(query)
    assert (caught.value.line, caught.value.column) == (line, column)
    assert words in caught.value.reason
    assert "u{" not in str(caught.value)
    assert "\n" not in caught.value.reason


def test_the_caret_stands_below_the_place_beside_wide_characters(evaluator: Evaluator) -> None:
    with pytest.raises(MalformedQuery) as caught:
        evaluator.evaluate('SELECT * {\n\t?s ?p "京津" "x" }')
    shown, caret = caught.value.excerpt.splitlines()
    assert shown == '\t?s ?p "京津" "x" }'
    assert caret == "\t" + " " * len('?s ?p "') + " " * 4 + " " * len('" ') + "^"


@pytest.mark.parametrize("opening", ["{", "(", "[ ?p ", "!", "OPTIONAL {", "FILTER NOT EXISTS {"])
def test_nesting_that_would_crash_the_parser_is_a_syntax_error(
    evaluator: Evaluator, opening: str
) -> None:
    repeated = 40_000 // len(opening)
    with pytest.raises(MalformedQuery, match="nested more than 200 deep"):
        evaluator.evaluate("SELECT * { FILTER(" + opening * repeated)
    assert count(evaluator) == 1501


@pytest.mark.parametrize("query", ["INSERT DATA {}", "# x\nPREFIX a: <http://b> drop all"])
def test_updates_are_refused(evaluator: Evaluator, query: str) -> None:
    with pytest.raises(RefusedQuery, match="update"):
        evaluator.evaluate(query)


def test_service_is_refused(evaluator: Evaluator) -> None:
    with pytest.raises(RefusedQuery, match=r"SERVICE \(line 2, column 1\)"):
        evaluator.evaluate("SELECT * {\nSERVICE <http://example.org/> {} }")


def test_no_worker_reaches_the_network(
    evaluator: Evaluator, monkeypatch: pytest.MonkeyPatch, quads: Path
) -> None:
    """Even where the reading of terminals were fooled."""
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(sys.path))
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        url = f"http://127.0.0.1:{server.getsockname()[1]}/"
        script = (
            "import jjjkg.evaluation.engine as engine\n"
            "engine.find_service = lambda tokens: None\n"
            "import sys, jjjkg.evaluation.nursery as nursery\n"
            "nursery.main(sys.argv[1:])\n"
        )
        real = subprocess.Popen

        def start(command: list[str], **options: object) -> object:
            return real([sys.executable, "-c", script, *command[4:]], **options)

        monkeypatch.setattr("jjjkg.evaluation.evaluator.subprocess.Popen", start)
        with (
            Evaluator(quads) as fooled,
            pytest.raises(UnsupportedQuery, match="can't evaluate"),
        ):
            fooled.evaluate(f"SELECT * {{ SERVICE <{url}> {{ ?s ?p ?o }} }}")
        with pytest.raises(TimeoutError):
            server.accept()


def test_no_acceptable_format_is_told_with_the_form(evaluator: Evaluator) -> None:
    with pytest.raises(UnavailableFormat) as caught:
        evaluator.evaluate("ASK {}", results=None)
    assert caught.value.form == "ASK"
    with pytest.raises(UnavailableFormat):
        evaluator.evaluate("CONSTRUCT {} {}", triples=None)


@pytest.mark.parametrize(
    ("query", "formats", "words"),
    [
        ("ASK { FILTER(<http://example.org/f>(1)) }", {}, "function"),
        ('SELECT ("\x01" AS ?x) {}', {"results": "xml"}, "U+0001"),
        ('CONSTRUCT { <a:b> <a:c> "\x01" } {}', {"triples": "rdfxml"}, "U+0001"),
        ("CONSTRUCT { <a:b> <a:b/1> 1 } {}", {"triples": "rdfxml"}, "<a:b/1>"),
    ],
)
def test_what_cannot_be_answered_says_why(
    evaluator: Evaluator, query: str, formats: dict[str, str], words: str
) -> None:
    with pytest.raises(UnsupportedQuery) as caught:
        evaluator.evaluate(query, **formats)
    assert words in str(caught.value)


# Limits


@pytest.mark.parametrize(
    ("query", "limit"),
    [(ENDLESS, "seconds"), (HUNGRY, "memory"), (LARGE, "bytes"), (" " * 100_001, "length")],
)
def test_a_query_over_a_limit_ends_and_the_next_works(
    evaluator: Evaluator, query: str, limit: str
) -> None:
    start = time.monotonic()
    with pytest.raises(LimitExceeded) as caught:
        evaluator.evaluate(query)
    assert caught.value.limit == limit
    assert time.monotonic() - start < 5
    assert count(evaluator) == 1501
    wait_until(lambda: not workers_of(nursery_of(evaluator)))


def test_a_long_chain_of_operators_is_no_nesting(evaluator: Evaluator) -> None:
    query = f"ASK {{ FILTER({' || '.join(['false'] * 8000)}) }}"
    assert json.loads(evaluator.evaluate(query).body)["boolean"] is False


# Deaths


def test_a_killed_worker_is_an_error_of_its_own_query_only(quads: Path) -> None:
    with Evaluator(quads, Limits(seconds=20)) as evaluator:
        nursery = nursery_of(evaluator)
        thread, outcome = ask_aside(evaluator, ENDLESS)
        wait_until(lambda: workers_of(nursery))
        os.kill(workers_of(nursery)[0], signal.SIGKILL)
        thread.join(5)
        assert isinstance(outcome[0], WorkerCrashed)
        assert outcome[0].signal == signal.SIGKILL
        assert count(evaluator) == 1501
        assert nursery_of(evaluator) == nursery


def test_a_killed_nursery_is_replaced(quads: Path) -> None:
    with Evaluator(quads) as evaluator:
        for _ in range(3):
            os.kill(nursery_of(evaluator), signal.SIGKILL)
            assert count(evaluator) == 1501


def test_queries_run_side_by_side(evaluator: Evaluator) -> None:
    thread, outcome = ask_aside(evaluator, ENDLESS)
    wait_until(lambda: workers_of(nursery_of(evaluator)))
    assert count(evaluator) == 1501
    assert not outcome
    thread.join(5)
    assert isinstance(outcome[0], LimitExceeded)


def test_closing_leaves_no_process(quads: Path) -> None:
    evaluator = Evaluator(quads, Limits(seconds=20))
    nursery = nursery_of(evaluator)
    thread, outcome = ask_aside(evaluator, ENDLESS)
    wait_until(lambda: workers_of(nursery))
    family = [nursery, *workers_of(nursery)]
    evaluator.close()
    thread.join(5)
    assert isinstance(outcome[0], WorkerCrashed)
    wait_until(lambda: not any(map(lives, family)))
    with pytest.raises(WorkerCrashed):
        evaluator.evaluate(COUNT)


def test_the_nursery_dies_with_the_process_that_started_it(quads: Path) -> None:
    script = (
        "import sys, threading, time\n"
        "from pathlib import Path\n"
        "from jjjkg.evaluation import Evaluator\n"
        "evaluator = Evaluator(Path(sys.argv[1]))\n"
        "threading.Thread(target=evaluator.evaluate, args=[sys.argv[2]]).start()\n"
        "print(evaluator._nursery._process.pid, flush=True)\n"
        "time.sleep(60)\n"
    )
    command = [sys.executable, "-c", script, str(quads), ENDLESS]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as starter:
        assert starter.stdout is not None
        nursery = int(starter.stdout.readline())
        wait_until(lambda: workers_of(nursery))
        family = [nursery, *workers_of(nursery)]
        starter.kill()
    wait_until(lambda: not any(map(lives, family)))


@pytest.mark.parametrize("content", [None, b"no quads"])
def test_quads_that_cannot_be_loaded_are_named(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "dataset.nq"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(InputError, match=r"dataset\.nq: can't be loaded"):
        Evaluator(file)


def test_an_unknown_part_is_named(quads: Path) -> None:
    with pytest.raises(InputError, match="'guessed' is no part"):
        Evaluator(quads, without=("guessed",))
