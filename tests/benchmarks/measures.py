"""The work of one process of the benchmark: close a graph, prove a sample, or fill a store.

Run as a script, it prints what came out and its own peak memory as JSON. Needs Linux.
"""

import json
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Final

# What only one reasoner needs is imported where that one runs: it is part of what it costs.

PROOFS: Final = 2_000


@dataclass(frozen=True)
class Closed:
    """A reasoner's work: triples before and after, seconds to load and to reach the fixpoint."""

    given: int
    closure: int
    load: float
    fixpoint: float


def count_lines(path: Path) -> int:
    with path.open("rb") as lines:
        return sum(1 for _ in lines)


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    start = time.perf_counter()
    done = work()
    return time.perf_counter() - start, done


def close_by_jjjkg(path: Path) -> Closed:
    import pyoxigraph as ox

    from jjjkg.entailment.closure import close

    given, loaded = 0, 0.0

    def read() -> Iterator[ox.Quad]:
        """Notes when the last triple has been taken in, which is before the first round."""
        nonlocal given, loaded
        for quad in ox.parse(path=path):
            given += 1
            yield quad
        loaded = time.perf_counter()

    start = time.perf_counter()
    size = close(read()).size
    return Closed(given, size, loaded - start, time.perf_counter() - loaded)


def close_by_owlrl(path: Path) -> Closed:
    import owlrl
    import rdflib

    load, graph = timed(lambda: rdflib.Graph().parse(path, format="nt"))
    given = len(graph)
    fixpoint, _ = timed(owlrl.OWLRL_Semantics(graph, False, False, False).closure)
    return Closed(given, len(graph), load, fixpoint)


def close_by_sparq(path: Path) -> Closed:
    import sparq

    load, graph = timed(lambda: sparq.Graph.load(path.read_text("utf-8"), "ntriples"))
    given = len(graph)
    fixpoint, _ = timed(lambda: graph.reason("owl"))
    return Closed(given, len(graph), load, fixpoint)


def close_by_reasonable(path: Path) -> Closed:
    import reasonable

    reasoner = reasonable.PyReasoner()
    # It knows Turtle by its suffix, and N-Triples is Turtle.
    load, _ = timed(lambda: reasoner.load_file(str(path.with_suffix(".ttl"))))
    fixpoint, closure = timed(reasoner.reason)
    return Closed(count_lines(path), len(closure), load, fixpoint)


ENGINES: Final = {
    "jjjkg": close_by_jjjkg,
    "sparq": close_by_sparq,
    "reasonable": close_by_reasonable,
    "owlrl": close_by_owlrl,
}


def prove_sample(path: Path) -> dict[str, Any]:
    """Time the proofs of some inferred statements, evenly spread over the closure."""
    import pyoxigraph as ox

    from jjjkg.entailment.closure import close

    closure = close(ox.parse(path=path))
    apart = max(1, (closure.size - count_lines(path)) // PROOFS)
    sample = list(islice(closure.entailed(), 0, None, apart))[:PROOFS]
    proofs = [timed(lambda goal=goal: closure.prove(goal)) for goal in sample]
    lengths = [len(proof.steps) for _, proof in proofs if proof]
    return {
        "proofs": len(proofs),
        "unproved": len(proofs) - len(lengths),
        "milliseconds": [1_000 * seconds for seconds, _ in proofs],
        "steps": lengths,
    }


def closure_triples(path: Path) -> list[Any]:
    """The closure, but for what is no RDF: a literal as subject, a blank node as property."""
    import pyoxigraph as ox

    from jjjkg.entailment.closure import close

    triples = [quad.triple for quad in ox.parse(path=path)]
    for subject, name, value in close(triples).entailed():
        if not isinstance(subject, ox.Literal) and isinstance(name, ox.NamedNode):
            triples.append(ox.Triple(subject, name, value))
    return triples


def move_as_bytes(path: Path, store: Any) -> Iterator[float]:
    import pyoxigraph as ox

    triples = closure_triples(path)
    seconds, text = timed(lambda: ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES))
    yield seconds
    yield timed(lambda: store.bulk_load(text, format=ox.RdfFormat.N_TRIPLES, lenient=True))[0]


def move_as_quads(path: Path, store: Any) -> Iterator[float]:
    import pyoxigraph as ox

    triples = closure_triples(path)
    seconds, quads = timed(lambda: [ox.Quad(*triple) for triple in triples])
    yield seconds
    yield timed(lambda: store.bulk_extend(quads))[0]


MOVES: Final = {
    "bulk_load of N-Triples, in memory": (move_as_bytes, False),
    "bulk_extend of quads, in memory": (move_as_quads, False),
    "bulk_load of N-Triples, on disk": (move_as_bytes, True),
    "bulk_extend of quads, on disk": (move_as_quads, True),
}


def move_closure(name: str, path: Path) -> dict[str, Any]:
    """Measure one way to move a closure into a store, without the reasoning."""
    import pyoxigraph as ox

    move, on_disk = MOVES[name]
    with tempfile.TemporaryDirectory() as folder:
        store = ox.Store(folder) if on_disk else ox.Store()
        prepare, load = move(path, store)
        told = {"triples": len(store), "prepare": prepare, "load": load}
        del store  # It writes to its folder for as long as it is open.
    return told


def answer(task: str, name: str, path: Path) -> dict[str, Any]:
    if task == "close":
        return asdict(ENGINES[name](path))
    if task == "prove":
        return prove_sample(path)
    return move_closure(name, path)


def peak_megabytes() -> float:
    """This process's own peak: ru_maxrss would have its parent's in it."""
    peak = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    assert peak
    return int(peak[1]) / 1024


if __name__ == "__main__":
    task, name, path = sys.argv[1:]
    answered = answer(task, name, Path(path))
    print(json.dumps({"answer": answered, "megabytes": peak_megabytes()}))
