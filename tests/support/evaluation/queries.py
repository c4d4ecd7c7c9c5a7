"""Queries of every kind of trouble, and how to ask and count."""

import json

from jjjkg.evaluation import (
    Evaluator,
)

COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
#: Joins three copies of everything: minutes of work, in little memory.
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?c = ?g + 1) }"
#: Doubles a string to a gigabyte: little work, in much memory.
HUNGRY = "SELECT (STRLEN(?x26) AS ?n) { BIND('0123456789abcdef' AS ?x0) "
HUNGRY += " ".join(f"BIND(CONCAT(?x{n}, ?x{n}) AS ?x{n + 1})" for n in range(26)) + " }"
LARGE = "SELECT * { ?a ?b ?c . ?d ?e ?f }"


def count(evaluator: Evaluator, query: str = COUNT, **graphs: list[str]) -> int:
    answer = json.loads(evaluator.evaluate(query, **graphs).body)
    return int(answer["results"]["bindings"][0]["n"]["value"])
