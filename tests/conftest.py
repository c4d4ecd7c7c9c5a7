"""The fixtures of all tests: the graph as built; and a skip is a failure in CI."""

import os
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from jjjkg.dataset.loading import Dataset, load, own_folder
from jjjkg.evaluation.store import open_store
from jjjkg.rdf.namespaces import GRAPH
from jjjkg.release.writing import ensure_release
from jjjkg.snapshot import Snapshot, build


def refuse_skip(report: Any) -> Any:
    """Make a skip a failure where the environment says CI: there, every tool must be present."""
    if os.environ.get("CI") and report.skipped and not hasattr(report, "wasxfail"):
        *_, reason = report.longrepr
        report.outcome, report.longrepr = "failed", f"skipped in CI, where nothing may be: {reason}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, Any, Any]:
    return refuse_skip((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, Any, Any]:
    return refuse_skip((yield))


@pytest.fixture(scope="session")
def dataset() -> Dataset:
    """jjjkg's own data."""
    return load([own_folder()])


@pytest.fixture(scope="session")
def snapshot(dataset: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """Its snapshot, built once for all of xdist's workers."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    return build(dataset, shared / "cache")


@pytest.fixture(scope="session")
def release(snapshot: Snapshot, dataset: Dataset) -> Path:
    """The folder of its release."""
    return ensure_release(snapshot, dataset.queries)


@pytest.fixture(scope="session")
def store(snapshot: Snapshot) -> ox.Store:
    """The store that is served."""
    return open_store(snapshot.quads)


@pytest.fixture(scope="session")
def asserted_store(snapshot: Snapshot) -> ox.Store:
    """The store that is served, without the inferred triples."""
    return open_store(snapshot.quads, without=("inferred",))


@pytest.fixture(scope="session")
def closed_graph_file(snapshot: Snapshot, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The ontology, the asserted triples and the inferred ones, as one N-Triples file."""
    parts = {GRAPH + part for part in ("ontology", "asserted", "inferred")}
    triples = (
        quad.triple
        for quad in ox.parse(path=snapshot.quads)
        if isinstance(quad.graph_name, ox.NamedNode) and quad.graph_name.value in parts
    )
    file = tmp_path_factory.mktemp("closed") / "closed.nt"
    ox.serialize(triples, file, ox.RdfFormat.N_TRIPLES)
    return file
