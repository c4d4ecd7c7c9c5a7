"""Work for workers that has a limit of its own: the half of one that there is."""

from typing import BinaryIO

from pyoxigraph import RdfFormat, parse

from jjjkg.evaluation import LimitExceeded, Request
from jjjkg.evaluation.results import Output
from jjjkg.evaluation.store import store_of
from support.evaluation import bare_loader


class Strict(bare_loader.Bare):
    def answer(self, request: Request, output: Output) -> None:
        given, most = len(request.query), output.limits.length // 2
        if given > most:
            raise LimitExceeded("queries.limits.length", limit="length", value=most, given=given)
        super().answer(request, output)


def load(quads: BinaryIO) -> Strict:
    return Strict(store_of(parse(quads, format=RdfFormat.N_QUADS)))
