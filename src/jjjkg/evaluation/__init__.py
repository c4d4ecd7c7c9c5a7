"""Queries in killable worker processes: nothing that speaks HTTP parses or evaluates a query.

Oxigraph's parser can be crashed by a deeply nested query, and a query can't be interrupted from
Python. So the process that asks starts a nursery, which loads the data and forks the workers that
answer (`workers`). A worker reads a query's text (`sparql`), evaluates it (`queries`, `engine`,
`local`, `graphs`) in a total order of terms (`ordering`), or has a store elsewhere do so
(`remote`), and sends the answer (`output`, `rows`). `evaluator` is the face to threads, `files` to
queries in files; `protocol` is what passes between the processes, `outcomes` what may come of a
query. A nursery may load other work than queries: jjjkg.explanation.reasoner is such.
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
from jjjkg.evaluation.protocol import Request
from jjjkg.evaluation.workers.pool import Pool
from jjjkg.evaluation.workers.reply import Reply

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
