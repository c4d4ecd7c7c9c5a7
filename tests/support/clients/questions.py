"""Questions that every client asks of data.ttl, and what it must get."""

import itertools
from typing import Any, Final

_NUMBERS: Final = itertools.count()

PROLOGUE: Final = """
PREFIX jjj: <https://w3id.org/jjjkg/ontology#>
PREFIX kg: <https://w3id.org/jjjkg/id/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
"""
HEBEI: Final = "https://w3id.org/jjjkg/id/hebei"
LABEL: Final = "http://www.w3.org/2000/01/rdf-schema#label"
QUERIES: Final = {
    "SELECT": PROLOGUE + "SELECT ?name { kg:hebei rdfs:label ?name } ORDER BY ?name",
    "ASK": PROLOGUE + "ASK { kg:shijiazhuang jjj:partOf kg:hebei }",
    "CONSTRUCT": PROLOGUE + "CONSTRUCT WHERE { kg:hebei rdfs:label ?name }",
    "DESCRIBE": PROLOGUE + "DESCRIBE kg:hebei",
}
#: More than 2 kB, from which on clients that can do so change from GET to POST.
LONG: Final = PROLOGUE + (
    f"SELECT ?name {{ VALUES ?s {{ kg:hebei {' '.join(f'<x:{n:030}>' for n in range(60))} }} "
    "?s rdfs:label ?name } ORDER BY ?name"
)
#: The names of Hebei, which all of these but ASK are about, with their languages.
NAMES: Final = {("Hebei", "en"), ("河北", "zh")}
RESULT_FORMS: Final = ("SELECT", "ASK")
GRAPH_FORMS: Final = ("CONSTRUCT", "DESCRIBE")


def make_new(query: str) -> str:
    """The same query with a prefix that no other has: it is answered anew, not from memory."""
    number = next(_NUMBERS)
    return f"PREFIX n{number}: <x:{number}>\n{query}"


def check(outcome: Any, form: str) -> None:
    """Check that a program's outcome is the truth of an ASK, or the names of Hebei, each once.

    A name is [text, language]; a string is what it said of its failure.
    """
    assert not isinstance(outcome, str), outcome
    if form == "ASK":
        assert outcome is True
    else:
        assert sorted(map(tuple, outcome)) == sorted(NAMES)
