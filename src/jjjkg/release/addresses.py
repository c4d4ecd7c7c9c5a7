"""Names that the addresses of a release are made of: its version, and those of its files."""

import re
from typing import Final

LATEST: Final = "latest"
HASHED: Final = "sha256-"
_VERSION: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,63}")
_NAME: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.+-]{0,199}")


def find_problem_of_version(version: str) -> str:
    """Why no address can be made of a version, and what can; empty where one can.

    /releases/latest/ is the served data's, and /releases/sha256-.../ that of a certain one.
    """
    if not _VERSION.fullmatch(version):
        return (
            "makes no address; give owl:versionInfo 1 to 64 of the characters A-Z a-z 0-9 . _ + -, "
            "of which a letter or a digit is the first"
        )
    if version.lower() == LATEST or version.lower().startswith(HASHED):
        return (
            f"is an address of its own; give owl:versionInfo another than {LATEST} or {HASHED}..."
        )
    return ""


def find_problem_of_name(name: str) -> str:
    """Why a file of a release can't be called so; empty where it can."""
    if _NAME.fullmatch(name):
        return ""
    return "is no name of a file: it has other characters than A-Z a-z 0-9 . _ + -, or begins so"
