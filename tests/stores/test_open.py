"""`jjjkg.open` on a store elsewhere: the same rows, things and claims as of our own graph."""

import os
import re
from pathlib import Path

import pytest

import jjjkg
from jjjkg.cli import main
from jjjkg.rdf.namespaces import KG
from support.answers import ANSWERS
from support.stores.holdings import put


def test_a_store_answers_as_our_own_graph_does(oxigraph: int) -> None:
    root = f"http://127.0.0.1:{oxigraph}"
    put(oxigraph, "x:foreign", "<x:a> <x:b> <x:c> .")
    assert main(["publish", "--to", f"{root}/store", "--query", f"{root}/query"]) == 0
    with jjjkg.open(f"{root}/query") as graph:
        for name in graph.questions:
            kept = (ANSWERS / f"{name}.tsv").read_text(encoding="utf-8")
            assert len(graph.ask(name)) == len(kept.splitlines()) - 1, name
        assert graph.describe("Hebei Shenyue Soft").iri == f"{KG}shenyue-soft"
        assert len(graph.claims("Shijiazhuang", "apart from", "Beijing")) == 3
        assert not graph.holds("ASK { <x:a> ?p ?o }"), "what is not ours is not asked"


def test_a_store_that_holds_nothing_of_ours(oxigraph: int) -> None:
    put(oxigraph, "x:foreign")
    with pytest.raises(jjjkg.InputError, match="holds none of our graphs"):
        jjjkg.open(f"http://127.0.0.1:{oxigraph}/query")


def test_a_worker_opens_nothing_but_a_connection_to_the_store(oxigraph: int, small: Path) -> None:
    """It may open as many files as it has while it connects, and none at any other time."""
    root = f"http://127.0.0.1:{oxigraph}"
    options = ["--to", f"{root}/store", "--query", f"{root}/query", "--data", str(small)]
    assert main(["publish", *options]) == 0
    mine = Path(f"/proc/{os.getpid()}/task")
    before = {pid for file in mine.glob("*/children") for pid in file.read_text("ascii").split()}
    with jjjkg.open(f"{root}/query") as graph:
        assert graph.holds("ASK { ?s ?p 34.90 }")
        after = {pid for file in mine.glob("*/children") for pid in file.read_text("ascii").split()}
        (server,) = after - before
        workers = Path(f"/proc/{server}/task/{server}/children").read_text("ascii").split()
        assert workers
        for worker in workers:
            limits = Path(f"/proc/{worker}/limits").read_text("ascii")
            (soft,) = re.findall(r"^Max open files +(\d+)", limits, re.MULTILINE)
            assert soft == "0"
