"""Explanations of our own graph: every inference, down to its claims, in both languages."""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib

from jjjkg.dataset.loading import Dataset, load
from jjjkg.entailment.closure import Closure, close
from jjjkg.explanation.explainer import Explainer, Explanation
from jjjkg.explanation.formats import json as json_format
from jjjkg.explanation.formats import mermaid, ttl
from jjjkg.explanation.formats import text as text_format
from jjjkg.explanation.names import read_term
from jjjkg.explanation.outline import DEEPEST
from jjjkg.explanation.verbalisation.phrases import GRAMMARS
from jjjkg.messages import LANGUAGES
from jjjkg.rdf.namespaces import expand
from jjjkg.rdf.terms import Statement
from support import TESTS

CLASHES = TESTS / "broken" / "clashes"
Ask = Callable[..., Explanation]

#: What follows from our graph, with words of its explanation in English and in Chinese.
KNOWN = (
    (
        "kg:shenyue-headquarters-relocation a jjj:RelocationOutOfBeijing",
        "has origin Beijing [China Daily, paragraph 19]",
        "起点是北京市 [中国日报，第19段]",
    ),
    ("kg:shenyue-soft jjj:movedFrom kg:beijing", "moved from Beijing", "迁自北京市"),
    ("kg:luquan-district jjj:within kg:china", "“within” is transitive", "具有传递性"),
    ("jjj:Firm rdfs:subClassOf prov:Agent", "Every firm is a prov:Agent", "凡企业都是prov:Agent"),
)


@pytest.fixture(scope="module")
def closure(dataset: Dataset) -> Closure:
    return close((*dataset.ontology, *dataset.asserted))


@pytest.fixture(scope="module")
def explainer(dataset: Dataset, closure: Closure) -> Explainer:
    return Explainer(dataset, closure)


@pytest.fixture(scope="module")
def ask(explainer: Explainer) -> Ask:
    def explain(question: str, most: int = 1) -> Explanation:
        found = explainer.explain(read(question, explainer), most)
        assert found is not None
        return found

    return explain


def read(question: str, explainer: Explainer) -> Statement:
    subject, predicate, value = (
        read_term(text, explainer.names, property=place == 1)
        for place, text in enumerate(question.split())
    )
    return subject, predicate, value


@pytest.mark.parametrize("known", KNOWN, ids=lambda known: known[0].partition(" ")[0])
def test_a_known_inference_is_told(explainer: Explainer, ask: Ask, known: tuple[str, ...]) -> None:
    question, *words = known
    for language, expected in zip(LANGUAGES, words, strict=True):
        assert expected in text_format.write([ask(question)], explainer.verbaliser, language)


def test_what_is_asserted_is_explained_by_its_claims(explainer: Explainer, ask: Ask) -> None:
    found = ask("kg:shenyue-headquarters-relocation jjj:origin kg:beijing")
    assert found.goal is not None
    claims = found.evidence[found.goal].claims
    assert [claim.iri for claim in claims] == [expand("claim:P19-S1-c")]
    (passage,) = claims[0].passages
    assert (passage.paragraph, passage.sentence) == (19, 1)
    assert "#:~:text=" in passage.url
    assert text_format.write([found], explainer.verbaliser, "en").count("\n") == 2


@pytest.mark.parametrize(
    "question", ["kg:beijing jjj:within kg:tianjin", "kg:none jjj:within kg:none"]
)
def test_what_does_not_hold_has_no_explanation(explainer: Explainer, question: str) -> None:
    assert explainer.explain(read(question, explainer)) is None
    assert explainer.explain(read(question, explainer), 5) is None


def test_everything_inferred_is_told_without_bare_names(
    explainer: Explainer, closure: Closure
) -> None:
    assert len(closure.inferred) > 800
    blank = {term.value for term in explainer.names.terms if isinstance(term, ox.BlankNode)}
    for triple in closure.inferred:
        found = explainer.explain((triple.subject, triple.predicate, triple.object))
        assert found is not None
        for language in LANGUAGES:
            text = text_format.write([found], explainer.verbaliser, language)
            # Terms of other vocabularies have no label; ours all have.
            assert not re.search(r"\b(jjj|kg|source):|https?:|[{}]|rdf:(first|rest)", text), text
            assert not blank & set(re.findall(r"\w+", text)), text
            assert ("某事物" if language == "zh" else "omething.") not in text, text


