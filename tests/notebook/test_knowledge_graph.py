"""The graph in Python: our own, a release's, and an endpoint's answer alike."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import jjjkg
from jjjkg.description import Description, ResultTerm, SourcedTriple
from jjjkg.rdf.namespaces import CLAIM, KG, expand
from support import ROOT
from support.answers import ANSWERS


@pytest.fixture(scope="module")
def graph(release: Path) -> Iterator[jjjkg.KnowledgeGraph]:
    with jjjkg.open(release) as opened:
        yield opened


def test_every_question_has_its_rows(graph: jjjkg.KnowledgeGraph) -> None:
    assert len(graph.questions) == 63
    for name in graph.questions:
        kept = (ANSWERS / f"{name}.tsv").read_text(encoding="utf-8").splitlines()
        rows = graph.ask(name)
        assert len(rows) == len(kept) - 1
        assert [f"?{column}" for column in rows.columns] == kept[0].split("\t")
        assert len(rows.dataframe()) == len(rows)


def test_a_question_is_known_by_its_words(graph: jjjkg.KnowledgeGraph) -> None:
    question = graph.questions["capital"]
    rows = [*graph.ask("capital")]
    for words in (question.summary["zh"], question.summary["en"].upper().rstrip("?"), " Capital "):
        assert [*graph.ask(words)] == rows
    assert [*graph.ask(question)] == rows
    assert repr(question) == f"Question(name='capital', summary={question.summary!r})"


def test_a_query_of_ones_own(graph: jjjkg.KnowledgeGraph, tmp_path: Path) -> None:
    query = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    (row,) = graph.ask(query)
    assert isinstance(row["n"], int)
    file = tmp_path / "count.rq"
    file.write_text(query)
    assert graph.ask(str(file))[0] == graph.ask(file)[0] == row


def test_each_form_has_its_method(graph: jjjkg.KnowledgeGraph) -> None:
    assert graph.holds("ASK { ?s ?p ?o }")
    assert not graph.holds("ASK { ?s ?p <x:none> }")
    found = graph.graph(f"CONSTRUCT {{ ?s ?p ?o }} {{ ?s ?p ?o FILTER(?s = <{KG}hebei>) }}")
    assert {str(subject) for subject in found.subjects()} == {f"{KG}hebei"}
    described = graph.graph(f"DESCRIBE <{KG}hebei>")
    assert len(described) > 5
    assert "kg:hebei a" in (written := described.serialize(format="turtle"))
    assert "jjj:Province" in written
    for call, query, words in (
        (graph.ask, "ASK {}", r"holds\(\)"),
        (graph.ask, "DESCRIBE <x:a>", r"graph\(\)"),
        (graph.holds, "SELECT * {}", r"ask\(\)"),
        (graph.graph, "SELECT * {}", r"ask\(\)"),
    ):
        with pytest.raises(jjjkg.InputError, match=words):
            call(query)


def test_what_can_not_be_asked_is_told(graph: jjjkg.KnowledgeGraph) -> None:
    with pytest.raises(jjjkg.QueryError, match="line 1, column"):
        graph.ask("SELECT * { ?s ?p }")
    with pytest.raises(jjjkg.InputError, match="did you mean figures"):
        graph.ask("figurs")
    with pytest.raises(jjjkg.InputError, match="did you mean"):
        graph.describe("Shijiazhung")


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("SELECT ?place", "ends too early"),
        ("SELECT nope", "found nope where"),
        (" ask nope", "found nope where"),
        ("PREFIX x: nope", "found nope where"),
        ("INSERT nope", "is an update"),
    ],
)
def test_a_wrong_query_is_told_by_its_place(
    graph: jjjkg.KnowledgeGraph, query: str, words: str
) -> None:
    with pytest.raises(jjjkg.QueryError, match=words):
        graph.ask(query)


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        ("Which firm left Beijing?", "did you mean which_firms_left_beijing?"),
        ("哪些企业迁出北京？", "did you mean which_firms_left_beijing?"),
        ("Who spoke?", "did you mean who_speaks?"),
        ("How is the weather?", "`jjjkg query` lists the questions"),
        ("-", "`jjjkg query` lists the questions"),
        ("", "`jjjkg query` lists the questions"),
        ("long " * 2000, "`jjjkg query` lists the questions"),
    ],
)
def test_a_question_that_is_none_of_ours_is_told(
    graph: jjjkg.KnowledgeGraph, words: str, hint: str
) -> None:
    with pytest.raises(jjjkg.InputError) as caught:
        graph.ask(words)
    assert str(caught.value) == f"{words!r} is neither a question nor a file; {hint}"


@pytest.mark.parametrize("name", ["Hebei Shenyue Soft", "kg:shenyue-soft", f"<{KG}shenyue-soft>"])
def test_a_thing_is_described(graph: jjjkg.KnowledgeGraph, name: str) -> None:
    described = graph.describe(name)
    assert described.iri == f"{KG}shenyue-soft"
    parts = {statement.part for statement in described.statements}
    assert parts == {"asserted", "inferred"}
    assert f"{CLAIM}P19-S1-c" in described.claims


@pytest.mark.parametrize("name", ["claim:P19-S1-d", "P19.S1.d", f"{CLAIM}P19-S1-d"])
def test_a_claim_goes_by_its_iri_and_by_its_notation(
    graph: jjjkg.KnowledgeGraph, name: str
) -> None:
    assert graph.describe(name).iri == f"{CLAIM}P19-S1-d"
    assert graph.claims(name, "a", "jjj:FactClaim") == ()
    with pytest.raises(jjjkg.InputError, match=r"may mean claim:P19-S1-c or claim:P19-S1-d"):
        graph.describe("P19.S1.e")


def test_what_is_described_is_shown_as_a_table(graph: jjjkg.KnowledgeGraph) -> None:
    described = graph.describe("Hebei Shenyue Soft")
    head, *lines = repr(described).splitlines()
    counts = (len(described.statements), len(described.incoming), len(described.claims))
    said = "statements: {}; leading to it: {}; claims: {}".format(*counts)
    assert head == f"kg:shenyue-soft ({said})"
    cells = [[cell.strip() for cell in line.strip("│").split("│")] for line in lines]
    assert ["rdf:type", "jjj:PrivateFirm", "asserted", "claim:P18-S1-c"] in cells
    assert ["jjj:movedFrom", "kg:beijing", "inferred", ""] in cells
    assert "<td>kg:beijing</td>" in described._repr_html_()
    marked = SourcedTriple(
        ResultTerm("uri", "x:a"), "x:b", ResultTerm("literal", "<i>"), "asserted", ()
    )
    assert "<td>&lt;i&gt;</td>" in Description("x:<a>", (marked,))._repr_html_()
    assert Description("x:<a>")._repr_html_().startswith("x:&lt;a&gt; (")


def test_the_questions_are_shown_with_their_words(graph: jjjkg.KnowledgeGraph) -> None:
    summary = graph.questions["capital"].summary
    assert f"capital\n    {summary['en']}\n    {summary['zh']}\n" in repr(graph.questions)
    assert f"<td>{summary['zh']}</td>" in graph.questions._repr_html_()


def test_the_claims_behind_a_statement(graph: jjjkg.KnowledgeGraph) -> None:
    stated = graph.claims("Shijiazhuang", "jjj:partOf", "Hebei")
    assert [claim.iri for claim in stated] == [f"{CLAIM}C5", f"{CLAIM}gb-t-2260-130100"]
    assert stated[0].passages[0].notation == "CAP.S1"
    inferred = graph.claims("Shijiazhuang", "apart from", "Beijing")
    assert f"{CLAIM}editors-apart" in {claim.iri for claim in inferred}
    assert graph.claims("Beijing", "jjj:partOf", "Hebei") == ()
    for terms in (("kg:shijiazuang", "jjj:partOf"), ("Shijiazhuang", "jjj:partof")):
        with pytest.raises(jjjkg.InputError, match="is not in the data; check its name"):
            graph.claims(*terms, "Hebei")


def test_importing_jjjkg_imports_nothing_else() -> None:
    """Each command would wait for it."""
    code = "import sys, jjjkg; print([m for m in sys.modules if m.startswith('jjjkg.')])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
    assert {"open", "KnowledgeGraph"} <= {*dir(jjjkg)}
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        jjjkg.nothing  # type: ignore[attr-defined]  # noqa: B018


def test_the_guide_is_so(graph: jjjkg.KnowledgeGraph) -> None:
    text = (ROOT / "docs" / "python.md").read_text(encoding="utf-8")
    blocks = text.split("```python\n")[1:]
    code = "\n".join(block.partition("```")[0] for block in blocks)
    named = {"kg": graph, "__name__": "guide"}
    exec(code.replace("kg = jjjkg.open()\n", ""), named)
    bounds = [row["bound"] for row in named["rows"]]  # type: ignore[attr-defined]
    assert 0 < len(bounds) < len(graph.ask("figures_of_at_least"))
    assert min(bounds) >= 10_000
    assert expand("kg:shenyue-soft") == named["firm"].iri  # type: ignore[attr-defined]
