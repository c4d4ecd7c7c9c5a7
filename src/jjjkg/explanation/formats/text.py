"""Explanations as text for a terminal: a tree of sentences."""

from collections.abc import Iterator, Sequence

from jjjkg.explanation.explainer import Explanation
from jjjkg.explanation.outline import Line, Outline
from jjjkg.explanation.verbalisation.verbaliser import Evidence, Verbaliser
from jjjkg.messages import say


def write(explanations: Sequence[Explanation], verbaliser: Verbaliser, language: str) -> str:
    """Return the proofs, one after the other, each a tree with the goal at its head."""
    return "\n".join(_draw(explanation, verbaliser, language) for explanation in explanations)


def _draw(explanation: Explanation, verbaliser: Verbaliser, language: str) -> str:
    drawn = []
    for place, proof in enumerate(explanation.proofs):
        if place:
            drawn.append(f"\n{say('explanation.another', language)}")
        for line in Outline(explanation, proof, verbaliser, language).lines():
            drawn += _draw_line(line, verbaliser, language)
    if len(explanation.proofs) > 1 and not explanation.complete:
        drawn.append(f"\n{say('explanation.more', language)}")
    return "\n".join(drawn) + "\n"


def _draw_line(line: Line, verbaliser: Verbaliser, language: str) -> Iterator[str]:
    above = "".join("   " if last else "│  " for last in line.lasts[:-1])
    own = ("└─ " if line.lasts[-1] else "├─ ") if line.lasts else ""
    number = f"[{line.number}]"
    if line.refers:
        yield f"{above}{own}{line.words} ({say('explanation.see', language, number=number)})"
        return
    if line.rule:
        yield f"{above}{own}{number} {line.words} ({line.rule})"
        return
    evidence = line.evidence or Evidence("")
    origin = "" if evidence.claims else f" ({verbaliser.find_origin(evidence, language)})"
    yield f"{above}{own}{line.words}{origin}"
    below = above + (("   " if line.lasts[-1] else "│  ") if line.lasts else "")
    for claim in evidence.claims:
        yield f"{below}   {verbaliser.recount(claim, language)}"
