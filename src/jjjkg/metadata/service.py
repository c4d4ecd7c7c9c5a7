"""The SPARQL service: its formats, functions and limits, its graphs, and examples to begin with.

https://www.w3.org/TR/sparql11-service-description/
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Final

import pyoxigraph as ox

from jjjkg.dataset.questions import Question
from jjjkg.evaluation import Limits
from jjjkg.evaluation.sparql.lexer import find_form, tokenize
from jjjkg.metadata.facts import Node, Triples, place, state
from jjjkg.rdf.formats import GRAPHS, RESULTS
from jjjkg.rdf.namespaces import GRAPH, expand
from jjjkg.rdf.terms import named

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


_FORMS: Final = {"SELECT": "Select", "ASK": "Ask", "CONSTRUCT": "Construct", "DESCRIBE": "Describe"}


def describe_service(
    root: str, graphs: Mapping[str, int], limits: Limits, *, inferred: bool, union: bool
) -> Triples:
    """Yield the description of the service at an address, which ends in a slash.

    `graphs` has the triples of each named graph by its IRI, and of the default graph as "";
    `inferred` says whether what follows from the data was added to it, `union` whether a query
    without FROM sees the union of the named graphs. Raises InputError for what is not an address.
    """
    service = place(root, "sparql")
    regime = ox.NamedNode(_ENTAILMENT + ("OWL-RDF-Based" if inferred else "Simple"))
    profiles = [ox.NamedNode(_PROFILE)] if inferred else []
    nodes = {limit: ox.BlankNode(f"limit-{limit}") for limit in asdict(limits)}
    yield from state(
        service,
        ("rdf:type", [named("sd:Service"), named("dcat:DataService")]),
        ("sd:endpoint", [service]),
        ("dcat:endpointURL", [service]),
        ("sd:supportedLanguage", [named("sd:SPARQL11Query")]),
        ("sd:feature", [named("sd:UnionDefaultGraph")] if union else []),
        ("sd:resultFormat", [ox.NamedNode(format.iri) for format in (*RESULTS, *GRAPHS)]),
        ("sd:extensionFunction", [ox.NamedNode(function) for function in FUNCTIONS]),
        ("sd:defaultEntailmentRegime", [regime]),
        ("sd:defaultSupportedEntailmentProfile", profiles),
        ("sd:defaultDataset", [place(root, "sparql#dataset")]),
        ("schema:additionalProperty", nodes.values()),
    )
    for limit, value in asdict(limits).items():
        yield from state(
            nodes[limit],
            ("rdf:type", [named("schema:PropertyValue")]),
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
    default = place(root, "sparql#default-graph")
    iris = [iri for iri in graphs if iri]
    nodes = {iri: ox.BlankNode(f"named-{number}") for number, iri in enumerate(iris)}
    yield from state(
        place(root, "sparql#dataset"),
        ("rdf:type", [named("sd:Dataset")]),
        ("sd:defaultGraph", [default]),
        ("sd:namedGraph", nodes.values()),
    )
    yield from _describe_size(default, graphs[""])
    for number, (iri, node) in enumerate(nodes.items()):
        graph = ox.BlankNode(f"graph-{number}")
        yield from state(
            node,
            ("rdf:type", [named("sd:NamedGraph")]),
            ("sd:name", [ox.NamedNode(iri)]),
            ("sd:graph", [graph]),
            *(entailment if iri == GRAPH + "inferred" else ()),
        )
        yield from _describe_size(graph, graphs[iri])


def _describe_size(graph: Node, triples: int) -> Triples:
    types = [named("sd:Graph"), named("void:Dataset")]
    return state(graph, ("rdf:type", types), ("void:triples", [ox.Literal(triples)]))


def list_examples(root: str, questions: Iterable[Question]) -> Triples:
    """Yield the questions as queries of the endpoint at an address, as other endpoints do.

    https://www.w3.org/TR/shacl-af/#SPARQLConstructExecutables, in the form of
    https://github.com/sib-swiss/sparql-examples. Raises InputError for what is not an address.
    """
    for question in questions:
        form = find_form(tokenize(question.text))
        word = form.word if form else "SELECT"
        texts = (*question.summary.items(), *question.description.items())
        types = [named("sh:SPARQLExecutable"), named(f"sh:SPARQL{_FORMS[word]}Executable")]
        yield from state(
            place(root, f"questions/{question.name}"),
            ("rdf:type", types),
            ("rdfs:comment", dict.fromkeys(ox.Literal(t, language=lang) for lang, t in texts)),
            (f"sh:{word.lower()}", [ox.Literal(question.text)]),
            ("schema:keywords", [ox.Literal(tag) for tag in question.tags]),
            ("schema:target", [place(root, "sparql")]),
        )
