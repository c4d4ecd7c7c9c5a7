"""Room for connections: so many in all, a share of them for one address."""

import ipaddress
from collections import Counter
from typing import Final

#: The share of all connections that one address may hold: a quarter.
_SHARE: Final = 4


class Gate:
    """Counts the connections of each address; those of reverse proxies count only in all.

    `proxies` are addresses or networks, separated by commas, or "*" for any.
    """

    def __init__(self, most: int, proxies: str = "") -> None:
        self._most, self._share = most, max(1, most // _SHARE)
        self._counts: Counter[str] = Counter()
        self._total = 0
        self._any = proxies == "*"
        self._networks = [
            network for entry in proxies.split(",") if (network := _read_network(entry.strip()))
        ]

    def enter(self, address: str) -> str:
        """Counts a connection in; gives why it should be refused, or ""."""
        self._total += 1
        self._counts[address] += 1
        if self._total > self._most:
            return f"the server has more than {self._most:,} connections; try again later"
        if self._counts[address] > self._share and not self._is_proxy(address):
            return (
                f"your address has more than {self._share:,} connections; end some, or use one "
                "for several requests"
            )
        return ""

    def leave(self, address: str) -> None:
        """Counts a connection out."""
        self._total -= 1
        self._counts[address] -= 1
        if not self._counts[address]:
            del self._counts[address]

    @property
    def crowded(self) -> bool:
        """Tell whether there are so many that not even a refusal is worth its room."""
        return self._total > 2 * self._most

    def _is_proxy(self, address: str) -> bool:
        if self._any:
            return True
        try:
            parsed = ipaddress.ip_address(address)
        except ValueError:
            return False
        return any(parsed in network for network in self._networks)


def _read_network(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:  # a name, which is believed as a proxy's but is no address
        return None
