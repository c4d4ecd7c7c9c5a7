"""A release into a store, step by step; and whether the store then answers as we do."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import pyoxigraph as ox

from jjjkg.dataset.loading import own_folder
from jjjkg.dataset.questions import Question
from jjjkg.errors import InputError
from jjjkg.evaluation import Evaluator
from jjjkg.evaluation.files import LIMITS, evaluate_file
from jjjkg.evaluation.sparql.lexer import find_form, tokenize
from jjjkg.publishing.answers import read_answer
from jjjkg.publishing.endpoint import Endpoint
from jjjkg.publishing.plan import Graphs, Step, count_graphs, has_triples
from jjjkg.publishing.protocols import GraphProtocol
from jjjkg.rdf.namespaces import GRAPH, PARTS
from jjjkg.rdf.reading import read_pieces
from jjjkg.release.graphs import DATASET

Tell = Callable[[str], None]


def read_graphs(release: Path) -> Graphs:
    """The named graphs of a release; raises InputError for a folder that is none."""
    file = release / f"{DATASET}.nq"
    if not file.is_file():
        raise InputError(f"{file}: is not there; give the folder of a release")
    graphs: dict[str, list[ox.Triple]] = {}
    for piece in read_pieces([file]):
        for quad in piece.quads:
            if not isinstance(quad.graph_name, ox.NamedNode):
                raise InputError(f"{file}: {quad} is in no graph with an IRI; fetch it anew")
            graphs.setdefault(quad.graph_name.value, []).append(quad.triple)
    return graphs


def read_queries() -> Mapping[str, str]:
    """The queries that a store is asked about its graphs, by name."""
    folder = own_folder() / "queries"
    files = (*(folder / "publication").glob("*.rq"), folder / "pages" / "part.rq")
    return {file.stem: file.read_text(encoding="utf-8") for file in files}


def find_comparable(questions: Iterable[Question]) -> tuple[Question, ...]:
    """The questions whose answers are rows, which can be compared by value."""
    return tuple(
        question
        for question in questions
        if (form := find_form(tokenize(question.text))) and form.word == "SELECT"
    )


def carry_out(plan: Sequence[Step], graphs: Graphs, protocol: GraphProtocol, tell: Tell) -> None:
    """Does what a plan says. Raises InputError at the first step that fails.

    Each step by itself leaves the store such that another plan takes up where this one ended.
    """
    steps = [step for step in plan if step.action != "keep"]
    for number, step in enumerate(steps, 1):
        tell(f"{number} of {len(steps)}: {step.action} <{step.graph}> ({step.triples:,} triples)")
        if step.action == "put":
            protocol.put(step.graph, graphs[step.graph])
        else:
            protocol.delete(step.graph)


def find_differences(
    release: Path,
    graphs: Graphs,
    questions: Sequence[Question],
    endpoint: Endpoint,
    queries: Mapping[str, str],
    plan: Sequence[Step],
) -> Iterator[str]:
    """Tell where the store's counts, the graphs that it was sent, and its answers are not ours.

    The questions, whose answers are rows, are asked of the union of the parts and the claims'
    graphs, whatever else is in the store (https://www.w3.org/TR/sparql11-protocol/#dataset).
    """
    there = count_graphs(endpoint, queries, graphs.keys())
    put = {step.graph for step in plan if step.action == "put"}
    for graph, triples in graphs.items():
        if there.get(graph, 0) != len(triples):
            found = f"{there.get(graph, 0):,} triples instead of {len(triples):,}"
            yield f"<{graph}>: has {found}"
        elif graph in put and not has_triples(graph, triples, endpoint, queries):
            yield f"<{graph}>: has other triples than were sent"
    dataset = [("default-graph-uri", GRAPH + part) for part in PARTS if GRAPH + part in graphs]
    dataset += [("named-graph-uri", graph) for graph in graphs]
    with Evaluator(release / f"{DATASET}.nq", LIMITS, workers=1) as own:
        for question in questions:
            expected = evaluate_file(own, question.path, question.text, results="json")
            ours = read_answer(expected.body)
            theirs = read_answer(endpoint.select(question.text, *dataset)).read_booleans(ours)
            if words := theirs.differs(ours):
                yield f"{question.name}: {words}"
