"""Phrases for terms and statements: by labels, and blank class expressions by their parts."""

from collections.abc import Iterable
from typing import Any, Final, Protocol

import pyoxigraph as ox

from jjjkg.dataset.loading import Dataset
from jjjkg.explanation.names import Names
from jjjkg.explanation.verbalisation import chinese, english, plain
from jjjkg.messages import has, join, look_up, say
from jjjkg.rdf.namespaces import expand, shorten
from jjjkg.rdf.terms import TYPE, BrokenList, Statement, Term, read_list

#: Class expressions are spelled out to this depth.
_DEPTH: Final = 6
#: The properties by which OWL defines a class expression.
DEFINING: Final = frozenset(
    expand(f"owl:{name}")
    for name in (
        "hasValue someValuesFrom allValuesFrom maxCardinality onProperty maxQualifiedCardinality "
        "onClass onDataRange intersectionOf unionOf oneOf complementOf"
    ).split()
)
#: The properties by which it spells out lists, and axioms of several parts.
SPELLING: Final = frozenset(
    expand(name)
    for name in (
        "rdf:first rdf:rest owl:onProperty owl:onClass owl:onDataRange owl:members "
        "owl:distinctMembers owl:assertionProperty owl:targetIndividual owl:targetValue"
    ).split()
)
_PARTS: Final = DEFINING | SPELLING | {expand("owl:inverseOf")}
_STRINGS: Final = (expand("xsd:string"), expand("rdf:langString"))


class Grammar(Protocol):
    """The functions by which a language puts labels together."""

    def add_article(self, noun: str) -> str:
        """Return a noun after an indefinite article."""

    def make_clause(self, subject: str, label: str, value: str, english: str, names: Names) -> str:
        """Return the clause that a subject, if there is one, has a property with a value.

        ``label`` is the property's in the language, ``english`` the one in English.
        """


#: The grammars that there are, by language; any other language has the plain one.
GRAMMARS: Final[dict[str, Grammar]] = {"en": english, "zh": chinese}


class Phrases:
    """Words for the terms and statements of a dataset."""

    def __init__(self, names: Names, dataset: Dataset) -> None:
        self.names = names
        self._parts: dict[Term, dict[str, Term]] = {}
        for part in (dataset.ontology, dataset.asserted, dataset.provenance, dataset.dataset):
            for triple in part:
                if triple.predicate.value in _PARTS:
                    parts = self._parts.setdefault(triple.subject, {})  # type: ignore[arg-type]
                    parts.setdefault(shorten(triple.predicate.value), triple.object)  # type: ignore[arg-type]

    def state(self, statement: Statement, language: str) -> str:
        """Return a statement in words, without a capital or a full stop."""
        subject, predicate, value = statement
        s, o = Form(self, subject, language), Form(self, value, language)
        keys = [f"explanation.statements.{shorten(predicate.value)}"]
        if predicate == TYPE and isinstance(value, ox.NamedNode):
            keys.insert(0, f"explanation.types.{shorten(value.value)}")
        if predicate.value in DEFINING:
            keys.append("explanation.definition")
        if key := next(filter(has, keys), ""):
            return look_up(key, language).format(s=s, o=o)
        return self.make_clause(predicate, o.name, language, s.name)

    def make_clause(self, predicate: Term, value: str, language: str, subject: str = "") -> str:
        """Return the clause that a property has a value, after its subject if there is one."""
        label = self.names.label(predicate, language) or Form(self, predicate, language).bare
        english_label = self.names.label(predicate, "en")
        grammar = GRAMMARS.get(language, plain)
        return grammar.make_clause(subject, label, value, english_label, self.names)

    def members(self, head: Term) -> list[Term]:
        """Return the members of a list; none of a broken one."""

        def find(cell: Term, property: str) -> list[Term]:
            parts = self._parts.get(cell, {})
            return [parts[property]] if property in parts else []

        try:
            return read_list(head, find)
        except BrokenList:
            return []

    def parts(self, term: Term) -> dict[str, Term]:
        """Return the parts of a class or property expression, by prefixed names."""
        return self._parts.get(term, {})


