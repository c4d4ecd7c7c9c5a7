"""Statements in words: by the labels of their terms, and blank class expressions by their parts."""

from collections.abc import Iterable
from typing import Final

import pyoxigraph as ox

from jjjkg.explanation.clauses import say_chinese, say_english, with_article
from jjjkg.explanation.names import Names
from jjjkg.explanation.words import has, join, say
from jjjkg.rdf.namespaces import expand, shorten
from jjjkg.rdf.terms import Statement, Term

#: How deep a class expression is spelled out.
_DEPTH: Final = 6
#: What OWL defines a class expression with,
DEFINING: Final = frozenset(
    expand(f"owl:{name}")
    for name in (
        *("hasValue", "someValuesFrom", "allValuesFrom", "maxCardinality", "onProperty"),
        *("maxQualifiedCardinality", "onClass", "onDataRange", "intersectionOf", "unionOf"),
        *("oneOf", "complementOf"),
    )
)
#: and what it spells out lists, and axioms of several parts, with.
SPELLING: Final = frozenset(
    map(
        expand,
        (
            *("rdf:first", "rdf:rest", "owl:onProperty", "owl:onClass", "owl:onDataRange"),
            *("owl:members", "owl:distinctMembers", "owl:assertionProperty"),
            *("owl:targetIndividual", "owl:targetValue"),
        ),
    )
)
_PARTS: Final = DEFINING | SPELLING | {expand("owl:inverseOf")}


class Phrases:
    """Words for the terms and statements of some triples."""

    def __init__(self, names: Names, triples: Iterable[ox.Triple]) -> None:
        self.names = names
        self._parts: dict[Term, dict[str, Term]] = {}
        for triple in triples:
            if triple.predicate.value in _PARTS:
                parts = self._parts.setdefault(triple.subject, {})  # type: ignore[arg-type]
                parts.setdefault(shorten(triple.predicate.value), triple.object)  # type: ignore[arg-type]

    def state(self, statement: Statement, language: str) -> str:
        """A statement in words, without a capital or a full stop."""
        subject, predicate, value = statement
        s, o = Form(self, subject, language), Form(self, value, language)
        key = shorten(predicate.value)
        if key == "rdf:type" and isinstance(value, ox.NamedNode) and has("types", o.key):
            return say("types", o.key, language, s=s, o=o)
        if has("statements", key):
            return say("statements", key, language, s=s, o=o)
        if predicate.value in DEFINING:
            return say("notes", "definition", language, s=s)
        return self.clause(predicate, o.name, language, s.name)

    def clause(self, predicate: Term, value: str, language: str, subject: str = "") -> str:
        """What has a property with a value does, after its subject if there is one."""
        english = self.names.label(predicate, "en")
        plain = self.names.label(predicate, language) or Form(self, predicate, language).bare
        if language == "zh":
            noun, words = say_chinese(plain, english, value)
            return f"{subject}{'的' if subject and noun else ''}{words}"
        words = say_english(plain, value, self.names.is_property_label)
        return f"{subject} {words}".lstrip()

    def members(self, head: Term) -> list[Term]:
        """The members of a list, as far as it is one."""
        found: list[Term] = []
        seen: set[Term] = set()
        while head not in seen and "rdf:first" in (cell := self._parts.get(head, {})):
            seen.add(head)
            found.append(cell["rdf:first"])
            head = cell.get("rdf:rest", head)
        return found

    def parts(self, term: Term) -> dict[str, Term]:
        """What a class or property expression is made of, by prefixed names."""
        return self._parts.get(term, {})


