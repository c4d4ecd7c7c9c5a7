"""The choice of a SELECT: variables and named expressions, and their rules where there are groups.

https://www.w3.org/TR/sparql12-query/#aggregateRestrictions
"""

from collections.abc import Iterator, Sequence
from typing import Final

from jjjkg.evaluation.sparql.grammar import Part
from jjjkg.evaluation.sparql.lexer import Token
from jjjkg.evaluation.sparql.parts import Fault, Query

AGGREGATES: Final = frozenset({"COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT"})


def find_bad_form(tree: Part, query: Query) -> Fault | None:
    form = tree.parts[0]
    if form.rule == "SelectQuery":
        return find_bad_choice(form, tree, query)
    groups = form.find("GroupClause", "HavingClause")
    if not groups and not first_aggregate(form.find("OrderClause")):
        return None
    word = query.terminals[form.start][1].word
    place = query.terminals[(groups or form.find("OrderClause"))[0].start][1]
    return Fault.of(place.start, "rules.form_groups", form=word)


def find_bad_choice(select: Part, whole: Part, query: Query) -> Fault | None:
    """Find what a SELECT can't choose; `whole` has the VALUES that may follow it."""
    keys = select.find("GroupClause")
    aggregate = first_aggregate(select.find("SelectClause", "HavingClause", "OrderClause"))
    values = query.scope(whole.find("InlineData"))
    grouped = {token.text[1:] for token in _list_keys(keys, query)} | values
    bound = query.scope(select.find("GroupGraphPattern")) | values
    bound = frozenset(grouped) if keys or aggregate else bound
    named: set[str] = set()
    for token, expression in list_chosen(select, query):
        name = token.text[1:]
        if token.text == "*":
            if keys or aggregate:
                return Fault.of(token.start, f"rules.star_{'groups' if keys else 'aggregate'}")
            continue
        if name in named:
            return Fault.of(token.start, "rules.chosen_twice", variable=token.text)
        if expression and name in bound:
            return Fault.of(token.start, "rules.named_again", variable=token.text)
        used = list_outside(expression, query) if expression else [token]
        for variable in used if keys or aggregate else ():
            if variable.text[1:] in named:
                return Fault.of(variable.start, "rules.alias_again", variable=variable.text)
            if variable.text[1:] not in grouped:
                return Fault.of(variable.start, "rules.not_grouped", variable=variable.text)
        named.add(name)
    return None


def list_chosen(select: Part, query: Query) -> list[tuple[Token, Part | None]]:
    """List what a SELECT chooses: variables, the star, and names with their expressions."""
    (clause,) = select.find("SelectClause")
    expressions = {part.start: part for part in clause.find("SelectExpression")}
    chosen: list[tuple[Token, Part | None]] = []
    index = clause.start + 1
    while index < clause.end:
        if part := expressions.get(index):
            chosen.append((query.alias(part), part))
            index = part.end
            continue
        token = query.terminals[index][1]
        if token.kind == "variable" or token.text == "*":
            chosen.append((token, None))
        index += 1
    return chosen


def _list_keys(clauses: Sequence[Part], query: Query) -> Iterator[Token]:
    """List the variables of a GROUP BY that stand by themselves or name an expression."""
    for clause in clauses:
        depth, before = 0, ""
        for token in query.tokens(clause):
            if token.kind == "variable" and (depth == 0 or before == "AS"):
                yield token
            depth += {"(": 1, "{": 1, ")": -1, "}": -1}.get(token.text, 0)
            before = token.word


def list_outside(expression: Part, query: Query) -> list[Token]:
    """List the variables of an expression outside of its aggregates and patterns."""
    hidden = {i for part in _descend([expression]) for i in range(part.start, part.end)}
    return [
        query.terminals[index][1]
        for index in range(expression.start, expression.end - 2)
        if query.terminals[index][0] == "VAR" and index not in hidden
    ]


def _descend(parts: Sequence[Part]) -> Iterator[Part]:
    """Walk down to the outermost aggregates and patterns within some parts."""
    stack = list(reversed(parts))
    while stack:
        part = stack.pop()
        if part.rule in ("Aggregate", "GroupGraphPattern"):
            yield part
        else:
            stack.extend(reversed(part.parts))


def first_aggregate(parts: Sequence[Part]) -> Part | None:
    return next((part for part in _descend(parts) if part.rule == "Aggregate"), None)


def find_misplaced_aggregate(text: str, tokens: Sequence[Token]) -> Fault | None:
    """Find an aggregate in another one, or in a FILTER or BIND, all of which Oxigraph lets pass.

    https://www.w3.org/TR/sparql12-query/#sparqlGrammar, notes 12 and 13
    """
    letters = text.upper()
    if not any(word in letters for word in AGGREGATES):
        return None
    around: list[str] = []  # the words before the brackets that are open
    before = ""
    for token in tokens:
        if token.text in ("(", "{"):
            around.append(before if token.text == "(" else "{")
        elif token.text in (")", "}") and around:
            around.pop()
        elif token.word in AGGREGATES:
            inner = around[len(around) - around[::-1].index("{") :] if "{" in around else around
            if any(word in AGGREGATES for word in inner):
                return Fault.of(token.start, "rules.nested_aggregate", aggregate=token.word)
            if any(word in ("FILTER", "BIND") for word in inner):
                return misplace(token)
        before = token.word
    return None


def misplace(token: Token) -> Fault:
    return Fault.of(token.start, "rules.misplaced_aggregate", aggregate=token.word)
