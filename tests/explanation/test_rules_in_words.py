"""Every rule has words of its own in both languages, and they fit what the rule does."""

import re

import pyoxigraph as ox
import pytest

from jjjkg.dataset.loading import Dataset
from jjjkg.entailment.closure import close
from jjjkg.entailment.rules import CONDITIONS, ITEM, LIST, load_rules
from jjjkg.explanation.explainer import Explainer, Explanation
from jjjkg.explanation.formats import json, mermaid, ttl
from jjjkg.explanation.formats import text as text_format
from jjjkg.explanation.verbalisation.verbaliser import group_premises
from jjjkg.messages import LANGUAGES, load_messages, look_up
from support.entailment.examples import Example, load_examples


def explain_example(example: Example) -> tuple[Explainer, list[Explanation]]:
    """All that an example shows, explained."""
    dataset = Dataset((), example.given, (), (), {}, {}, ())
    explainer = Explainer(dataset, close(example.given, rules=example.rules))
    found = [explainer.explain(statement) for statement in example.follows]
    assert None not in found
    explanations = [explanation for explanation in found if explanation is not None]
    return explainer, [*explanations, *explainer.contradictions()]


def test_every_rule_has_words_and_no_other_name_has() -> None:
    keys = [key for key in load_messages("en") if key.startswith("rules.")]
    assert keys == [f"rules.{rule.name}" for rule in load_rules()]


@pytest.mark.parametrize("rule", load_rules(), ids=lambda rule: rule.name)
def test_the_places_in_a_rules_words_are_atoms_with_words(rule: object) -> None:
    found = next(known for known in load_rules() if known == rule)
    silent = {
        number
        for number, atom in enumerate(found.body, 1)
        if atom.predicate in (LIST, ITEM, *CONDITIONS)
    }
    for language in LANGUAGES:
        text = look_up(f"rules.{found.name}", language)
        numbers = set(map(int, re.findall(r"\{(\d)\}", text)))
        assert numbers <= set(range(1, len(found.body) + 1)) - silent
        assert ("{c}" in text) == bool(found.head)


@pytest.mark.parametrize("example", load_examples(), ids=lambda example: example.rule)
def test_what_a_rule_does_is_told_in_every_form(example: Example) -> None:
    explainer, explanations = explain_example(example)
    for explanation in explanations:
        for proof in explanation.proofs:
            for step in proof.steps:
                groups = group_premises(step)
                assert tuple(premise for group in groups for premise in group) == step.premises
        blank = {str(t)[2:] for t in explainer.names.terms if isinstance(t, ox.BlankNode)}
        for language in LANGUAGES:
            text = text_format.write([explanation], explainer.verbaliser, language)
            assert not re.search(r"[{}]", text), text
            assert not [name for name in blank if name in text], text
            assert mermaid.write([explanation], explainer.verbaliser, language)
        assert json.write([explanation], explainer.verbaliser, "en")
        turtle = ttl.write([explanation], explainer.verbaliser, "en")
        assert list(ox.parse(turtle, ox.RdfFormat.TURTLE))
