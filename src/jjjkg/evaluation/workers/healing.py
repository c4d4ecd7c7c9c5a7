"""Workers however often their nursery dies: it is started anew, after pauses that grow."""

import asyncio
import logging
from collections.abc import Callable
from time import monotonic
from typing import Final

from jjjkg.errors import InputError
from jjjkg.evaluation.workers.supply import Nursery, Told, Worker
from jjjkg.messages import Message

_LOG: Final = logging.getLogger(__name__)
#: Seconds to wait after the first failure in a row, the second and so on; then all is given up.
PAUSES: Final = (0.0, 0.1, 0.2, 0.5, 1.0, 2.0, 4.0, 8.0, 15.0)
#: After so many failures in a row one is told of, and who asks no longer waits.
WORRYING: Final = 3
#: A nursery may take so many times as long to load as the first one, and so many seconds at least.
_SLOWER: Final = 10
_LOADING: Final = 60.0


class Hopeless(Exception):
    """No worker could be had, however often it was tried; the message is why."""


class Healing:
    """Gives workers, from the nursery that there is now or from a new one.

    `start` starts a nursery, `tell` is told of a worker that has ended. ``failures`` counts those
    in a row, for the last ``reason``; ``started`` counts the nurseries that have loaded the data.
    """

    def __init__(self, start: Callable[[], Nursery], tell: Told) -> None:
        self._start, self._tell = start, tell
        self.nursery: Nursery | None = None
        self.failures = self.started = 0
        self.reason: Message | None = None
        self._seconds: float | None = None

    async def load(self) -> None:
        """Starts a nursery. Raises InputError where the data can't be loaded, and OSError."""
        begun = monotonic()
        nursery = self.nursery = self._start()
        await nursery.load(self._seconds)
        if self._seconds is None:
            self._seconds = max(_LOADING, _SLOWER * (monotonic() - begun))
        self.started += 1

    async def fork(self) -> Worker:
        """A worker that lives, sooner or later. Raises Hopeless after the last pause."""
        while True:
            try:
                if self.nursery is None or self.nursery.dead:
                    await self.load()
                assert self.nursery
                worker = await self.nursery.fork(self._tell)
                try:
                    begun = await worker.begin()
                except BaseException:
                    await worker.status()
                    raise
                if begun:
                    self._note_success()
                    return worker
                await worker.status()
                self.reason = Message.of("queries.workers.not_forking")
            except (InputError, OSError, MemoryError) as error:
                self.reason = _tell(error)
            await self._pause()

    def close(self) -> None:
        """Ends the nursery and its workers."""
        if self.nursery:
            self.nursery.end()

    async def _pause(self) -> None:
        self.failures += 1
        if self.failures == WORRYING:
            _LOG.error("no worker can be started: %s; it is tried again", self.reason)
        if self.failures > len(PAUSES):
            self.failures = 0
            raise Hopeless(str(self.reason))
        await asyncio.sleep(PAUSES[self.failures - 1])

    def _note_success(self) -> None:
        if self.failures >= WORRYING:
            _LOG.error("workers can be started again")
        self.failures = 0


def _tell(error: InputError | OSError | MemoryError) -> Message:
    if isinstance(error, InputError):
        return error.message
    if isinstance(error, MemoryError):
        return Message.of("queries.workers.no_memory")
    return Message.of("queries.workers.system", words=str(error))
