"""The checker on single steps: a right one by each rule passes, and a changed one does not."""

import re
from collections.abc import Iterator
from importlib.resources import files
from itertools import pairwise

import pyoxigraph as ox
import pytest

from jjjkg.entailment.checking.check import ProofError, check
from jjjkg.entailment.proof import Proof, Step
from jjjkg.rdf.namespaces import expand
from jjjkg.rdf.terms import Statement, Term

XSD = expand("xsd:")
#: For the rules about values: terms for their variables that fit, and terms that do not.
VALUES = {
    "dt-type2": ({"?lt": "xsd:byte 7", "?dt": "xsd:decimal"}, {"?lt": "xsd:double 7"}),
    "dt-eq": ({"?lt1": "xsd:byte 7", "?lt2": "xsd:decimal 7.0"}, {"?lt2": "xsd:double 7"}),
    "dt-diff": ({"?lt1": "xsd:byte 7", "?lt2": "xsd:double 7"}, {"?lt2": "xsd:decimal 7.0"}),
    "dt-not-type": ({"?lt": "xsd:byte 7", "?dt": "xsd:string"}, {"?dt": "xsd:short"}),
}
#: The rules that are symmetric in two adjacent premises, which may change places.
SYMMETRIC = {"prp-asyp"}


def read_rules() -> dict[str, str]:
    """Return the text of each rule, without line breaks."""
    text = files("jjjkg").joinpath("entailment", "owl2rl.rules").read_text(encoding="utf-8")
    text = re.sub(r"#.*\n", "", text)
    found = re.findall(r"^(\S+)((?:.*\n?)(?:^[ ].*\n?)*)", text, re.MULTILINE)
    return {name: " ".join(body.split()) for name, body in found}


RULES = read_rules()


def term(word: str) -> Term:
    """Return the term of a word of the examples; each variable gets an IRI of its own."""
    datatype, blank, lexical = word.partition(" ")
    if blank:
        return ox.Literal(lexical, datatype=ox.NamedNode(expand(datatype)))
    if word in {"0", "1"}:
        return ox.Literal(word, datatype=ox.NamedNode(XSD + "nonNegativeInteger"))
    if ":" in word:
        return ox.NamedNode(expand(word))
    return ox.NamedNode("https://example.org/" + re.sub(r"\W", "-", word))


def read(*texts: str) -> tuple[Statement, ...]:
    """Return the statements of texts such as "x rdf:type C", several separated by " . "."""
    words = [atom.split() for text in texts for atom in text.split(" . ")]
    return tuple((term(s), term(p), term(o)) for s, p, o in words)


def cells(head: str, members: list[str]) -> str:
    """Return the cells of a list."""
    names = [head, *(f"{head}-{number}" for number in range(2, len(members) + 1)), "rdf:nil"]
    return " . ".join(
        f"{cell} rdf:first {member} . {cell} rdf:rest {behind}"
        for member, (cell, behind) in zip(members, pairwise(names), strict=True)
    )


def instantiate(name: str) -> tuple[tuple[Statement, ...], list[Statement | None]]:
    """Return premises and conclusions of a rule for lists of three members: i is 1 and j 3."""
    left, _, right = RULES[name].partition("=>")
    lists: set[str] = set()
    premises: list[str] = []
    for atom in filter(None, map(str.strip, left.split(" . "))):
        words = atom.split()
        if words[0] == "each":
            premises += (
                " ".join(words[1:]).replace("[i-1]", f"[{i - 1}]").replace("[i]", f"[{i}]")
                for i in (1, 2, 3)
            )
        elif words[1] in {"list", "item"}:
            if words[0] not in lists:
                members = [re.sub(r"\[.*\]", f"[{number}]", words[2]) for number in (1, 2, 3)]
                premises.append(cells(words[0], members))
            lists.add(words[0])
        elif not words[1].endswith(("-value", "-space")):
            premises.append(atom.replace("[i]", "[1]").replace("[j]", "[3]"))
    right = right.replace("[i]", "[1]").replace("[n]", "[3]").strip()
    given = tuple(fill(name, text) for part in premises for text in part.split(" . "))
    if right == "false":
        return given, [None]
    return given, [fill(name, text) for text in right.split(" . ")]


def fill(name: str, text: str) -> Statement:
    """Return a statement of an example with values put in."""
    values = VALUES.get(name, ({}, {}))[0]
    s, p, o = (term(values.get(word, word)) for word in text.split())
    return s, p, o


EXAMPLES = [
    (name, premises, conclusion)
    for name in RULES
    for premises, conclusions in [instantiate(name)]
    for conclusion in conclusions
]
of_each_rule = pytest.mark.parametrize(("rule", "premises", "conclusion"), EXAMPLES)
OTHER = term("other")


def prove(rule: str, premises: tuple[Statement, ...], conclusion: Statement | None) -> Proof:
    """Return a proof of one step from given premises."""
    return Proof(conclusion, (Step(rule, conclusion, premises),), tuple(dict.fromkeys(premises)))


def refuse(rule: str, premises: tuple[Statement, ...], conclusion: Statement | None) -> str:
    """Return the message of the error that a wrong step raises."""
    with pytest.raises(ProofError, match=rf"^step 1 \({rule}, concludes ") as caught:
        check(prove(rule, premises, conclusion), set(premises))
    return str(caught.value)


