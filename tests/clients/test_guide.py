"""docs/clients.md: its table is that of our formats, and what it has to be run runs."""

import re
import subprocess
import sys

import pytest

from jjjkg.rdf.formats import GRAPHS, RESULTS
from jjjkg.web.http.request import HTML
from support import ROOT

TEXT = (ROOT / "docs" / "clients.md").read_text(encoding="utf-8")
PROGRAMS = re.findall(r"^```python\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)


def test_the_table_has_every_format_with_its_names_and_types() -> None:
    formats = TEXT.partition("\n## Formats\n")[2].partition("\n## ")[0]
    _, *table = [line for line in formats.splitlines() if line.startswith("| `")]
    rows = [[re.findall(r"`([^`]+)`", cell) for cell in line.split("|")[1:3]] for line in table]
    expected = (*RESULTS, *GRAPHS, HTML)
    assert [row[1] for row in rows] == [[f.media_type, *f.aliases] for f in expected]
    for (names, types), format in zip(rows, expected, strict=True):
        subtypes = {media_type.partition("/")[2] for media_type in types}
        short = {name for name in format.names if "/" not in name}
        assert set(names) <= short, "each is a name of the format"
        assert short - subtypes <= set(names), "and none is left out but what follows a slash"


@pytest.mark.parametrize("number", range(3))
def test_a_program_runs(endpoint: str, number: int) -> None:
    program = PROGRAMS[number].replace("http://127.0.0.1:8000/sparql", endpoint)
    assert endpoint in program
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert {"Hebei", "河北"} <= set(done.stdout.split())


def test_every_program_is_run() -> None:
    assert len(PROGRAMS) == 3
