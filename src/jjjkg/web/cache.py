"""Ready answers, by the request as it came: bounded in bytes, the least used go first.

The data can't change under a running server, so what was answered once is right for ever.
"""

from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

Headers = list[tuple[bytes, bytes]]
#: How an answer is known: by the entity tag of its task, and whether the client takes gzip.
Name = tuple[str, bool]
#: What is compared of a request: method, scheme, path, query, some headers, body.
Key = tuple[object, ...]

#: Larger answers are streamed each time.
MOST_ENTRY: Final = 1 << 20
#: How many requests may lead to one and the same answer, on average.
_KEYS: Final = 20_000


@dataclass(frozen=True)
class Entry:
    """A response that is ready to be sent."""

    headers: Headers
    body: bytes
    etag: bytes
    rows: int | None = None


class Cache:
    """Answers by name, and requests by what they were answered with."""

    def __init__(self, most_bytes: int) -> None:
        self._most = most_bytes
        self._entries: OrderedDict[Name, Entry] = OrderedDict()
        self._names: OrderedDict[Key, Name] = OrderedDict()
        self.bytes = 0

    def find(self, key: Key) -> Entry | None:
        """The answer to a request that came before."""
        name = self._names.get(key)
        if name is None:
            return None
        entry = self._entries.get(name)
        if entry is None:
            del self._names[key]
            return None
        self._entries.move_to_end(name)
        return entry

    def get(self, key: Key, name: Name) -> Entry | None:
        """An answer by its name; the request will be found by itself the next time."""
        entry = self._entries.get(name)
        if entry is not None:
            self._link(key, name)
        return entry

    def put(self, key: Key, name: Name, entry: Entry) -> None:
        """Keeps an answer, and forgets others where there is no room."""
        size = len(entry.body)
        if size > min(MOST_ENTRY, self._most):
            return
        if name not in self._entries:
            self._entries[name] = entry
            self.bytes += size
        while self.bytes > self._most:
            _, gone = self._entries.popitem(last=False)
            self.bytes -= len(gone.body)
        self._link(key, name)

    def _link(self, key: Key, name: Name) -> None:
        self._names[key] = name
        if len(self._names) > _KEYS:
            self._names.popitem(last=False)
