"""Opening a graph in Python, and how it ends: what is no graph, no time, and who shares it."""

import gc
import math
import os
import shutil
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import jjjkg
from jjjkg.snapshot import Snapshot


def test_our_own_graph_is_opened_without_a_name(
    snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JJJKG_CACHE", str(snapshot.folder.parents[1]))
    with jjjkg.open() as own:
        rows = own.ask("which_firms_left_beijing")
        assert [row["name"] for row in rows] == ["Hebei Shenyue Soft"]


def test_a_graph_that_is_closed_says_so(release: Path) -> None:
    opened = jjjkg.open(release)
    assert repr(opened) == f"<KnowledgeGraph of {release}: 63 questions>"
    opened.close()
    opened.close()
    assert repr(opened) == f"<KnowledgeGraph of {release}: closed>"
    for ask in (
        lambda: opened.ask("capital"),
        lambda: opened.describe("Hebei"),
        lambda: opened.claims("Hebei", "a", "jjj:Province"),
    ):
        with pytest.raises(jjjkg.InputError, match="is closed; open it again"):
            ask()


def test_a_graph_that_nobody_has_any_more_is_closed(release: Path) -> None:
    """The first cell of a notebook, run again, leaves no process of the first time."""
    before = threading.enumerate()
    opened = jjjkg.open(release)
    (thread,) = (t for t in threading.enumerate() if t.name == "evaluator" and t not in before)
    del opened
    gc.collect()
    thread.join(10)
    assert not thread.is_alive()


def test_threads_may_share_a_graph(release: Path) -> None:
    with jjjkg.open(release) as shared, ThreadPoolExecutor(4) as threads:
        answers = [*threads.map(shared.ask, ["capital", "who_speaks"] * 4)]
    assert {len(rows) for rows in answers[::2]} == {len(answers[0])} == {1}
    assert {len(rows) for rows in answers[1::2]} == {len(answers[1])}


def test_closing_ends_the_processes(release: Path) -> None:
    def children() -> set[str]:
        listed = Path(f"/proc/{os.getpid()}/task").glob("*/children")
        return {pid for file in listed for pid in file.read_text("ascii").split()}

    before = children()
    with jjjkg.open(release) as opened:
        opened.ask("capital")
        (begun,) = children() - before
    end = time.monotonic() + 10
    while Path(f"/proc/{begun}").exists():
        assert time.monotonic() < end, "it goes on"
        time.sleep(0.02)


def test_a_forked_process_is_told_to_open_its_own(release: Path) -> None:
    """The process that answers is not the child's, which would wait without end."""
    code = (
        "import jjjkg, os, sys\n"
        "kg = jjjkg.open(sys.argv[1])\n"
        "if not os.fork():\n"
        "    try:\n"
        "        kg.ask('capital')\n"
        "    except jjjkg.InputError as error:\n"
        "        print(error, flush=True)\n"
        "    kg.close()\n"
        "    os._exit(0)\n"
        "os.wait()\n"
        "print(len(kg.ask('capital')))\n"
    )
    command = [sys.executable, "-W", "ignore", "-c", code, str(release)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    told = f"the graph of {release} was opened by another process; open it in this one"
    assert done.stdout.splitlines() == [told, "1"]


@pytest.mark.parametrize("seconds", [0, -1, math.nan, math.inf])
def test_a_limit_that_is_no_time(release: Path, seconds: float) -> None:
    with pytest.raises(jjjkg.InputError, match=f"{seconds} is not a time; .* up to 3600"):
        jjjkg.open(release, seconds=seconds)


def test_a_question_that_takes_too_long(release: Path) -> None:
    with jjjkg.open(release, seconds=0.5) as opened:
        with pytest.raises(jjjkg.QueryError, match=r"longer than 0\.5 seconds"):
            opened.ask("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }")
        assert len(opened.ask("capital")) == 1


def test_a_question_that_is_interrupted_is_given_up(release: Path) -> None:
    """A notebook's stop button does so; the next question must not wait."""
    code = (
        "import jjjkg, signal, sys, time\n"
        "kg = jjjkg.open(sys.argv[1])\n"
        "signal.signal(signal.SIGALRM, signal.default_int_handler)\n"
        "signal.alarm(1)\n"
        "try:\n"
        "    kg.ask('SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }')\n"
        "except KeyboardInterrupt:\n"
        "    began = time.monotonic()\n"
        "    print(len(kg.ask('capital')), time.monotonic() - began < 10)\n"
    )
    command = [sys.executable, "-c", code, str(release)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.split() == ["1", "True"]


def test_a_folder_that_is_no_release(tmp_path: Path) -> None:
    with pytest.raises(jjjkg.InputError, match="is not a release"):
        jjjkg.open(tmp_path)


def test_a_release_that_came_in_part(release: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(release, tmp_path / "copy"))
    whole = (copy / "dataset.nq").read_bytes()
    (copy / "dataset.nq").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(jjjkg.InputError, match=r"dataset\.nq: has .* fetch or make the release"):
        jjjkg.open(copy)


def test_an_endpoint_that_is_not_there() -> None:
    told = "can't be reached: Connection refused; give the address of a SPARQL endpoint"
    with pytest.raises(jjjkg.InputError, match=told):
        jjjkg.open("http://127.0.0.1:1/sparql")
