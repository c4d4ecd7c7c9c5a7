"""The parts that tests share: servers, files and clients made on purpose, and where things lie."""

import os
import sys
from pathlib import Path
from typing import Final

#: The folder of the repository, and in it the folder of the tests.
ROOT: Final = Path(__file__).parents[2]
TESTS: Final = ROOT / "tests"


def environment(**settings: str) -> dict[str, str]:
    """Return our environment, with our module search path, for a Python process of its own."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), **settings}
