"""Oxigraph's own server."""

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from support.servers import free_port, listening


@contextmanager
def run_oxigraph(*options: str) -> Iterator[int]:
    """The port of a server with more options than its address: /query, /update and /store."""
    program = shutil.which("oxigraph", path=str(Path(sys.executable).parent))
    assert program, "is in the test group of pyproject.toml"
    port = free_port()
    with listening([program, "serve", "--bind", f"127.0.0.1:{port}", *options], port):
        yield port
