"""Ready answers, by the request as it came: bounded in bytes, the least used go first.

The data can't change under a running server, so what was answered once is right for ever.
"""

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

Headers = list[tuple[bytes, bytes]]
#: How an answer is known: by the entity tag of its task, and whether the client takes gzip.
Name = tuple[str, bool]
#: What is compared of a request: method, scheme, path, query, some headers, body; or its hash.
Key = tuple[object, ...]
K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

#: Larger answers are streamed each time.
MOST_ENTRY: Final = 1 << 20
#: Bytes that an item takes beside its content, and a header with it: measured, and rounded up.
_ITEM: Final = 1000
_HEADER: Final = 160
#: The part of the room that is for requests: a quarter.
_KEYS: Final = 4


@dataclass(frozen=True, slots=True)
class Entry:
    """A response that is ready to be sent; `head` is its headers as they are sent."""

    headers: Headers
    head: bytes
    body: bytes
    etag: bytes
    rows: int | None = None


class Recent(Generic[K, V]):
    """A map that keeps what was used last, as far as there is room; sizes are in bytes."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._items: OrderedDict[K, tuple[V, int]] = OrderedDict()
        self.bytes = 0

    def get(self, key: K) -> V | None:
        """The item that is kept at a key; it goes last."""
        found = self._items.get(key)
        if found is None:
            return None
        self._items.move_to_end(key)
        return found[0]

    def put(self, key: K, value: V, size: int) -> None:
        """Keeps a value of a size; others go where there is no room."""
        self.drop(key)
        self._items[key] = (value, size)
        self.bytes += size
        while self.bytes > self._most:
            _, (_, gone) = self._items.popitem(last=False)
            self.bytes -= gone

    def drop(self, key: K) -> None:
        """Forgets what is kept at a key, if anything is."""
        if found := self._items.pop(key, None):
            self.bytes -= found[1]


class Cache:
    """Answers by name, and requests by what they were answered with."""

    def __init__(self, most_bytes: int) -> None:
        keys = most_bytes // _KEYS
        self._largest = min(MOST_ENTRY, most_bytes - keys)
        self._entries: Recent[Name, Entry] = Recent(most_bytes - keys)
        self._names: Recent[Key, Name] = Recent(keys)

    @property
    def bytes(self) -> int:
        """The bytes of the answers, with their headers, and of the requests for them."""
        return self._entries.bytes + self._names.bytes

    def find(self, key: Key) -> Entry | None:
        """The answer to a request that came before."""
        name = self._names.get(key)
        if name is None:
            return None
        entry = self._entries.get(name)
        if entry is None:
            self._names.drop(key)
        return entry

    def get(self, key: Key, name: Name) -> Entry | None:
        """An answer by its name; the request will be found by itself the next time."""
        entry = self._entries.get(name)
        if entry is not None:
            self._names.put(key, name, measure(key))
        return entry

    def put(self, key: Key, name: Name, entry: Entry) -> None:
        """Keeps an answer, and forgets others where there is no room."""
        size = (
            _ITEM + _HEADER * len(entry.headers) + len(name[0]) + len(entry.body) + len(entry.head)
        )
        if size <= self._largest:
            self._entries.put(name, entry, size)
            self._names.put(key, name, measure(key))


def measure(key: Key) -> int:
    """The bytes that a key takes in memory, about."""
    return _ITEM + sum(len(part) for part in key if isinstance(part, bytes | str))
