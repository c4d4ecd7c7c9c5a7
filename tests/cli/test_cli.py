"""The command line: what it prints, and how it refuses."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from jjjkg.cli import main
from jjjkg.snapshot import Snapshot
from support import ROOT

DATA = """
@prefix : <http://example.org/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
:inside a owl:TransitiveProperty .
:a :inside :b .
:b :inside :c .
"""


@pytest.fixture(autouse=True)
def _cache(snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JJJKG_CACHE", str(snapshot.folder.parents[1]))


@pytest.fixture
def data(tmp_path: Path) -> Path:
    file = tmp_path / "data.ttl"
    file.write_text(DATA, encoding="utf-8")
    return file


def refusal(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    """What a command that must exit with 2 says: one line."""
    assert main(arguments) == 2
    out, err = capsys.readouterr()
    assert not out
    *progress, last = err.splitlines()
    assert all(line.startswith("jjjkg: ") for line in progress)
    assert "Traceback" not in err
    return last


def test_query_draws_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["query", "which_firms_left_beijing"]) == 0
    out = capsys.readouterr().out
    assert "Hebei Shenyue Soft" in out
    assert out.endswith("1 row\n")


def test_a_table_does_not_drive_the_terminal(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    query = tmp_path / "escape.rq"
    query.write_text(r'SELECT ("a\u001b[31m\r\u202E石" AS ?x) {}', encoding="utf-8")
    assert main(["query", str(query)]) == 0
    assert r"a\u001B[31m\u000D\u202E石" in capsys.readouterr().out


def test_query_notes_a_having_that_nothing_passes(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    query = tmp_path / "having.rq"
    query.write_text("SELECT ?s (COUNT(?o) AS ?c) { ?s ?p ?o } GROUP BY ?s HAVING (?c > 1)")
    assert main(["query", str(query)]) == 0
    said = capsys.readouterr()
    assert "0 rows" in said.out
    assert "HAVING can't see ?c" in said.err
    assert "COUNT(?o)" in said.err


def test_query_without_a_question_lists_them(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["query"]) == 0
    out = capsys.readouterr().out
    assert "which_firms_left_beijing\n    Which firms left Beijing" in out
    assert "哪些企业迁出北京" in out


def test_query_reads_standard_input(data: Path) -> None:
    command = [sys.executable, "-m", "jjjkg.cli", "query", "-", "--format", "csv"]
    query = "SELECT ?o { <http://example.org/a> <http://example.org/inside> ?o } ORDER BY ?o"
    done = subprocess.run(
        [*command, "--data", str(data)], input=query, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["o", "http://example.org/b", "http://example.org/c"]


@pytest.mark.parametrize(
    ("redirected", "status", "said"),
    [
        (
            "printf '\\xff' |{command} -- -",
            2,
            "standard input: is not UTF-8: byte 0xff at offset 0",
        ),
        ("{command} -- - <&-", 2, "standard input: is closed"),
        ("echo 'ASK {}' |{command} -- - >&-", 0, ""),
        (
            "echo 'ASK {}' |{command} -- - >/dev/full",
            2,
            "standard output: No space left on device; make room or choose another one",
        ),
        ("{command} -- 'SELECT * { ?s ?p ?o }'", 2, "a query goes into a file"),
        ("{command} -- figures", 2, "this data has no questions of its own"),
    ],
)
def test_streams_that_are_odd_or_closed_make_no_traceback(
    redirected: str, status: int, said: str, data: Path
) -> None:
    shell = redirected.replace("{command}", f" {sys.executable} -m jjjkg.cli query --data {data}")
    done = subprocess.run(["bash", "-c", shell], capture_output=True, text=True)
    assert done.returncode == status, done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("answer", ["yes", "no"])
def test_an_ask_is_answered_in_a_word(
    answer: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    query = tmp_path / "ask.rq"
    what = "?s ?p ?o" if answer == "yes" else "?s ?p <urn:nothing>"
    query.write_text(f"ASK {{ {what} }}", encoding="utf-8")
    assert main(["query", str(query)]) == 0
    assert capsys.readouterr().out == f"{answer}\n"


def test_an_unknown_question_names_near_ones(capsys: pytest.CaptureFixture[str]) -> None:
    assert "did you mean which_firms_left_beijing" in refusal(
        ["query", "which_firm_left_beijing"], capsys
    )


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("SELECT * {?s", "bad.rq:1:13: the query ends too early"),
        ("INSERT DATA { <a:a> <a:b> 1 }", "update"),
        ("SELECT * { SERVICE <http://example.org/> { ?s ?p ?o } }", "SERVICE"),
        ("SELECT * " + "{" * 20_000 + "}" * 20_000, "nested"),
    ],
    ids=["syntax", "update", "service", "nested"],
)
def test_a_bad_query_is_refused_in_one_line(
    query: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "bad.rq"
    file.write_text(query, encoding="utf-8")
    assert said in refusal(["query", str(file)], capsys)


def test_a_file_that_does_not_parse_is_named_with_line_and_column(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = tmp_path / "bad.ttl"
    bad.write_text("<a:a> <a:b>\n  ; .\n", encoding="utf-8")
    assert f"{bad}:2:" in refusal(["build", "--data", str(bad)], capsys)


@pytest.mark.parametrize("name", ["missing.ttl", "missing"])
def test_a_missing_file_is_refused(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    missing = tmp_path / name
    assert f"{missing}: is not there" in refusal(["build", "--data", str(missing)], capsys)


def test_a_contradiction_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bad = tmp_path / "bad.ttl"
    bad.write_text(
        "@prefix owl: <http://www.w3.org/2002/07/owl#> .\n"
        "<a:A> owl:disjointWith <a:B> . <a:x> a <a:A> , <a:B> .\n",
        encoding="utf-8",
    )
    assert "disjoint classes" in refusal(["build", "--data", str(bad)], capsys)


def test_a_cache_that_can_not_be_written_is_refused(
    data: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    in_the_way = tmp_path / "cache"
    in_the_way.write_text("a file, not a folder", encoding="utf-8")
    monkeypatch.setenv("JJJKG_CACHE", str(in_the_way))
    assert str(in_the_way) in refusal(["build", "--data", str(data)], capsys)


def test_a_port_in_use_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        assert f"port {port}" in refusal(["serve", "--port", port], capsys)


def test_serve_says_where_and_ends_cleanly() -> None:
    command = [sys.executable, "-m", "jjjkg.cli", "serve", "--port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:
        assert server.stderr is not None
        lines = iter(server.stderr.readline, "")
        assert any("ready: http://127.0.0.1:" in line for line in lines)
        server.send_signal(signal.SIGTERM)
        assert server.wait(timeout=20) == 0


def test_check_prints_findings_and_exits_with_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "laid-out"
    (folder / "ontology").mkdir(parents=True)
    (folder / "graph").mkdir()
    (folder / "queries").symlink_to(ROOT / "queries")
    (folder / "ontology" / "terms.ttl").write_text("<a:A> a <a:B> .\n", encoding="utf-8")
    (folder / "graph" / "claim.trig").write_text("<a:claim> { <a:x> <a:p> 1 . }", encoding="utf-8")
    assert main(["check", "--data", str(folder)]) == 2
    out = capsys.readouterr().out
    assert f"{folder}/graph/claim.trig: a:claim: A claim has triples and no record.; mend: " in out


def test_a_reader_that_goes_away_is_no_error(data: Path) -> None:
    query = "SELECT * { ?s ?p ?o . ?a ?b ?c }"
    command = f"{sys.executable} -m jjjkg.cli query - --data {data} | head -n 1"
    done = subprocess.run(
        ["bash", "-c", command], input=query, capture_output=True, text=True, env=os.environ
    )
    assert done.returncode == 0
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr


def test_literals_that_the_store_changes_are_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("JJJKG_CACHE", str(tmp_path / "cache"))
    file = tmp_path / "a.ttl"
    file.write_text("<x:a> <x:b> 5.10 , 007 , 1 .", encoding="utf-8")
    query = tmp_path / "ask.rq"
    query.write_text("ASK {}", encoding="utf-8")
    for command in (["build"], ["query", str(query)], ["release", str(tmp_path / "out")]):
        assert main([*command, "--data", str(file)]) == 0
        assert "2 literals are held in another form, such as" in capsys.readouterr().err
