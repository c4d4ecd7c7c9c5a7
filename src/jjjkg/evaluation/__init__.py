"""Queries in killable worker processes: nothing that speaks HTTP parses or evaluates a query.

Oxigraph's parser can be crashed by a deeply nested query, and a query can't be interrupted from
Python. So the process that asks (`pool`, and `evaluator` for threads) starts a nursery, which loads
the data and forks workers (`supply`, `nursery`); what dies is replaced (`staff`, `healing`). A
query waits for a worker (`queue`), which evaluates it (`worker`, `queries`, `engine`, `local`,
`clauses`, `graphs`) in a total order of terms (`rewriting`, `sorting`, `order`) or has a store
elsewhere do so (`remote`), sends the answer (`output`, `rows`, `reply`), with a note where it may
surprise (`notes`), or explains what is wrong with the query (`syntax`, `grammar`, `rules`). What
may come of a query is in `outcomes`. A nursery may load other work than queries: jjjkg.reasoner is
such.
"""

from jjjkg.evaluation.evaluator import Evaluator
from jjjkg.evaluation.outcomes import (
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
from jjjkg.evaluation.pool import Pool
from jjjkg.evaluation.protocol import Request
from jjjkg.evaluation.reply import Reply

__all__ = [
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
