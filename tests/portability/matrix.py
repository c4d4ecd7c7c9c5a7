"""The portability matrix: a release in each tool, its triples counted and its questions asked.

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
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

from expected import Comparable, Release  # noqa: E402
from report import KEPT, same_report, write_report  # noqa: E402
from tools import commands, java, node, python  # noqa: E402
from tools.tool import Missing, Tool  # noqa: E402

FAULTS = HERE / "faults.toml"


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
    release = Release.open(options.release, HERE.parents[1] / "queries" / "questions")
    tools = [t for part in (python, commands, java, node) for t in part.make_tools()]
    chosen = [tool for tool in tools if not options.only or tool.name in options.only]
    ours = release.answers()
    found: dict[str, dict[str, Any]] = {}
    for tool in chosen:
        start = time.monotonic()
        try:
            found[tool.name] = {"version": tool.version(), **dict(_examine(tool, release, ours))}
        except Missing as error:
            found[tool.name] = {"missing": str(error)}
        print(f"{tool.name}: {time.monotonic() - start:.1f} s", flush=True)
    faults = tomllib.loads(FAULTS.read_text(encoding="utf-8"))
    problems = list(_judge(found, faults))
    write_report(options.out, found, faults)
    if options.against and not same_report(options.out, options.against):
        problems.append(
            f"the matrix differs from the one in {options.against}: look at the difference, then "
            f"cp {options.out}/{KEPT}.* {options.against}/"
        )
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


def _examine(tool: Tool, release: Release, ours: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """What a tool makes of the files and of the questions: empty where it is as it should be."""
    files = {}
    if tool.load is not None:
        try:
            counted = tool.load(release, tool.files)
        except RuntimeError as error:
            counted = dict.fromkeys(tool.files, str(error))
        files = {
            name: _compare(counted.get(name, "nothing"), release.expect(name))
            for name in tool.files
        }
    for name, check in (tool.checks or {}).items():
        try:
            files[name] = check(release)
        except (RuntimeError, OSError, AssertionError) as error:
            files[name] = str(error)
    yield "files", files
    if tool.ask is not None:
        try:
            answers = tool.ask(release)
        except RuntimeError as error:
            answers = dict.fromkeys(release.questions, Comparable(problem=str(error)))
        yield "questions", {name: answers[name].differs(ours[name]) for name in release.questions}


def _compare(counted: Any, expected: Mapping[str, int]) -> str:
    if isinstance(counted, str):
        return counted
    wrong = [g for g in {*counted, *expected} if counted.get(g, 0) != expected.get(g, 0)]
    if not wrong:
        return ""
    graph = min(wrong)
    # Not the counts themselves, so that the words hold when the data grow.
    more = counted.get(graph, 0) - expected.get(graph, 0)
    return f"{len(wrong)} graphs differ; <{graph}> has {abs(more)} triples {_word(more)}"


def _word(more: int) -> str:
    return "too many" if more > 0 else "too few"


def _judge(found: Mapping[str, Any], faults: Mapping[str, Any]) -> Iterator[str]:
    for tool, result in found.items():
        if "missing" in result:
            yield f"{tool}: {result['missing']}"
            continue
        listed = faults.get(tool, {})
        for kind in ("files", "questions"):
            known = {name for fault in listed.get(kind, ()) for name in fault["names"]}
            for name, words in result.get(kind, {}).items():
                if words and name not in known:
                    yield f"{tool}: {name}: {words}"
                elif not words and name in known:
                    yield f"{tool}: {name}: is as it should be; take it out of {FAULTS.name}"


if __name__ == "__main__":
    sys.exit(main())
