"""Larger graphs: the closure is that of another engine, and sampled proofs are accepted."""

from collections.abc import Iterable, Iterator
from random import Random

import pyoxigraph as ox
import pytest
import sparq

from jjjkg.entailment.checking.check import check
from jjjkg.entailment.closure import Closure, close
from jjjkg.rdf.namespaces import PREFIXES, expand
from jjjkg.rdf.terms import Statement
from support.entailment import hard_shapes
from support.entailment.region import generate_region, iri

Term = ox.NamedNode | ox.BlankNode | ox.Literal
LANGUAGE = tuple(PREFIXES[prefix] for prefix in ("rdf", "rdfs", "owl", "xsd"))
THING = ox.NamedNode(expand("owl:Thing"))
#: Properties of which sparq infers statements over inverses that no rule of OWL 2 RL concludes.
DOMAINS = (expand("rdfs:domain"), expand("rdfs:range"))


def read(lines: Iterable[str]) -> list[ox.Triple]:
    """Return N-Triples read, with an IRI for each blank node, since engines rename those."""
    quads = ox.parse("\n".join(lines), format=ox.RdfFormat.N_TRIPLES)

    def name(term: Term) -> Term:
        return ox.NamedNode(f"urn:blank:{term.value}") if isinstance(term, ox.BlankNode) else term

    return [ox.Triple(name(q.subject), q.predicate, name(q.object)) for q in quads]


def select(rows: Iterable[tuple[str, str, str]]) -> set[tuple[str, str, str]]:
    """Leave out statements true of any data, and each engine's own axioms on the vocabulary."""
    return {
        (s, p, o)
        for s, p, o in rows
        if not s.startswith(LANGUAGE) and o != THING.value and s != o and p not in DOMAINS
    }


def close_by_sparq(triples: list[ox.Triple]) -> set[tuple[str, str, str]]:
    graph = sparq.Graph.load("".join(f"{triple} .\n" for triple in triples), "ntriples")
    graph.reason("owl")
    rows = graph.query("SELECT ?s ?p ?o { ?s ?p ?o FILTER(!isLiteral(?s)) }").rows
    return select((row["s"].value, row["p"].value, row["o"].value) for row in rows)


def close_by_ours(triples: list[ox.Triple]) -> set[tuple[str, str, str]]:
    given = ((t.subject, t.predicate, t.object) for t in triples)
    rows = (*given, *close(triples).entailed())
    return select((s.value, p.value, o.value) for s, p, o in rows if not isinstance(s, ox.Literal))


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param(generate_region(1 / 43), id="a region of 1,000 firms"),
        pytest.param(generate_region(1 / 10), id="a region of 4,300 firms"),
        pytest.param(hard_shapes.chain(400), id="a chain"),
        pytest.param(hard_shapes.classes(1_000, 5_000), id="classes"),
        pytest.param(hard_shapes.properties(300, 2_000), id="properties"),
        pytest.param(hard_shapes.clusters(2_000), id="clusters of the same"),
        pytest.param(hard_shapes.clique(60), id="a clique of the same"),
    ],
)
def test_the_closure_is_that_of_another_engine(lines: Iterator[str]) -> None:
    triples = read(lines)
    ours, theirs = close_by_ours(triples), close_by_sparq(triples)
    assert ours - theirs == set()
    assert theirs - ours == set()
    assert len(ours) > 2 * len(triples)


def with_equal_firms(lines: Iterable[str]) -> Iterator[str]:
    """Yield a region with a second name for a hundred firms, equated by key or by owl:sameAs."""
    yield from lines
    key, first, rest, nil = map(expand, ("owl:hasKey", "rdf:first", "rdf:rest", "rdf:nil"))
    code, city, rank = iri("code"), iri("registeredIn"), iri("rank")
    for cell, item, after in (("k1", code, "_:k2"), ("k2", city, f"<{nil}>")):
        yield f"_:{cell} <{first}> {item} ."
        yield f"_:{cell} <{rest}> {after} ."
    yield f"{iri('Firm')} <{key}> _:k1 ."
    for number in range(100):
        again = iri(f"again-{number}")
        for firm, lexical in ((iri(f"firm-{number}"), f"{number}"), (again, f"0{number}")):
            yield f'{firm} {code} "{lexical}"^^<{expand("xsd:integer")}> .'
            yield f"{firm} {city} {iri('beijing')} ."
            yield f"{firm} <{expand('rdf:type')}> {iri('Firm')} ."
        yield f"{again} {rank} {iri('first')} ."
        if number % 2:
            yield f"{again} <{expand('owl:sameAs')}> {iri(f'third-{number}')} ."


def sample(closure: Closure, size: int) -> list[Statement]:
    entailed = list(closure.entailed())
    return Random(0).sample(entailed, min(size, len(entailed)))


@pytest.mark.parametrize(
    ("lines", "size"),
    [
        pytest.param(with_equal_firms(generate_region(1 / 10)), 10_000, id="region"),
        pytest.param(hard_shapes.chain(300), 200, id="a chain"),
        pytest.param(hard_shapes.classes(1_000, 5_000), 1_000, id="classes"),
        pytest.param(hard_shapes.properties(300, 2_000), 1_000, id="properties"),
        pytest.param(hard_shapes.clusters(2_000), 1_000, id="clusters of the same"),
        pytest.param(hard_shapes.clique(60), 500, id="a clique of the same"),
    ],
)
def test_sampled_proofs_hold(lines: Iterator[str], size: int) -> None:
    triples = read(lines)
    given = {(t.subject, t.predicate, t.object) for t in triples}
    closure = close(triples)
    used: set[str] = set()
    for statement in sample(closure, size):
        proof = closure.prove(statement)
        assert proof is not None, statement
        check(proof, given)
        used.update(step.rule for step in proof.steps)
    if size == 10_000:
        assert {"prp-key", "dt-eq", "eq-rep-s", "eq-rep-o", "prp-spo2", "cls-int1"} <= used
