"""Checks: each query catches its broken twin in tests/broken/checks/, and what findings say."""

import shutil
from pathlib import Path

import pyoxigraph as ox
import pytest

from jjjkg.checks import Finding, check, check_text
from jjjkg.cli import main
from jjjkg.dataset.loading import Dataset, load, own_folder
from jjjkg.dataset.sentences import hash_text
from jjjkg.errors import InputError
from jjjkg.evaluation.store import store_of
from jjjkg.rdf.namespaces import GRAPH
from jjjkg.rdf.reading import parse
from jjjkg.snapshot import Snapshot, disjoint_parts, name_graphs
from support import TESTS

TWINS = TESTS / "broken" / "checks"
CHECKS = sorted((own_folder() / "queries" / "checks").glob("*.rq"))
#: Three sentences of our own, as one document's text.
SENTENCES = ("Rain fell early.", "Ducks went out.", "Night came.")
TEXT = "\n".join(SENTENCES)
PREFIXES = """
    @prefix claim: <https://w3id.org/jjjkg/claim/> .
    @prefix jjj: <https://w3id.org/jjjkg/ontology#> .
    @prefix kg: <https://w3id.org/jjjkg/id/> .
    @prefix oa: <http://www.w3.org/ns/oa#> .
    @prefix owl: <http://www.w3.org/2002/07/owl#> .
    @prefix prov: <http://www.w3.org/ns/prov#> .
    @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
    @prefix source: <https://w3id.org/jjjkg/source/> .
"""


@pytest.fixture(scope="module")
def inferred(snapshot: Snapshot) -> tuple[ox.Triple, ...]:
    graph = ox.NamedNode(GRAPH + "inferred")
    return tuple(q.triple for q in ox.parse(path=snapshot.quads) if q.graph_name == graph)


def lay_out(folder: Path, graph: str, ontology: str = "") -> Dataset:
    """A folder like jjjkg's own, with its shapes and queries and little data."""
    (folder / "graph").mkdir(parents=True)
    (folder / "graph" / "data.trig").write_text(PREFIXES + graph, encoding="utf-8")
    (folder / "ontology").mkdir()
    (folder / "ontology" / "terms.ttl").write_text(PREFIXES + ontology, encoding="utf-8")
    shutil.copy(own_folder() / "ontology" / "shapes.ttl", folder / "ontology")
    shutil.copytree(own_folder() / "queries", folder / "queries")
    return load([folder])


def record_segments(document: str, text: str, sentences: tuple[str, ...]) -> str:
    """The Turtle of a document's segments."""
    turtle = ""
    for number, sentence in enumerate(sentences, 1):
        start = text.index(sentence)
        name = f"source:{document}-S{number}"
        turtle += f"""
            {name} a jjj:Segment ;
                oa:hasSource source:{document} ;
                skos:notation "S{number}" ;
                jjj:sha256 "{hash_text(sentence)}" ;
                oa:hasSelector {name}-position .
            {name}-position oa:start {start} ; oa:end {start + len(sentence)} .
        """
    return turtle


def find_twin(check_name: str) -> Path:
    """The twin of a check: laid out like a file of graph/ (.trig) or of ontology/ (.ttl)."""
    (twin,) = TWINS.glob(f"{check_name}.*")
    return twin


def local_name(iri: str) -> str:
    return iri.replace("#", "/").rpartition("/")[2].lower()


def test_the_graph_has_no_findings(dataset: Dataset) -> None:
    assert check(dataset) == ()


def test_each_check_has_a_twin_and_each_twin_a_check() -> None:
    assert {file.stem for file in TWINS.iterdir()} == {file.stem for file in CHECKS}


