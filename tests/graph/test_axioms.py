"""Each axiom of the ontology earns its place: without it an answer or a caught mistake is lost.

That reasoners of other makes give the same closure of our graph is tested first.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Final

import pyoxigraph as ox
import pytest
import sparq

from jjjkg.dataset.loading import Dataset, load, own_folder
from jjjkg.entailment.by_owlrl import close_by_owlrl, trim
from jjjkg.entailment.clashes import find_clashes
from jjjkg.entailment.closure import close
from jjjkg.evaluation.store import store_of
from jjjkg.rdf.namespaces import PREFIXES, expand, shorten
from jjjkg.rdf.reading import parse
from jjjkg.rdf.terms import Term
from jjjkg.snapshot import disjoint_parts, name_graphs
from support import TESTS
from support.answers import ANSWERS, QUESTIONS, WITHOUT, answer

#: Sparq takes the domain of a property for the range of its inverse as well.
SPARQ_HAS_MORE: Final = ("rdfs:domain", "rdfs:range")
MISUSES: Final = TESTS / "broken" / "misuses.ttl"
AXIOMS: Final = {
    expand(name)
    for name in (
        *("rdfs:subClassOf", "rdfs:subPropertyOf", "rdfs:domain", "rdfs:range"),
        *("owl:disjointWith", "owl:inverseOf", "owl:propertyChainAxiom"),
        *("owl:equivalentClass", "owl:members"),
    )
}
CHARACTERISTICS: Final = {
    expand(f"owl:{name}Property")
    for name in ("Symmetric", "Transitive", "Asymmetric", "Irreflexive", "Functional")
}


def is_axiom(triple: ox.Triple) -> bool:
    """Tell if a triple of the ontology is an axiom, not a declaration or an annotation."""
    return triple.predicate.value in AXIOMS or (
        triple.predicate.value == expand("rdf:type")
        and isinstance(triple.object, ox.NamedNode)
        and triple.object.value in CHARACTERISTICS
    )


AXIOM_TRIPLES: Final = tuple(filter(is_axiom, load([own_folder()]).ontology))


def close_by_sparq(triples: Iterable[ox.Triple]) -> tuple[ox.Triple, ...]:
    """Return the triples that sparq infers, trimmed as ours are."""
    given = list(dict.fromkeys(triples))
    text = ox.serialize(given, format=ox.RdfFormat.N_TRIPLES).decode()
    graph = sparq.Graph.load(text, "ntriples")
    graph.reason("owl")
    rows = graph.query("SELECT ?s ?p ?o { ?s ?p ?o }").rows
    closed = {(term(row["s"]), term(row["p"]), term(row["o"])) for row in rows}
    inferred, _ = trim(closed.difference(map(tuple, given)), map(tuple, given))
    return tuple(filter(is_of_things, inferred))


def is_of_things(triple: ox.Triple) -> bool:
    """Tell if a triple is not about data types, nor a domain or range, of which sparq has more."""
    language = triple.subject.value.startswith(PREFIXES["xsd"])
    return not language and triple.predicate.value not in map(expand, SPARQ_HAS_MORE)


def term(node: sparq.Term) -> Term:
    if node.kind == "uri":
        return ox.NamedNode(node.value)
    if node.kind == "bnode":
        return ox.BlankNode(node.value)
    if node.language:
        return ox.Literal(node.value, language=node.language)
    return ox.Literal(node.value, datatype=node.datatype and ox.NamedNode(node.datatype))


@pytest.mark.parametrize(
    "infer", [lambda given: close_by_owlrl(given).inferred, close_by_sparq], ids=["owlrl", "sparq"]
)
def test_another_reasoner_gives_the_same_closure(
    infer: Callable[[Iterable[ox.Triple]], tuple[ox.Triple, ...]], dataset: Dataset
) -> None:
    given = (*dataset.ontology, *dataset.asserted)
    inferred = close(given).inferred
    if infer is close_by_sparq:
        inferred = tuple(filter(is_of_things, inferred))
    assert len(inferred) > 500
    assert infer(given) == inferred


@cache
def answer_kept(name: str, folder: Path = ANSWERS) -> str:
    return (folder / f"{name}.tsv").read_text(encoding="utf-8")


def loses_an_answer(dataset: Dataset, ontology: tuple[ox.Triple, ...]) -> bool:
    """Tell if a question that needs inference has another answer under an ontology."""
    inferred = close((*ontology, *dataset.asserted)).inferred
    mutant = replace(dataset, ontology=ontology)
    store = store_of(name_graphs(disjoint_parts(mutant, inferred), dataset.claims))
    return any(
        answer(store, QUESTIONS / f"{kept.stem}.rq") != answer_kept(kept.stem)
        for kept in sorted(WITHOUT.glob("*.tsv"))
    )


def caught(dataset: Dataset, ontology: tuple[ox.Triple, ...]) -> set[tuple[str, str]]:
    """Each rule that the misuses break under an ontology, with a statement that breaks it."""
    misuses = tuple(quad.triple for quad in parse(MISUSES))
    twin = replace(dataset, ontology=ontology, asserted=misuses, provenance=(), claims={})
    return {
        (clash.rule, statement) for clash in find_clashes(twin) for statement in clash.statements
    }


def test_every_misuse_is_caught(dataset: Dataset) -> None:
    misused = {shorten(str(quad.subject).strip("<>")) for quad in parse(MISUSES)}
    found = {statement.split()[0] for _, statement in caught(dataset, dataset.ontology)}
    # A thing that only lends another one to a misuse is named after that one.
    assert {name for name in misused if not any(f.startswith(name) for f in found)} <= {
        name for name in misused if name.endswith("-subject")
    }


@pytest.mark.parametrize("axiom", AXIOM_TRIPLES, ids=str)
def test_axiom_is_missed(
    dataset: Dataset, axiom: ox.Triple, caught_by_all: set[tuple[str, str]]
) -> None:
    ontology = tuple(triple for triple in dataset.ontology if triple != axiom)
    assert caught(dataset, ontology) != caught_by_all or loses_an_answer(dataset, ontology)


@pytest.fixture(scope="module")
def caught_by_all(dataset: Dataset) -> set[tuple[str, str]]:
    return caught(dataset, dataset.ontology)
