"""A proof as an outline: each step above its premises, and a shared step told once."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from jjjkg.entailment.proof import Proof, Step
from jjjkg.explanation.explainer import Explanation
from jjjkg.explanation.verbalisation.verbaliser import Evidence, Verbaliser, is_structure
from jjjkg.rdf.terms import Statement

#: A step below this level is told in an outline of its own.
DEEPEST: Final = 24


@dataclass(frozen=True)
class Line:
    """One line: a step, a given statement with its evidence, or a reference to a step.

    ``lasts`` has a truth value for each level above and for the line's own: true if the line
    there is the last of its siblings; it is empty for a line of the top level. ``number`` is a
    step's, from 1, or 0 for a given statement. Only a step that is told here has a ``rule``.
    ``opens`` is true if lines of a lower level follow; ``closes`` is the number of levels that
    end after this line.
    """

    words: str
    rule: str = ""
    number: int = 0
    evidence: Evidence | None = None
    lasts: tuple[bool, ...] = ()
    opens: bool = False
    closes: int = 0

    @property
    def refers(self) -> bool:
        """True if the line refers to a step that is told elsewhere."""
        return self.number > 0 and not self.rule


class Outline:
    """The outline of a proof of an explanation's, in a language."""

    def __init__(
        self, explanation: Explanation, proof: Proof, verbaliser: Verbaliser, language: str
    ) -> None:
        self._evidence = explanation.evidence
        self._steps = {step.conclusion: step for step in proof.steps}
        self._numbers: dict[Statement | None, int] = {}
        self._goal = proof.steps[-1].conclusion if proof.steps else proof.goal
        self._verbaliser, self._language = verbaliser, language
        self._told: set[Statement | None] = set()

    def lines(self) -> list[Line]:
        """Return the lines, the goal first."""
        roots: list[Statement | None] = [self._goal]
        found: list[Line] = []
        while roots:
            root = roots.pop(0)
            if not found or root not in self._told:
                found += self._close(self._tell(root, roots))
        return found

    def _tell(self, root: Statement | None, roots: list[Statement | None]) -> Iterator[Line]:
        waiting: list[tuple[Statement | None, tuple[bool, ...]]] = [(root, ())]
        while waiting:
            statement, lasts = waiting.pop()
            step = self._steps.get(statement)
            if step is None:
                yield self._give(statement, lasts)
                continue
            number = self._numbers.setdefault(statement, len(self._numbers) + 1)
            if statement in self._told or len(lasts) > DEEPEST:
                if statement not in self._told:
                    roots.append(statement)
                words = self._verbaliser.state(statement, self._language)
                yield Line(words, number=number, lasts=lasts)
                continue
            self._told.add(statement)
            premises = self._shown(step)
            words = self._verbaliser.tell(step, self._evidence, self._language)
            yield Line(words, step.rule, number, lasts=lasts, opens=bool(premises))
            for place, premise in reversed(list(enumerate(premises))):
                waiting.append((premise, (*lasts, place == len(premises) - 1)))

    def _give(self, statement: Statement | None, lasts: tuple[bool, ...]) -> Line:
        words = self._verbaliser.state(statement, self._language)
        found = None if statement is None else self._evidence.get(statement)
        return Line(words, evidence=found or Evidence(""), lasts=lasts)

    def _shown(self, step: Step) -> list[Statement]:
        """Return the premises of a step, without those that only spell out an expression."""
        premises = dict.fromkeys(step.premises)
        shown = [p for p in premises if p in self._steps or not is_structure(p, self._evidence)]
        # What is said of things comes before what the ontology says of classes and properties.
        nothing = Evidence("")
        return sorted(shown, key=lambda p: self._evidence.get(p, nothing).part == "ontology")

    def _close(self, lines: Iterator[Line]) -> Iterator[Line]:
        found = list(lines)
        for line, following in zip(found, [*found[1:], Line("")], strict=True):
            closes = max(0, len(line.lasts) - len(following.lasts)) if not line.opens else 0
            yield Line(**{**vars(line), "closes": closes})