def test_what_is_given_is_an_axiom_or_has_claims(explainer: Explainer, closure: Closure) -> None:
    for triple in closure.inferred:
        found = explainer.explain((triple.subject, triple.predicate, triple.object))
        assert found is not None
        for proof in found.proofs:
            for given in proof.given:
                evidence = found.evidence[given]
                assert evidence.claims or evidence.part == "ontology"
                for claim in evidence.claims:
                    assert set(claim.paraphrase) == set(LANGUAGES)
                    assert claim.passages
                    assert claim.speaker


def test_other_proofs_are_given_on_request(explainer: Explainer, ask: Ask) -> None:
    question = "kg:beijing a jjj:Place"
    few, many = ask(question, 3), ask(question, 100)
    assert len(few.proofs) == 3
    assert not few.complete
    assert few.proofs == many.proofs[:3]
    assert "There are more proofs." in text_format.write([few], explainer.verbaliser, "en")
    assert len({proof.given for proof in many.proofs}) == len(many.proofs) > 3


def test_the_json_is_as_documented(explainer: Explainer, ask: Ask) -> None:
    shown = json.loads(json_format.write([ask(KNOWN[0][0])], explainer.verbaliser, "en"))
    assert shown["goal"]["subject"]["value"] == expand("kg:shenyue-headquarters-relocation")
    (proof,) = shown["proofs"]
    assert proof["steps"][-1]["conclusion"] == shown["goal"]
    concluded = [step["conclusion"] for step in proof["steps"]]
    given = [known["statement"] for known in proof["given"]]
    for place, step in enumerate(proof["steps"]):
        assert step["conclusion"]["words"]["en"].rstrip(".") in step["words"]["en"]
        assert all(p in given or p in concluded[:place] for p in step["premises"])
    quoted = {
        (passage["paragraph"], passage["sentence"])
        for known in proof["given"]
        for claim in known["claims"]
        for passage in claim["passages"]
    }
    assert (19, 1) in quoted


@pytest.mark.parametrize("known", KNOWN, ids=lambda known: known[0].partition(" ")[0])
def test_the_turtle_is_a_trace_from_the_goal_to_its_sources(
    explainer: Explainer, ask: Ask, known: tuple[str, ...]
) -> None:
    found = ask(known[0])
    turtle = ttl.write([found], explainer.verbaliser, "en")
    graph = rdflib.Graph().parse(data=turtle, format="turtle")
    assert len(graph) == len({quad.triple for quad in ox.parse(turtle, ox.RdfFormat.TURTLE)})
    assert found.goal is not None
    (goal,) = graph.query(
        "SELECT ?goal { ?goal rdf:subject ?s ; rdf:predicate ?p ; rdf:object ?o }",
        initBindings=dict(zip("spo", (rdflib.URIRef(t.value) for t in found.goal), strict=True)),
    )
    (steps,) = graph.query("SELECT (COUNT(?step) AS ?n) { ?step a prov:Activity }")
    assert steps[0].toPython() == len(found.proofs[0].steps)
    rows = graph.query(
        "SELECT DISTINCT ?end { ?goal prov:wasDerivedFrom+ ?end FILTER(ISIRI(?end)) }",
        initBindings={"goal": goal[0]},
    )
    ends = {str(row[0]) for row in rows}
    claims = {c.iri for evidence in found.evidence.values() for c in evidence.claims}
    assert claims <= ends <= claims | {expand("graph:ontology")}


def test_the_flowchart_has_a_box_for_each_of_its_arrows_ends(
    explainer: Explainer, ask: Ask
) -> None:
    for language in LANGUAGES:
        lines = mermaid.write([ask(KNOWN[0][0])], explainer.verbaliser, language).splitlines()
        assert lines[0] == "flowchart BT"
        boxes, arrows = set(), []
        for line in lines[1:]:
            if box := re.fullmatch(r'    (\w+)(?:\["[^"<>]+"\]|\("[^"<>]+<br/>[^"<>]+"\))', line):
                boxes.add(box[1])
            else:
                arrow = re.fullmatch(r'    (\w+) -- "[\w-]+" --> (\w+)', line)
                assert arrow, line
                arrows += arrow.groups()
        assert set(arrows) == boxes


