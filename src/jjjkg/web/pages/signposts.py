"""Typed links in headers, by which a program finds what belongs to a page without reading it.

https://signposting.org/FAIR/ (level 1), in the form of https://www.rfc-editor.org/rfc/rfc8288
"""

from collections.abc import Collection
from typing import Final

from werkzeug.urls import iri_to_uri

from jjjkg.dataset.claims import Record
from jjjkg.rdf.formats import TRIPLES
from jjjkg.rdf.iris import find_href
from jjjkg.rdf.namespaces import expand
from jjjkg.release.descriptions import DCAT, SCHEMA
from jjjkg.release.manifest import media_type_of

#: The files that hold the whole dataset, by the beginnings of their names.
_WHOLE: Final = ("dataset.", "everything.")


def sign_page(iri: str, path: str, dataset: Record, files: Collection[str]) -> str:
    """The links of the page of a thing at a path, which has no suffix.

    `dataset` is what it is part of, or the thing itself; `files` are those of the latest release.
    """
    links = [
        _link("cite-as", iri),
        _link("type", expand("schema:AboutPage")),
        *(_link("describedby", path + f.suffix, f.media_type) for f in TRIPLES),
    ]
    if iri == dataset.iri:
        whole = [f for f in sorted(files) if f.startswith(_WHOLE) and not f.endswith(".gz")]
        links += [
            _link("type", expand("schema:Dataset")),
            *_link_things("author", dataset, "dcterms:creator"),
            *(_link_file("describedby", name) for name in (DCAT, SCHEMA) if name in files),
            *(_link_file("item", name) for name in whole),
        ]
    elif dataset.values:
        links += _link_to("collection", dataset.iri)
    return ", ".join([*links, *_link_licence(dataset)])


def sign_description(iri: str, dataset: Record) -> str:
    """The links of what describes a thing in RDF."""
    return ", ".join([_link("describes", iri), *_link_licence(dataset)])


def sign_file(dataset: Record) -> str:
    """The links of a file of a release; none where the data do not say what they are."""
    collection = _link_to("collection", dataset.iri) if dataset.values else []
    return ", ".join([*collection, *_link_licence(dataset)])


def _link_licence(dataset: Record) -> list[str]:
    return _link_things("license", dataset, "dcterms:license")


def _link_things(relation: str, record: Record, property: str) -> list[str]:
    """A link for each value that is a thing: a text would be no address, and may break a header."""
    return _link_to(relation, *(t.value for t in record.all(property) if t.kind == "uri"))


def _link_to(relation: str, *iris: str) -> list[str]:
    """A link to each IRI of the data that is on the web."""
    return [_link(relation, iri) for iri in iris if find_href(iri)]


def _link_file(relation: str, name: str) -> str:
    return _link(relation, f"/releases/latest/{name}", media_type_of(name))


def _link(relation: str, target: str, media_type: str = "") -> str:
    kind = f'; type="{media_type}"' if media_type else ""
    return f'<{iri_to_uri(target)}>; rel="{relation}"{kind}'
