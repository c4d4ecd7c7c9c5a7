"""Answers of the command line: to questions, checks, and those who have it serve."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from jjjkg.cli import main
from support import ROOT

pytestmark = pytest.mark.usefixtures("own_cache")


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


@pytest.mark.parametrize("answer", ["yes", "no"])
def test_an_ask_is_answered_in_a_word(
    answer: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    query = tmp_path / "ask.rq"
    what = "?s ?p ?o" if answer == "yes" else "?s ?p <urn:nothing>"
    query.write_text(f"ASK {{ {what} }}", encoding="utf-8")
    assert main(["query", str(query)]) == 0
    assert capsys.readouterr().out == f"{answer}\n"


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
