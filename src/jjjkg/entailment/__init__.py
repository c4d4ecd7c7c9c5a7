"""The OWL 2 RL reasoner: closure, proofs, contradictions, and the trimming of trivial inferences.

https://www.w3.org/TR/owl2-profiles/#Reasoning_in_OWL_2_RL_and_RDF_Graphs_using_Rules
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

#: The engines by name, the default first, each with the third-party packages that it needs.
ENGINES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {"jjjkg": ("numpy", "pyoxigraph"), "owlrl": ("owlrl", "rdflib", "numpy", "pyoxigraph")}
)
