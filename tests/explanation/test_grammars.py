"""Grammars: clauses from the labels of properties, in English, in Chinese, and in neither."""

import pyoxigraph as ox
import pytest

from jjjkg.explanation.names import Names
from jjjkg.explanation.verbalisation import chinese, english, plain

LABELS = """
@prefix : <http://example.org/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
:origin a :Property ; rdfs:label "origin"@en .
"""


@pytest.fixture(scope="module")
def names() -> Names:
    return Names(quad.triple for quad in ox.parse(LABELS, ox.RdfFormat.TURTLE))


@pytest.mark.parametrize(
    ("label", "clause"),
    [
        ("origin", "A has origin B"),
        ("holds", "A holds B"),
        ("moved from", "A moved from B"),
        ("within", "A is within B"),
        ("located in", "A is located in B"),
        ("member of", "A is a member of B"),
        ("part of", "A is part of B"),
        ("origin within", "A has its origin within B"),
        ("share in percent", "A has “share in percent” B"),
        ("when", "A has “when” B"),
        ("status", "A has status B"),
        (" ", "A has   B"),
    ],
)
def test_an_english_clause_follows_the_label(label: str, clause: str, names: Names) -> None:
    assert english.make_clause("A", label, "B", label, names) == clause


@pytest.mark.parametrize(
    ("label", "english_label", "clause"),
    [
        ("起点", "origin", "甲的起点是乙"),
        ("迁自", "moved from", "甲迁自乙"),
        ("所属", "belongs to", "甲的所属是乙"),
        ("以……为目的地", "has destination", "甲以乙为目的地"),
    ],
)
def test_a_chinese_clause_has_its_kind_from_the_english_label(
    label: str, english_label: str, clause: str, names: Names
) -> None:
    assert chinese.make_clause("甲", label, "乙", english_label, names) == clause
    without = clause.removeprefix("甲").removeprefix("的")
    assert chinese.make_clause("", label, "乙", english_label, names) == without


def test_a_plain_clause_is_a_row_of_labels(names: Names) -> None:
    assert plain.make_clause("A", "origine", "B", "origin", names) == "A origine B"
    assert plain.make_clause("", "origine", "B", "origin", names) == "origine B"
    assert plain.add_article("ville") == "ville"


@pytest.mark.parametrize(
    ("noun", "phrase"),
    [("firm", "a firm"), ("office", "an office"), ("unit", "a unit"), ("umbrella", "an umbrella")],
)
def test_an_english_noun_has_its_article(noun: str, phrase: str) -> None:
    assert english.add_article(noun) == phrase
