"""The site: all that is served of one snapshot, as pages and the endpoint use it."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Self

from werkzeug.http import http_date

from jjjkg.dataset.claims import Record
from jjjkg.dataset.loading import own_folder
from jjjkg.dataset.questions import Question, read_question
from jjjkg.description import Describer
from jjjkg.evaluation import Evaluator, Limits
from jjjkg.metadata.statistics import Statistics
from jjjkg.snapshot import Snapshot
from jjjkg.web.archive import Archive, Release


@dataclass(frozen=True)
class Content:
    """Content to be served: a snapshot, the questions, and how they are handed out.

    ``default`` is what a query without FROM sees, one of jjjkg.evaluation.store.DEFAULTS;
    ``earlier`` is a folder of earlier releases. Of data that are ``changing``, as in a store
    elsewhere, no validator of another moment holds. ``queries`` are those that pages are made
    from.
    """

    snapshot: Snapshot
    questions: Sequence[Question] = ()
    default: str = "parts"
    earlier: Path | None = None
    changing: bool = False
    queries: Path = own_folder() / "queries" / "pages"


@dataclass(frozen=True)
class Site:
    """Content that is served, and what answers questions about it.

    The ``evaluator`` answers queries, the ``reasoners`` why statements hold and what falls with
    claims (jjjkg.explanation.reasoner). ``dataset`` is what the data say of themselves; ``key``
    tells them from other data, and ``modified`` is their Last-Modified, empty where they change.
    ``limits`` are those of a query.
    """

    content: Content
    evaluator: Evaluator
    reasoners: Evaluator
    describer: Describer
    statistics: Statistics
    archive: Archive
    dataset: Record
    limits: Limits
    key: str
    modified: str

    @classmethod
    def open(cls, content: Content, evaluator: Evaluator, reasoners: Evaluator) -> Self:
        """Ask the data what they are. Raises QueryError, and InputError for a bad release."""
        snapshot, changing = content.snapshot, content.changing
        describer = Describer(evaluator, content.queries)
        return cls(
            *(content, evaluator, reasoners, describer),
            statistics=Statistics(evaluator, content.queries),
            archive=Archive.open(snapshot.release, content.earlier),
            dataset=describer.introduce(),
            limits=evaluator.limits,
            key=secrets.token_hex(16) if changing else snapshot.key,
            modified="" if changing else http_date(snapshot.modified),
        )

    @property
    def release(self) -> Release:
        """The release of the snapshot; an empty one where there is none."""
        return self.archive.latest

    @cached_property
    def graph_query(self) -> str:
        """The query for the triples of one graph."""
        return read_question(self.content.queries / "graph.rq").text

    @cached_property
    def questions(self) -> dict[str, Question]:
        """The questions by name."""
        return {question.name: question for question in self.content.questions}
