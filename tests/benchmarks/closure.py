"""`make bench`: reasoners side by side on generated graphs, each run in a fresh process.

Then how long proofs take, and what it costs to move a closure into a store.
"""

import argparse
import json
import resource
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from benchmarks.measures import ENGINES, MOVES, Closed, count_lines
from support.entailment.hard_shapes import SHAPES
from support.entailment.region import generate_region

#: The factor of each region, by its size in triples.
REGIONS: Final = {"11k": 1 / 43, "44k": 1 / 10, "430k": 1, "4.3M": 10}
MOVED: Final = "430k"
#: Seconds that a process may take, and bytes that it may address.
PATIENCE: Final = {"owlrl": 60}
PATIENCE_OTHERWISE: Final = 180
MOST_BYTES: Final = 12 << 30
#: Triples beyond which owlrl is not even tried: it takes a minute for 44,000.
MOST_TRIPLES: Final = {"owlrl": 20_000}


@dataclass(frozen=True)
class Run:
    """A process that has ended: its answer or why there is none, its seconds and peak memory."""

    answer: dict[str, Any]
    failure: str
    seconds: float
    megabytes: float


def limit_memory() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES, MOST_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def run(task: str, name: str, path: Path) -> Run:
    """Runs one task in a process of its own, within the limits."""
    patience = PATIENCE.get(name, PATIENCE_OTHERWISE)
    command = [sys.executable, "-m", "benchmarks.measures", task, name, str(path)]
    start = time.perf_counter()
    try:
        child = subprocess.run(
            command, capture_output=True, text=True, timeout=patience, preexec_fn=limit_memory
        )
    except subprocess.TimeoutExpired:
        return Run({}, f"over {patience} s", patience, 0)
    seconds = time.perf_counter() - start
    if child.returncode:
        return Run({}, reason(child.returncode, child.stderr), seconds, 0)
    told = json.loads(child.stdout.splitlines()[-1])
    return Run(told["answer"], "", seconds, told["megabytes"])


def reason(code: int, errors: str) -> str:
    """Why a process failed, in a few words."""
    if "memory" in errors.lower():
        return f"out of memory ({MOST_BYTES >> 30} GiB)"
    if code < 0:
        return f"ended by {signal.Signals(-code).name}"
    return errors.strip().rpartition("\n")[2][:70] or f"exit code {code}"


def write_graph(name: str, folder: Path) -> Path:
    lines = SHAPES[name]() if name in SHAPES else generate_region(REGIONS[name])
    path = folder / f"{name}.nt"
    with path.open("w", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for line in lines)
    path.with_suffix(".ttl").symlink_to(path)
    return path


def print_row(*cells: Any) -> None:
    first, second, *rest = cells
    print(f"{first:11}{second:11}" + "".join(f"{cell:>12}" for cell in rest), flush=True)


def print_closures(graphs: Iterable[Path]) -> None:
    columns = "given closure load_s fixpoint_s process_s peak_MB derived/s"
    print_row("graph", "engine", *columns.split())
    for path in graphs:
        for name in ENGINES:
            if count_lines(path) > MOST_TRIPLES.get(name, sys.maxsize):
                print_row(path.stem, name, f"  not tried over {MOST_TRIPLES[name]:,} triples")
                continue
            done = run("close", name, path)
            if done.failure:
                print_row(path.stem, name, f"  {done.failure}")
                continue
            closed = Closed(**done.answer)
            print_row(
                *(path.stem, name, f"{closed.given:,}", f"{closed.closure:,}"),
                *(f"{closed.load:.3f}", f"{closed.fixpoint:.3f}", f"{done.seconds:.2f}"),
                f"{done.megabytes:.0f}",
                f"{(closed.closure - closed.given) / closed.fixpoint:,.0f}",
            )


def print_proofs(graphs: Iterable[Path]) -> None:
    print("\nproofs of inferred statements, milliseconds each")
    print_row("graph", "engine", *"proofs unproved median 99% worst steps most_steps".split())
    for path in graphs:
        done = run("prove", "jjjkg", path)
        if done.failure:
            print_row(path.stem, "jjjkg", f"  {done.failure}")
            continue
        times, steps = done.answer["milliseconds"], done.answer["steps"]
        print_row(
            *(path.stem, "jjjkg", done.answer["proofs"], done.answer["unproved"]),
            *(f"{statistics.median(times):.3f}", f"{percentile(times, 99):.3f}"),
            *(f"{max(times):.3f}", f"{statistics.mean(steps):.1f}", max(steps)),
        )


def percentile(values: list[float], share: int) -> float:
    return sorted(values)[min(len(values) - 1, len(values) * share // 100)]


def print_moves(path: Path) -> None:
    print(f"\nthe closure of {path.stem} into a store")
    print(f"{'how':36}{'triples':>12}{'prepare_s':>12}{'load_s':>12}{'peak_MB':>12}")
    for name in MOVES:
        done = run("move", name, path)
        if done.failure:
            print(f"{name:36}  {done.failure}")
            continue
        moved = done.answer
        print(
            f"{name:36}{moved['triples']:>12,}{moved['prepare']:>12.2f}{moved['load']:>12.2f}"
            f"{done.megabytes:>12.0f}",
            flush=True,
        )


def main() -> None:
    names = [*REGIONS, *SHAPES]
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="+", choices=names, default=names, metavar="GRAPH")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        graphs = [write_graph(name, Path(folder)) for name in arguments.only]
        print_closures(graphs)
        print_proofs(graphs)
        if MOVED in arguments.only:
            print_moves(graphs[arguments.only.index(MOVED)])


if __name__ == "__main__":
    main()
