"""Explanations as flowcharts for Mermaid (https://mermaid.js.org/syntax/flowchart.html)."""

from collections.abc import Iterator, Sequence

from jjjkg.explanation.explainer import Explanation
from jjjkg.explanation.verbalisation.verbaliser import Verbaliser, is_structure
from jjjkg.rdf.terms import Statement


def write(explanations: Sequence[Explanation], verbaliser: Verbaliser, language: str) -> str:
    """Return one flowchart: arrows lead from premises to conclusions, under the rule's name."""
    lines = ["flowchart BT"]
    for place, explanation in enumerate(explanations):
        for number, proof in enumerate(explanation.proofs):
            nodes = _Nodes(explanation, verbaliser, language, f"p{place}{number}")
            if proof.goal is not None and not proof.steps:
                lines += nodes.draw(proof.goal)
            for step in proof.steps:
                lines += nodes.draw(step.conclusion)
                for premise in dict.fromkeys(step.premises):
                    if not is_structure(premise, explanation.evidence):
                        lines += nodes.draw(premise)
                        ends = nodes.names[premise], nodes.names[step.conclusion]
                        lines.append(f'    {ends[0]} -- "{step.rule}" --> {ends[1]}')
    return "\n".join(lines) + "\n"


class _Nodes:
    """The boxes of one proof: square for what follows, round for what is given."""

    def __init__(
        self, explanation: Explanation, verbaliser: Verbaliser, language: str, prefix: str
    ) -> None:
        self._evidence, self._verbaliser = explanation.evidence, verbaliser
        self._language, self._prefix = language, prefix
        self.names: dict[Statement | None, str] = {}

    def draw(self, statement: Statement | None) -> Iterator[str]:
        """Yield the box of a statement, the first time."""
        if statement in self.names:
            return
        name = self.names[statement] = f"{self._prefix}n{len(self.names)}"
        words = self._verbaliser.state(statement, self._language)
        evidence = self._evidence.get(statement) if statement is not None else None
        if evidence is None:
            yield f'    {name}["{_escape(words)}"]'
            return
        source = self._verbaliser.cite(evidence, self._language)
        source = source or self._verbaliser.find_origin(evidence, self._language)
        yield f'    {name}("{_escape(words)}<br/>{_escape(source)}")'


def _escape(words: str) -> str:
    """Return a text for quotation marks; entities are written with # in Mermaid."""
    escaped = words.replace("&", "&amp;").replace("#", "&num;").replace("<", "&lt;")
    return escaped.replace(">", "&gt;").replace('"', "&quot;").replace("\n", " ").replace("&", "#")
