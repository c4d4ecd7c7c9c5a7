"""What a worker answers, as it comes: whole if it is short, piece by piece if it is not."""

import json
from collections.abc import AsyncIterator, Mapping
from typing import Any, Final

from jjjkg.evaluation.errors import QueryError
from jjjkg.evaluation.protocol import BODY, HEAD, LAST
from jjjkg.evaluation.workers.supply import Worker
from jjjkg.messages import Message
from jjjkg.rdf.formats import GRAPHS, RESULTS, Format

_FORMATS: Final = {format.name: format for format in (*RESULTS, *GRAPHS)}


class WorkerGone(Exception):
    """The worker has ended before its answer did."""


class Reply:
    """An answer that has begun: how it is written, and its bytes.

    ``whole`` has all of them if they were few enough to be held back; ``rows``, ``more`` and
    ``note`` are known at the end (see Answer). ``begun`` says whether any of it has come, ``ended``
    whether the worker is done with it; ``deadline`` is the loop's time at which it will be broken
    off.
    """

    def __init__(self, worker: Worker, deadline: float) -> None:
        self._worker, self.deadline = worker, deadline
        self._pieces: list[bytes] = []
        self.begun = self.ended = False
        self.whole: bytes | None = None
        self.rows: int | None = None
        self.more = False
        self.note: Message | None = None

    async def begin(self) -> None:
        """Waits for the first piece, or for the end. Raises QueryError and WorkerGone."""
        while not self._pieces and not self.ended:
            await self._next()
        if self.ended:
            self.whole = b"".join(self._pieces)

    async def pieces(self) -> AsyncIterator[bytes]:
        """The bytes, those that were held back first. Raises QueryError and WorkerGone."""
        if self.whole is not None:
            yield self.whole
            return
        while self._pieces or not self.ended:
            if not self._pieces:
                await self._next()
                continue
            yield self._pieces.pop(0)

    async def _next(self) -> None:
        frame = await self._worker.frame()
        if frame is None:
            raise WorkerGone
        kind, content = frame
        if kind == HEAD:
            self._read_head(json.loads(content))
        elif kind == BODY:
            self._pieces.append(content)
        elif kind == LAST:
            self._pieces.append(content)
            await self._next()
        else:
            self.ended = True
            self._read_outcome(json.loads(content))

    def _read_head(self, head: Mapping[str, Any]) -> None:
        self.begun = True
        self.form: str = head["form"]
        self.format: Format = _FORMATS[head["format"]]
        self.coding: str | None = head["coding"]
        self.volatile: bool = head["volatile"]

    def _read_outcome(self, outcome: Mapping[str, Any]) -> None:
        self._worker.resident = outcome["resident"]
        if "error" in outcome:
            raise QueryError.decode(outcome)
        self.rows, self.more = outcome["rows"], outcome["more"]
        self.note = Message.decode(outcome["note"]) if outcome["note"] else None