@pytest.mark.parametrize("query", CHECKS, ids=lambda file: file.stem)
def test_a_check_finds_what_is_broken_in_its_twin_and_no_more(
    query: Path, inferred: tuple[ox.Triple, ...], tmp_path: Path
) -> None:
    twin = find_twin(query.stem)
    folder = tmp_path / ("graph" if twin.suffix == ".trig" else "ontology")
    folder.mkdir()
    shutil.copy(twin, folder)
    dataset = load([own_folder(), tmp_path])
    store = store_of(name_graphs(disjoint_parts(dataset, inferred), dataset.claims))
    solutions = store.query(query.read_text(encoding="utf-8"))
    assert isinstance(solutions, ox.QuerySolutions)
    named = {
        term.value
        for quad in parse(twin)
        for term in (quad.subject, quad.object, quad.graph_name)
        if isinstance(term, ox.NamedNode)
    }
    broken = {iri for iri in named if local_name(iri).startswith("broken")}
    assert {row["thing"].value for row in solutions} == broken
    assert broken
    assert any(local_name(iri).startswith("sound") for iri in named)


def test_a_finding_names_file_thing_problem_and_mend(tmp_path: Path) -> None:
    dataset = lay_out(
        tmp_path,
        """
        claim:a a jjj:FactClaim ; prov:wasQuotedFrom source:d ; jjj:isAbout kg:x .
        claim:a { kg:x jjj:partOf kg:y . kg:z a jjj:TimeSpan ; jjj:edtf "soon" . }
        claim:b { kg:x a kg:Sky , kg:Sea . }
        """,
        "kg:Sky owl:disjointWith kg:Sea .",
    )
    findings = check(dataset)
    assert findings == tuple(sorted(set(findings)))
    by_thing = {(f.thing, f.problem.split(" (")[0]): f for f in findings}
    file = str(tmp_path / "graph" / "data.trig")
    # By a shape, by a query, and by contradiction.
    speaker = by_thing["claim:a", "has not exactly one speaker who is an agent"]
    assert speaker.file == file
    assert "prov:wasAttributedTo" in speaker.solution
    date = by_thing["kg:z", "has a date that is not EDTF, or two"]
    assert date.problem.endswith("(value soon)")
    unrecorded = by_thing["claim:b", "A claim has triples and no record."]
    assert (unrecorded.file, "record" in unrecorded.solution) == (file, True)
    untyped = by_thing["kg:y", "A thing is of no class."]
    assert untyped.file == file, "a thing only spoken of is in the file that speaks of it"
    (clash,) = [f for f in findings if f.thing == "contradiction"]
    assert clash.file == file
    assert "kg:Sky [claim:b]" in clash.problem
    assert "kg:Sea [claim:b]" in clash.problem
    for finding in findings:
        assert str(finding) == (
            f"{finding.file}: {finding.thing}: {finding.problem}; mend: {finding.solution}"
        )
        assert "\n" not in str(finding)


@pytest.mark.parametrize(
    ("written", "instead", "problem"),
    [
        ("; oa:end 32", "", "must have one oa:end, and has none"),
        ("oa:start 17", "oa:start 40", "starts at 40, which must be before its end, 32"),
        ("oa:start 17", "oa:start 25", "gap of 9 characters"),
        ("oa:start 17", "oa:start 5", "overlap of 11 characters"),
        ("oa:start 17", 'oa:start "x"', "'x', which must be a whole number"),
    ],
)
def test_malformed_segments_are_findings(
    written: str, instead: str, problem: str, tmp_path: Path
) -> None:
    turtle = record_segments("d", TEXT, SENTENCES)
    assert written in turtle
    dataset = lay_out(tmp_path, turtle.replace(written, instead))
    assert [f for f in check(dataset) if problem in f.problem and f.solution]


@pytest.mark.parametrize(
    "query",
    ["SELECT ?thing {", "ASK {}", "SELECT ?other { ?other ?p ?o }", "DESCRIBE <x:y>"],
)
def test_a_check_that_is_none_is_refused(query: str, tmp_path: Path) -> None:
    dataset = lay_out(tmp_path, "kg:x a kg:y .")
    header = CHECKS[0].read_text(encoding="utf-8").split("PREFIX")[0]
    own = tmp_path / "queries" / "checks" / "a_own.rq"
    own.write_text(header + query, encoding="utf-8")
    with pytest.raises(InputError, match=r"a_own\.rq:"):
        check(dataset)


