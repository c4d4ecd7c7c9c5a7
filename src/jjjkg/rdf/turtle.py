"""Turtle as the files in ontology/ and graph/ are laid out: a writer that gives them back.

Subjects and properties keep their order. A subject stands alone, its facts below it, indented and
each ended by " ;", and then a lone full stop; one that has a single property, in one line with it.
The values of a property stand in one line where they fit in 100 characters and are no sentences,
and else below each other. So do the members of a list and the facts of a blank node, which stand
in brackets in the one place that refers to it.

https://www.w3.org/TR/turtle/ and, where claims are written beside triples,
https://www.w3.org/TR/rdf12-turtle/#reifying-triples
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from typing import Any, Final

import pyoxigraph as ox

from jjjkg.rdf.namespaces import LONGEST, PREFIXES, expand
from jjjkg.rdf.terms import FIRST, NIL, REST, TYPE, BrokenList, read_list

#: A function that gives the IRIs of the reifiers of a triple.
Annotate = Callable[[ox.Triple], Sequence[str]]
Subject = ox.NamedNode | ox.BlankNode
Block = Sequence[ox.Triple]

#: Local names that every parser takes as they are: no dots, no escapes.
_LOCAL: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]*")
#: Literals that Turtle writes without quotes. https://www.w3.org/TR/turtle/#abbrev
_BARE: Final = {
    expand(f"xsd:{name}"): re.compile(pattern)
    for name, pattern in (
        ("integer", r"[+-]?[0-9]+"),
        ("decimal", r"[+-]?[0-9]*\.[0-9]+"),
        ("double", r"[+-]?(?:[0-9]+\.[0-9]*|\.?[0-9]+)[eE][+-]?[0-9]+"),
        ("boolean", "true|false"),
    )
}
#: Characters of a line; one that holds a single term may be longer.
_WIDTH: Final = 100
_INDENT: Final = "    "
#: The ends of sentences, which stand below each other in their languages.
_STOPS: Final = (".", "\u3002")
_RULE: Final = "# ---\n"


class Layout:
    """The layout of one document of several graphs; it remembers the prefixes that they need.

    Blank nodes are called after their order in the document, but for those in `shared`, which keep
    one name in all of its graphs.
    """

    def __init__(self, shared: Iterable[ox.BlankNode] = ()) -> None:
        self.shared = frozenset(shared)
        self._prefixes: set[str] = set()
        self._names: dict[ox.BlankNode, str] = {}

    def write(
        self,
        triples: Sequence[ox.Triple],
        places: Mapping[str, str] | None = None,
        annotate: Annotate = lambda _: (),
        indent: str = "",
    ) -> Iterator[str]:
        """Yield the blocks of one graph's subjects, under the names of the files they stand in.

        `places` gives the file of a subject by its IRI, `annotate` the IRIs of a triple's
        reifiers. With an `indent`, blocks stand in the braces of a graph, with no line between.
        """
        graph = _Graph(self, triples, annotate)
        place = None
        for subject, block in graph.blocks.items():
            if subject in graph.nested:
                continue
            named = isinstance(subject, ox.NamedNode)
            found = (places or {}).get(subject.value) if named else place
            if found and found != place:
                yield f"{_RULE}# {found}\n{_RULE}\n"
                place = found
            yield graph.write_block(subject, block, indent) + ("" if indent else "\n")

    def head(self) -> str:
        """Return the declarations of the prefixes that were used, in our order."""
        used = (pair for pair in PREFIXES.items() if pair[0] in self._prefixes)
        return "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in used)

    def term(self, term: object) -> str:
        """Return the shortest text of a term."""
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
        """Return an IRI, with a prefix if there is one that every parser takes."""
        for prefix, namespace in LONGEST:
            if iri.startswith(namespace) and _LOCAL.fullmatch(iri, len(namespace)):
                self._prefixes.add(prefix)
                return f"{prefix}:{iri[len(namespace) :]}"
        return f"<{iri}>"


class _Graph:
    """One graph while it is written: its triples by subject.

    ``nested`` are the blank nodes that one triple alone points at: they are written inside it.
    """

    def __init__(self, layout: Layout, triples: Iterable[ox.Triple], annotate: Annotate) -> None:
        self._layout, self._annotate = layout, annotate
        self.blocks: dict[Subject, list[ox.Triple]] = {}
        self._parents: dict[Subject, Subject] = {}
        times: Counter[ox.BlankNode] = Counter()
        for triple in triples:
            assert not isinstance(triple.subject, ox.Triple)
            self.blocks.setdefault(triple.subject, []).append(triple)
            if isinstance(triple.object, ox.BlankNode):
                times[triple.object] += 1
                self._parents[triple.object] = triple.subject
        once = {node for node, number in times.items() if number == 1} - layout.shared
        self.nested = frozenset(node for node in once if self._ends(node, once))

    def _ends(self, node: Subject, once: Set[Subject]) -> bool:
        """Tell if the way up from a node leaves those that would be nested: some go in circles."""
        seen: set[Subject] = set()
        while node in once and node not in seen:
            seen.add(node)
            node = self._parents[node]
        return node not in once

    def write_block(self, subject: Subject, block: Block, indent: str) -> str:
        """Return a subject, its facts and a lone full stop; in one line what says only one fact."""
        named = isinstance(subject, ox.NamedNode) or subject in self._layout.shared
        name = self._layout.term(subject) if named or subject in self._parents else "[]"
        facts = list(self._group_facts(block))
        if len(facts) == 1 and not _are_sentences(block):
            line = f"{name} {self._write_line(*facts[0])}"
            if _fits(line, indent):
                return f"{indent}{line} .\n"
        return f"{indent}{name}\n{self._write_facts(block, indent + _INDENT)}{indent}.\n"

    def _write_facts(self, block: Block, indent: str) -> str:
        return "".join(
            f"{indent}{self._write_fact(verb, triples, indent)} ;\n"
            for verb, triples in self._group_facts(block)
        )

    def _group_facts(self, block: Block) -> Iterator[tuple[str, Block]]:
        """Yield the predicates of a subject, as they are written, and the triples of each."""
        by_predicate: dict[ox.NamedNode, list[ox.Triple]] = {}
        for triple in block:
            by_predicate.setdefault(triple.predicate, []).append(triple)
        for predicate, triples in by_predicate.items():
            yield "a" if predicate == TYPE else self._layout.term(predicate), triples

    def _write_fact(self, verb: str, triples: Block, indent: str) -> str:
        """Return a predicate and its objects: in one line, or else in one or more for each."""
        line = self._write_line(verb, triples)
        if _fits(line, indent) and not _are_sentences(triples):
            return line
        if len(triples) == 1:
            return f"{verb} {self._write_object(triples[0], indent)}"
        inner = indent + _INDENT
        objects = [self._fit_object(triple, inner) for triple in triples]
        first = f"\n{inner}" if any("\n" in text for text in objects) else " "
        return f"{verb}{first}" + f" ,\n{inner}".join(objects)

    def _write_line(self, verb: str, triples: Block) -> str:
        return f"{verb} {' , '.join(self._write_object(triple) for triple in triples)}"

    def _fit_object(self, triple: ox.Triple, indent: str) -> str:
        text = self._write_object(triple)
        return text if _fits(text, indent) else self._write_object(triple, indent)

    def _write_object(self, triple: ox.Triple, indent: str | None = None) -> str:
        reifiers = "".join(f" ~ {self._layout.iri(iri)}" for iri in self._annotate(triple))
        return self._write_node(triple.object, indent) + reifiers

    def _write_node(self, node: object, indent: str | None) -> str:
        """Return a term, or a nested node: in one line, or with an `indent` over several."""
        if not isinstance(node, ox.BlankNode) or node not in self.nested:
            return "()" if node == NIL else self._layout.term(node)
        block, members = self.blocks.get(node, []), self._find_members(node)
        if indent is None:
            if members:
                return f"( {' '.join(map(self._write_object, members))} )"
            facts = [self._write_line(*fact) for fact in self._group_facts(block)]
            return f"[ {' ; '.join(facts)} ]" if facts else "[]"
        inner = indent + _INDENT
        if members:
            lines = (f"{inner}{self._fit_object(member, inner)}\n" for member in members)
            return f"(\n{''.join(lines)}{indent})"
        return f"[\n{self._write_facts(block, inner)}{indent}]" if block else "[]"

    def _find_members(self, node: ox.BlankNode) -> Block:
        """Return the triples that a list's members are objects of; none for no plain list.

        A list in brackets has no place for what else is said of a cell, or for a reifier.
        """

        def values(cell: Any, property: str) -> Sequence[Any]:
            block = self.blocks.get(cell, []) if cell in self.nested else []
            plain = {triple.predicate for triple in block} == {FIRST, REST}
            if not plain or any(map(self._annotate, block)):
                return ()
            if property == "rdf:first":
                return [triple for triple in block if triple.predicate == FIRST]
            return [triple.object for triple in block if triple.predicate == REST]

        head: Any = node
        try:
            return read_list(head, values)
        except BrokenList:
            return ()


def _fits(text: str, indent: str) -> bool:
    """Tell if a text fits in a line with the punctuation after it."""
    return len(indent) + len(text) + len(" ;") <= _WIDTH


def _are_sentences(triples: Block) -> bool:
    """Tell if triples with one predicate say a sentence in several languages."""
    texts = [triple.object for triple in triples if isinstance(triple.object, ox.Literal)]
    return len(triples) > 1 and any(text.language and text.value.endswith(_STOPS) for text in texts)
