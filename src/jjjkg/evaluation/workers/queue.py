"""The fair, bounded queue in which queries wait for a worker: a turn for each address."""

import asyncio
from collections import Counter, deque
from typing import Final, Generic, TypeVar

from jjjkg.evaluation.errors import Busy

T = TypeVar("T")
#: After so many seconds another try is worth it, for who is turned away.
RETRY_AFTER: Final = 2


class Queue(Generic[T]):
    """Places that are free, and who waits for one.

    Addresses are served in turn. One address holds all places but one at the most, and of the
    queue, while others wait too, at most a half.
    """

    def __init__(self, places: int, length: int) -> None:
        self._share, self._length = max(1, places - 1), length
        self._free: deque[T] = deque()
        self._held: Counter[str] = Counter()
        self._lines: dict[str, deque[asyncio.Future[T]]] = {}
        self.waiting = 0

    async def take(self, address: str, seconds: float) -> T:
        """A place, once it is the address's turn. Raises Busy."""
        if self._free and self._held[address] < self._share and address not in self._lines:
            self._held[address] += 1
            # The place that was used last is the one that is warm.
            return self._free.pop()
        line = self._lines.get(address, ())
        crowded = len(self._lines) > (address in self._lines) and len(line) >= self._length // 2
        if self.waiting >= self._length or crowded:
            key = "queries.busy.many_of_address" if crowded else "queries.busy.many"
            raise Busy(key, waiting=self.waiting, retry_after=RETRY_AFTER)
        loop = asyncio.get_running_loop()
        turn: asyncio.Future[T] = loop.create_future()
        self._lines.setdefault(address, deque()).append(turn)
        self.waiting += 1
        # Not asyncio.wait_for, which forgets a cancellation in the moment of the result.
        timer = loop.call_later(seconds, self._expire, turn, seconds)
        try:
            return await turn
        except BaseException:
            if turn.cancelled() or turn.exception():
                self._leave(address, turn)
            else:
                self.give_back(turn.result(), address)  # it came in the moment of giving up
            raise
        finally:
            timer.cancel()

    def give_back(self, place: T, address: str) -> None:
        """Frees a place that an address held."""
        self.release(address)
        self.add(place)

    def release(self, address: str) -> None:
        """An address no longer holds a place, which is gone."""
        self._held[address] -= 1
        if not self._held[address]:
            del self._held[address]

    def add(self, place: T) -> None:
        """Adds a free place."""
        self._free.append(place)
        self._serve()

    def discard(self, place: T) -> bool:
        """Takes a place out of the queue for good; False for one that is not free."""
        if place not in self._free:
            return False
        self._free.remove(place)
        return True

    def fail(self, error: Exception) -> None:
        """Has everyone who waits told that there will be no place."""
        for line in self._lines.values():
            for turn in line:
                if not turn.done():
                    turn.set_exception(error)

    def _serve(self) -> None:
        """Gives free places to who waits, address by address."""
        while self._free:
            address = next((a for a in self._lines if self._held[a] < self._share), None)
            if address is None:
                return
            line = self._lines.pop(address)
            turn = line.popleft()
            self.waiting -= 1
            if line:
                self._lines[address] = line  # behind the others
            if not turn.done():  # else whoever waited has given up, and is not told so yet
                self._held[address] += 1
                turn.set_result(self._free.pop())

    def _expire(self, turn: asyncio.Future[T], seconds: float) -> None:
        if not turn.done():
            values = {"seconds": seconds, "retry_after": RETRY_AFTER}
            turn.set_exception(Busy("queries.busy.no_worker_free", **values))

    def _leave(self, address: str, turn: asyncio.Future[T]) -> None:
        line = self._lines.get(address, ())
        if turn in line:
            self._lines[address].remove(turn)
            self.waiting -= 1
            if not line:
                del self._lines[address]
