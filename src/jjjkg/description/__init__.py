"""One thing described: what is said of it, what follows, and the claims and sentences behind it.

`records` are what is found, `describer` finds it.
"""

from jjjkg.description.describer import Describer, read_rows, read_term
from jjjkg.description.records import Description, Record, Statement, Term

__all__ = [
    "Describer",
    "Description",
    "Record",
    "Statement",
    "Term",
    "read_rows",
    "read_term",
]
