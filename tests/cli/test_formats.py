"""The command line's ``--format``: every usual name of a format, in any case."""

from pathlib import Path

import pyoxigraph as ox
import pytest

from jjjkg.cli import main
from jjjkg.rdf.formats import GRAPHS, RESULTS
from jjjkg.rdf.namespaces import expand

pytestmark = pytest.mark.usefixtures("own_cache")


@pytest.mark.parametrize("name", [f.name for f in RESULTS])
def test_query_prints_each_result_format(
    name: str, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert main(["query", "which_firms_left_beijing", "--format", name]) == 0
    assert b"Hebei Shenyue Soft" in capfdbinary.readouterr().out


@pytest.mark.parametrize(("name", "suffix"), [(f.name, f.suffix) for f in GRAPHS])
def test_query_prints_each_triple_format(
    name: str, suffix: str, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    query = tmp_path / "beijing.rq"
    query.write_text(f"DESCRIBE <{expand('kg:beijing')}>", encoding="utf-8")
    assert main(["query", str(query), "--format", name]) == 0
    rdf_format = ox.RdfFormat.from_extension(suffix[1:])
    assert rdf_format is not None
    labels = {quad.object for quad in ox.parse(capfdbinary.readouterr().out, rdf_format)}
    assert ox.Literal("北京市", language="zh") in labels


@pytest.mark.parametrize(
    ("name", "query", "begins"),
    [
        ("CSV", "SELECT ?x { VALUES ?x { 1 } }", b"x\r\n"),
        ("text/csv; charset=utf-8", "SELECT ?x { VALUES ?x { 1 } }", b"x\r\n"),
        ("srj", "ASK {}", b'{"head"'),
        ("JSON", "ASK {}", b'{"head"'),
        ("json", "CONSTRUCT { <x:a> <x:b> 1 } {}", b'[{"@id"'),
        ("Turtle", "CONSTRUCT { <x:a> <x:b> 1 } {}", b"@prefix xsd: "),
        ("rdf+xml", "CONSTRUCT { <x:a> <x:b> 1 } {}", b"<?xml"),
        ("Table", "ASK {}", b"yes\n"),
    ],
)
def test_query_takes_the_usual_names_of_formats(
    name: str, query: str, begins: bytes, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    file = tmp_path / "query.rq"
    file.write_text(query, encoding="utf-8")
    assert main(["query", str(file), "--format", name]) == 0
    assert capfdbinary.readouterr().out.startswith(begins)


@pytest.mark.parametrize(
    ("query", "name", "words"),
    [
        ("ASK {}", "ttl", "--format ttl: ASK has no such answer; give table or one of json, xml"),
        ("CONSTRUCT {} {}", "csv", "CONSTRUCT has no such answer; give table or one of ttl, nt"),
    ],
)
def test_query_says_which_formats_a_query_has(
    query: str, name: str, words: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "query.rq"
    file.write_text(query, encoding="utf-8")
    assert main(["query", str(file), "--format", name]) == 2
    (line,) = capfd.readouterr().err.splitlines()
    assert words in line


@pytest.mark.parametrize("command", ["query", "entail x.ttl", "explain"])
def test_what_is_no_name_of_a_format_is_told_with_the_names(
    command: str, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main([*command.split(), "--format", "yaml"])
    assert ended.value.code == 2
    last = capfd.readouterr().err.splitlines()[-1]
    assert "no format is called 'yaml'; give one of" in last
    assert "ttl" in last
