"""The modules of jjjkg, and what each imports."""

import ast
from collections.abc import Iterator
from pathlib import Path

from support import ROOT

SOURCE = ROOT / "src" / "jjjkg"
MODULES = sorted(SOURCE.rglob("*.py"))


def imports_of(module: Path) -> Iterator[str]:
    """The dotted names that a module imports, wherever in it."""
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}: imports are written out in full"
            yield node.module or ""


def dotted_name(module: Path) -> str:
    parts = module.relative_to(SOURCE.parent).with_suffix("").parts
    return ".".join(parts).removesuffix(".__init__")
