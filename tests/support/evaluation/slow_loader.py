"""Loaders that a fork server is given in tests: of work that is slow to load, or hard to begin."""

import os
import time
from pathlib import Path
from typing import BinaryIO

from jjjkg.evaluation.engine import Queries
from jjjkg.evaluation.engine import load as load_queries


def load(quads: BinaryIO, seconds: float = 0.0, refusing: str = "") -> Queries:
    """Queries after so many seconds; no worker can be forked while there is a file `refusing`."""
    time.sleep(seconds)
    fork = os.fork

    def try_to_fork() -> int:
        if Path(refusing).exists():
            raise BlockingIOError("too many processes")
        return fork()

    if refusing:
        os.fork = try_to_fork
    return load_queries(quads)
