"""Queries in killable worker processes: nothing that speaks HTTP parses or evaluates a query.

Oxigraph's parser can be crashed by a deeply nested query, and a query can't be interrupted from
Python. So the process that asks (`evaluator`) starts a nursery, which loads the store and forks
a worker for each query (`nursery`); the worker evaluates it (`engine`) and explains what is wrong
with it (`syntax`, `grammar`). What may come of a query is in `outcomes`.
"""

from jjjkg.evaluation.evaluator import Evaluator
from jjjkg.evaluation.outcomes import (
    Answer,
    LimitExceeded,
    Limits,
    MalformedQuery,
    QueryError,
    RefusedQuery,
    UnavailableFormat,
    UnsupportedQuery,
    WorkerCrashed,
)

__all__ = [
    "Answer",
    "Evaluator",
    "LimitExceeded",
    "Limits",
    "MalformedQuery",
    "QueryError",
    "RefusedQuery",
    "UnavailableFormat",
    "UnsupportedQuery",
    "WorkerCrashed",
]
