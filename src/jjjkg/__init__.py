"""jjjkg: a newspaper article as a knowledge graph that can be queried and trusted."""

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

#: What notebooks use: it is imported when it is first asked for, so that no command waits for it.
__all__ = ["Claim", "InputError", "KnowledgeGraph", "QueryError", "Rows", "__version__", "open"]


def __getattr__(name: str) -> Any:
    """A name of jjjkg.notebook. Raises AttributeError for any other."""
    if name in __all__:
        return getattr(import_module("jjjkg.notebook"), name)
    raise AttributeError(f"module 'jjjkg' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
