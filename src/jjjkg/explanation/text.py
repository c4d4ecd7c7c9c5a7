"""Explanations as text for a terminal: a tree of sentences."""

from collections.abc import Iterator

from jjjkg.explanation.evidence import Evidence
from jjjkg.explanation.explainer import Explanation
from jjjkg.explanation.narrator import Narrator
from jjjkg.explanation.outline import Line, outline
from jjjkg.explanation.words import say


def draw_text(explanation: Explanation, narrator: Narrator, language: str) -> str:
    """The proofs, one after the other, each a tree with the goal at its head."""
    drawn = []
    for place, proof in enumerate(explanation.proofs):
        lines = outline(explanation, proof, narrator, language)
        if place:
            drawn.append(f"\n{say('notes', 'another', language)}")
        drawn += [drawn_line for line in lines for drawn_line in _draw(line, narrator, language)]
    if len(explanation.proofs) > 1 and not explanation.complete:
        drawn.append(f"\n{say('notes', 'more', language)}")
    return "\n".join(drawn) + "\n"


def _draw(line: Line, narrator: Narrator, language: str) -> Iterator[str]:
    above = "".join("   " if last else "│  " for last in line.lasts[:-1])
    own = ("└─ " if line.lasts[-1] else "├─ ") if line.lasts else ""
    number = f"[{line.number}]"
    if line.refers:
        yield f"{above}{own}{line.words} ({say('notes', 'see', language, number=number)})"
        return
    if line.rule:
        yield f"{above}{own}{number} {line.words} ({line.rule})"
        return
    evidence = line.evidence or Evidence("")
    origin = "" if evidence.claims else f" ({narrator.origin(evidence, language)})"
    yield f"{above}{own}{line.words}{origin}"
    below = above + (("   " if line.lasts[-1] else "│  ") if line.lasts else "")
    for claim in evidence.claims:
        yield f"{below}   {narrator.recount(claim, language)}"
