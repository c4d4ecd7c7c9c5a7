"""A release changed on purpose, with its checksums made right again."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from jjjkg.release.manifest import CHECKSUMS, MANIFEST


def seal(folder: Path) -> None:
    """Make the checksums right again, as somebody would who changes a release on purpose."""
    lines = [
        f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n"
        for file in sorted(folder.iterdir())
        if file.name != CHECKSUMS
    ]
    (folder / CHECKSUMS).write_text("".join(lines))


def rewrite(change: Callable[[dict[str, Any]], object]) -> Callable[[Path], None]:
    """Return a function that changes a manifest on purpose."""

    def harm(folder: Path) -> None:
        manifest = json.loads((folder / MANIFEST).read_bytes())
        change(manifest)
        (folder / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
        seal(folder)

    return harm
