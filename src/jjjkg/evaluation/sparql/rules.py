"""Rules of SPARQL that its grammar can't hold: on scopes, groups, rows of VALUES and labels.

https://www.w3.org/TR/sparql12-query/#variableScope,
https://www.w3.org/TR/sparql12-query/#aggregateRestrictions and the notes at
https://www.w3.org/TR/sparql12-query/#sparqlGrammar. What is read here fits the grammar.
"""

from jjjkg.evaluation.sparql.grammar import Part
from jjjkg.evaluation.sparql.lexer import Token
from jjjkg.evaluation.sparql.parts import Fault, Query
from jjjkg.evaluation.sparql.selection import (
    find_bad_choice,
    find_bad_form,
    first_aggregate,
    list_chosen,
    misplace,
)


def find_broken_rule(query: Query) -> Fault | None:
    """Return the first rule that a query breaks."""
    for part in query.tree.ascend():
        query.scopes[id(part)] = _find_scope(part, query)
        broken = None
        if part.rule == "InlineData":
            broken = _find_bad_values(part, query)
        elif part.rule == "GroupGraphPattern":
            broken = _find_bound_again(part, query)
        elif part.rule == "SubSelect":
            broken = find_bad_choice(part, part, query)
        elif part.rule == "":
            broken = find_bad_form(part, query)
        if broken:
            return broken
    return _find_shared_label(query)


def _find_scope(part: Part, query: Query) -> frozenset[str]:
    """Collect the variables that may have a value after a part, from those of the parts in it."""
    first = query.terminals[part.start][1] if part.start < part.end else None
    match part.rule:
        case "TriplesBlock" | "InlineData":
            return query.variables(part)
        case "Bind":
            return frozenset({query.alias(part).text[1:]})
        case "GroupGraphPattern":
            return query.scope(part.parts)
        case "GraphPatternNotTriples" if first and first.word not in ("MINUS", "FILTER"):
            names = [token for token in query.tokens(part)[1:3] if token.kind == "variable"]
            graph = names[:1] if first.word in ("GRAPH", "SERVICE") else []
            return query.scope(part.parts) | {token.text[1:] for token in graph}
        case "SubSelect":
            chosen = list_chosen(part, query)
            if any(token.text == "*" for token, _ in chosen):
                return query.scope(part.find("GroupGraphPattern", "InlineData"))
            return frozenset(token.text[1:] for token, _ in chosen)
    return frozenset()


def _find_bad_values(part: Part, query: Query) -> Fault | None:
    names: set[str] = set()
    for token in query.tokens(part):
        if token.text == "{":
            break
        if token.kind == "variable":
            if token.text[1:] in names:
                return Fault.of(token.start, "rules.values_twice", variable=token.text)
            names.add(token.text[1:])
    for row in part.find("DataBlockRow"):
        if len(row.parts) != len(names):
            start = query.terminals[row.start][1].start
            given = len(row.parts)
            return Fault.of(start, "rules.values_row", wanted=len(names), given=given)
    return None


def _find_bound_again(group: Part, query: Query) -> Fault | None:
    """Find a BIND to a variable that what stands before it in its group may have bound."""
    before: set[str] = set()
    for part in group.parts:
        for bind in part.find("Bind"):
            token = query.alias(bind)
            if token.text[1:] in before:
                return Fault.of(token.start, "rules.bound_again", variable=token.text)
        for inner in (*part.find("Filter"), *part.find("Bind")):
            if aggregate := first_aggregate([inner]):
                token = query.terminals[aggregate.start][1]
                return misplace(token)
        before |= query.scopes[id(part)]
    return None


def _find_shared_label(query: Query) -> Fault | None:
    """Find a blank node's label in two basic graph patterns, which all but filters part."""
    uses: list[tuple[int, Token]] = []
    number = 0
    for group in query.tree.ascend():
        if group.rule != "GroupGraphPattern":
            continue
        number += 1
        for part in group.parts:
            if part.rule == "TriplesBlock":
                blanks = (token for token in query.tokens(part) if token.kind == "blank")
                uses.extend((number, token) for token in blanks)
            elif not part.find("Filter", "Bind", "InlineData"):
                number += 1
    first: dict[str, int] = {}
    taken = {token.text[1:] for name, token in query.terminals if name == "VAR"}
    for number, token in sorted(uses, key=lambda use: use[1].start):
        if first.setdefault(token.text, number) != number:
            name = token.text[2:].replace(".", "_").replace("-", "_")
            while name in taken:
                name += "_"
            return Fault.of(token.start, "rules.shared_label", label=token.text, name=name)
    return None
