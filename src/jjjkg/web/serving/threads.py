"""The threads of a server's views, apart by what they wait for, and shared fairly by address."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, TypeVar
from weakref import WeakValueDictionary

T = TypeVar("T")
#: For what waits for nothing: more threads would only take turns with the loop.
_FEW: Final = 2
_MANY: Final = 4
#: The paths whose views may wait for queries of their own: in threads that nobody else needs.
_WAITING: Final = (
    *("/id/", "/claim/", "/source/", "/graph/", "/ontology", "/dataset", "/.well-known/"),
)


class Room:
    """Some threads, of which one address has all but one at the most.

    Whoever is beyond that waits without a place, so that the loop has nothing to do for it.
    """

    def __init__(self, threads: int, name: str) -> None:
        self._share = threads - 1
        self._threads = ThreadPoolExecutor(threads, name)
        self._turns: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()

    async def run(self, address: str, work: Callable[..., T], *arguments: Any) -> T:
        """The result of work that is done in a thread, once it is the address's turn."""
        turn = self._turns.get(address)
        if turn is None:
            turn = self._turns[address] = asyncio.Semaphore(self._share)
        async with turn:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._threads, work, *arguments)

    def close(self) -> None:
        """Ends the threads, once their work has."""
        self._threads.shutdown()


class Threads:
    """Threads for views, for the pages that are made of answers, and for views that wait."""

    def __init__(self) -> None:
        self.views = Room(_FEW, "view")
        self.pages = Room(_FEW, "page of an answer")
        self.waiting = Room(_MANY, "view that waits")

    def find(self, path: str) -> Room:
        """Those for the view of a path."""
        return self.waiting if f"{path}/".startswith(_WAITING) else self.views

    def close(self) -> None:
        """Ends the threads, once their work has."""
        for room in (self.views, self.pages, self.waiting):
            room.close()
