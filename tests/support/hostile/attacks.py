"""The common part of hostile clients: one address, a time to go on for, ways to ask."""

import http.client
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Final

SECONDS: Final = 2.5
SOURCE: Final = "127.0.0.2"
FORM: Final = "application/x-www-form-urlencoded"


class Attack:
    """Requests to a port until the time is over."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.end = time.monotonic() + SECONDS

    def turns(self, most: int = 1_000_000) -> Iterator[int]:
        for turn in range(most):
            if time.monotonic() > self.end:
                return
            yield turn

    def connect(self) -> socket.socket:
        raw = socket.create_connection(("127.0.0.1", self.port), 20, (SOURCE, 0))
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        return raw

    def ask(
        self, method: str, path: str, body: bytes | None = None, **headers: str
    ) -> tuple[int, int]:
        """The status and the length of an answer."""
        connection = http.client.HTTPConnection(
            "127.0.0.1", self.port, timeout=30, source_address=(SOURCE, 0)
        )
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            connection.request(method, path, body, named)
            response = connection.getresponse()
            return response.status, len(response.read())
        except (OSError, http.client.HTTPException):
            return 0, 0
        finally:
            connection.close()

    def keep(self, paths: Iterator[str], accept: str = "*/*") -> None:
        """Asks one after the other, on one connection."""
        connection = http.client.HTTPConnection(
            "127.0.0.1", self.port, timeout=30, source_address=(SOURCE, 0)
        )
        for path in paths:
            connection.request("GET", path, headers={"Accept": accept})
            connection.getresponse().read()
        connection.close()

    def crowd(self, size: int, work: Callable[[int], object]) -> None:
        threads = [threading.Thread(target=work, args=[number]) for number in range(size)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def hold(self, size: int, sent: bytes) -> None:
        """Connections that send something and read nothing, until the time is over."""
        held = []
        for _ in range(size):
            with suppress(OSError):
                raw = self.connect()
                held.append(raw)
                raw.settimeout(0.2)
                raw.sendall(sent)
        time.sleep(max(0.0, self.end - time.monotonic()))
        for raw in held:
            raw.close()

    def post_forms(self, body: bytes) -> None:
        def post(_: int) -> None:
            for _ in self.turns(3):
                self.ask("POST", "/sparql", body, Content_Type=FORM)

        self.crowd(3, post)
