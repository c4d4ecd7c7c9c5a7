"""SPARQLWrapper: every form of query, in each of its formats, in each way that it can send one.

It names the format three times over (?format=X&output=X&results=X) and by Accept, unless told
setOnlyConneg(True). https://sparqlwrapper.readthedocs.io/
"""

from typing import Any
from xml.dom.minidom import Document

import pyoxigraph as ox
import pytest
import rdflib
import SPARQLWrapper as sw
from SPARQLWrapper.SPARQLExceptions import QueryBadFormed

from support.clients.questions import LONG, NAMES, QUERIES, RESULT_FORMS, make_new

#: Its names of formats, what SELECT and ASK answer, what CONSTRUCT and DESCRIBE answer, and what
#: the latter do where Accept alone says what is wanted: of some formats it then says "*/*".
FORMATS = {
    sw.XML: ("application/sparql-results+xml", "application/rdf+xml", "application/rdf+xml"),
    sw.JSON: ("application/sparql-results+json", "application/ld+json", "text/turtle"),
    sw.CSV: ("text/csv", "text/turtle", "text/turtle"),
    sw.TSV: ("text/tab-separated-values", "text/turtle", "text/turtle"),
    sw.TURTLE: ("application/sparql-results+json", "text/turtle", "text/turtle"),
    sw.N3: ("application/sparql-results+json", "text/n3", "text/turtle"),
    sw.RDF: ("application/sparql-results+json", "application/rdf+xml", "text/turtle"),
    sw.RDFXML: (
        "application/sparql-results+json",
        "application/rdf+xml",
        "application/rdf+xml",
    ),
    sw.JSONLD: (
        "application/sparql-results+json",
        "application/ld+json",
        "application/ld+json",
    ),
}
WAYS = {
    "GET": (sw.GET, sw.URLENCODED),
    "POST": (sw.POST, sw.URLENCODED),
    "POST directly": (sw.POST, sw.POSTDIRECTLY),
}
# It warns of a format that is not for the form of query, and uses what rdflib has deprecated.
pytestmark = [
    pytest.mark.filterwarnings("ignore::RuntimeWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]


def make_wrapper(endpoint: str, query: str, way: str, format: str) -> sw.SPARQLWrapper:
    wrapper = sw.SPARQLWrapper(endpoint, returnFormat=format)
    method, encoding = WAYS[way]
    wrapper.setMethod(method)
    wrapper.setRequestMethod(encoding)
    wrapper.setQuery(make_new(query))
    return wrapper


def read(found: Any, media_type: str) -> set[tuple[str, str]] | bool:
    """The names in what it converted an answer into, with their languages ("" in CSV), or a truth.

    It converts XML and JSON into their trees, RDF into rdflib's graphs, and leaves the rest.
    """
    match found:
        case {"boolean": truth}:
            return bool(truth)
        case {"results": {"bindings": rows}}:
            return {(row["name"]["value"], row["name"]["xml:lang"]) for row in rows}
        case Document():
            if truths := found.getElementsByTagName("boolean"):
                return bool(truths[0].firstChild.data == "true")
            literals = found.getElementsByTagName("literal")
            return {(item.firstChild.data, item.getAttribute("xml:lang")) for item in literals}
        case rdflib.Graph():
            return {(str(o), o.language) for o in found.objects() if isinstance(o, rdflib.Literal)}
        case b"true" | b"false":
            return bool(found == b"true")
        case bytes() if media_type == "text/csv":
            _, *lines = found.decode().splitlines()
            return {(line, "") for line in lines}
        case bytes() if media_type == "text/tab-separated-values":
            _, *lines = found.decode().splitlines()
            return {(text.strip('"'), tag) for text, _, tag in (x.rpartition("@") for x in lines)}
        case bytes():
            quads = ox.parse(found, ox.RdfFormat.from_media_type(media_type))
            return {(quad.object.value, quad.object.language) for quad in quads}
    raise AssertionError(found)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("only_conneg", [False, True], ids=["by name", "by Accept only"])
@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("form", QUERIES)
def test_each_form_comes_in_each_format_and_way(
    endpoint: str, form: str, format: str, only_conneg: bool, way: str
) -> None:
    wrapper = make_wrapper(endpoint, QUERIES[form], way, format)
    wrapper.setOnlyConneg(only_conneg)
    answer = wrapper.query()
    of_results, of_graphs, of_graphs_by_accept = FORMATS[format]
    expected = of_graphs_by_accept if only_conneg else of_graphs
    media_type = of_results if form in RESULT_FORMS else expected
    assert answer.info()["content-type"].partition(";")[0] == media_type
    names = {(text, "") for text, _ in NAMES} if media_type == "text/csv" else NAMES
    assert read(answer.convert(), media_type) == (form == "ASK" or names)


@pytest.mark.parametrize("way", WAYS)
def test_a_long_query_is_answered(endpoint: str, way: str) -> None:
    found = make_wrapper(endpoint, LONG, way, sw.JSON).queryAndConvert()
    assert read(found, "application/sparql-results+json") == NAMES


@pytest.mark.parametrize("way", WAYS)
def test_a_mistake_is_told_with_its_place(endpoint: str, way: str) -> None:
    with pytest.raises(QueryBadFormed) as refused:
        make_wrapper(endpoint, "SELECT *\n{ ?s ?p }", way, sw.JSON).query()
    assert '"line": 3,' in str(refused.value)