class Form:
    """The forms of one term in a sentence."""

    def __init__(self, phrases: Phrases, term: Term, language: str, depth: int = 0) -> None:
        self._phrases, self._term = phrases, term
        self._language, self._depth = language, depth
        self._add_article = GRAMMARS.get(language, plain).add_article

    def _of(self, term: Term) -> "Form":
        return Form(self._phrases, term, self._language, self._depth + 1)

    @property
    def bare(self) -> str:
        """A label or prefixed name; of a blank property the one that it is the inverse of."""
        if isinstance(self._term, ox.NamedNode):
            return self._phrases.names.name(self._term, self._language)
        if isinstance(self._term, ox.Literal):
            is_text = self._term.datatype.value in _STRINGS
            return f"“{self._term.value}”" if is_text else self._term.value
        inverse = self._phrases.parts(self._term).get("owl:inverseOf")
        if inverse is not None and self._depth < _DEPTH:
            return self._say("explanation.expressions.inverse", q=self._of(inverse).quoted)
        return self._say("explanation.expressions.something")

    @property
    def quoted(self) -> str:
        """A property's name in quotation marks."""
        return f"“{self.bare}”" if self._has_name else self.bare

    @property
    def name(self) -> str:
        """The name of a thing or a class; "something that ..." for a class expression."""
        return self.bare if self._has_name else self.described

    @property
    def a(self) -> str:
        """A class after an article."""
        return self._add_article(self.bare) if self._has_name else self.described

    @property
    def described(self) -> str:
        """A class by its parts, even if it has a name."""
        head, clauses = self._describe()
        if clauses and not head:
            return self._say("explanation.nouns.something_that", clauses=self._both(clauses))
        return self._add_article(self._narrow(head, clauses)) if head else self._nothing()

    @property
    def every(self) -> str:
        """All of a class."""
        head, clauses = (self.bare, []) if self._has_name else self._describe()
        if clauses and not head:
            return self._say("explanation.nouns.everything_that", clauses=self._both(clauses))
        noun = self._narrow(head, clauses)
        return self._say("explanation.nouns.every", noun=noun) if head else self._nothing()

    @property
    def items(self) -> str:
        """The members of a list."""
        members = map(self._of, self._phrases.members(self._term))
        return join([m.bare if m._has_name else m.a for m in members], self._language, "and")

    @property
    def chain(self) -> str:
        """The properties of a chain."""
        members = map(self._of, self._phrases.members(self._term))
        return self._say("explanation.then").join(member.quoted for member in members)

    @property
    def members(self) -> str:
        """The members of a collection with owl:members or owl:distinctMembers."""
        parts = self._phrases.parts(self._term)
        head = parts.get("owl:members") or parts.get("owl:distinctMembers")
        return self._of(head).items if head is not None else self.bare

    @property
    def _has_name(self) -> bool:
        return not isinstance(self._term, ox.BlankNode)

    def _narrow(self, noun: str, clauses: list[str]) -> str:
        if not clauses:
            return noun
        return self._say("explanation.nouns.narrowed", noun=noun, clauses=self._both(clauses))

    def _both(self, clauses: list[str]) -> str:
        return self._say("explanation.both").join(clauses)

    def _nothing(self) -> str:
        return self._say("explanation.expressions.something")

    def _describe(self) -> tuple[str, list[str]]:
        """Return the class that a class expression narrows, "" for none, and its clauses."""
        parts = self._phrases.parts(self._term)
        if self._depth >= _DEPTH:
            return "", []
        if "owl:intersectionOf" in parts:
            return self._intersect(self._phrases.members(parts["owl:intersectionOf"]))
        if "owl:unionOf" in parts:
            classes = [self._of(m).a for m in self._phrases.members(parts["owl:unionOf"])]
            return "", [self._say("explanation.expressions.is", c=join(classes, self._language))]
        if "owl:oneOf" in parts:
            things = [self._of(m).name for m in self._phrases.members(parts["owl:oneOf"])]
            return "", [self._say("explanation.expressions.one_of", c=join(things, self._language))]
        if (other := parts.get("owl:complementOf")) is not None:
            return "", [self._say("explanation.expressions.not", c=self._of(other).a)]
        return "", self._restrict(parts)

    def _intersect(self, members: Iterable[Term]) -> tuple[str, list[str]]:
        head, clauses = "", []
        for member in map(self._of, members):
            if not member._has_name:
                inner, more = member._describe()
                if inner:
                    clauses.append(self._say("explanation.expressions.is", c=inner))
                clauses += more
            elif head:
                clauses.append(self._say("explanation.expressions.is", c=member.a))
            else:
                head = member.bare
        return head, clauses

    def _restrict(self, parts: dict[str, Term]) -> list[str]:
        if "owl:onProperty" not in parts:
            return []
        on, value, quoted = parts["owl:onProperty"], "", self._of(parts["owl:onProperty"]).quoted
        if some := parts.get("owl:someValuesFrom"):
            value = self._say("explanation.expressions.some", c=self._of(some).a)
        elif only := parts.get("owl:allValuesFrom"):
            value = self._say("explanation.expressions.only", c=self._of(only).a)
        elif thing := parts.get("owl:hasValue"):
            value = self._of(thing).name
        elif most := parts.get("owl:maxCardinality"):
            return [self._say("explanation.expressions.at_most", n=most.value, q=quoted)]
        elif (most := parts.get("owl:maxQualifiedCardinality")) and "owl:onClass" in parts:
            of = self._of(parts["owl:onClass"]).a
            return [self._say("explanation.expressions.at_most_of", n=most.value, q=quoted, c=of)]
        return [self._phrases.make_clause(on, value, self._language)] if value else []

    def _say(self, key: str, **values: Any) -> str:
        return say(key, self._language, **values)
