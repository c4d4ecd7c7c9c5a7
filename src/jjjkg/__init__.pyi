from jjjkg.dataset.claims import Claim as Claim
from jjjkg.errors import InputError as InputError
from jjjkg.evaluation import QueryError as QueryError
from jjjkg.notebook.knowledge_graph import KnowledgeGraph as KnowledgeGraph
from jjjkg.notebook.opening import open as open
from jjjkg.notebook.rows import Rows as Rows

__version__: str
