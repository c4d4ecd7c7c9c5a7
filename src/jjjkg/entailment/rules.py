"""The OWL 2 RL/RDF rules as data: the parser of owl2rl.rules.

https://www.w3.org/TR/owl2-profiles/#Reasoning_in_OWL_2_RL_and_RDF_Graphs_using_Rules
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Final

import pyoxigraph as ox

from jjjkg.rdf.namespaces import expand
from jjjkg.rdf.terms import Term

#: Words in the place of an atom's property: built-in relations of lists and of literals' values.
LIST: Final = "list"
ITEM: Final = "item"
CONDITIONS: Final = ("in-value-space", "not-in-value-space", "same-value", "other-value")

_SUBSCRIPT: Final = re.compile(r"\[(i-1|i|n|0|1\.\.n)\]")


@dataclass(frozen=True)
class Atom:
    """One triple pattern of a rule; a string that starts with ``?`` is a variable.

    ``predicate`` is a term, a variable, or one of LIST, ITEM and CONDITIONS. The object of a
    LIST atom names the variables of its members: ``?c[1..n]``, or when unrolled ``?c[1] ?c[2]``.
    ``each`` marks an atom that is repeated for every i from 1 to the length of the list.
    """

    subject: str | Term
    predicate: str | Term
    object: str | Term
    each: bool = False

    def renamed(self, subscripts: dict[str, str]) -> "Atom":
        """Return the atom with the subscripts of its variables replaced, such as [i] by [2]."""

        def rename(part: str | Term) -> str | Term:
            if not isinstance(part, str):
                return part
            return _SUBSCRIPT.sub(lambda m: f"[{subscripts.get(m[1], m[1])}]", part)

        return Atom(rename(self.subject), rename(self.predicate), rename(self.object))


@dataclass(frozen=True)
class Rule:
    """A Horn rule: the W3C's id, the body (premises) and the head (conclusions).

    An empty head stands for *false*: an instance of the body is a contradiction.
    """

    name: str
    body: tuple[Atom, ...]
    head: tuple[Atom, ...]

    @property
    def varies(self) -> bool:
        """True if the number of premises depends on the length of a list."""
        return any(atom.predicate == LIST for atom in self.body)

    def unroll(self, length: int) -> "Rule":
        """Return the rule for lists of a fixed length, with one variable for each member."""
        body: list[Atom] = []
        for atom in self.body:
            if atom.predicate == LIST:
                name = str(atom.object).removesuffix("[1..n]")
                members = " ".join(f"{name}[{i}]" for i in range(1, length + 1))
                body.append(replace(atom, object=members))
            elif atom.each:
                body += (
                    atom.renamed({"i": str(i), "i-1": str(i - 1)}) for i in range(1, length + 1)
                )
            else:
                body.append(atom)
        head = tuple(atom.renamed({"n": str(length)}) for atom in self.head)
        return replace(self, body=tuple(body), head=head)


def _parse_term(token: str) -> str | Term:
    if token.startswith("?") or token in (LIST, ITEM, *CONDITIONS):
        return token
    if token in ("0", "1"):
        return ox.Literal(token, datatype=ox.NamedNode(expand("xsd:nonNegativeInteger")))
    return ox.NamedNode(expand(token))


def _parse_atom(text: str) -> Atom:
    tokens = text.split()
    each = tokens[0] == "each"
    subject, predicate, value = map(_parse_term, tokens[each:])
    return Atom(subject, predicate, value, each)


def _parse_atoms(text: str) -> tuple[Atom, ...]:
    return tuple(map(_parse_atom, filter(None, re.split(r"\s\.\s", text.strip()))))


def _parse_rules(text: str) -> Iterator[Rule]:
    lines = "\n".join(line for line in text.splitlines() if not line.startswith("#"))
    for entry in re.split(r"\n(?=\S)", lines.strip()):
        name, _, rest = entry.partition(" ")
        body, _, head = f" {rest} ".partition(" => ")
        yield Rule(name, _parse_atoms(body), () if head.strip() == "false" else _parse_atoms(head))


@cache
def load_rules() -> tuple[Rule, ...]:
    """Return the rules of tables 4 to 9 of the profile's section 4.3, in the tables' order."""
    text = files("jjjkg.entailment").joinpath("owl2rl.rules").read_text(encoding="utf-8")
    return tuple(_parse_rules(text))
