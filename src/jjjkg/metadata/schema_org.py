"""The dataset as search engines read it. https://schema.org/Dataset"""

import json
from collections.abc import Sequence
from pathlib import PurePath
from typing import Any

import pyoxigraph as ox

from jjjkg.metadata.dataset import Distribution
from jjjkg.metadata.facts import Facts
from jjjkg.rdf.iris import find_href
from jjjkg.rdf.namespaces import expand


def write_schema(
    dataset: ox.NamedNode, facts: Facts, version: str, files: Sequence[Distribution]
) -> bytes:
    """Return JSON-LD of a dataset and of the files of a release; without what nobody says."""

    def both(subject: object, property: str) -> list[dict[str, str]]:
        literals = facts.literals(subject, property)
        return [{"@value": v.value, "@language": v.language} for v in literals if v.language]

    def things(property: str, kind: str) -> list[dict[str, Any]]:
        return [
            {"@id": thing.value, "@type": kind, "name": both(thing, "rdfs:label")}
            for thing in facts.things(dataset, property)
            if find_href(thing.value)
        ]

    described: dict[str, Any] = {
        # The vocabulary by itself: schema.org's own context would have to be fetched.
        "@context": {"@vocab": expand("schema:")},
        "@id": dataset.value,
        "@type": "Dataset",
        "name": both(dataset, "dcterms:title"),
        "description": both(dataset, "dcterms:description"),
        "url": dataset.value,
        "identifier": dataset.value,
        "version": version,
        "datePublished": facts.say(dataset, "dcterms:issued"),
        "dateModified": facts.say(dataset, "dcterms:modified"),
        "license": {"@id": find_href(facts.say(dataset, "dcterms:license"))},
        "creator": things("dcterms:creator", "Organization"),
        "publisher": things("dcterms:publisher", "Organization"),
        "keywords": both(dataset, "dcat:keyword"),
        # Languages are named by the addresses of their codes: http://id.loc.gov/vocabulary/iso639-1/en
        "inLanguage": [
            language.value.rpartition("/")[2]
            for language in facts.values(dataset, "dcterms:language")
            if isinstance(language, ox.NamedNode | ox.Literal)
        ],
        "spatialCoverage": things("dcterms:spatial", "Place"),
        "isBasedOn": things("dcterms:source", "CreativeWork"),
        "isAccessibleForFree": True,
        "distribution": [
            {
                "@type": "DataDownload",
                "name": file.name,
                "contentUrl": {"@id": file.address.value},
                "encodingFormat": file.media_type,
                "contentSize": f"{file.size} B",
                "sha256": file.sha256,
            }
            for file in files
            if PurePath(file.name).suffix != ".gz"
        ],
    }
    unsaid: tuple[object, ...] = ("", [], {"@id": ""})
    told = {key: value for key, value in described.items() if value not in unsaid}
    return (json.dumps(told, indent=2, ensure_ascii=False) + "\n").encode()
