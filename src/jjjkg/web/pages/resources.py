"""The resource at the path of each IRI: a thing's page, or its description as RDF.

The IRIs are below https://w3id.org/jjjkg/, which leads here: a thing answers with 303 to its
description, by Accept. https://www.w3.org/TR/cooluris/#r303gendocument
"""

from collections.abc import Iterable
from typing import Final

from flask import Blueprint, Response, g, render_template
from werkzeug.urls import iri_to_uri

from jjjkg.dataset.claims import Record
from jjjkg.rdf.formats import GRAPHS
from jjjkg.rdf.namespaces import BASE, GRAPH, PARTS, shorten
from jjjkg.release.descriptions import SCHEMA
from jjjkg.release.documentation import ONTOLOGY
from jjjkg.web.archive import Release
from jjjkg.web.http.request import HTML, Refusal, content_type
from jjjkg.web.pages.signposts import sign_description, sign_page
from jjjkg.web.site import Site

#: The sections of the ontology's page, by the type of the terms in them.
_SECTIONS: Final = {
    "owl:Class": "classes",
    "owl:ObjectProperty": "object_properties",
    "owl:DatatypeProperty": "datatype_properties",
    "owl:AnnotationProperty": "annotation_properties",
}
WAITING: Final = ("/id/", "/claim/", "/source/", "/graph/", "/ontology", "/dataset")
#: IRIs that have a page in every snapshot, even where the data don't describe it.
_ALWAYS: Final = {BASE + "ontology", *(GRAPH + part for part in PARTS)}
#: Suffixes of descriptions; any other dot belongs to the name, as in claim/P19.S1.d.
_FORMATS: Final = (HTML, *GRAPHS)


def make_blueprint(site: Site) -> Blueprint:
    """A page and RDF for each thing, claim, source and graph, the ontology and the dataset."""
    blueprint = Blueprint("resources", __name__)
    schema = _read_schema(site.release)

    @blueprint.get("/<any(id, claim, source, graph):kind>/<path:name>")
    @blueprint.get("/<any(ontology, dataset):kind>", defaults={"name": ""})
    @blueprint.get("/<any(ontology, dataset):kind>.<name>")
    def dereference(kind: str, name: str) -> Response:
        path = f"{kind}/{name}" if kind not in ("ontology", "dataset") else f"{kind}.{name}"
        return _answer(site, path.removesuffix("."), schema)

    return blueprint


def _answer(site: Site, path: str, schema: str) -> Response:
    chosen = next((format for format in _FORMATS if path.endswith(format.suffix)), None)
    iri = BASE + (path.removesuffix(chosen.suffix) if chosen else path)
    if iri not in _ALWAYS and not site.describer.exists(iri):
        raise Refusal(404, "problems.no_thing", iri=iri)
    if chosen is None:
        return _lead_on(path)
    if chosen is HTML:
        response = Response(_render(site, iri, schema))
        stem = "/" + path.removesuffix(HTML.suffix)
        response.headers["Link"] = sign_page(iri, stem, site.dataset, site.release.digests)
        return response
    answer = site.describer.serialize(iri, chosen.name)
    response = Response(answer.body, content_type=content_type(chosen))
    response.headers["Link"] = sign_description(iri, site.dataset)
    return response


def _render(site: Site, iri: str, schema: str) -> str:
    thing = site.describer.describe(iri)
    if iri == BASE + "ontology":
        terms = list(site.describer.describe_terms().records.values())
        version = site.release.version if ONTOLOGY in site.release.digests else ""
        groups = _group_terms(terms)
        return render_template(
            "ontology.html", thing=thing, count=len(terms), groups=groups, version=version
        )
    if (part := iri.removeprefix(GRAPH)) in PARTS:
        snapshot = site.content.snapshot
        return render_template("graph.html", thing=thing, part=part, snapshot=snapshot)
    template = "claim.html" if iri.startswith(BASE + "claim/") else "thing.html"
    itself = iri == site.dataset.iri
    return render_template(template, thing=thing, schema=schema if itself else "")


def _lead_on(path: str) -> Response:
    format = g.client.require(_FORMATS)
    location = iri_to_uri(f"/{path}{format.suffix}{g.client.repeated}")
    return Response(status=303, headers={"Location": location})


def _read_schema(release: Release) -> str:
    """The description of the dataset for search engines, in a form that no tag can end."""
    if SCHEMA not in release.digests:
        return ""
    return (release.folder / SCHEMA).read_text(encoding="utf-8").replace("<", "\\u003c")


def _group_terms(records: Iterable[Record]) -> list[tuple[str, list[Record]]]:
    """The terms by section, in the order of the page."""
    groups: dict[str, list[Record]] = {key: [] for key in (*_SECTIONS.values(), "others")}
    for record in records:
        types = [shorten(term.value) for term in record.all("rdf:type")]
        groups[next((_SECTIONS[t] for t in types if t in _SECTIONS), "others")].append(record)
    return [(key, group) for key, group in groups.items() if group]
