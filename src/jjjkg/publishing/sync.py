"""A release brought into a store, step by step, and the store's answers compared with ours."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from jjjkg.dataset.questions import Question
from jjjkg.errors import InputError
from jjjkg.evaluation import Evaluator
from jjjkg.evaluation.files import LIMITS, evaluate_file
from jjjkg.evaluation.sparql.lexer import find_form, tokenize
from jjjkg.messages import say
from jjjkg.publishing.answers import read_answer
from jjjkg.publishing.plan import Graphs, Holdings, Step
from jjjkg.publishing.protocols import GraphProtocol
from jjjkg.rdf.iris import is_absolute
from jjjkg.rdf.namespaces import GRAPH, PARTS
from jjjkg.rdf.quads import group_quads
from jjjkg.rdf.reading import read_pieces
from jjjkg.release.checking import check_release
from jjjkg.release.graphs import DATASET

Tell = Callable[[str], None]


def read_graphs(release: Path) -> Graphs:
    """Return the named graphs of a release. Raises InputError for a triple in no graph."""
    file = release / f"{DATASET}.nq"
    graphs = group_quads(quad for piece in read_pieces([file]) for quad in piece.quads)
    if nameless := [graph for graph in graphs if not is_absolute(graph)]:
        raise InputError("publishing.nameless_graph", file=file, quad=graphs[nameless[0]][0])
    return graphs


def open_checked(folder: Path) -> Path:
    """Return the folder of a release, every file and graph of which is as it was released.

    Raises InputError for any other, with the first difference.
    """
    if problems := check_release(folder).problems:
        raise InputError("publishing.changed_release", folder=folder, problem=problems[0])
    return folder


def find_comparable(questions: Iterable[Question]) -> tuple[Question, ...]:
    """Return the questions whose answers are rows, which can be compared by value."""
    return tuple(
        question
        for question in questions
        if (form := find_form(tokenize(question.text))) and form.word == "SELECT"
    )


def carry_out(plan: Sequence[Step], graphs: Graphs, protocol: GraphProtocol, tell: Tell) -> None:
    """Carry out a plan. Raises InputError at the first step that fails.

    Each step by itself leaves the store such that another plan takes up where this one ended.
    """
    steps = [step for step in plan if step.action != "keep"]
    for number, step in enumerate(steps, 1):
        tell(say("publishing.step", number=number, count=len(steps), **vars(step)))
        if step.action == "put":
            protocol.put(step.graph, graphs[step.graph])
        else:
            protocol.delete(step.graph)


def find_differences(
    release: Path,
    graphs: Graphs,
    questions: Sequence[Question],
    holdings: Holdings,
    plan: Sequence[Step],
) -> Iterator[str]:
    """Yield the differences of the store's counts, of the graphs that it was sent, and its answers.

    The questions, whose answers are rows, are asked of the union of the parts and the claims'
    graphs, whatever else is in the store (https://www.w3.org/TR/sparql11-protocol/#dataset).
    """
    there = holdings.count(graphs.keys())
    put = {step.graph for step in plan if step.action == "put"}
    for graph, triples in graphs.items():
        if there.get(graph, 0) != len(triples):
            counts = {"found": there.get(graph, 0), "expected": len(triples)}
            yield say("publishing.difference.count", graph=graph, **counts)
        elif graph in put and not holdings.has(graph, triples):
            yield say("publishing.difference.triples", graph=graph)
    dataset = [("default-graph-uri", GRAPH + part) for part in PARTS if GRAPH + part in graphs]
    dataset += [("named-graph-uri", graph) for graph in graphs]
    with Evaluator(release / f"{DATASET}.nq", LIMITS, workers=1) as own:
        for question in questions:
            expected = evaluate_file(own, question.path, question.text, results="json")
            ours = read_answer(expected.body)
            theirs = read_answer(holdings.endpoint.select(question.text, *dataset))
            if words := theirs.read_booleans(ours).differs(ours):
                yield say("publishing.difference.answer", name=question.name, difference=words)
