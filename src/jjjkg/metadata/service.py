"""The SPARQL service: its formats, functions and limits, its graphs and their entailment.

https://www.w3.org/TR/sparql11-service-description/
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Final

import pyoxigraph as ox

from jjjkg.evaluation import Limits
from jjjkg.metadata.statements import Node, Triples, name, state, term
from jjjkg.rdf.formats import GRAPHS, RESULTS
from jjjkg.rdf.namespaces import GRAPH, expand

_FORMATS: Final = "http://www.w3.org/ns/formats/"
_ENTAILMENT: Final = "http://www.w3.org/ns/entailment/"
_PROFILE: Final = "http://www.w3.org/ns/owl-profile/RL"
_GEOSPARQL: Final = "http://www.opengis.net/def/function/geosparql/"
#: What the engine has beyond SPARQL 1.1: casts, and GeoSPARQL's functions without units.
FUNCTIONS: Final = (
    *(
        expand("xsd:" + name)
        for name in "date time duration dayTimeDuration yearMonthDuration gYear gYearMonth gMonth "
        "gMonthDay gDay".split()
    ),
    *(
        _GEOSPARQL + name
        for name in "sfEquals sfDisjoint sfIntersects sfTouches sfCrosses sfWithin sfContains "
        "sfOverlaps ehEquals ehDisjoint ehMeet ehOverlap ehCovers ehCoveredBy ehInside ehContains "
        "rcc8eq rcc8dc rcc8ec rcc8po rcc8tppi rcc8tpp rcc8ntpp rcc8ntppi distance convexHull "
        "intersection union difference symDifference envelope area length perimeter centroid "
        "getSRID isEmpty isSimple dimension coordinateDimension relate asGeoJSON".split()
    ),
)


def describe_service(
    root: str, graphs: Mapping[str, int], limits: Limits, *, inferred: bool, union: bool
) -> Triples:
    """The service at an address that ends in a slash; raises InputError for what is none.

    `graphs` has the triples of each named graph by its IRI, and of the default graph as "";
    `inferred` says whether what follows from the data was added to it, `union` whether a query
    without FROM sees the union of the named graphs.
    """
    service = name(root, "sparql")
    formats = (_FORMATS + format.listed for format in (*RESULTS, *GRAPHS))
    regime = ox.NamedNode(_ENTAILMENT + ("OWL-RDF-Based" if inferred else "Simple"))
    profiles = [ox.NamedNode(_PROFILE)] if inferred else []
    nodes = {limit: ox.BlankNode(f"limit-{limit}") for limit in asdict(limits)}
    yield from state(
        service,
        ("rdf:type", [term("sd:Service"), term("dcat:DataService")]),
        ("sd:endpoint", [service]),
        ("dcat:endpointURL", [service]),
        ("sd:supportedLanguage", [term("sd:SPARQL11Query")]),
        ("sd:feature", [term("sd:UnionDefaultGraph")] if union else []),
        ("sd:resultFormat", [ox.NamedNode(format) for format in formats]),
        ("sd:extensionFunction", [ox.NamedNode(function) for function in FUNCTIONS]),
        ("sd:defaultEntailmentRegime", [regime]),
        ("sd:defaultSupportedEntailmentProfile", profiles),
        ("sd:defaultDataset", [name(root, "sparql#dataset")]),
        ("schema:additionalProperty", nodes.values()),
    )
    for limit, value in asdict(limits).items():
        yield from state(
            nodes[limit],
            ("rdf:type", [term("schema:PropertyValue")]),
            ("schema:propertyID", [ox.Literal(limit)]),
            ("schema:maxValue", [ox.Literal(value)]),
        )
    entailment = (
        ("sd:entailmentRegime", [regime]),
        ("sd:supportedEntailmentProfile", profiles),
    )
    yield from _describe_graphs(root, graphs, entailment if inferred else ())


def _describe_graphs(
    root: str,
    graphs: Mapping[str, int],
    entailment: Sequence[tuple[str, list[ox.NamedNode]]],
) -> Triples:
    default = name(root, "sparql#default-graph")
    iris = [iri for iri in graphs if iri]
    named = {iri: ox.BlankNode(f"named-{number}") for number, iri in enumerate(iris)}
    yield from state(
        name(root, "sparql#dataset"),
        ("rdf:type", [term("sd:Dataset")]),
        ("sd:defaultGraph", [default]),
        ("sd:namedGraph", named.values()),
    )
    yield from _describe_size(default, graphs[""])
    for number, (iri, node) in enumerate(named.items()):
        graph = ox.BlankNode(f"graph-{number}")
        yield from state(
            node,
            ("rdf:type", [term("sd:NamedGraph")]),
            ("sd:name", [ox.NamedNode(iri)]),
            ("sd:graph", [graph]),
            *(entailment if iri == GRAPH + "inferred" else ()),
        )
        yield from _describe_size(graph, graphs[iri])


def _describe_size(graph: Node, triples: int) -> Triples:
    types = [term("sd:Graph"), term("void:Dataset")]
    return state(graph, ("rdf:type", types), ("void:triples", [ox.Literal(triples)]))
