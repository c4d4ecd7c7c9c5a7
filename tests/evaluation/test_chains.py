"""Flat chains, which the engine nests: those too long are a clear error, long lists of values work.

A worker with its real stack evaluates them, so that one that crashed would be seen.
"""

import json
from collections.abc import Iterator

import pytest

from jjjkg.evaluation import Evaluator, LimitExceeded, Limits, MalformedQuery
from jjjkg.evaluation.sparql.admission import MAX_CHAIN

TOO_MANY = 100_000
#: Chains that ended a worker when they had TOO_MANY parts; the others are tried with fewer.
FATAL = ("or", "plus", "empty semicolons", "triples", "list")

#: A query whose chain has so many parts.
CHAINS = {
    "or": lambda n: f"ASK {{ FILTER({'||'.join(['1=2'] * n)}) }}",
    "and": lambda n: f"ASK {{ FILTER({'&&'.join(['1=1'] * n)}) }}",
    "plus": lambda n: f"ASK {{ FILTER({'+'.join(['1'] * n)}) }}",
    "minus sign": lambda n: f"ASK {{ FILTER({' - '.join(['1'] * n)}) }}",
    "times": lambda n: f"ASK {{ FILTER({'*'.join(['1'] * n)}) }}",
    "divided": lambda n: f"SELECT ({'/'.join(['1'] * n)} AS ?x) {{}}",
    "triples": lambda n: f"ASK {{ {' . '.join(['?s ?p ?o'] * n)} }}",
    "semicolons": lambda n: f"ASK {{ ?s ?p ?o {'; ?p ?o' * n} }}",
    "empty semicolons": lambda n: f"ASK {{ ?s ?p ?o {'; ' * n} }}",
    "commas": lambda n: f"ASK {{ ?s ?p ?o {', ?o' * n} }}",
    "list": lambda n: f"ASK {{ ?s <a:p> ({'1 ' * n}) }}",
    "list of blank nodes": lambda n: f"ASK {{ ?s ?p ({'[] ' * n}) }}",
    "union": lambda n: f"ASK {{ {' UNION '.join(['{}'] * n)} }}",
    "optional": lambda n: f"ASK {{ {'OPTIONAL {?s ?p ?o}' * n} }}",
    "minus": lambda n: f"ASK {{ {'MINUS {?s ?p ?o}' * n} }}",
    "filter": lambda n: f"ASK {{ {'FILTER(?s=?o)' * n} }}",
    "exists": lambda n: f"ASK {{ {'FILTER EXISTS {?s ?p ?o}' * n} }}",
    "bind": lambda n: f"ASK {{ {' '.join(f'BIND(1 AS ?x{i})' for i in range(n))} }}",
    "groups": lambda n: f"ASK {{ {'{?s ?p ?o}' * n} }}",
    "graphs": lambda n: f"ASK {{ {'GRAPH ?g {?s ?p ?o}' * n} }}",
    "blocks of values": lambda n: f"ASK {{ {'VALUES ?x {1}' * n} }}",
    "sequence": lambda n: f"ASK {{ ?s {'/'.join(['<a:p>'] * n)} ?o }}",
    "alternative": lambda n: f"ASK {{ ?s {'|'.join(['<a:p>'] * n)} ?o }}",
    "path in brackets": lambda n: f"ASK {{ ?s ({'/'.join(['<a:p>'] * n)})* ?o }}",
    "group keys": lambda n: (
        f"SELECT (1 AS ?x) {{}} GROUP BY {' '.join(f'(1 AS ?g{i})' for i in range(n))}"
    ),
    "order": lambda n: f"SELECT * {{}} ORDER BY {'?x ' * n}",
    "having": lambda n: f"SELECT (1 AS ?x) {{}} GROUP BY ?s HAVING {'(1=1)' * n}",
    "named": lambda n: f"SELECT {' '.join(f'(1 AS ?x{i})' for i in range(n))} {{}}",
    "annotations": lambda n: f"ASK {{ ?s ?p ?o {'{| ?a ?b |}' * n} }}",
    "reifiers": lambda n: f"ASK {{ ?s ?p ?o {'~ ?r ' * n} }}",
    "properties": lambda n: f"ASK {{ ?s ?p {', '.join(['[ ?p ?o ]'] * n)} }}",
}
#: A query with so many values, and how many rows it has.
LISTS = {
    "values": lambda n: f"SELECT * {{ VALUES ?x {{ {'1 ' * n} }} }} LIMIT 3",
    "rows": lambda n: f"SELECT * {{ VALUES (?x ?y) {{ {'(1 <a:b>) ' * n} }} }} LIMIT 3",
    "rows at the end": lambda n: f"SELECT * {{}} LIMIT 3 VALUES (?x) {{ {'(1) ' * n} }}",
    "in": lambda n: f"SELECT * {{ VALUES ?x {{ 1 2 3 }} FILTER(?x IN ({','.join(['?x'] * n)})) }}",
    "arguments": lambda n: (
        f"SELECT (CONCAT({','.join(['?y'] * n)}) AS ?x) {{ VALUES ?y {{1 2 3}} }}"
    ),
    "prefixes": lambda n: f"{'PREFIX a: <a:> ' * n} SELECT * {{ VALUES ?x {{ 1 2 3 }} }}",
    "comments": lambda n: f"SELECT * {{ {'# , . ; /' * n}\n VALUES ?x {{ 1 2 3 }} }}",
    "string": lambda n: f"SELECT * {{ VALUES ?x {{ 1 2 3 }} FILTER('{'+ . ; ' * n}' != '') }}",
}


@pytest.fixture(scope="module")
def roomy(quads: str) -> Iterator[Evaluator]:
    """An evaluator as it is by default, but for the length of queries."""
    with Evaluator(quads, Limits(length=1 << 23)) as evaluator:
        yield evaluator


@pytest.mark.parametrize("kind", CHAINS)
def test_a_chain_that_is_too_long_is_an_error_of_the_query(roomy: Evaluator, kind: str) -> None:
    with pytest.raises(MalformedQuery, match="chain of more than 10,000 parts") as caught:
        roomy.evaluate(CHAINS[kind](TOO_MANY if kind in FATAL else MAX_CHAIN + 2))
    assert caught.value.line == 1
    assert len(caught.value.excerpt) < 1000


@pytest.mark.parametrize("kind", ["plus", "or", "empty semicolons", "path in brackets", "list"])
def test_a_chain_as_long_as_is_allowed_crashes_nothing(roomy: Evaluator, kind: str) -> None:
    end = "answered"
    try:
        roomy.evaluate(CHAINS[kind](MAX_CHAIN - 2), seconds=2)
    except LimitExceeded as error:
        end = error.limit
    assert end in ("answered", "seconds")


@pytest.mark.parametrize("kind", LISTS)
def test_a_long_list_of_values_is_no_chain(roomy: Evaluator, kind: str) -> None:
    answer = json.loads(roomy.evaluate(LISTS[kind](TOO_MANY)).body)
    assert len(answer["results"]["bindings"]) == 3