@pytest.mark.parametrize("file", sorted(CLASHES.glob("*.trig")), ids=lambda file: file.stem)
def test_a_contradiction_names_the_claims_that_clash(file: Path) -> None:
    dataset = load([file])
    given = (*dataset.ontology, *dataset.asserted, *dataset.provenance)
    explainer = Explainer(dataset, close(given))
    found = explainer.contradictions()
    assert found
    named = {
        claim.iri for each in found for known in each.evidence.values() for claim in known.claims
    }
    assert named
    for language in LANGUAGES:
        text = "".join(text_format.write([each], explainer.verbaliser, language) for each in found)
        assert ("This can't be" if language == "en" else "矛盾") in text


def test_a_long_chain_is_told_in_several_outlines() -> None:
    prefixes = "@prefix : <http://example.org/> . @prefix owl: <http://www.w3.org/2002/07/owl#> . "
    chain = " ".join(f":n{n} :p :n{n + 1} ." for n in range(400))
    triples = tuple(
        quad.triple
        for quad in ox.parse(
            f"{prefixes} :p a owl:TransitiveProperty . {chain}", ox.RdfFormat.TURTLE
        )
    )
    explainer = Explainer(Dataset((), triples, (), (), {}, {}, ()), close(triples))
    ends = (ox.NamedNode(f"http://example.org/{name}") for name in ("n0", "p", "n400"))
    subject, predicate, value = ends
    found = explainer.explain((subject, predicate, value))
    assert found is not None
    text = text_format.write([found], explainer.verbaliser, "en")
    assert text.count("(prp-trp)") == len(found.proofs[0].steps)
    depths = [len(line) - len(line.lstrip("│├└─ ")) for line in text.splitlines()]
    assert max(depths) <= 3 * (DEEPEST + 1) < 3 * len(found.proofs[0].steps)
    for number in re.findall(r"\(see \[(\d+)\]\)", text):
        assert f"[{number}] http" in text


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("7", '"7"^^xsd:integer'),
        ("7.0", '"7.00"^^xsd:decimal'),
        ('"7"^^xsd:byte', '"7"^^xsd:integer'),
        ("7e0", '"7"^^xsd:integer'),
        ("+12.50", '"12.5"^^xsd:decimal'),
        ('"1"^^xsd:boolean', '"true"^^xsd:boolean'),
        ('"word"^^xsd:token', '"word"'),
        ("8", ""),
        ('"7"', ""),
        ("1e99999999999999999999", ""),
    ],
)
def test_a_literal_stands_for_its_value(value: str, found: str) -> None:
    data = """
        @prefix : <http://example.org/> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
        :a :p 7 , true , "word" , 12.5 . :b :p 7.00 .
    """
    triples = tuple(quad.triple for quad in ox.parse(data, ox.RdfFormat.TURTLE))
    explainer = Explainer(Dataset((), triples, (), (), {}, {}, ()), close(triples))
    subject = "http://example.org/b" if value == "7.0" else "http://example.org/a"
    statement = explainer.read(subject, "http://example.org/p", value)
    for most in (1, 5):
        explained = explainer.explain(statement, most)
        goal = explained.goal if explained else None
        assert (goal[2] if goal else None) == (read_term(found, explainer.names) if found else None)


def test_the_turtle_is_the_same_each_time(explainer: Explainer) -> None:
    """Another process, whose hashes and blank nodes differ, writes the same text."""
    terms = KNOWN[0][0].split()
    script = "import sys; from jjjkg.cli import main; sys.exit(main(['explain', *sys.argv[1:]]))"
    run = [sys.executable, "-c", script, *terms, "--format", "ttl"]
    written = {subprocess.run(run, check=True, capture_output=True).stdout for _ in range(3)}
    found = explainer.explain(explainer.read(*terms))
    assert found
    assert written == {ttl.write([found], explainer.verbaliser, "en").encode()}


def test_a_claim_is_a_thing_by_its_notation_or_its_iri(explainer: Explainer) -> None:
    claim = ox.NamedNode(expand("claim:P19-S1-d"))
    for name in ("P19.S1.d", "p19.s1.d", "claim:P19-S1-d", claim.value, f"<{claim.value}>"):
        assert read_term(name, explainer.names) == claim


def test_a_language_without_a_grammar_has_plain_clauses(
    explainer: Explainer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(GRAMMARS, "en")
    goal = read("kg:shenyue-soft jjj:movedFrom kg:beijing", explainer)
    assert explainer.verbaliser.state(goal, "en") == "Hebei Shenyue Soft moved from Beijing."
    goal = read("kg:shenyue-headquarters-relocation jjj:origin kg:beijing", explainer)
    assert "origin Beijing." in explainer.verbaliser.state(goal, "en")
    assert "has origin" not in explainer.verbaliser.state(goal, "en")
