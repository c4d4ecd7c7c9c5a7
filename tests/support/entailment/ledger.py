"""The writer of docs/entailment.md: each rule with its example and any deviation."""

import re
from collections.abc import Iterator, Mapping
from importlib.resources import files
from typing import Final

from jjjkg.entailment.trimming import RULES as TRIMMED
from support import ROOT
from support.entailment.examples import EQUALITY, load_examples
from support.entailment.oracle import GAPS

FILE: Final = ROOT / "docs" / "entailment.md"

_REWRITING: Final = (
    "by rewriting: terms that are the same are kept as one, and spelled out when read"
)
#: By rule: the way in which the engine applies it otherwise than it is written.
DEVIATIONS: Final[Mapping[str, str]] = {
    **dict.fromkeys(EQUALITY, _REWRITING),
    "eq-ref": "not written out, since it holds of every term; looked up and proved when asked",
    "dt-type2": "only for literals of the graph, and data types that it names elsewhere than as"
    " the data type of a literal",
    "dt-eq": "only for literals of the graph, and the 0 and 1 of cardinalities, which are not"
    " written out where the graph does not have them",
    "dt-diff": "not written out, since it holds of nearly every two literals; looked up and proved"
    " when asked, for two literals of the graph",
    "dt-not-type": "of data types other than those of OWL 2 RL nothing is known",
}
#: By rule: the way in which sparq-rdf 0.1.6 differs, found by comparing.
SPARQ_GAPS: Final[Mapping[str, str]] = {
    "eq-diff1": "takes owl:differentFrom for symmetric, and says so",
    "prp-spo2": "reads one chain of each property",
    "dt-eq": "overlooks literals of one value that have two data types",
    "scm-rng1": "takes the data types for classes under each other",
}

_INTRODUCTION: Final = """\
# The rules, one by one

<!-- Written by tests/support/entailment/ledger.py:
`PYTHONPATH=tests python -m support.entailment.ledger`. -->

The engine applies the rules of OWL 2 RL/RDF, tables 4 to 9 of
[OWL 2 Profiles](https://www.w3.org/TR/owl2-profiles/#Reasoning_in_OWL_2_RL_and_RDF_Graphs_using_Rules).
The rules are data: [owl2rl.rules](../src/jjjkg/entailment/owl2rl.rules).

Each rule has an example, on which it is applied alone. The example says what the rule must add, or
which contradiction it must find, and what it must not add. Random ontologies are closed as well:
the closure is compared with owlrl's, and the proof of each conclusion is checked by a checker that
shares only the classes of proofs and the text of the rules with the engine.
"""
_THROUGHOUT: Final = """\
## What holds throughout

- Generalised triples, with literals as subjects or properties or blank nodes as properties, are
  kept inside and can be asked for. RDF has no literal as subject or property: such triples are not
  written.
- A list that is broken, branches or comes back to itself is reported, and no rule reads it. The
  empty list is a list, but no rule says anything about it.
- If a rule finds many contradictions, at most the first few are shown.
- Inferences that say nothing are left out of what is written; `jjjkg entail --all` writes them too.
  They are:
"""


def write_ledger() -> str:
    """Return the ledger as Markdown."""
    return "\n".join(
        (
            _INTRODUCTION,
            *_table(("Rule", "W3C table", "Example", "Deviation"), _rows()),
            "",
            _THROUGHOUT + "\n".join(f"  - {name}" for name, *_ in TRIMMED),
            "",
            "## What other engines do otherwise",
            "",
            "A test shows each of these differences. Before the engine is compared with owlrl,"
            "\nowlrl's faults are mended: [oracle.py](../tests/support/entailment/oracle.py).",
            "",
            *_table(("Rule", "Engine", "Otherwise"), _gaps()),
            "",
        )
    )


def read_tables() -> dict[str, int]:
    """Return, for each rule id, the number of its table in the W3C's document, in its order."""
    tables: dict[str, int] = {}
    table = 0
    text = files("jjjkg.entailment").joinpath("owl2rl.rules").read_text(encoding="utf-8")
    for line in text.splitlines():
        if found := re.match(r"# Table (\d+):", line):
            table = int(found[1])
        elif found := re.match(r"[a-z]+-[\w-]+", line):
            tables[found[0]] = table
    return tables


def _rows() -> Iterator[tuple[str, ...]]:
    examples = {example.rule: example for example in load_examples()}
    for rule, table in read_tables().items():
        link = f"[{rule}.trig](../tests/entailment/rules/{rule}.trig)"
        others = sorted(examples[rule].rules - {rule})
        if others:
            link += " with the rules of equality" if EQUALITY & {*others} else f" with {others[0]}"
        yield f"`{rule}`", str(table), link, DEVIATIONS.get(rule, "")


def _gaps() -> Iterator[tuple[str, ...]]:
    for engine, gaps in (("owlrl 7.6.2", GAPS), ("sparq-rdf 0.1.6", SPARQ_GAPS)):
        yield from ((f"`{rule}`", engine, words) for rule, words in gaps.items())


def _table(head: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> Iterator[str]:
    for row in (head, ("---",) * len(head), *rows):
        yield "| " + " | ".join(row) + " |"


if __name__ == "__main__":
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_text(write_ledger(), encoding="utf-8")
