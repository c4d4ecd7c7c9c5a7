"""The citation of the dataset, as reference managers and code hosts read it.

https://github.com/citation-file-format/citation-file-format/blob/main/schema-guide.md
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

import pyoxigraph as ox

from jjjkg.metadata.facts import Facts
from jjjkg.rdf.iris import find_href

#: The addresses of licences that have an identifier in https://spdx.org/licenses/.
_CREATIVE_COMMONS: Final = re.compile(
    r"https?://creativecommons\.org/(?:licenses/(by[a-z-]*)|publicdomain/(zero))/([0-9.]+)/?"
)
_MESSAGE: Final = "If you use this dataset, please cite it, and what it is drawn from."


def write_citation(dataset: ox.NamedNode, facts: Facts, version: str) -> bytes:
    """Return CITATION.cff of a version of the dataset; without what the data do not say."""
    cited: dict[str, Any] = {
        "cff-version": "1.2.0",
        "message": _MESSAGE,
        "type": "dataset",
        "title": facts.say(dataset, "dcterms:title"),
        "abstract": facts.say(dataset, "dcterms:description"),
        "version": version,
        "date-released": facts.say(dataset, "dcterms:issued"),
        "url": dataset.value,
        **_name_licence(facts.say(dataset, "dcterms:license")),
        "authors": _name(facts, dataset, "dcterms:creator"),
        "keywords": [
            word.value for word in facts.literals(dataset, "dcat:keyword") if word.language == "en"
        ],
        "references": [_refer(facts, work) for work in facts.things(dataset, "dcterms:source")],
    }
    return "".join(_write_lines({k: v for k, v in cited.items() if v})).encode()


def _name_licence(address: str) -> dict[str, str]:
    """Return the licence by its SPDX identifier; by its address if it has none."""
    if not (found := _CREATIVE_COMMONS.fullmatch(address)):
        return {"license-url": find_href(address)}
    kind, zero, version = found.groups()
    return {"license": f"CC0-{version}" if zero else f"CC-{kind.upper()}-{version}"}


def _name(facts: Facts, work: ox.NamedNode, property: str) -> list[dict[str, str]]:
    """Return the names of agents.

    The data give one name each, and do not say which part of it is the family's.
    """
    names = [facts.say(agent, "rdfs:label") for agent in facts.values(work, property)]
    return [{"name": name} for name in names if name]


def _refer(facts: Facts, work: ox.NamedNode) -> dict[str, Any]:
    said = {
        "type": "generic",
        "title": facts.say(work, "schema:headline") or facts.say(work, "rdfs:label"),
        "authors": _name(facts, work, "schema:author"),
        "url": find_href(facts.say(work, "schema:url")),
        "publisher": next(iter(_name(facts, work, "schema:copyrightHolder")), {}),
    }
    return {key: value for key, value in said.items() if value}


def _write_lines(mapping: Mapping[str, Any]) -> Iterator[str]:
    """Yield YAML whose values are JSON, which is YAML too: nothing in them can be misread."""
    for key, value in mapping.items():
        if isinstance(value, list):
            yield f"{key}:\n"
            for item in value:
                yield f"  - {json.dumps(item, ensure_ascii=False)}\n"
        else:
            yield f"{key}: {json.dumps(value, ensure_ascii=False)}\n"
