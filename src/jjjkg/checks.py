"""Whether a graph is well formed: shapes, check queries and consistency, as findings."""

from collections.abc import Callable, Iterable, Iterator, Sequence
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
from jjjkg.dataset.sentences import Finding as Difference
from jjjkg.dataset.sentences import Segment, check_tiling, compare, normalize_text, read_segments
from jjjkg.entailment.by_owlrl import to_rdflib
from jjjkg.entailment.clashes import find_clashes
from jjjkg.entailment.closure import Closure, close
from jjjkg.errors import InputError
from jjjkg.evaluation import Evaluator, Limits
from jjjkg.evaluation.files import LIMITS, find_rows, open_quads
from jjjkg.rdf.namespaces import shorten
from jjjkg.rdf.reading import parse
from jjjkg.snapshot import disjoint_parts, name_graphs

#: The column of a check query that names what is wrong.
THING: Final = "thing"


@dataclass(frozen=True, order=True)
class Finding:
    """One thing that is not as it should be: in which file, what of it, and how to mend it."""

    file: str
    thing: str
    problem: str
    solution: str

    def __str__(self) -> str:
        return f"{self.file}: {self.thing}: {self.problem}; mend: {self.solution}"


def check(
    dataset: Dataset,
    progress: Callable[[str], None] = lambda _: None,
    limits: Limits = LIMITS,
) -> tuple[Finding, ...]:
    """All findings on a dataset, sorted and without repeats.

    Each check query may use what `limits` allow. Raises InputError for one that can't be used.
    """
    progress("closing the triples under the OWL 2 RL rules")
    closure = close((*dataset.ontology, *dataset.asserted))
    findings = {*_clashes(dataset), *_lists(closure)}
    findings.update(_tiling(dataset))
    parts = disjoint_parts(dataset, closure.inferred)
    if dataset.queries is None or dataset.shapes is None:
        progress(
            "this data has no check queries or no shapes: what they would find is not looked for"
        )
    if dataset.queries is not None:
        progress("asking the check queries")
        questions = load_questions(dataset.queries / "checks")
        with open_quads(name_graphs(parts, dataset.claims), limits) as evaluator:
            findings.update(_queries(dataset, evaluator, questions))
    if dataset.shapes is not None:
        progress("validating the shapes")
        everything = [triple for triples in parts.values() for triple in triples]
        findings.update(_shapes(dataset, dataset.shapes, to_rdflib(everything)))
    return tuple(sorted(findings))


def check_text(dataset: Dataset, file: Path) -> tuple[Finding, ...]:
    """How a copy of a text differs from the segments that the dataset records of it.

    Of several documents the one is taken of which the text has most segments.
    Raises InputError where the file can't be read as text, or no segments are recorded.
    """
    try:
        text = normalize_text(file.read_bytes())
    except OSError as error:
        raise InputError(f"{file}: can't be read: {error.strerror}") from error
    except InputError as error:
        raise InputError(f"{file}: {error}") from error
    documents = read_segments(dataset.provenance)
    if not documents:
        raise InputError(f"{file}: the data records no segments to hold it against")
    differences = max(
        ((segments, compare(text, segments)) for segments in documents.values()),
        key=lambda pair: _found(*pair),
    )[1]
    return tuple(
        Finding(
            str(file),
            d.segment.notation if d.segment else "text of its own",
            d.problem,
            "give the text as published or, where the publisher changed it, revise the claims",
        )
        for d in differences
    )


def _found(segments: Sequence[Segment], differences: Sequence[Difference]) -> int:
    """How many of the segments stand in the text, at their own place or another."""
    return len(segments) - sum(d.kind in ("changed", "missing") for d in differences)


def _tiling(dataset: Dataset) -> Iterator[Finding]:
    try:
        documents = read_segments(dataset.provenance)
    except InputError as error:
        yield Finding("the segments", "position", str(error), "correct the segment's record")
        return
    for segments in documents.values():
        for found in check_tiling(segments):
            assert found.segment is not None
            yield Finding(
                _place(dataset, found.segment.iri),
                shorten(found.segment.iri),
                found.problem,
                "correct oa:start and oa:end, or record what stands between as a segment",
            )


def _clashes(dataset: Dataset) -> Iterator[Finding]:
    for clash in find_clashes(dataset):
        claims = [claim for claims in clash.statements.values() for claim in claims]
        place = _place(dataset, claims[0]) if claims else "the data"
        yield Finding(place, "contradiction", str(clash), "correct one of these claims")


def _lists(closure: Closure) -> Iterator[Finding]:
    for problem in closure.problems:
        solution = "give each of its cells one rdf:first and one rdf:rest, down to rdf:nil"
        yield Finding("the data", "list", problem, solution)


def _queries(
    dataset: Dataset, evaluator: Evaluator, questions: Iterable[Question]
) -> Iterator[Finding]:
    for question in questions:
        solutions = find_rows(evaluator, question.path, question.text)
        if THING not in solutions.columns:
            raise InputError(f"{question.path}: a check must SELECT ?thing, that which is wrong")
        for row in solutions.rows:
            thing = row.get(THING)
            details = [f"{name} {_text(term)}" for name, term in row.items() if name != THING]
            yield Finding(
                _place(dataset, thing.value if isinstance(thing, ox.NamedNode) else ""),
                _text(thing),
                " ".join(
                    [question.summary["en"], *([f"({', '.join(details)})"] if details else [])]
                ),
                question.solution["en"],
            )


def _shapes(dataset: Dataset, shapes: Path, data: Graph) -> Iterator[Finding]:
    shapes_graph = to_rdflib(quad.triple for quad in parse(shapes))
    try:
        _, report, words = pyshacl.validate(data, shacl_graph=shapes_graph, inplace=True)
    except ReportableRuntimeError as error:
        raise InputError(f"{shapes}: is no shapes graph: {error}") from error
    if not isinstance(report, Graph):
        raise InputError(f"{shapes}: can't be validated: {words}")
    for result in report.subjects(RDF.type, SH.ValidationResult):
        focus = report.value(result, SH.focusNode)
        value = report.value(result, SH.value)
        shape = report.value(result, SH.sourceShape)
        message = report.value(result, SH.resultMessage)
        shown = f" (value {_shown(value)})" if value is not None and value != focus else ""
        yield Finding(
            _place(dataset, str(focus) if isinstance(focus, URIRef) else ""),
            _shown(focus),
            f"{message}{shown}",
            _solution(shapes_graph, shape),
        )


def _solution(shapes: Graph, shape: Node | None) -> str:
    described = shapes.value(shape, SH.description) if shape is not None else None
    return str(described or "see ontology/shapes.ttl")


def _place(dataset: Dataset, iri: str) -> str:
    """The file that describes a thing, or else that of a claim that mentions it."""
    node = ox.NamedNode(iri) if iri else None
    claims = (c for c, triples in dataset.claims.items() if any(node in t for t in triples))
    path = dataset.places.get(iri) or dataset.places.get(next(claims, ""))
    return str(path) if path else "the data"


def _text(term: object) -> str:
    if isinstance(term, ox.NamedNode):
        return shorten(term.value)
    return term.value if isinstance(term, ox.Literal | ox.BlankNode) else str(term)


def _shown(term: Node | None) -> str:
    if isinstance(term, URIRef):
        return shorten(str(term))
    return str(term) if isinstance(term, Literal) else "a blank node"
