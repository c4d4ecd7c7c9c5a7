"""Refusals of the command line: one line each, exit code 2, and never a traceback."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from jjjkg.cli import main

pytestmark = pytest.mark.usefixtures("own_cache")


def refusal(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    """Return the line that a command says, which must exit with 2."""
    assert main(arguments) == 2
    out, err = capsys.readouterr()
    assert not out
    *progress, last = err.splitlines()
    assert all(line.startswith("jjjkg: ") for line in progress)
    assert "Traceback" not in err
    return last


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


def test_a_reader_that_goes_away_is_no_error(data: Path) -> None:
    query = "SELECT * { ?s ?p ?o . ?a ?b ?c }"
    command = f"{sys.executable} -m jjjkg.cli query - --data {data} | head -n 1"
    done = subprocess.run(
        ["bash", "-c", command], input=query, capture_output=True, text=True, env=os.environ
    )
    assert done.returncode == 0
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr
