"""Virtuoso, run by whoever runs the tests, in a folder and on ports of its own."""

import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from support.servers import free_port, listening

USER, PASSWORD = "writer", "s3cret"
INI = """
[Database]
DatabaseFile = virtuoso.db
ErrorLogFile = virtuoso.log
ErrorLogLevel = 7
LockFile = virtuoso.lck
TransactionFile = virtuoso.trx
xa_persistent_file = virtuoso.pxa
FileExtend = 200

[TempDatabase]
DatabaseFile = temporary.db
TransactionFile = temporary.trx

[Parameters]
ServerPort = 127.0.0.1:{sql}
DisableUnixSocket = 1
ServerThreads = 10
CheckpointInterval = 0
NumberOfBuffers = 2000
MaxDirtyBuffers = 1200
CaseMode = 2
DirsAllowed = .

[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerThreads = 5
"""
#: An account that may write graphs over HTTP.
ACCOUNT = f"""
DB.DBA.USER_CREATE('{USER}', '{PASSWORD}', vector());
GRANT SPARQL_UPDATE TO "{USER}";
DB.DBA.RDF_DEFAULT_USER_PERMS_SET('{USER}', 7);
"""


@dataclass
class Virtuoso:
    """A Virtuoso that runs, by its ports for SQL and for HTTP."""

    sql: int
    http: int

    @property
    def query(self) -> str:
        return f"http://127.0.0.1:{self.http}/sparql"

    def options(self, protocol: str) -> list[str]:
        """Return the options of `jjjkg publish` for it."""
        path = {"graph-store": "sparql-graph-crud-auth", "update": "sparql-auth"}[protocol]
        to = f"http://127.0.0.1:{self.http}/{path}"
        return ["--protocol", protocol, "--to", to, "--query", self.query]

    def run(self, sql: str) -> None:
        """Runs statements of SQL as its administrator."""
        program = shutil.which("isql-vt")
        assert program, "comes with virtuoso-t"
        login = [program, f"127.0.0.1:{self.sql}", "dba", "dba", "ERRORS=STDOUT"]
        said = subprocess.run(login, input=sql, capture_output=True, text=True, timeout=60)
        assert said.returncode == 0, said.stdout
        assert "Error" not in said.stdout, said.stdout

    def empty(self) -> None:
        """Forgets all graphs."""
        self.run("RDF_GLOBAL_RESET();")


@contextmanager
def run_virtuoso(folder: Path) -> Iterator[Virtuoso]:
    """Runs one; skips where it is not installed."""
    program = shutil.which("virtuoso-t")
    if not program:
        pytest.skip("needs Debian's virtuoso-opensource")
    ports = Virtuoso(free_port(), free_port())
    file = folder / "virtuoso.ini"
    file.write_text(INI.format(sql=ports.sql, http=ports.http))
    command = [program, "+foreground", "+configfile", str(file)]
    with listening(command, ports.http, folder):
        _wait_for(folder / "virtuoso.log", "Server online at")
        ports.run(ACCOUNT)
        yield ports


def _wait_for(log: Path, words: str) -> None:
    """Its ports are open before it lets anybody in."""
    end = time.monotonic() + 60
    while words not in log.read_text(encoding="utf-8"):
        assert time.monotonic() < end, log.read_text(encoding="utf-8")
        time.sleep(0.05)
