"""What is found of a thing: its statements, and the records of the claims behind them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Final

from prettytable import PrettyTable

from jjjkg.rdf.namespaces import BASE, expand, shorten
from jjjkg.table import make_table

#: The properties that a page begins with.
_FIRST: Final = (expand("rdf:type"), expand("rdfs:label"))


@dataclass(frozen=True)
class Term:
    """A term of a result: `kind` is "uri", "literal" or "bnode"."""

    kind: str
    value: str
    language: str = ""
    datatype: str = ""


@dataclass(frozen=True)
class Statement:
    """A triple with the part of the dataset that it is in, and the IRIs of its claims."""

    subject: Term
    property: str
    value: Term
    part: str
    claims: tuple[str, ...] = ()


@dataclass(frozen=True)
class Record:
    """What is recorded of a claim, a sentence or a term: its values by property's prefixed name."""

    iri: str
    values: Mapping[str, tuple[Term, ...]]

    def all(self, property: str) -> tuple[Term, ...]:
        """The values of a property given by its prefixed name."""
        return self.values.get(property, ())

    def one(self, property: str) -> str:
        """The first value of a property, or the empty string."""
        return next((term.value for term in self.all(property)), "")

    def say(self, property: str, language: str) -> str:
        """The text of a property in a language, or else in any other."""
        texts = {term.language: term.value for term in self.all(property)}
        return texts.get(language) or next(iter(texts.values()), "")


@dataclass(frozen=True, repr=False)
class Description:
    """What a thing's page shows; by itself it is shown as a table of its statements.

    `records` holds those of its claims, of the sentences that they are quoted from, and of itself.
    """

    iri: str
    statements: tuple[Statement, ...] = ()
    incoming: tuple[Statement, ...] = ()
    stated: tuple[Statement, ...] = ()  #: what it states, if it is a claim
    claims: tuple[str, ...] = ()
    records: Mapping[str, Record] = field(default_factory=dict)

    def group(self, statements: Iterable[Statement]) -> list[tuple[str, list[Statement]]]:
        """Statements by property: what it is and is called, then ours, then those of others.

        What is inferred comes after what is asserted.
        """
        groups: dict[str, list[Statement]] = {}
        for statement in sorted(statements, key=lambda s: s.part == "inferred"):
            groups.setdefault(statement.property, []).append(statement)

        def rank(property: str) -> tuple[int, str]:
            first = _FIRST.index(property) if property in _FIRST else len(_FIRST)
            return first + (first == len(_FIRST) and not property.startswith(BASE)), property

        return sorted(groups.items(), key=lambda pair: rank(pair[0]))

    def __repr__(self) -> str:
        return f"{self._count()}\n{self._tabulate().get_string()}"

    def _repr_html_(self) -> str:
        return f"{escape(self._count())}\n{self._tabulate().get_html_string()}"

    def _count(self) -> str:
        sizes = (len(self.statements), len(self.incoming), len(self.claims))
        said = "statements: {:,}; leading to it: {:,}; claims: {:,}".format(*sizes)
        return f"{shorten(self.iri)} ({said})"

    def _tabulate(self) -> PrettyTable:
        rows = (
            (
                shorten(property),
                _write(statement.value),
                statement.part,
                ", ".join(map(shorten, statement.claims)),
            )
            for property, statements in self.group(self.statements)
            for statement in statements
        )
        return make_table(("property", "value", "part", "claims"), rows)


def _write(term: Term) -> str:
    return shorten(term.value) if term.kind == "uri" else term.value
