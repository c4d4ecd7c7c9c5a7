"""Formats, and the IRIs that descriptions name them by."""

from jjjkg.rdf.formats import GRAPHS, RESULTS, Format


def test_a_format_has_the_iri_of_the_w3c() -> None:
    iris = {format.name: format.iri for format in (*RESULTS, *GRAPHS)}
    assert iris["csv"] == "http://www.w3.org/ns/formats/SPARQL_Results_CSV"
    assert iris["rdfxml"] == "http://www.w3.org/ns/formats/RDF_XML"
    assert len({*iris.values()}) == len(iris)


def test_a_format_that_the_w3c_does_not_list_has_the_iri_of_its_media_type() -> None:
    made = Format("md", "text/markdown", ".md", "Markdown", listed=False)
    assert made.iri == "https://www.iana.org/assignments/media-types/text/markdown"
