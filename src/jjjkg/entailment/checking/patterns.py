"""The checker's own parser of owl2rl.rules."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from jjjkg.rdf.namespaces import expand
from jjjkg.rdf.terms import Term

#: The terms of an atom of a rule; a string is a variable, as it is written.
Pattern = tuple[str | Term, ...]

#: Words in the place of an atom's property, for a list as a whole or one of its members.
LISTS: Final = ("list", "item")
#: Words in the place of an atom's property, for conditions on the values of literals.
CONDITIONS: Final = ("in-value-space", "not-in-value-space", "same-value", "other-value")

_NUMBER: Final = ox.NamedNode(expand("xsd:nonNegativeInteger"))


@dataclass(frozen=True)
class Atom:
    """An atom of a rule: its kind ("triple", "each", or the word in its middle) and its terms."""

    kind: str
    terms: Pattern


@dataclass(frozen=True)
class Rule:
    """A rule: its premises and its conclusions; no conclusions stand for *false*."""

    premises: tuple[Atom, ...]
    conclusions: tuple[Atom, ...]


@cache
def read_rules() -> Mapping[str, Rule]:
    """Return the rules by id; the comment at the head of owl2rl.rules explains the syntax."""
    text = (Path(__file__).parents[1] / "owl2rl.rules").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    rules = {}
    for rule in "\n".join(lines).replace("\n ", " ").splitlines():
        name, _, body = rule.partition(" ")
        premises, _, conclusions = body.partition("=>")
        rules[name] = Rule(
            _read_atoms(premises),
            () if conclusions.strip() == "false" else _read_atoms(conclusions),
        )
    return rules


def _read_atoms(text: str) -> tuple[Atom, ...]:
    return tuple(_read_atom(atom.split()) for atom in " ".join(text.split()).split(" . ") if atom)


def _read_atom(words: list[str]) -> Atom:
    if words[0] == "each":
        return Atom("each", tuple(map(_read_term, words[1:])))
    if words[1] in LISTS or words[1] in CONDITIONS:
        return Atom(words[1], (_read_term(words[0]), _read_term(words[2])))
    return Atom("triple", tuple(map(_read_term, words)))


def _read_term(word: str) -> str | Term:
    if word.startswith("?"):
        return word
    return ox.Literal(word, datatype=_NUMBER) if word.isdigit() else ox.NamedNode(expand(word))
