"""The W3C's manifests: which tests there are, and what each is made of.

https://www.w3.org/2001/sw/DataAccess/tests/README and, for the protocol's,
https://www.w3.org/TR/HTTP-in-RDF10/
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

import pyoxigraph as ox
import pytest

SUITES: Final = Path(os.environ.get("JJJKG_SHARED", "")) / "suites" / "w3c-sparql"
#: What every test of a suite is marked with: there is no copy of the suites in the project.
needs_suites = pytest.mark.skipif(
    "JJJKG_SHARED" not in os.environ, reason="JJJKG_SHARED: no copy of the W3C's tests"
)

MF: Final = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
QT: Final = "http://www.w3.org/2001/sw/DataAccess/tests/test-query#"
UT: Final = "http://www.w3.org/2009/sparql/tests/test-update#"
RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS: Final = "http://www.w3.org/2000/01/rdf-schema#"

Node = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple


class Manifest:
    """The triples of a manifest, by subject and predicate."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._objects: dict[tuple[Node, str], list[Node]] = {}
        for quad in ox.parse(path=file, base_iri=file.as_uri()):
            found = self._objects.setdefault((quad.subject, quad.predicate.value), [])
            found.append(quad.object)

    def all(self, subject: Node, predicate: str) -> list[Node]:
        return self._objects.get((subject, predicate), [])

    def one(self, subject: Node | None, predicate: str) -> Node | None:
        found = self.all(subject, predicate) if subject is not None else []
        return found[0] if found else None

    def items(self, first: Node | None) -> Iterator[Node]:
        """The members of a list."""
        while first is not None and (item := self.one(first, RDF + "first")) is not None:
            yield item
            first = self.one(first, RDF + "rest")

    @property
    def tests(self) -> "Iterator[Case]":
        for (subject, predicate), objects in self._objects.items():
            if predicate == RDF + "type" and isinstance(subject, ox.NamedNode):
                for kind in objects:
                    assert isinstance(kind, ox.NamedNode)
                    if kind.value.endswith(("Test", "Test11")):
                        yield Case(self, subject, kind.value.removeprefix(MF))


@dataclass(frozen=True)
class Case:
    """A test: its manifest, its IRI and its kind, such as QueryEvaluationTest."""

    manifest: Manifest
    iri: ox.NamedNode
    kind: str

    @property
    def suite(self) -> str:
        """The folder of its manifest, such as sparql11/bind."""
        return str(self.manifest.file.parent.relative_to(SUITES))

    @property
    def name(self) -> str:
        """The end of its IRI, by which exceptions are listed."""
        return self.iri.value.rpartition("#")[2]

    @property
    def action(self) -> Node:
        action = self.manifest.one(self.iri, MF + "action")
        assert action is not None, self.iri
        return action

    @cached_property
    def file(self) -> Path:
        """The query, or update."""
        query = self.manifest.one(self.action, QT + "query")
        update = self.manifest.one(self.action, UT + "request")
        return local(query or update or self.action)

    @cached_property
    def text(self) -> str:
        return self.file.read_text(encoding="utf-8", errors="surrogateescape")

    @property
    def data(self) -> list[Path]:
        """The files of the default graph."""
        return [local(node) for node in self.manifest.all(self.action, QT + "data")]

    @property
    def graphs(self) -> dict[str, Path]:
        """The files of the named graphs, by their names."""
        named = {}
        for node in self.manifest.all(self.action, QT + "graphData"):
            graph, label = (
                self.manifest.one(node, QT + "graph"),
                self.manifest.one(node, RDFS + "label"),
            )
            file = graph if graph is not None else node
            assert isinstance(file, ox.NamedNode)
            named[label.value if isinstance(label, ox.Literal) else file.value] = local(file)
        return named

    @property
    def result(self) -> Path:
        result = self.manifest.one(self.iri, MF + "result")
        assert result is not None, self.iri
        return local(result)

    @property
    def lax(self) -> bool:
        """Tell if the number of equal rows is left open, as REDUCED leaves it."""
        lax = ox.NamedNode(MF + "LaxCardinality")
        return self.manifest.one(self.iri, MF + "resultCardinality") == lax


def local(node: Node) -> Path:
    assert isinstance(node, ox.NamedNode)
    return Path(node.value.removeprefix("file://"))


def read_cases(*kinds: str) -> dict[str, list[Case]]:
    """The tests of some kinds in all manifests, by suite."""
    suites: dict[str, list[Case]] = {}
    for file in sorted(SUITES.rglob("manifest*.ttl")):
        for case in Manifest(file).tests:
            if case.kind.removesuffix("11") in kinds:
                suites.setdefault(case.suite, []).append(case)
    return suites


def choose(listed: Mapping[str, Mapping[str, str]], cases: Sequence[Case]) -> dict[str, str]:
    """The reasons that are listed for some of these tests of a suite."""
    names = {case.name for case in cases}
    reasons = listed.get(cases[0].suite, {})
    return {name: reason for name, reason in reasons.items() if name in names}


def report(
    record: pytest.FixtureRequest, suite: str, cases: Sequence[Case], exceptions: dict[str, str]
) -> None:
    """Have the run print how many tests of a suite hold, and why the others don't."""
    held = len(cases) - len(exceptions)
    lines = [f"{suite}: {held} of {len(cases)}"]
    for reason in sorted(set(exceptions.values())):
        names = sorted(name for name, given in exceptions.items() if given == reason)
        lines.append(f"    {len(names)}: {reason}: {', '.join(names)}")
    record.node.user_properties.append(("suite", "\n".join(lines)))
