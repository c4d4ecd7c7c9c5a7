"""The RDF 1.2 edition: each asserted triple with the claims that state it, as its reifiers.

https://www.w3.org/TR/rdf12-concepts/#section-reification. A claim stands for the statement of a
triple, so it is the reifier itself; RDF 1.1 stays the baseline of every other file.
"""

from collections import defaultdict
from typing import Final

import pyoxigraph as ox

from jjjkg.release.content import Content
from jjjkg.release.graphs import write_document

RDF12: Final = "rdf12.ttl"
_WORDS: Final = f"{RDF12}: everything, in RDF 1.2; each assertion names its claims (~ claim:...)"


def make_reifiers(content: Content) -> dict[str, bytes]:
    """rdf12.ttl; none where there is no triple that a claim could reify."""
    if not content.triples:
        return {}
    claims: defaultdict[ox.Triple, list[str]] = defaultdict(list)
    for iri, triples in content.claims.items():
        for triple in triples:
            claims[triple].append(iri)

    def annotate(triple: ox.Triple) -> list[str]:
        return claims.get(triple, [])

    names = ("ontology", "asserted", "inferred", "provenance", "dataset")
    parts = {name: content.parts[name] for name in names}
    parts["inferred"] = tuple(sorted(parts["inferred"], key=str))
    text = write_document(content, parts, _WORDS, annotate, 'VERSION "1.2"\n')
    return {RDF12: text.encode()}
