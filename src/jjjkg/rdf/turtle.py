"""Turtle as people read it: the order of the sources, a fact a line, nodes without names in place.

https://www.w3.org/TR/turtle/ and, where claims are written beside triples,
https://www.w3.org/TR/rdf12-turtle/#reifying-triples
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final

import pyoxigraph as ox

from jjjkg.rdf.namespaces import PREFIXES

Annotate = Callable[[ox.Triple], Sequence[str]]

_RDF: Final = PREFIXES["rdf"]
_TYPE, _FIRST, _REST, _NIL = (
    ox.NamedNode(_RDF + name) for name in ("type", "first", "rest", "nil")
)
#: Local names that every parser takes as they are: no dots, no escapes.
_LOCAL: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]*")
_NAMESPACES: Final = sorted(PREFIXES.items(), key=lambda pair: -len(pair[1]))
#: Literals that Turtle writes without quotes. https://www.w3.org/TR/turtle/#abbrev
_BARE: Final = {
    PREFIXES["xsd"] + name: re.compile(pattern)
    for name, pattern in (
        ("integer", r"[+-]?[0-9]+"),
        ("decimal", r"[+-]?[0-9]*\.[0-9]+"),
        ("double", r"[+-]?(?:[0-9]+\.[0-9]*|\.?[0-9]+)[eE][+-]?[0-9]+"),
        ("boolean", "true|false"),
    )
}
#: Of longer lines, each object has its own.
_LONG: Final = 100
_RULE: Final = "# ---\n"


class Layout:
    """Writes graphs of one document, and remembers which prefixes they need.

    Nodes without names are called after their order in the document, but for those in `shared`,
    which keep one name in all of its graphs.
    """

    def __init__(self, shared: Iterable[ox.BlankNode] = ()) -> None:
        self.prefixes: set[str] = set()
        self._shared = frozenset(shared)
        self._names: dict[ox.BlankNode, str] = {}

    def write(
        self,
        triples: Sequence[ox.Triple],
        places: Mapping[str, str] | None = None,
        annotate: Annotate = lambda _: (),
        indent: str = "",
    ) -> Iterator[str]:
        """The blocks of one graph's subjects, under the names of the files they stand in.

        `annotate` gives the IRIs of what reifies a triple.
        """
        blocks: dict[ox.NamedNode | ox.BlankNode, list[ox.Triple]] = {}
        for triple in triples:
            assert not isinstance(triple.subject, ox.Triple)
            blocks.setdefault(triple.subject, []).append(triple)
        graph = _Graph(self, blocks, annotate, self._find_nested(blocks))
        place = None
        for subject, block in blocks.items():
            if subject in graph.nested:
                continue
            key = subject.value if isinstance(subject, ox.NamedNode) else ""
            found = (places or {}).get(key, place if key == "" else None)
            if found and found != place:
                yield f"{_RULE}# {found}\n{_RULE}\n"
                place = found
            yield graph.write_block(subject, block, indent)

    def head(self) -> str:
        """The declarations of the prefixes that were used, in our order."""
        lines = (f"@prefix {p}: <{ns}> .\n" for p, ns in PREFIXES.items() if p in self.prefixes)
        return "".join(lines)

    def term(self, term: object) -> str:
        """A term, as short as it can be said."""
        if isinstance(term, ox.NamedNode):
            return self.iri(term.value)
        if isinstance(term, ox.BlankNode):
            return "_:" + self._names.setdefault(term, f"b{len(self._names) + 1}")
        assert isinstance(term, ox.Literal)
        datatype = term.datatype.value
        bare = _BARE.get(datatype)
        if bare and bare.fullmatch(term.value):
            return term.value
        text = str(term)
        if text.endswith(f"^^<{datatype}>"):
            return text[: -len(datatype) - 2] + self.iri(datatype)
        return text

    def iri(self, iri: str) -> str:
        """An IRI, with a prefix if there is one that every parser takes."""
        for prefix, namespace in _NAMESPACES:
            if iri.startswith(namespace) and _LOCAL.fullmatch(iri, len(namespace)):
                self.prefixes.add(prefix)
                return f"{prefix}:{iri[len(namespace) :]}"
        return f"<{iri}>"

    def _find_nested(
        self, blocks: Mapping[ox.NamedNode | ox.BlankNode, Sequence[ox.Triple]]
    ) -> frozenset[ox.BlankNode]:
        """The nodes without names that one triple alone points at: they are written inside it."""
        pointed = Counter(
            triple.object
            for block in blocks.values()
            for triple in block
            if isinstance(triple.object, ox.BlankNode)
        )
        parents = {
            triple.object: triple.subject
            for block in blocks.values()
            for triple in block
            if isinstance(triple.object, ox.BlankNode)
        }
        nested = {
            node for node, times in pointed.items() if times == 1 and node not in self._shared
        }
        return frozenset(node for node in nested if _ends(node, parents, nested))


class _Graph:
    """One graph while it is written."""

    def __init__(
        self,
        layout: Layout,
        blocks: Mapping[ox.NamedNode | ox.BlankNode, Sequence[ox.Triple]],
        annotate: Annotate,
        nested: frozenset[ox.BlankNode],
    ) -> None:
        self._layout, self._blocks, self._annotate = layout, blocks, annotate
        self.nested = nested
        self._unpointed = {
            triple.object
            for block in blocks.values()
            for triple in block
            if isinstance(triple.object, ox.BlankNode)
        }

    def write_block(
        self, subject: ox.NamedNode | ox.BlankNode, block: Sequence[ox.Triple], indent: str
    ) -> str:
        """The subject, its facts, and a lone full stop."""
        lone = isinstance(subject, ox.BlankNode) and subject not in self._unpointed
        name = "[]" if lone and not self._keeps_name(subject) else self._layout.term(subject)
        facts = self._write_facts(block, indent + "    ")
        return f"{indent}{name}\n{facts}{indent}.\n\n"

    def _keeps_name(self, node: object) -> bool:
        return node in self._layout._shared

    def _write_facts(self, block: Sequence[ox.Triple], indent: str) -> str:
        by_predicate: dict[ox.NamedNode, list[ox.Triple]] = {}
        for triple in block:
            by_predicate.setdefault(triple.predicate, []).append(triple)
        lines = []
        for predicate, triples in by_predicate.items():
            verb = "a" if predicate == _TYPE else self._layout.term(predicate)
            objects = [self._write_object(triple, indent) for triple in triples]
            line = f"{indent}{verb} {' , '.join(objects)} ;\n"
            if len(objects) > 1 and len(line) > _LONG and "\n" not in line[:-1]:
                each = f" ,\n{indent}    ".join(objects)
                line = f"{indent}{verb}\n{indent}    {each} ;\n"
            lines.append(line)
        return "".join(lines)

    def _write_object(self, triple: ox.Triple, indent: str) -> str:
        text = self._write_node(triple.object, indent)
        reifiers = "".join(f" ~ {self._layout.iri(iri)}" for iri in self._annotate(triple))
        return text + reifiers

    def _write_node(self, node: object, indent: str) -> str:
        if not isinstance(node, ox.BlankNode) or node not in self.nested:
            return self._layout.term(node)
        members = self._find_members(node)
        inner = indent + "    "
        if members:
            written = [self._write_node(member, inner) for member in members]
            return f"( {' '.join(written)} )"
        block = self._blocks.get(node, ())
        return f"[\n{self._write_facts(block, inner)}{indent}]" if block else "[]"

    def _find_members(self, node: object) -> list[object]:
        """The members of the list that begins at a node; none where it is not a plain one."""
        members: list[object] = []
        while node != _NIL:
            block = self._blocks.get(node, ()) if node in self.nested else ()  # type: ignore[call-overload]
            said = {triple.predicate: triple.object for triple in block}
            if len(block) != 2 or said.keys() != {_FIRST, _REST}:
                return []
            if any(self._annotate(triple) for triple in block):
                return []  # a list in brackets has no place for them
            members.append(said[_FIRST])
            node = said[_REST]
        return members


def _ends(
    node: ox.BlankNode, parents: Mapping[ox.BlankNode, object], nested: set[ox.BlankNode]
) -> bool:
    """Whether the way up from a node leaves the nested ones: it does not where they go round."""
    seen: set[object] = set()
    current: object = node
    while isinstance(current, ox.BlankNode) and current in nested:
        if current in seen:
            return False
        seen.add(current)
        current = parents[current]
    return True
