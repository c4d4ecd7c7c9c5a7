"""Notices to a supervisor: that the server is ready, lives, loads anew, or ends.

By systemd's protocol: https://www.freedesktop.org/software/systemd/man/latest/sd_notify.html
"""

import asyncio
import os
import socket
import time
from collections.abc import Callable, Mapping
from contextlib import suppress


class Supervision:
    """The line to the supervisor that started this process; without one nothing is told."""

    def __init__(self, environ: Mapping[str, str] = os.environ) -> None:
        address = environ.get("NOTIFY_SOCKET", "")
        # In the abstract namespace a name begins with a zero byte, which no variable can hold.
        self._address = f"\0{address[1:]}" if address.startswith("@") else address
        meant = environ.get("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())
        microseconds = environ.get("WATCHDOG_USEC", "")
        #: Seconds after which the supervisor takes silence for death; 0 for never.
        self.patience = int(microseconds) / 1e6 if meant and microseconds.isdecimal() else 0.0

    def tell(self, *words: str) -> None:
        """Send assignments, such as READY=1."""
        if not self._address:
            return
        with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
            sender.setblocking(False)
            sender.sendto("\n".join(words).encode(), self._address)

    def tell_reloading(self) -> None:
        """Say that the data are being loaded anew; READY=1 says that this is over."""
        self.tell("RELOADING=1", f"MONOTONIC_USEC={time.monotonic_ns() // 1000}")

    async def keep_telling(self, lives: Callable[[], bool]) -> None:
        """Say again and again that the server lives, as long as it does."""
        while self.patience:
            if lives():
                self.tell("WATCHDOG=1")
            await asyncio.sleep(self.patience / 3)
