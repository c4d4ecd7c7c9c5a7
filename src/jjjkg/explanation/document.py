"""Explanations as JSON: the goal, the steps and what is given, in words and as terms."""

import json
from collections.abc import Iterable
from typing import Any

from jjjkg.entailment.proof import Proof
from jjjkg.explanation.evidence import Claim, Evidence
from jjjkg.explanation.explainer import Explanation
from jjjkg.explanation.narrator import Narrator
from jjjkg.messages import LANGUAGES
from jjjkg.rdf.terms import Statement, encode_term


def write_json(explanations: Iterable[Explanation], narrator: Narrator) -> str:
    """One object for an explanation; for several (contradictions) an array of such.

    An object has ``goal`` (a statement, or null for a contradiction), ``proofs`` and ``complete``
    (whether there are no other proofs; false also where none was looked for). A proof has

    - ``steps``: ``rule`` (W3C name), ``conclusion`` (a statement, or null), ``premises``, and
      ``words``;
    - ``given``: ``statement``, ``part`` ("ontology", "asserted", "provenance", or "" for what the
      rules give), and ``claims`` with their records.

    A statement has ``subject``, ``predicate``, ``object`` and ``words``; a term is written as in
    https://www.w3.org/TR/sparql11-results-json/#select-encode-terms and words are by language.
    """
    objects = [_show(explanation, narrator) for explanation in explanations]
    shown = objects[0] if len(objects) == 1 and objects[0]["goal"] else objects
    return json.dumps(shown, ensure_ascii=False, indent=2) + "\n"


def _show(explanation: Explanation, narrator: Narrator) -> dict[str, Any]:
    return {
        "goal": _show_statement(explanation.goal, narrator),
        "proofs": [_show_proof(proof, explanation, narrator) for proof in explanation.proofs],
        "complete": explanation.complete,
    }


def _show_proof(proof: Proof, explanation: Explanation, narrator: Narrator) -> dict[str, Any]:
    evidence = explanation.evidence
    return {
        "steps": [
            {
                "rule": step.rule,
                "conclusion": _show_statement(step.conclusion, narrator),
                "premises": [_show_statement(premise, narrator) for premise in step.premises],
                "words": {code: narrator.tell(step, evidence, code) for code in LANGUAGES},
            }
            for step in proof.steps
        ],
        "given": [_show_given(given, evidence[given], narrator) for given in proof.given],
    }


def _show_given(statement: Statement, evidence: Evidence, narrator: Narrator) -> dict[str, Any]:
    return {
        "statement": _show_statement(statement, narrator),
        "part": evidence.part,
        "claims": [_show_claim(claim) for claim in evidence.claims],
    }


def _show_claim(claim: Claim) -> dict[str, Any]:
    shown = {**vars(claim), "paraphrase": dict(claim.paraphrase)}
    return {**shown, "passages": [vars(passage) for passage in claim.passages]}


def _show_statement(statement: Statement | None, narrator: Narrator) -> dict[str, Any] | None:
    if statement is None:
        return None
    subject, predicate, value = map(encode_term, statement)
    return {
        "subject": subject,
        "predicate": predicate,
        "object": value,
        "words": {code: narrator.state(statement, code) for code in LANGUAGES},
    }
