"""A budget of memory for requests and responses: so much in all, and for one address."""

from collections import Counter
from typing import Final

from jjjkg.evaluation import Busy

#: Bytes in all, and for one address: one request of the largest size has room.
MOST: Final = 24 << 20
_SHARE: Final = MOST // 2
#: What every request may hold without asking.
FREE: Final = 1 << 15
#: Seconds after which a client may try again.
_RETRY: Final = 2


class Budget:
    """A count of the bytes that are held, in all and by address."""

    def __init__(self) -> None:
        self._taken: Counter[str] = Counter()
        self.total = 0

    def take(self, address: str, size: int) -> None:
        """Count bytes in. Raises Busy where there is no room for them."""
        if self.total + size > MOST or self._taken[address] + size > _SHARE:
            raise Busy("queries.busy.full", retry_after=_RETRY)
        self._taken[address] += size
        self.total += size

    def give(self, address: str, size: int) -> None:
        """Count bytes out."""
        self.total -= size
        self._taken[address] -= size
        if not self._taken[address]:
            del self._taken[address]