def change(statement: Statement) -> Iterator[tuple[Term, Statement]]:
    """Yield each term of a statement, and the statement with another term in its place."""
    s, p, o = statement
    yield from ((s, (OTHER, p, o)), (p, (s, OTHER, o)), (o, (s, p, OTHER)))


def test_every_rule_has_an_example() -> None:
    names = {rule for rule, _, _ in EXAMPLES}
    assert names == set(RULES)
    assert {"eq-ref", "prp-spo2", "prp-key", "cls-maxqc4", "dt-not-type", "scm-uni"} <= names
    assert names >= set(VALUES)


@of_each_rule
def test_a_right_step_passes(
    rule: str, premises: tuple[Statement, ...], conclusion: Statement | None
) -> None:
    check(prove(rule, premises, conclusion), set(premises))


@of_each_rule
def test_another_conclusion_is_refused(
    rule: str, premises: tuple[Statement, ...], conclusion: Statement | None
) -> None:
    if conclusion is None:
        assert "only false follows" in refuse(rule, premises, (OTHER, OTHER, OTHER))
        return
    assert "false does not follow" in refuse(rule, premises, None)
    for _, changed in change(conclusion):
        assert re.search("conclusion does not fit|must be", refuse(rule, premises, changed))


@of_each_rule
def test_other_premises_are_refused(
    rule: str, premises: tuple[Statement, ...], conclusion: Statement | None
) -> None:
    extra = (OTHER, OTHER, OTHER)
    assert "a premise too many" in refuse(rule, (*premises, extra), conclusion)
    whole = [*premises, conclusion or ()]
    named = re.findall(r"\w+:\w+|\b[01]\b", RULES[rule])
    fixed = {*map(term, named), *map(term, ("rdf:first", "rdf:rest", "rdf:nil"))}
    for number, premise in enumerate(premises):
        before, after = premises[:number], premises[number + 1 :]
        refuse(rule, (*before, *after), conclusion)
        for old, changed in change(premise):
            # A term that occurs once, and is not one of the rule's, may be any term.
            if old in fixed or sum(statement.count(old) for statement in whole) > 1:
                refuse(rule, (*before, changed, *after), conclusion)
        if after and rule not in SYMMETRIC:
            refuse(rule, (*before, after[0], premise, *after[1:]), conclusion)


@of_each_rule
def test_the_name_of_another_rule_is_refused(
    rule: str, premises: tuple[Statement, ...], conclusion: Statement | None
) -> None:
    for name in {*RULES, "no-rule"} - {rule}:
        refuse(name, premises, conclusion)


@pytest.mark.parametrize("rule", VALUES)
def test_values_must_be_as_the_rule_asks(rule: str) -> None:
    right, wrong = VALUES[rule]
    premises, (conclusion,) = instantiate(rule)
    for variable, word in wrong.items():
        swap = {term(right[variable]): term(word)}
        changed = [
            statement and tuple(swap.get(part, part) for part in statement)
            for statement in (*premises, conclusion)
        ]
        assert "must be: " in refuse(rule, tuple(changed[:-1]), changed[-1])  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("members", "equal", "right"),
    [
        (["a", "b", "c"], "a owl:sameAs b", True),
        (["a", "b", "c"], "b owl:sameAs c", True),
        (["a", "b", "c"], "c owl:sameAs a", False),
        (["a", "b", "c"], "b owl:sameAs b", False),
        (["a", "b", "b"], "b owl:sameAs b", True),
        (["a", "b", "a"], "b owl:sameAs a", True),
    ],
)
def test_two_items_are_in_the_order_of_their_list(
    members: list[str], equal: str, right: bool
) -> None:
    text = f"x rdf:type owl:AllDifferent . x owl:members l . {cells('l', members)} . {equal}"
    if right:
        check(prove("eq-diff2", read(text), None), set(read(text)))
    else:
        assert "and then" in refuse("eq-diff2", read(text), None)


def test_a_list_has_a_member_and_an_end() -> None:
    owner, member = "c owl:unionOf l", "d rdfs:subClassOf c"
    whole = cells("l", ["d", "e"])
    check(prove("scm-uni", read(owner, whole), read(member)[0]), set(read(owner, whole)))
    for broken in (
        whole.replace("rdf:nil", "l-3"),
        whole.replace("l-2 rdf:first", "l-3 rdf:first"),
        whole.replace("l rdf:first", "k rdf:first"),
        whole.replace("rdf:nil", "l"),
        f"{whole} . {whole}",
    ):
        refuse("scm-uni", read(owner, broken), read(member)[0])
    assert "a premise is missing" in refuse(
        "scm-uni", read("c owl:unionOf rdf:nil"), read(member)[0]
    )


def test_an_exact_number_is_asked_for() -> None:
    premises = "x owl:onProperty p . u rdf:type x . u p y"
    for number, datatype in (("1", "integer"), ("00", "nonNegativeInteger")):
        literal = ox.Literal(number, datatype=ox.NamedNode(XSD + datatype))
        first = (term("x"), term("owl:maxCardinality"), literal)
        refuse("cls-maxc1", (first, *read(premises)), None)
