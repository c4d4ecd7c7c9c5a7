"""The graph in Python, for notebooks: open it, ask it, describe a thing, find the claims.

``import jjjkg`` has these names: `open` gives a `KnowledgeGraph`, which answers with `Rows`.
"""

from jjjkg.dataset.claims import Claim
from jjjkg.errors import InputError
from jjjkg.evaluation import QueryError
from jjjkg.notebook.knowledge_graph import KnowledgeGraph
from jjjkg.notebook.opening import open
from jjjkg.notebook.rows import Rows

__all__ = ["Claim", "InputError", "KnowledgeGraph", "QueryError", "Rows", "open"]