def test_a_question_that_a_query_would_refuse_is_refused(tmp_path: Path) -> None:
    dataset = lay_out(tmp_path, "kg:x a kg:y .")
    file = next((tmp_path / "queries" / "questions").glob("*.rq"))
    file.write_text("#+ tags: [x]\nASK {}", encoding="utf-8")
    with pytest.raises(InputError, match=rf"{file.name}:1: the header lacks '#\+ summary"):
        check(dataset)


def test_the_command_refuses_a_version_that_a_release_would(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lay_out(tmp_path, "kg:x a kg:y .", '<x:o> owl:versionInfo "a/b" .')
    assert main(["check", "--data", str(tmp_path)]) == 2
    assert "version 'a/b' can't be part of an address" in capsys.readouterr().err


def test_shapes_that_are_none_are_refused(tmp_path: Path) -> None:
    dataset = lay_out(tmp_path, "claim:a a jjj:Claim .")
    assert dataset.shapes is not None
    text = dataset.shapes.read_text(encoding="utf-8")
    dataset.shapes.write_text(text.replace("sh:maxCount 1 ;", 'sh:maxCount "few" ;', 1))
    with pytest.raises(InputError, match=r"shapes\.ttl: "):
        check(dataset)


def explain(dataset: Dataset, text: str, folder: Path) -> list[tuple[str, str]]:
    """The thing and the first word of the problem of each finding on a copy of a text."""
    file = folder / "copy.txt"
    file.write_text(text, encoding="utf-8")
    findings = check_text(dataset, file)
    assert all(isinstance(f, Finding) and f.file == str(file) and f.solution for f in findings)
    return [(f.thing, f.problem.split()[0].strip(":")) for f in findings]


def test_a_copy_of_the_text_is_held_against_the_segments(tmp_path: Path) -> None:
    dataset = lay_out(tmp_path / "data", record_segments("d", TEXT, SENTENCES))
    assert explain(dataset, TEXT, tmp_path) == []
    assert explain(dataset, TEXT.replace("went", "all went"), tmp_path) == [
        ("S2", "changed"),
        ("S3", "moved"),
    ]
    assert explain(dataset, TEXT + "\nMore.", tmp_path) == [("text of its own", "no")]


def test_a_wrong_hash_is_a_finding(tmp_path: Path) -> None:
    wrong = record_segments("d", TEXT, SENTENCES).replace(hash_text(SENTENCES[1]), "0" * 64)
    dataset = lay_out(tmp_path / "data", wrong)
    assert explain(dataset, TEXT, tmp_path) == [("S2", "changed")]


def test_of_several_documents_the_one_that_the_text_is_of_is_taken(tmp_path: Path) -> None:
    """Though one changed word of it moves more segments than the shorter one has."""
    other = ("Quite another text.",)
    turtle = record_segments("a", other[0], other) + record_segments("d", TEXT, SENTENCES)
    dataset = lay_out(tmp_path / "data", turtle)
    assert explain(dataset, "Hard " + TEXT, tmp_path) == [
        ("text of its own", "no"),
        ("S1", "moved"),
        ("S2", "moved"),
        ("S3", "moved"),
    ]
    assert explain(dataset, other[0], tmp_path) == []


def test_what_is_no_copy_of_a_text_is_refused(tmp_path: Path) -> None:
    dataset = lay_out(tmp_path / "data", record_segments("d", TEXT, SENTENCES))
    with pytest.raises(InputError, match=r"missing\.txt: can't be read: No such file"):
        check_text(dataset, tmp_path / "missing.txt")
    (tmp_path / "latin.txt").write_bytes("Café".encode("latin-1"))
    with pytest.raises(InputError, match=r"latin\.txt: .*not UTF-8"):
        check_text(dataset, tmp_path / "latin.txt")
    without = lay_out(tmp_path / "none", "kg:x a kg:y .")
    with pytest.raises(InputError, match="records no segments"):
        explain(without, TEXT, tmp_path)
