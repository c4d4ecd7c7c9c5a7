"""Lists: malformed, cyclic, empty, shared, and with repeated members."""

import pytest

from support.entailment.assertions import assert_proved, close_turtle
from support.entailment.examples import EXAMPLE, read_statements

#: For each rule that reads lists, a statement that follows if a list's first cell is read.
OF_LIST = (
    ":c owl:unionOf :l . :d owl:intersectionOf :l . :e owl:oneOf :l . :f owl:hasKey :l ."
    " :p owl:propertyChainAxiom :l . [] a owl:AllDifferent ; owl:members :l ."
    " :m rdf:first :y . "
)
BROKEN = {
    "no rest": ":l rdf:first :x .",
    "no first": ":l rdf:rest rdf:nil .",
    "a second cell without rest": ":l rdf:first :x ; rdf:rest :m .",
    "two firsts": ":l rdf:first :x , :z ; rdf:rest rdf:nil .",
    "two rests": ":l rdf:first :x ; rdf:rest rdf:nil , :n . :n rdf:first :z ; rdf:rest rdf:nil .",
    "a cell that is its own rest": ":l rdf:first :x ; rdf:rest :l .",
    "a circle of two cells": ":l rdf:first :x ; rdf:rest :m . :m rdf:rest :l .",
    "a literal as rest": ':l rdf:first :x ; rdf:rest "end" .',
}


@pytest.mark.parametrize("broken", BROKEN)
def test_a_broken_list_is_told_of_and_no_list(broken: str) -> None:
    data = ":a a :x , :d . :a :x :b . :z owl:sameAs :w ."
    closure = close_turtle(OF_LIST + BROKEN[broken] + data)
    assert len(closure.problems) == 1
    assert EXAMPLE + "l" in closure.problems[0]
    for unwanted in read_statements(":a a :c ; :p :b . :x a :e ."):
        assert not closure.holds(unwanted)


def test_a_whole_list_is_no_problem() -> None:
    closure = close_turtle(OF_LIST + ":l rdf:first :x ; rdf:rest rdf:nil . :a a :x ; :x :b .")
    assert closure.problems == ()
    for wanted in read_statements(":a a :c , :d ; :p :b . :x a :e ."):
        assert closure.holds(wanted)


def test_an_empty_list_is_no_problem_and_gives_nothing() -> None:
    closure = close_turtle(
        ":c owl:intersectionOf () ; owl:hasKey () . :d owl:unionOf () . :a a :c ."
    )
    assert closure.problems == ()
    assert not closure.holds(*read_statements(":c rdfs:subClassOf :d ."))
    assert closure.clashes == ()


def test_lists_may_share_cells_and_repeat_members() -> None:
    assert_proved(
        ":p owl:propertyChainAxiom :l . :l rdf:first :q ; rdf:rest :m . :m rdf:first :q ;"
        " rdf:rest rdf:nil . :r owl:propertyChainAxiom :m . :a :q :b . :b :q :c .",
        ":a :p :c ; :r :b . :b :r :c .",
    )


def test_two_chains_of_one_property() -> None:
    assert_proved(
        ":p owl:propertyChainAxiom ( :q :r ) , ( :r :q ) . :a :q :b . :b :r :c . :c :q :d .",
        ":a :p :c . :b :p :d .",
    )


def test_a_member_that_becomes_another_is_no_second_one() -> None:
    assert_proved(
        ":c owl:oneOf ( :a :b ) . :d owl:unionOf ( :e :f ) . :e owl:sameAs :g . :x a :g ."
        " :p a owl:FunctionalProperty . :y :p :a , :z .",
        ":z a :c . :a a :c . :b a :c . :x a :d . :g rdfs:subClassOf :d .",
    )


@pytest.mark.parametrize("value", [":notalist", '"words"', "[ :p :q ]"])
def test_what_stands_for_a_list_and_is_none_is_told(value: str) -> None:
    closure = close_turtle(f":C owl:unionOf {value} .")
    (problem,) = closure.problems
    assert problem.endswith("is no list: it has neither rdf:first nor rdf:rest")
    assert close_turtle(":C owl:unionOf () .").problems == ()
