"""Explanations as JSON, for programs."""

import json
from collections.abc import Sequence
from typing import Any

from jjjkg.dataset.claims import Claim
from jjjkg.entailment.proof import Proof
from jjjkg.explanation.explainer import Explanation
from jjjkg.explanation.verbalisation.verbaliser import Verbaliser
from jjjkg.messages import LANGUAGES
from jjjkg.rdf.terms import Statement, encode_term

#: The members of a claim in a document, in their order.
_OF_CLAIM = ("iri", "kind", "notations", "speaker", "role", "through", "paraphrase")


def write(explanations: Sequence[Explanation], verbaliser: Verbaliser, language: str) -> str:
    """Return one object for an explanation; for several (contradictions) an array of such.

    An object has ``goal`` (a statement, or null for a contradiction), ``proofs`` and ``complete``:
    true if there are no other proofs, false also if none was looked for. A proof has

    - ``steps``: ``rule`` (W3C name), ``conclusion`` (a statement, or null), ``premises``, and
      ``words``;
    - ``given``: ``statement``, ``part`` ("ontology", "asserted", "provenance", or "" for what the
      rules give), and ``claims`` with their records.

    A statement has ``subject``, ``predicate``, ``object`` and ``words``; a term is written as in
    https://www.w3.org/TR/sparql11-results-json/#select-encode-terms and words are by language, in
    every language.
    """
    objects = [_encode(explanation, verbaliser) for explanation in explanations]
    shown = objects[0] if len(objects) == 1 and objects[0]["goal"] else objects
    return json.dumps(shown, ensure_ascii=False, indent=2) + "\n"


def _encode(explanation: Explanation, verbaliser: Verbaliser) -> dict[str, Any]:
    return {
        "goal": _encode_statement(explanation.goal, verbaliser),
        "proofs": [_encode_proof(p, explanation, verbaliser) for p in explanation.proofs],
        "complete": explanation.complete,
    }


def _encode_proof(proof: Proof, explanation: Explanation, verbaliser: Verbaliser) -> dict[str, Any]:
    evidence = explanation.evidence
    return {
        "steps": [
            {
                "rule": step.rule,
                "conclusion": _encode_statement(step.conclusion, verbaliser),
                "premises": [_encode_statement(premise, verbaliser) for premise in step.premises],
                "words": {code: verbaliser.tell(step, evidence, code) for code in LANGUAGES},
            }
            for step in proof.steps
        ],
        "given": [
            {
                "statement": _encode_statement(given, verbaliser),
                "part": evidence[given].part,
                "claims": [_encode_claim(claim) for claim in evidence[given].claims],
            }
            for given in proof.given
        ],
    }


def _encode_claim(claim: Claim) -> dict[str, Any]:
    members = {name: getattr(claim, name) for name in _OF_CLAIM}
    return {**members, "passages": [vars(passage) for passage in claim.passages]}


def _encode_statement(statement: Statement | None, verbaliser: Verbaliser) -> dict[str, Any] | None:
    if statement is None:
        return None
    subject, predicate, value = map(encode_term, statement)
    words = {code: verbaliser.state(statement, code) for code in LANGUAGES}
    return {"subject": subject, "predicate": predicate, "object": value, "words": words}
