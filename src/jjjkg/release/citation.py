"""How to cite the dataset, as reference managers and code hosts read it.

https://github.com/citation-file-format/citation-file-format/blob/main/schema-guide.md
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import pyoxigraph as ox

from jjjkg.rdf.iris import find_href
from jjjkg.release.content import Content

CITATION: Final = "CITATION.cff"
#: The addresses of licences that have an identifier in https://spdx.org/licenses/.
_CREATIVE_COMMONS: Final = re.compile(
    r"https?://creativecommons\.org/(?:licenses/(by[a-z-]*)|publicdomain/(zero))/([0-9.]+)/?"
)
_MESSAGE: Final = "If you use this dataset, please cite it, and what it is drawn from."


def write_citation(content: Content) -> bytes:
    """CITATION.cff; without a word that the data do not say. The dataset must have an IRI."""
    itself = content.dataset
    assert itself is not None
    cited: dict[str, Any] = {
        "cff-version": "1.2.0",
        "message": _MESSAGE,
        "type": "dataset",
        "title": content.say(itself, "dcterms:title"),
        "abstract": content.say(itself, "dcterms:description"),
        "version": content.version,
        "date-released": content.say(itself, "dcterms:issued"),
        "url": itself.value,
        **_name_licence(content.say(itself, "dcterms:license")),
        "authors": _name(content, content.values(itself, "dcterms:creator")),
        "keywords": _list_keywords(content),
        "references": [
            _refer(content, work)
            for work in content.values(itself, "dcterms:source")
            if isinstance(work, ox.NamedNode)
        ],
    }
    return "".join(_write_lines({k: v for k, v in cited.items() if v})).encode()


def _name_licence(address: str) -> dict[str, str]:
    """The licence by its SPDX identifier; an address is for those that have none."""
    if not (found := _CREATIVE_COMMONS.fullmatch(address)):
        return {"license-url": find_href(address)}
    kind, zero, version = found.groups()
    return {"license": f"CC0-{version}" if zero else f"CC-{kind.upper()}-{version}"}


def _name(content: Content, agents: Sequence[object]) -> list[dict[str, str]]:
    """Agents by the one name that the data give: which part of it is a family's they do not say."""
    names = [content.say(agent, "rdfs:label") for agent in agents]
    return [{"name": name} for name in names if name]


def _list_keywords(content: Content) -> list[str]:
    words = content.values(content.dataset, "dcat:keyword")
    return [w.value for w in words if isinstance(w, ox.Literal) and w.language == "en"]


def _refer(content: Content, work: ox.NamedNode) -> dict[str, Any]:
    said = {
        "type": "generic",
        "title": content.say(work, "schema:headline") or content.say(work, "rdfs:label"),
        "authors": _name(content, content.values(work, "schema:author")),
        "url": find_href(content.say(work, "schema:url")),
        "publisher": next(iter(_name(content, content.values(work, "schema:copyrightHolder"))), {}),
    }
    return {key: value for key, value in said.items() if value}


def _write_lines(mapping: Mapping[str, Any], indent: str = "") -> Iterator[str]:
    """YAML whose values are JSON, which is YAML too: nothing in them can be misread."""
    for key, value in mapping.items():
        if isinstance(value, list):
            yield f"{indent}{key}:\n"
            for item in value:
                yield f"{indent}  - {json.dumps(item, ensure_ascii=False)}\n"
        else:
            yield f"{indent}{key}: {json.dumps(value, ensure_ascii=False)}\n"
