"""What follows from the asserted: closure, proofs, what of it is kept, and contradictions."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

#: What can infer, and the packages of others that each does it with; the first is the default.
ENGINES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {"jjjkg": ("numpy", "pyoxigraph"), "owlrl": ("owlrl", "rdflib", "numpy", "pyoxigraph")}
)
