"""Checks of a dataset: consistency, lists, segments, check queries and shapes, as findings."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyoxigraph as ox
import pyshacl
from pyshacl.errors import ReportableRuntimeError
from rdflib import RDF, SH, Graph, Literal, URIRef
from rdflib.term import Node

from jjjkg.dataset.loading import Dataset
from jjjkg.dataset.questions import Question, load_questions
from jjjkg.dataset.sentences import check_tiling, compare, normalize_text, read_segments
from jjjkg.entailment.by_owlrl import to_rdflib
from jjjkg.entailment.clashes import find_clashes
from jjjkg.entailment.closure import close
from jjjkg.errors import InputError
from jjjkg.evaluation import Evaluator, Limits
from jjjkg.evaluation.files import LIMITS, find_rows, open_quads
from jjjkg.messages import DEFAULT, say
from jjjkg.rdf.namespaces import shorten
from jjjkg.rdf.reading import parse
from jjjkg.snapshot import disjoint_parts, name_graphs

#: The column of a check query that names the thing that is wrong.
THING: Final = "thing"


@dataclass(frozen=True, order=True)
class Finding:
    """A fault of a thing in a file, and how to mend it."""

    file: str
    thing: str
    problem: str
    solution: str

    def __str__(self) -> str:
        return say("checks.finding", **vars(self))


def check(
    dataset: Dataset,
    progress: Callable[[str], None] = lambda _: None,
    limits: Limits = LIMITS,
) -> tuple[Finding, ...]:
    """Return all findings on a dataset, sorted and without repeats.

    `limits` are those of each check query. Raises InputError for a check query or a question that
    can't be used.
    """
    if dataset.queries is not None:
        load_questions(dataset.queries / "questions")  # which `jjjkg query` would refuse
    progress(say("checks.closing"))
    closure = close((*dataset.ontology, *dataset.asserted))
    findings = {*_clashes(dataset), *_tiling(dataset)}
    data, thing, solution = say("checks.data"), say("checks.list"), say("checks.mend_list")
    findings.update(Finding(data, thing, problem, solution) for problem in closure.problems)
    parts = disjoint_parts(dataset, closure.inferred)
    if dataset.queries is None or dataset.shapes is None:
        progress(say("checks.nothing_to_check_with"))
    if dataset.queries is not None:
        progress(say("checks.asking"))
        questions = load_questions(dataset.queries / "checks")
        with open_quads(name_graphs(parts, dataset.claims), limits) as evaluator:
            findings.update(_queries(dataset, evaluator, questions))
    if dataset.shapes is not None:
        progress(say("checks.validating"))
        everything = [triple for triples in parts.values() for triple in triples]
        findings.update(_shapes(dataset, dataset.shapes, to_rdflib(everything)))
    return tuple(sorted(findings))


def check_text(dataset: Dataset, file: Path) -> tuple[Finding, ...]:
    """Return the differences between a copy of a text and the segments that a dataset records.

    If there are several documents, the text is compared with the one that it has most segments of.
    Raises InputError if the file can't be read as text, or no segments are recorded.
    """
    try:
        text = normalize_text(file.read_bytes())
    except OSError as error:
        raise InputError("rdf.unreadable", file=file, problem=error.strerror) from error
    except InputError as error:
        raise InputError("system.file", file=file, problem=error) from error
    documents = read_segments(dataset.provenance)
    if not documents:
        raise InputError("checks.no_segments", file=file)
    compared = [(len(segments), compare(text, segments)) for segments in documents.values()]
    # Of the segments, those neither changed nor missing stand in the text.
    _, differences = max(
        compared,
        key=lambda pair: pair[0] - sum(d.kind in ("changed", "missing") for d in pair[1]),
    )
    return tuple(
        Finding(
            str(file),
            d.segment.notation if d.segment else say("checks.text.of_its_own"),
            d.problem,
            say("checks.text.mend"),
        )
        for d in differences
    )


def _tiling(dataset: Dataset) -> Iterator[Finding]:
    try:
        documents = read_segments(dataset.provenance)
    except InputError as error:
        file, thing = say("checks.segments"), say("checks.position")
        yield Finding(file, thing, str(error), say("checks.mend_position"))
        return
    for segments in documents.values():
        for found in check_tiling(segments):
            assert found.segment is not None
            place, thing = _place(dataset, found.segment.iri), shorten(found.segment.iri)
            yield Finding(place, thing, found.problem, say("checks.text.mend_tiling"))


def _clashes(dataset: Dataset) -> Iterator[Finding]:
    for clash in find_clashes(dataset):
        claims = [claim for claims in clash.statements.values() for claim in claims]
        place = _place(dataset, claims[0]) if claims else say("checks.data")
        yield Finding(place, say("checks.clash"), str(clash), say("checks.mend_clash"))


def _queries(
    dataset: Dataset, evaluator: Evaluator, questions: Iterable[Question]
) -> Iterator[Finding]:
    for question in questions:
        solutions = find_rows(evaluator, question.path, question.text)
        if THING not in solutions.columns:
            raise InputError("checks.no_thing", file=question.path)
        for row in solutions.rows:
            thing = row.get(THING)
            details = [f"{name} {_text(term)}" for name, term in row.items() if name != THING]
            yield Finding(
                _place(dataset, thing.value if isinstance(thing, ox.NamedNode) else ""),
                _text(thing),
                question.summary[DEFAULT] + (f" ({', '.join(details)})" if details else ""),
                question.solution[DEFAULT],
            )


def _shapes(dataset: Dataset, shapes: Path, data: Graph) -> Iterator[Finding]:
    shapes_graph = to_rdflib(quad.triple for quad in parse(shapes))
    try:
        _, report, words = pyshacl.validate(data, shacl_graph=shapes_graph, inplace=True)
    except ReportableRuntimeError as error:
        raise InputError("checks.no_shapes", file=shapes, problem=error) from error
    if not isinstance(report, Graph):
        raise InputError("checks.unusable_shapes", file=shapes, problem=words)
    for result in report.subjects(RDF.type, SH.ValidationResult):
        focus = report.value(result, SH.focusNode)
        value = report.value(result, SH.value)
        shape = report.value(result, SH.sourceShape)
        message = report.value(result, SH.resultMessage)
        other = value is not None and value != focus
        shown = f" ({say('checks.value', value=_shown(value))})" if other else ""
        yield Finding(
            _place(dataset, str(focus) if isinstance(focus, URIRef) else ""),
            _shown(focus),
            f"{message}{shown}",
            str(shapes_graph.value(shape, SH.description) or say("checks.mend_shape")),
        )


def _place(dataset: Dataset, iri: str) -> str:
    """Return the file that describes a thing, or else that of a claim that mentions it."""
    node = ox.NamedNode(iri) if iri else None
    claims = (c for c, triples in dataset.claims.items() if any(node in t for t in triples))
    path = dataset.places.get(iri) or dataset.places.get(next(claims, ""))
    return str(path) if path else say("checks.data")


def _text(term: object) -> str:
    if isinstance(term, ox.NamedNode):
        return shorten(term.value)
    return term.value if isinstance(term, ox.Literal | ox.BlankNode) else str(term)


def _shown(term: Node | None) -> str:
    if isinstance(term, URIRef):
        return shorten(str(term))
    return str(term) if isinstance(term, Literal) else say("checks.blank_node")
