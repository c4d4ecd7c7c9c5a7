"""The content of the page of an explanation, in one language, as a JSON object."""

from typing import Any

from jjjkg.explanation.evidence import Claim
from jjjkg.explanation.explainer import Explanation
from jjjkg.explanation.narrator import Narrator
from jjjkg.explanation.outline import Line, outline
from jjjkg.rdf.namespaces import shorten


def encode_page(explanation: Explanation, narrator: Narrator, language: str) -> dict[str, Any]:
    """The `goal` in words, `proofs`, and whether they are `complete`: all that there are.

    A proof is a list of lines in the order of its outline: ``words``, ``rule``, ``number``,
    ``refers``, ``opens`` and ``closes`` (see Line), and for what is given its ``origin`` (empty
    where claims state it) and its ``claims``. A claim has ``iri``, ``name``, ``paraphrase``,
    ``attribution`` and ``passages``, each with ``iri``, ``place``, ``url`` and ``inside``:
    whether the place is one within a document.
    """
    return {
        "goal": narrator.state(explanation.goal, language),
        "proofs": [
            [
                _encode_line(line, narrator, language)
                for line in outline(explanation, proof, narrator, language)
            ]
            for proof in explanation.proofs
        ],
        "complete": explanation.complete,
    }


def _encode_line(line: Line, narrator: Narrator, language: str) -> dict[str, Any]:
    evidence = line.evidence
    claims = evidence.claims if evidence else ()
    return {
        "words": line.words,
        "rule": line.rule,
        "number": line.number,
        "refers": line.refers,
        "opens": line.opens,
        "closes": line.closes,
        "origin": narrator.origin(evidence, language) if evidence and not claims else "",
        "claims": [_encode_claim(claim, narrator, language) for claim in claims],
    }


def _encode_claim(claim: Claim, narrator: Narrator, language: str) -> dict[str, Any]:
    return {
        "iri": claim.iri,
        "name": ", ".join(claim.notations) or shorten(claim.iri),
        "paraphrase": narrator.paraphrase(claim, language),
        "attribution": narrator.attribute(claim, language),
        "passages": [
            {
                "iri": passage.iri,
                "place": narrator.locate(passage, language),
                "url": passage.url,
                "inside": passage.paragraph is not None,
            }
            for passage in claim.passages
        ],
    }
