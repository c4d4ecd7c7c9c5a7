"""Fixtures of the tests of evaluation: some quads, and an evaluator of them with low limits."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from jjjkg.evaluation import (
    Evaluator,
    Limits,
)
from jjjkg.rdf.namespaces import CLAIM, GRAPH, KG, PREFIXES

JJJ = PREFIXES["jjj"]


@pytest.fixture(scope="module")
def quads(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A chain of 1,500 asserted triples, one of them in two claims, and one inferred."""
    lines = [f"<{KG}{i}> <{JJJ}next> <{KG}{i + 1}> <{GRAPH}asserted> ." for i in range(1500)]
    lines += [f"<{KG}0> <{JJJ}next> <{KG}1> <{CLAIM}{name}> ." for name in ("P1.S1.a", "P1.S1.b")]
    lines.append(f'<{KG}0> <{JJJ}name> "京津冀"@zh <{GRAPH}inferred> .')
    file = tmp_path_factory.mktemp("quads") / "dataset.nq"
    file.write_text("\n".join(lines), encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def evaluator(quads: Path) -> Iterator[Evaluator]:
    limits = Limits(2.0, memory=192 << 20, rows=10_000, bytes=2 << 20, length=100_000)
    with Evaluator(quads, limits) as evaluator:
        yield evaluator
