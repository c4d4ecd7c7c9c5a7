"""The portability matrix: a release in each tool, its triples compared and its questions asked.

Run by `make portability`. Exits with 1 where a tool differs and faults.toml does not say why, where
a fault that it lists is gone, where a tool is not installed, or where what was found is not what is
kept for the release (but for the tools' versions).
"""

import argparse
import os
import sys
import time
import tomllib
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from portability.expected import Comparable, Release, compare_graphs
from portability.report import KEPT, same_report, write_report
from portability.tools import commands, java, node, python
from portability.tools.tool import Ask, Missing, Tool
from support import ROOT, TESTS

FAULTS = TESTS / "portability" / "faults.toml"


def main() -> int:
    """Prints what each tool finds, and writes the matrix."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--release", type=Path, required=True, help="a folder that jjjkg wrote")
    parser.add_argument("--out", type=Path, required=True, help="folder for portability.json, .md")
    parser.add_argument("--against", type=Path, help="folder of the matrix that is kept")
    parser.add_argument("--only", nargs="*", help="the names of tools")
    options = parser.parse_args()
    # Some tools are programs of this environment, which need not be active.
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    release = Release.open(options.release, ROOT / "queries" / "questions")
    tools = [t for part in (python, commands, java, node) for t in part.make_tools()]
    chosen = [tool for tool in tools if not options.only or tool.name in options.only]
    ours = release.answers()
    # Each is a program of its own, so that threads are enough to have one on every core.
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        results = pool.map(lambda tool: examine(tool, release, ours), chosen)
        found = {tool.name: result for tool, result in zip(chosen, results, strict=True)}
    faults = tomllib.loads(FAULTS.read_text(encoding="utf-8"))
    problems = list(judge(found, faults))
    write_report(options.out, found, faults)
    if options.against and not same_report(options.out, options.against):
        problems.append(
            f"the matrix differs from the one in {options.against}: look at the difference, then "
            f"cp {options.out}/{KEPT}.* {options.against}/"
        )
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


def examine(tool: Tool, release: Release, ours: Mapping[str, Comparable]) -> dict[str, Any]:
    """A tool's version, and what it makes of the files and of the questions."""
    start = time.monotonic()
    try:
        result: dict[str, Any] = {"version": tool.version(), "files": _load(tool, release)}
        if tool.ask is not None:
            result["questions"] = _ask(tool.ask, release, ours)
    except Missing as error:
        result = {"missing": str(error)}
    print(f"{tool.name}: {time.monotonic() - start:.1f} s", flush=True)
    return result


def _load(tool: Tool, release: Release) -> dict[str, str]:
    """Return the fault of each file; empty where it is as it should be."""
    files: dict[str, str] = {}
    if tool.load is not None:
        try:
            loaded = tool.load(release, tool.files)
        except RuntimeError as error:
            loaded = dict.fromkeys(tool.files, str(error))
        for name, graphs in loaded.items():
            files[name] = (
                graphs
                if isinstance(graphs, str)
                else compare_graphs(tool.view(graphs), tool.view(release.expect(name)))
            )
    for name, check in (tool.checks or {}).items():
        try:
            files[name] = check(release)
        except Missing:
            raise
        except Exception as error:  # whatever a package raises of what it reads
            files[name] = f"{type(error).__name__}: {error}"
    return files


def _ask(ask: Ask, release: Release, ours: Mapping[str, Comparable]) -> dict[str, str]:
    """Return the difference of each answer from ours; empty where there is none."""
    try:
        answers = ask(release)
    except RuntimeError as error:
        answers = dict.fromkeys(release.questions, Comparable(problem=str(error)))
    return {name: answers[name].differs(ours[name]) for name in release.questions}


def judge(found: Mapping[str, Any], faults: Mapping[str, Any]) -> Iterator[str]:
    """Yield the faults that are not known, and the known ones that are gone."""
    for tool, result in found.items():
        if "missing" in result:
            yield f"{tool}: {result['missing']}"
            continue
        for kind in ("files", "questions"):
            tried = result.get(kind, {})
            known = {
                name for fault in faults.get(tool, {}).get(kind, ()) for name in fault["names"]
            }
            for name in [*tried, *sorted(known - {*tried})]:
                if tried.get(name) and name not in known:
                    yield f"{tool}: {name}: {tried[name]}"
                elif not tried.get(name) and name in known:
                    yield f"{tool}: {name}: has no such fault; take it out of {FAULTS.name}"


if __name__ == "__main__":
    sys.exit(main())