class Form:
    """The forms of one term in a sentence."""

    def __init__(self, phrases: Phrases, term: Term, language: str, depth: int = 0) -> None:
        self._phrases, self._term = phrases, term
        self._language, self._depth = language, depth
        self.key = shorten(term.value)

    def _of(self, term: Term) -> "Form":
        return Form(self._phrases, term, self._language, self._depth + 1)

    @property
    def bare(self) -> str:
        """A label or prefixed name; of a blank property the one that it is the inverse of."""
        if isinstance(self._term, ox.NamedNode):
            return self._phrases.names.name(self._term, self._language)
        if isinstance(self._term, ox.Literal):
            return self._literal()
        inverse = self._phrases.parts(self._term).get("owl:inverseOf")
        if inverse is not None and self._depth < _DEPTH:
            quoted = self._of(inverse).quoted
            return say("expressions", "inverse", self._language, q=quoted)
        return say("expressions", "something", self._language)

    def _literal(self) -> str:
        assert isinstance(self._term, ox.Literal)
        plain = self._term.datatype.value in (expand("xsd:string"), expand("rdf:langString"))
        return f"“{self._term.value}”" if plain else self._term.value

    @property
    def quoted(self) -> str:
        """A property's name in quotation marks."""
        blank = isinstance(self._term, ox.BlankNode)
        return self.bare if blank else f"“{self.bare}”"

    @property
    def name(self) -> str:
        """What a thing or a class is called; of a class expression "something that ..."."""
        return self._noun("something {}", "{}")

    @property
    def a(self) -> str:
        """A class after an article."""
        return self._noun("something {}", "{}", article=True)

    @property
    def described(self) -> str:
        """What a class is by its parts, even if it has a name."""
        return self._noun("something {}", "{}", spelled_out=True)

    @property
    def every(self) -> str:
        """All of a class."""
        return self._noun("everything {}", "every {}")

    @property
    def items(self) -> str:
        """The members of a list."""
        members = map(self._of, self._phrases.members(self._term))
        return join([m.bare if m.is_named else m.a for m in members], "with", self._language)

    @property
    def chain(self) -> str:
        """The properties of a chain."""
        then = say("notes", "then", self._language)
        return then.join(self._of(m).quoted for m in self._phrases.members(self._term))

    @property
    def members(self) -> str:
        """The members of what has owl:members or owl:distinctMembers."""
        parts = self._phrases.parts(self._term)
        head = parts.get("owl:members") or parts.get("owl:distinctMembers")
        return self._of(head).items if head is not None else self.bare

    @property
    def is_named(self) -> bool:
        """Whether it is no blank node."""
        return not isinstance(self._term, ox.BlankNode)

    def _noun(
        self, unnamed: str, named: str, *, article: bool = False, spelled_out: bool = False
    ) -> str:
        """A noun phrase put in an English frame: one for what has no head, one for the rest."""
        chinese = self._language == "zh"
        if self.is_named and not spelled_out:
            if chinese:
                return self.bare
            return named.format(with_article(self.bare) if article else self.bare)
        head, clauses = self._describe()
        if not clauses and not head:
            return say("expressions", "something", self._language)
        both = say("notes", "and", self._language).join(clauses)
        if chinese:
            return f"{both}的{head or '事物'}" if clauses else head
        if not head:
            return unnamed.format(f"that {both}")
        noun = f"{head} that {both}" if clauses else head
        return named.format(with_article(noun) if named == "{}" else noun)

    def _describe(self) -> tuple[str, list[str]]:
        """A blank class expression as the class that it narrows, if any, and clauses."""
        parts = self._phrases.parts(self._term)
        if self._depth >= _DEPTH:
            return "", []
        if "owl:intersectionOf" in parts:
            return self._intersect(self._phrases.members(parts["owl:intersectionOf"]))
        for key, word in (("owl:unionOf", "union"), ("owl:oneOf", "one_of")):
            if key in parts:
                members = [self._of(m) for m in self._phrases.members(parts[key])]
                forms = [m.a if word == "union" else m.name for m in members]
                return "", [self._say(word, c=join(forms, "or", self._language))]
        if "owl:complementOf" in parts:
            return "", [self._say("not", c=self._of(parts["owl:complementOf"]).a)]
        return "", self._restrict(parts)

    def _intersect(self, members: Iterable[Term]) -> tuple[str, list[str]]:
        head, clauses = "", []
        for member in map(self._of, members):
            if not member.is_named:
                inner, more = member._describe()
                clauses += [*([self._say("is", c=inner)] if inner else []), *more]
            elif head:
                clauses.append(self._say("is", c=member.a))
            else:
                head = member.bare
        return head, clauses

    def _restrict(self, parts: dict[str, Term]) -> list[str]:
        if "owl:onProperty" not in parts:
            return []
        on = parts["owl:onProperty"]
        for key, word in (("owl:someValuesFrom", "some"), ("owl:allValuesFrom", "only")):
            if key in parts:
                value = self._say(word, c=self._of(parts[key]).a)
                return [self._phrases.clause(on, value, self._language)]
        if "owl:hasValue" in parts:
            value = self._of(parts["owl:hasValue"]).name
            return [self._phrases.clause(on, value, self._language)]
        quoted = self._of(on).quoted
        if "owl:maxCardinality" in parts:
            return [self._say("at_most", n=parts["owl:maxCardinality"].value, q=quoted)]
        if "owl:maxQualifiedCardinality" in parts and "owl:onClass" in parts:
            number, of = parts["owl:maxQualifiedCardinality"].value, self._of(parts["owl:onClass"])
            return [self._say("at_most_of", n=number, q=quoted, c=of.a)]
        return []

    def _say(self, key: str, **values: str) -> str:
        return say("expressions", key, self._language, **values)
