"""The content of an explanation's page, as JSON that our pages read."""

import json
from collections.abc import Sequence
from typing import Any, Final

from jjjkg.explanation.explainer import Explanation
from jjjkg.explanation.outline import Line, Outline
from jjjkg.explanation.verbalisation.verbaliser import Verbaliser, call_claim

#: The members of a line that the page has as they are.
_OF_LINE: Final = ("words", "rule", "number", "refers", "opens", "closes")


def write(explanations: Sequence[Explanation], verbaliser: Verbaliser, language: str) -> str:
    """Return the content of the page of one explanation: `goal`, `proofs` and `complete`.

    A proof is a list of lines in the order of its outline: ``words``, ``rule``, ``number``,
    ``refers``, ``opens`` and ``closes`` (see Line), and for what is given its ``origin`` (empty
    where claims state it) and its ``claims``. A claim has ``iri``, ``name``, ``paraphrase``,
    ``attribution`` and ``passages``, each with ``iri``, ``place``, ``url`` and ``inside``: true
    if the place is one within a document.
    """
    (explanation,) = explanations
    proofs = [
        [
            _encode_line(line, verbaliser, language)
            for line in Outline(explanation, proof, verbaliser, language).lines()
        ]
        for proof in explanation.proofs
    ]
    goal = verbaliser.state(explanation.goal, language)
    return json.dumps({"goal": goal, "proofs": proofs, "complete": explanation.complete})


def _encode_line(line: Line, verbaliser: Verbaliser, language: str) -> dict[str, Any]:
    evidence = line.evidence
    claims = evidence.claims if evidence else ()
    return {
        **{name: getattr(line, name) for name in _OF_LINE},
        "origin": verbaliser.find_origin(evidence, language) if evidence and not claims else "",
        "claims": [
            {
                "iri": claim.iri,
                "name": call_claim(claim),
                "paraphrase": claim.paraphrase_in(language),
                "attribution": verbaliser.attribute(claim, language),
                "passages": [
                    {
                        "iri": passage.iri,
                        "place": verbaliser.locate(passage, language),
                        "url": passage.url,
                        "inside": passage.paragraph is not None,
                    }
                    for passage in claim.passages
                ],
            }
            for claim in claims
        ],
    }
