"""Servers in processes of their own, while a test uses them."""

import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


@contextmanager
def listening(command: Sequence[str], port: int, folder: Path | None = None) -> Iterator[int]:
    """Runs a server of another make in a folder; gives its port once it takes connections."""
    nowhere = subprocess.DEVNULL
    process = subprocess.Popen(command, stdout=nowhere, stderr=nowhere, cwd=folder)
    try:
        end = time.monotonic() + 60
        while True:
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                break
            except OSError:
                assert process.poll() is None, command
                assert time.monotonic() < end, command
                time.sleep(0.02)
        yield port
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextmanager
def serving(*options: str) -> Iterator[int]:
    """Runs `jjjkg serve`; gives its port once it is ready."""
    command = [sys.executable, "-m", "jjjkg.cli", "serve", "--port", "0", "--quiet", *options]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        try:
            ready = next(line for line in process.stderr if "ready" in line)
            yield int(re.findall(r":(\d+)/", ready)[0])
        finally:
            process.terminate()
