"""The matrix as JSON and as tables: tool by format, and tool by question."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

#: The name of the matrix's files, here and in a release.
KEPT = "portability"


def write_report(folder: Path, found: Mapping[str, Any], faults: Mapping[str, Any]) -> None:
    """Writes portability.json and portability.md."""
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps({"tools": found, "faults": faults}, indent=2, ensure_ascii=False)
    (folder / f"{KEPT}.json").write_text(text + "\n", encoding="utf-8")
    lines = [
        "# What the release was loaded into",
        "",
        "Each cell: how many files or questions were as they should be, of how many were tried. "
        "What a tool has loaded it writes out again, and every triple of every graph is compared "
        "with the release's; the rows of answers are compared in any order. Both go by value: "
        "1.50 is 1.5.",
        "",
        *summarise(found),
        "",
        "## What differs, and why",
        "",
        *_explain(faults),
        "",
        "## Files",
        "",
        *_tabulate(found, "files"),
        "",
        "## Questions",
        "",
        *_tabulate(found, "questions"),
    ]
    (folder / f"{KEPT}.md").write_text("\n".join(lines) + "\n", encoding="utf-8")


def same_report(one: Path, other: Path) -> bool:
    """Tell if two matrices are the same but for the tools' versions."""
    return _read_results(one) == _read_results(other)


def _read_results(folder: Path) -> Any:
    file = folder / f"{KEPT}.json"
    if not file.is_file():
        return None
    report = json.loads(file.read_text(encoding="utf-8"))
    for result in report["tools"].values():
        result.pop("version", None)
    return report


def summarise(found: Mapping[str, Any]) -> Iterator[str]:
    """A row a tool."""
    yield "| tool | version | files | formats | questions |"
    yield "|---|---|---:|---|---:|"
    for tool, result in found.items():
        files = result.get("files", {})
        good = [name for name, words in files.items() if not words]
        formats = ", ".join(dict.fromkeys(f for name in good for f in _name_formats(name)))
        yield (
            f"| {tool} | {result.get('version', 'missing')} | {_share(files)} | {formats} | "
            f"{_share(result.get('questions', {}))} |"
        )


def _name_formats(name: str) -> list[str]:
    """The formats of files, or what else was tried."""
    return re.findall(r"\.([a-z]+)\b", name) or [name]


def _share(results: Mapping[str, str]) -> str:
    return f"{sum(not words for words in results.values())} of {len(results)}" if results else ""


def _explain(faults: Mapping[str, Any]) -> Iterator[str]:
    for tool, kinds in faults.items():
        for kind in kinds.values():
            for fault in kind:
                yield f"- **{tool}**: {', '.join(fault['names'])}: {fault['reason']}"


def _tabulate(found: Mapping[str, Any], kind: str) -> Iterator[str]:
    tools = [tool for tool, result in found.items() if result.get(kind)]
    names = dict.fromkeys(name for tool in tools for name in found[tool][kind])
    yield f"| | {' | '.join(tools)} |"
    yield "|---|" + "---|" * len(tools)
    for name in names:
        cells = [found[tool][kind].get(name) for tool in tools]
        marks = ["" if cell is None else "differs" if cell else "✓" for cell in cells]
        yield f"| {name} | {' | '.join(marks)} |"
