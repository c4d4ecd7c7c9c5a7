"""The ledger of the rules, docs/entailment.md, is up to date."""

from jjjkg.entailment.rules import load_rules
from support.entailment.examples import LOOKED_UP, TOGETHER
from support.entailment.ledger import DEVIATIONS, FILE, read_tables, write_ledger
from support.entailment.oracle import GAPS


def test_the_committed_ledger_is_up_to_date() -> None:
    assert FILE.read_text(encoding="utf-8") == write_ledger()


def test_every_rule_is_in_a_table() -> None:
    assert list(read_tables()) == [rule.name for rule in load_rules()]
    assert set(read_tables().values()) == set(range(4, 10))


def test_what_is_said_of_a_rule_is_of_a_rule_that_there_is() -> None:
    assert {*DEVIATIONS, *GAPS, *TOGETHER, *LOOKED_UP} <= set(read_tables())


def test_a_rule_that_is_tried_otherwise_has_its_deviation() -> None:
    assert {*TOGETHER, *LOOKED_UP} <= set(DEVIATIONS)
