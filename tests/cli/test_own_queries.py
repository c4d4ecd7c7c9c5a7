"""Queries that come with data: no command hangs on them, and no server ends by them."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from jjjkg.checks import check
from jjjkg.dataset.loading import load
from jjjkg.errors import InputError
from jjjkg.evaluation.files import limit

#: Joins of values, however few the data are.
VALUES = " ".join(f"VALUES ?v{number} {{ 1 2 3 4 5 6 7 8 }}" for number in range(12))
SLOW = f"SELECT ?thing (COUNT(*) AS ?n) {{ ?thing ?p ?o . {VALUES} }} GROUP BY ?thing"
HEADER = """#+ summary: S.
#+ summary-zh: 某。
#+ solution: Mend it.
#+ solution-zh: 改正。
"""


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A laid-out folder with a slow check, and a slow table."""
    folder = tmp_path / "data"
    for name in ("graph", "queries/checks", "queries/tables"):
        (folder / name).mkdir(parents=True)
    (folder / "graph" / "data.trig").write_text("<x:a> { <x:b> <x:c> <x:d> }")
    for kind in ("checks", "tables"):
        (folder / "queries" / kind / "slow.rq").write_text(HEADER + SLOW, encoding="utf-8")
    return folder


def start(*arguments: str, cache: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "jjjkg.cli", *arguments],
        env={**os.environ, "JJJKG_CACHE": str(cache)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize(("command", "word"), [("check", "asking"), ("release", "graphs and")])
@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 128 + signal.SIGTERM)]
)
def test_a_signal_ends_a_slow_query(
    command: str, word: str, number: signal.Signals, code: int, data: Path, tmp_path: Path
) -> None:
    out = [str(tmp_path / "out")] if command == "release" else []
    with start(command, *out, "--data", str(data), cache=tmp_path / "cache") as process:
        assert process.stderr is not None
        assert any(word in line for line in process.stderr)
        time.sleep(1.5)  # the query has begun
        assert process.poll() is None
        before = time.monotonic()
        process.send_signal(number)
        assert process.wait(10) == code
        assert time.monotonic() - before < 2  # at rest, a tenth of one
        assert "Traceback" not in process.stderr.read()
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("command", ["check", "release"])
def test_a_slow_query_is_given_up_after_its_time(command: str, data: Path, tmp_path: Path) -> None:
    out = [str(tmp_path / "out")] if command == "release" else []
    arguments = (command, *out, "--seconds", "0.5", "--data", str(data))
    with start(*arguments, cache=tmp_path / "cache") as process:
        assert process.wait(30) == 2
        assert process.stderr is not None
        *_, said = process.stderr.read().splitlines()
    kind = "checks" if command == "check" else "tables"
    file = data / "queries" / kind / "slow.rq"
    assert said == f"jjjkg: {file}: the query takes longer than 0.5 seconds"


@pytest.mark.parametrize(
    ("query", "words"),
    [
        (SLOW, "longer than 0.5 s"),
        (f"SELECT ?thing {{ {'{' * 40_000} {'}' * 40_000} }}", "nested"),
        ("SELECT ?thing { SERVICE <http://127.0.0.1:1/> { ?thing ?p ?o } }", "SERVICE"),
    ],
    ids=["slow", "deep", "service"],
)
def test_a_hostile_check_is_refused_in_time(query: str, words: str, data: Path) -> None:
    (data / "queries" / "checks" / "slow.rq").write_text(HEADER + query, encoding="utf-8")
    with pytest.raises(InputError, match=r"slow\.rq:") as refused:
        check(load([data]), limits=limit(0.5))
    assert words in str(refused.value)
