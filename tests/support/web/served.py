"""`jjjkg serve` in a process of its own, for tests."""

import http.client
import re
import subprocess
import sys
from pathlib import Path
from typing import Final

DATA: Final = "<http://example.org/a> <http://example.org/b> <http://example.org/{}> .\n"
#: What the objects of DATA are, as CSV.
OBJECTS: Final = "/sparql?format=csv&query=SELECT%20%3Fo%20%7B%3Chttp%3A%2F%2Fexample.org%2Fa%3E%20%3Chttp%3A%2F%2Fexample.org%2Fb%3E%20%3Fo%7D"  # noqa: E501


class Served:
    """A server in a process of its own, on data that can be changed."""

    def __init__(
        self,
        folder: Path,
        *options: str,
        data: str = DATA.format("old"),
        file: Path | None = None,
        before: str = "",
    ) -> None:
        """`file` is what --data names, where it is not a file of the data alone.

        `before` is Python that the process runs first.
        """
        self.file = folder / "data.nt"
        self.file.write_text(data)
        main = f"{before}\nimport sys, jjjkg.cli\nsys.exit(jjjkg.cli.main())"
        command = [sys.executable, "-c", main, "serve", "--port", "0", *options]
        command += ["--data", str(file or self.file)]
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True)
        self.port = int(re.findall(r":(\d+)/", self.wait_for("ready"))[0])

    def wait_for(self, word: str) -> str:
        """The next line on standard error that has a word."""
        assert self.process.stderr is not None
        for line in self.process.stderr:
            if word in line:
                return line
        raise AssertionError(f"it ended without saying {word!r}")

    def connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)

    def get(self, path: str = OBJECTS) -> tuple[int, str]:
        connection = self.connect()
        connection.request("GET", path)
        response = connection.getresponse()
        text = response.read().decode()
        connection.close()
        return response.status, text

    def family(self) -> list[int]:
        """The processes that it has started, and theirs."""
        found, new = [], [self.process.pid]
        while new:
            for file in Path(f"/proc/{new.pop()}/task").glob("*/children"):
                listed = [int(child) for child in file.read_text("ascii").split()]
                new += listed
                found += listed
        return found
