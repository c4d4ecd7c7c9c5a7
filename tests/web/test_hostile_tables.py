"""A server whose data's own queries are hostile, when it is told to load them anew."""

import json
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.web.served import DATA, OBJECTS, Served

VALUES = " ".join(f"VALUES ?v{number} {{ 1 2 3 4 5 6 7 8 }}" for number in range(12))
HEADER = """#+ summary: S.
#+ summary-zh: 某。
"""
COLUMN = {"name": "s", "dc:description": [{"@value": "S.", "@language": "en"}]}
OLD = (200, "o\r\nhttp://example.org/old\r\n")


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """The query of a table of the data."""
    folder = tmp_path / "data"
    for name in ("graph", "queries/tables"):
        (folder / name).mkdir(parents=True)
    (folder / "graph" / "data.ttl").write_text(DATA.format("old"))
    file = folder / "queries" / "tables" / "own.rq"
    file.write_text(HEADER + "SELECT ?s { ?s ?p ?o }", encoding="utf-8")
    described = json.dumps({"tableSchema": {"columns": [COLUMN]}})
    file.with_name("own.csv-metadata.json").write_text(described)
    return file


@pytest.fixture
def served(table: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    monkeypatch.setenv("JJJKG_CACHE", str(tmp_path / "cache"))
    options = ("--workers", "2", "--grace", "1", "--quiet")
    served = Served(tmp_path, *options, file=table.parents[2])
    with served.process:
        yield served
        served.process.kill()


def test_a_hostile_query_of_a_table_leaves_the_old_data_served(served: Served, table: Path) -> None:
    nested = f"SELECT ?s {{ {'{' * 40_000} {'}' * 40_000} }}"
    table.write_text(HEADER + nested, encoding="utf-8")
    served.process.send_signal(signal.SIGHUP)
    assert "own.rq" in served.wait_for("stays")
    assert served.get() == OLD


def test_a_slow_query_of_a_table_keeps_no_server_from_ending(served: Served, table: Path) -> None:
    slow = f"SELECT (COUNT(*) AS ?s) {{ {VALUES} }}"
    table.write_text(HEADER + slow, encoding="utf-8")
    served.process.send_signal(signal.SIGHUP)
    served.wait_for("writing graphs and tables")
    time.sleep(0.5)
    assert served.get(OBJECTS) == OLD
    before = time.monotonic()
    family = served.family()
    served.process.send_signal(signal.SIGTERM)
    assert served.process.wait(10) == 0
    assert time.monotonic() - before < 3
    end = time.monotonic() + 5
    while any(Path(f"/proc/{pid}").exists() for pid in family):
        assert time.monotonic() < end, "a process is left over"
        time.sleep(0.01)
