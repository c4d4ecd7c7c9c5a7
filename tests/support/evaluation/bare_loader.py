"""Work for workers that asks the engine as it is, without any help of ours."""

from typing import BinaryIO

from pyoxigraph import QuerySolutions, RdfFormat, Store, parse

from jjjkg.evaluation import Request
from jjjkg.evaluation.results import Output
from jjjkg.evaluation.store import store_of


class Bare:
    files = 0

    def __init__(self, store: Store) -> None:
        self._store = store

    def answer(self, request: Request, output: Output) -> None:
        found = self._store.query(request.query)
        assert isinstance(found, QuerySolutions)
        output.begin("SELECT", "csv", volatile=False)
        output.write(b"n\r\n" + b"1\r\n" * sum(1 for _ in found))
        output.finish()


def load(quads: BinaryIO) -> Bare:
    return Bare(store_of(parse(quads, format=RdfFormat.N_QUADS)))
