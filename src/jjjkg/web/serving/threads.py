"""The threads of a server's views, apart by what they wait for."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, TypeVar

T = TypeVar("T")
#: For what waits for nothing: more threads would only take turns with the loop.
_FEW: Final = 2
_MANY: Final = 4
#: The paths whose views may wait for queries of their own: in threads that nobody else needs.
_WAITING: Final = (
    *("/id/", "/claim/", "/source/", "/graph/", "/ontology", "/dataset", "/.well-known/"),
)


class Threads:
    """Threads for views, for the pages that are made of answers, and for views that wait."""

    def __init__(self) -> None:
        self.views = ThreadPoolExecutor(_FEW, "view")
        self.pages = ThreadPoolExecutor(_FEW, "page of an answer")
        self.waiting = ThreadPoolExecutor(_MANY, "view that waits")

    def find(self, path: str) -> ThreadPoolExecutor:
        """Those for the view of a path."""
        return self.waiting if f"{path}/".startswith(_WAITING) else self.views

    def close(self) -> None:
        """Ends the threads, once their work has."""
        for threads in (self.views, self.pages, self.waiting):
            threads.shutdown()


async def run(threads: ThreadPoolExecutor, work: Callable[..., T], *arguments: Any) -> T:
    """What work gives that is done in a thread."""
    return await asyncio.get_running_loop().run_in_executor(threads, work, *arguments)
