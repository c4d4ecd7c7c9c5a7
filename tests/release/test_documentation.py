"""The ontology's page: every term with its texts and axioms, in both languages."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pyoxigraph as ox
import pytest

from jjjkg.dataset.loading import Dataset
from jjjkg.metadata.facts import Facts
from jjjkg.rdf.namespaces import PREFIXES, expand
from jjjkg.release.documentation import write_expression

JJJ = PREFIXES["jjj"]


class Page(HTMLParser):
    """The elements of a page, and what is open when each text comes."""

    VOID = ("meta", "link")

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: dict[str, list[tuple[str, str]]] = {}
        self.links: list[tuple[str, str]] = []
        self._open: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        self.links += [(tag, named[a] or "") for a in ("href", "src") if a in named]
        if tag not in self.VOID:
            self._open.append((tag, named))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        anchor = next((a["id"] for _, a in reversed(self._open) if "id" in a), None)
        language = next((a["lang"] for _, a in reversed(self._open) if "lang" in a), None)
        if anchor and data.strip():
            self.ids.setdefault(anchor, []).append((language or "", data.strip()))


@pytest.fixture(scope="module")
def page(release: Path) -> Page:
    return Page((release / "ontology.html").read_text(encoding="utf-8"))


def test_every_term_is_there_with_its_texts(page: Page, dataset: Dataset) -> None:
    terms = {
        t.subject
        for t in dataset.ontology
        if isinstance(t.subject, ox.NamedNode) and t.subject.value.startswith(JJJ)
    }
    assert len(terms) > 150
    assert {JJJ + anchor for anchor in page.ids} == {term.value for term in terms}
    texts = ("rdfs:label", "skos:definition", "skos:scopeNote", "skos:example")
    said = [t for t in dataset.ontology if t.predicate.value in map(expand, texts)]
    for triple in said:
        if triple.subject in terms:
            assert isinstance(triple.object, ox.Literal)
            shown = page.ids[triple.subject.value.removeprefix(JJJ)]
            assert (triple.object.language, triple.object.value) in shown


def read(page: Page, term: str) -> str:
    """Return the text under a term, without spaces: a link in it parts a text."""
    return "".join(text for _, text in page.ids[term]).replace(" ", "")


def test_axioms_are_in_words(page: Page) -> None:
    expected = (
        "Equivalentto等价于(jjj:Relocationand(jjj:originWithinvaluekg:beijing)and"
        "(jjj:destinationApartFromvaluekg:beijing))"
    )
    assert expected in read(page, "RelocationOutOfBeijing")
    assert "jjj:originWithinojjj:within" in read(page, "originWithin")
    assert "symmetric" in read(page, "apartFrom")


def test_what_is_inferred_is_not_told_as_an_axiom(page: Page) -> None:
    assert "Subclassof" not in read(page, "RelocationOutOfBeijing")


def test_disjoint_classes_are_told_of_each(page: Page, dataset: Dataset) -> None:
    for kind in ("FactClaim", "EvaluationClaim", "PlanClaim", "CausalClaim"):
        told = read(page, kind).partition("Disjointwith互斥于")[2].split(",")
        assert len({*told}) == 3
        assert f"jjj:{kind}" not in told


def test_terms_in_axioms_lead_to_what_describes_them(release: Path) -> None:
    text = (release / "ontology.html").read_text(encoding="utf-8")
    assert '(<a href="#originWithin">jjj:originWithin</a> value kg:beijing)' in text
    assert '<code><a href="http://www.w3.org/ns/prov#Plan">prov:Plan</a></code>' in text


def test_the_page_loads_nothing(page: Page, release: Path) -> None:
    assert {tag for tag, _ in page.links} == {"a", "link"}
    assert [target for tag, target in page.links if tag == "link"] == ["data:,"]
    text = (release / "ontology.html").read_text(encoding="utf-8")
    assert "<script" not in text
    assert not re.search(r"url\(|@import", text)
    anchors = {target[1:] for tag, target in page.links if tag == "a" and target.startswith("#")}
    assert anchors == {*page.ids}


@pytest.mark.parametrize(
    ("turtle", "expected"),
    [
        ("owl:unionOf ( x:A [ owl:complementOf x:B ] )", "(x:A or not x:B)"),
        ("owl:onProperty x:p ; owl:someValuesFrom x:A", "(x:p some x:A)"),
        (
            "owl:onProperty [ owl:inverseOf x:p ] ; owl:allValuesFrom x:A",
            "(inverse x:p only x:A)",
        ),
        (
            "owl:onProperty x:p ; owl:qualifiedCardinality 1 ; owl:onClass x:A",
            "(x:p exactly 1 x:A)",
        ),
        ("owl:oneOf ( x:a x:b )", "{x:a, x:b}"),
    ],
)
def test_each_form_of_expression(turtle: str, expected: str) -> None:
    text = (
        "PREFIX owl: <http://www.w3.org/2002/07/owl#> PREFIX x: <x:> "
        f"x:It owl:equivalentClass [ {turtle} ] ."
    )
    triples = tuple(quad.triple for quad in ox.parse(text.encode(), ox.RdfFormat.TURTLE))
    facts = Facts(triples)
    (it,) = facts.values(ox.NamedNode("x:It"), "owl:equivalentClass")
    assert write_expression(facts, it) == expected
