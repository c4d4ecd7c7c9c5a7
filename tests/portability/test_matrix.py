"""The matrix tells a tool that reads or answers wrongly, and a fault that is listed and is none."""

import json
import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest

from portability import matrix
from portability.expected import Comparable, Release, compare_graphs, read_graphs
from portability.report import same_report, summarise, write_report
from portability.tools import python
from portability.tools.java import as_axioms
from portability.tools.tool import JSONLD, NTRIPLES, QUADS, RDFXML, TURTLE, Missing, Tool
from support import ROOT

QUESTIONS = ROOT / "queries" / "questions"
FILES = (*TURTLE, "rdf12.ttl", *NTRIPLES, *RDFXML, *QUADS, *JSONLD)
WRONG = {
    "a triple less": ("asserted.nt", "\n<", "\n#<", "lacks 1 triples and has 0 others"),
    "a triple more": ("everything.ttl", "a owl:Class", "a owl:Class, owl:Thing", "lacks 0"),
    "another text": ("inferred.rdf", "Beijing", "Peking", "graphs differ"),
    "another language": ("dataset.trig", "@zh", "@ja", "graphs differ"),
    "another datatype": ("provenance.nt", "#integer>", "#int>", "graphs differ"),
    "a graph by another name": ("dataset.jsonld", "/graph/inferred", "/graph/implied", "2 graphs"),
    "an IRI without its slash": ("ontology.rdf", "/by/4.0/", "/by/4.0", "lacks 1 triples"),
}


@pytest.fixture(scope="module")
def opened(release: Path) -> Release:
    return Release.open(release, QUESTIONS)


def read_by_oxigraph(release: Release, names: tuple[str, ...]) -> Mapping[str, object]:
    return {name: read_graphs(ox.parse(path=release.folder / name)) for name in names}


def spoil(release: Release, folder: Path, name: str, text: str, other: str) -> Release:
    """A copy of a release in which one text of one file is another, once."""
    shutil.copytree(release.folder, folder)
    whole = (folder / name).read_text(encoding="utf-8")
    assert text in whole
    (folder / name).write_text(whole.replace(text, other, 1), encoding="utf-8")
    return replace(release, folder=folder)


READER = Tool("a reader", lambda: "1", FILES, read_by_oxigraph)  # type: ignore[arg-type]


def test_a_tool_that_reads_rightly_has_nothing_said_of_it(opened: Release) -> None:
    examined = matrix.examine(READER, opened, {})
    assert examined == {"version": "1", "files": dict.fromkeys(FILES, "")}
    assert all(len(opened.expect(name)) > 0 for name in FILES)


@pytest.mark.parametrize("case", WRONG)
def test_what_is_read_wrongly_is_told(case: str, opened: Release, tmp_path: Path) -> None:
    name, text, other, words = WRONG[case]
    copied = spoil(opened, tmp_path / "copy", name, text, other)
    files = matrix.examine(READER, copied, {})["files"]
    assert words in files.pop(name)
    assert not any(files.values())


def test_a_tool_that_fails_has_nothing_as_it_should_be(opened: Release) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("out of memory")

    broken = replace(READER, load=fail, ask=fail, checks={"a check": fail})  # type: ignore[arg-type]
    examined = matrix.examine(broken, opened, opened.answers())
    assert examined["files"].pop("a check") == "RuntimeError: out of memory"
    assert {*examined["files"].values(), *examined["questions"].values()} == {"out of memory"}


TABLES = {
    "a cell of another type": ("observations.csv", ",20000000,", ",many,", "ValueError"),
    "a column more": ("nodes.csv", "id,", "more,id,", "rows of"),
    "an edge to nowhere": ("edges.csv", "/id/beijing,", "/id/nowhere,", "no nodes"),
}


@pytest.mark.parametrize("case", TABLES)
def test_a_table_that_is_not_as_it_is_described_is_told(
    case: str, opened: Release, tmp_path: Path
) -> None:
    name, text, other, words = TABLES[case]
    copied = spoil(opened, tmp_path / "copy", name, text, other)
    found = {
        words
        for tool in python.make_tools()
        if tool.name in ("pandas", "networkx")
        for words in matrix.examine(tool, copied, {})["files"].values()
        if words
    }
    assert any(words in said for said in found), found


def test_a_row_too_many_and_one_too_few_are_told(opened: Release) -> None:
    ours = opened.answers()
    name = "partners"
    assert ours[name].rows
    first, *others = ours[name].rows
    more = replace(ours[name], rows={**ours[name].rows, first: ours[name].rows[first] + 1})
    for answer, words in (
        (more, "0 rows missing, 1 rows more"),
        (replace(ours[name], rows=dict.fromkeys(others, 1)), "1 rows missing, 0 rows more"),
        (Comparable(problem="no answer"), "no answer"),
    ):
        teller = Tool("a teller", lambda: "1", ask=lambda _, a=answer: {**ours, name: a})  # type: ignore[misc]
        questions = matrix.examine(teller, opened, ours)["questions"]
        assert questions.pop(name) == words
        assert not any(questions.values())


def test_of_an_ontology_only_declarations_and_the_order_of_disjoint_classes_are_free(
    opened: Release,
) -> None:
    text = (opened.folder / "ontology.nt").read_text(encoding="utf-8")
    whole = as_axioms(opened.expect("ontology.nt"))
    for line in text.splitlines()[::50]:
        less = read_graphs(ox.parse(text.replace(line, "", 1), ox.RdfFormat.N_TRIPLES))
        free = line.endswith(("#NamedIndividual> .", "#Datatype> ."))
        assert bool(compare_graphs(as_axioms(less), whole)) is not free, line


def test_only_what_is_listed_may_differ_and_what_is_listed_must() -> None:
    found = {
        "one": {"files": {"a.nt": "", "b.nt": "differs"}, "questions": {"firms": ""}},
        "two": {"missing": "two is not installed"},
    }
    assert list(matrix.judge(found, {})) == ["one: b.nt: differs", "two: two is not installed"]
    faults = {"one": {"files": [{"names": ["a.nt", "b.nt", "gone.nt"], "reason": "so"}]}}
    del found["two"]
    assert list(matrix.judge(found, faults)) == [
        "one: a.nt: has no such fault; take it out of faults.toml",
        "one: gone.nt: has no such fault; take it out of faults.toml",
    ]


def test_a_tool_that_is_missing_is_no_row_of_ticks(opened: Release) -> None:
    def absent() -> str:
        raise Missing("it is not installed")

    examined = matrix.examine(replace(READER, version=absent), opened, {})
    assert examined == {"missing": "it is not installed"}
    assert list(summarise({"it": examined}))[-1] == "| it | missing |  |  |  |"


def test_the_kept_matrix_is_another_where_a_result_is_but_not_where_a_version_is(
    tmp_path: Path,
) -> None:
    found = {"it": {"version": "1", "files": {"a.nt": "", "b.nt + c.csv: names": ""}}}
    write_report(tmp_path / "one", found, {})
    assert "| it | 1 | 2 of 2 | nt, csv |  |" in (tmp_path / "one" / "portability.md").read_text()
    other = json.loads(json.dumps(found))
    other["it"]["version"] = "2"
    write_report(tmp_path / "other", other, {})
    assert same_report(tmp_path / "one", tmp_path / "other")
    other["it"]["files"]["a.nt"] = "differs"
    write_report(tmp_path / "other", other, {})
    assert not same_report(tmp_path / "one", tmp_path / "other")
