"""Queries in killable worker processes: nothing that speaks HTTP parses or evaluates a query.

Oxigraph's parser can be crashed by a deeply nested query, and a query can't be interrupted from
Python. So the process that asks starts a fork server, which loads the data and forks the workers
that answer (`workers`). A worker reads the text of a query (`sparql`), evaluates it (`engine`) in a
total order of terms (`ordering`), or has a store elsewhere do so (`remote`), and writes the answer
(`results`). `evaluator` is the face to threads, `files` to queries in files; `errors` has the
outcomes of a query and its limits. A fork server may load other work than queries:
jjjkg.explanation.reasoner is such.
"""

from jjjkg.evaluation.errors import (
    MOST_SECONDS,
    Answer,
    Busy,
    EngineFailed,
    LimitExceeded,
    Limits,
    MalformedQuery,
    NothingFound,
    QueryError,
    RefusedQuery,
    StoreFailed,
    StoreTooSlow,
    UnavailableFormat,
    UnsupportedQuery,
    WorkerCrashed,
)
from jjjkg.evaluation.evaluator import Evaluator
from jjjkg.evaluation.workers.handles import Reply
from jjjkg.evaluation.workers.pool import Pool
from jjjkg.evaluation.workers.protocol import Request

__all__ = [
    "MOST_SECONDS",
    "Answer",
    "Busy",
    "EngineFailed",
    "Evaluator",
    "LimitExceeded",
    "Limits",
    "MalformedQuery",
    "NothingFound",
    "Pool",
    "QueryError",
    "RefusedQuery",
    "Reply",
    "Request",
    "StoreFailed",
    "StoreTooSlow",
    "UnavailableFormat",
    "UnsupportedQuery",
    "WorkerCrashed",
]
