"""Programs that clients are made with; tests skip where one is missing, which fails in CI."""

import json
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from support import ROOT

NODE_MODULES = ROOT / ".ci" / "node_modules"


def find_program(name: str, package: str) -> str:
    """Find a program that one of Debian's packages has."""
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is missing: apt install {package}")
    return found


def run(command: Sequence[str | Path], given: str = "") -> str:
    """Return what a program prints; fails the test where it fails."""
    done = subprocess.run(
        command, input=given.encode(), capture_output=True, check=False, timeout=120
    )
    assert done.returncode == 0, (done.stdout + done.stderr).decode()
    return done.stdout.decode()


def run_node(script: Path, requests: Mapping[str, Any]) -> dict[str, Any]:
    """The outcomes that a script for Node.js has of requests, by their names.

    Its packages are those of .ci.
    """
    if not NODE_MODULES.is_dir():
        pytest.skip("packages of npm are missing: make .ci/node_modules")
    given = json.dumps([{"name": name, **request} for name, request in requests.items()])
    outcomes: dict[str, Any] = json.loads(run([find_program("node", "nodejs"), script], given))
    return outcomes
