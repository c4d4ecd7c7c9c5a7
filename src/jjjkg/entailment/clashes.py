"""Contradictions in closed triples: the clashing statements, and the claims that they rest on."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from jjjkg.dataset import Dataset, own_folder
from jjjkg.entailment.closure import find_ill_typed
from jjjkg.namespaces import KG, expand, shorten

QUERIES: Final = own_folder() / "queries" / "clashes"
_SAME_AS: Final = ox.NamedNode(expand("owl:sameAs"))
#: By predicate: the query for the statements that it rests on, and what is bound in it.
SUPPORT: Final = {
    expand("rdf:type"): ("type.rq", "thing", "class_"),
    expand("owl:sameAs"): ("same.rq", "one", "two"),
}

_MERGED: Final = "two things of ours inferred to be the same"
#: How many of the claims that a statement rests on are named in words.
NAMED: Final = 3

StatedIn = dict[ox.Triple, list[str]]


@dataclass(frozen=True)
class Clash:
    """Statements that can't hold together, and for each the IRIs of the claims it rests on."""

    rule: str
    statements: Mapping[str, tuple[str, ...]]

    def __str__(self) -> str:
        parts = (f"{said} [{_name(claims)}]" for said, claims in self.statements.items())
        return f"{self.rule}: " + " and ".join(parts)


def _name(claims: tuple[str, ...]) -> str:
    named = ", ".join(map(shorten, claims[:NAMED])) or "no claim"
    more = len(claims) - NAMED
    return f"{named} and {more} more" if more > 0 else named


def find_clashes(dataset: Dataset, inferred: Iterable[ox.Triple]) -> tuple[Clash, ...]:
    """The contradictions in ontology, asserted, inferred and provenance triples, sorted.

    The rules whose head is *false* in
    https://www.w3.org/TR/owl2-profiles/#Reasoning_in_OWL_2_RL_and_RDF_Graphs_using_Rules are
    queries, one a file, but for dt-not-type, which needs the data types' values, and for those
    on cardinalities, of which the reasoner's own messages tell. An inferred owl:sameAs between
    two things of ours counts as well, since nothing in the data is meant to make two names one.
    """
    inferred = tuple(inferred)
    store = ox.Store()
    store.extend(
        ox.Quad(*t)
        for part in (dataset.ontology, dataset.asserted, dataset.provenance, inferred)
        for t in part
    )
    stated_in: StatedIn = {}
    for claim, stated in dataset.claims.items():
        for triple in stated:
            stated_in.setdefault(triple, []).append(claim)
    clashes = [
        _clash(store, stated_in, query.stem, row)
        for query in sorted(QUERIES.glob("*.rq"))
        for row in _select(store, query)
    ]
    clashes += [
        Clash(_MERGED, _support(store, stated_in, [triple]))
        for triple in inferred
        if triple.predicate == _SAME_AS and _ours(triple.subject) and _ours(triple.object)
    ]
    clashes += [
        Clash("not a value of its data type", _support(store, stated_in, [triple]))
        for triple in find_ill_typed((*dataset.ontology, *dataset.asserted, *dataset.provenance))
    ]
    # What makes two things one makes whatever is said of them clash: it comes first.
    return tuple(sorted(clashes, key=lambda clash: (clash.rule != _MERGED, str(clash))))


def _select(
    store: ox.Store, query: Path, **bound: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
) -> list[ox.QuerySolution]:
    substitutions = {ox.Variable(name): term for name, term in bound.items()}
    results = store.query(query.read_text(encoding="utf-8"), substitutions=substitutions)
    assert isinstance(results, ox.QuerySolutions)
    return list(results)


def _clash(store: ox.Store, stated_in: StatedIn, rule: str, row: ox.QuerySolution) -> Clash:
    triples = [ox.Triple(row["s1"], row["p1"], row["o1"])]
    if row["s2"] is not None:
        triples.append(ox.Triple(row["s2"], row["p2"], row["o2"]))
    return Clash(rule.replace("_", " "), _support(store, stated_in, triples))


def _support(
    store: ox.Store, stated_in: StatedIn, triples: Iterable[ox.Triple]
) -> dict[str, tuple[str, ...]]:
    """For each triple the claims that state it or, failing that, those that it rests on.

    What a type or a sameness rests on is asked of a query; any other inferred triple rests on
    all that is asserted of its subject.
    """
    support = {}
    for triple in triples:
        claims = set(stated_in.get(triple, ()))
        if not claims and triple.predicate.value in SUPPORT:
            file, *names = SUPPORT[triple.predicate.value]
            bound = dict(zip(names, (triple.subject, triple.object), strict=True))
            for row in _select(store, QUERIES / "support" / file, **bound):
                claims.update(stated_in.get(ox.Triple(row["s"], row["p"], row["o"]), ()))
        if not claims:
            for stated_triple, names in stated_in.items():
                if triple.subject in (stated_triple.subject, stated_triple.object):
                    claims.update(names)
        support[_text(triple)] = tuple(sorted(claims))
    return support


def _ours(term: object) -> bool:
    return isinstance(term, ox.NamedNode) and term.value.startswith(KG)


def _text(triple: ox.Triple) -> str:
    return " ".join(
        shorten(term.value) if isinstance(term, ox.NamedNode) else str(term)
        for term in (triple.subject, triple.predicate, triple.object)
    )
