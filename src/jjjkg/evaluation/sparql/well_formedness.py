"""Well-formedness: the rules of SPARQL that its grammar can't hold.

They are about scopes, groups, the choice of a SELECT, rows of VALUES and labels:
https://www.w3.org/TR/sparql12-query/#variableScope,
https://www.w3.org/TR/sparql12-query/#aggregateRestrictions and the notes at
https://www.w3.org/TR/sparql12-query/#sparqlGrammar. A query that is checked fits the grammar.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from jjjkg.evaluation.sparql.faults import Fault
from jjjkg.evaluation.sparql.grammar import Misfit, Part, Query, read_query
from jjjkg.evaluation.sparql.lexer import Token
from jjjkg.messages import Message

AGGREGATES: Final = frozenset({"COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT"})


def find_broken_rule(query: Query) -> Fault | None:
    """Return the first rule that a query breaks."""
    for part in query.tree.ascend():
        query.scopes[id(part)] = _find_scope(part, query)
        fault = None
        if part.rule == "InlineData":
            fault = _find_bad_values(part, query)
        elif part.rule == "GroupGraphPattern":
            fault = _find_bad_bind(part, query)
        elif part.rule == "SubSelect":
            fault = _find_bad_choice(part, part, query)
        elif part.rule == "":
            fault = _find_bad_form(part, query)
        if fault:
            return fault
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
    """Find a variable that VALUES has twice, or a row of another length."""
    names: set[str] = set()
    for token in query.tokens(part):
        if token.text == "{":
            break
        if token.kind == "variable":
            if token.text[1:] in names:
                return Fault.of(token.start, "queries.rules.values_twice", variable=token.text)
            names.add(token.text[1:])
    for row in part.find("DataBlockRow"):
        if len(row.parts) != len(names):
            start = query.terminals[row.start][1].start
            given = len(row.parts)
            return Fault.of(start, "queries.rules.values_row", wanted=len(names), given=given)
    return None


def _find_bad_bind(group: Part, query: Query) -> Fault | None:
    """Find a BIND to a variable that its group may have bound before."""
    before: set[str] = set()
    for part in group.parts:
        for bind in part.find("Bind"):
            token = query.alias(bind)
            if token.text[1:] in before:
                return Fault.of(token.start, "queries.rules.bound_again", variable=token.text)
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
            return Fault.of(token.start, "queries.rules.shared_label", label=token.text, name=name)
    return None


def _find_bad_form(tree: Part, query: Query) -> Fault | None:
    """Find a bad choice of the outer SELECT, or groups of another form, which the engine lacks."""
    form = tree.parts[0]
    if form.rule == "SelectQuery":
        return _find_bad_choice(form, tree, query)
    groups = form.find("GroupClause", "HavingClause")
    if not groups and not _first_aggregate(form.find("OrderClause")):
        return None
    word = query.terminals[form.start][1].word
    place = query.terminals[(groups or form.find("OrderClause"))[0].start][1]
    return Fault.of(place.start, "queries.rules.form_groups", form=word)


def _find_bad_choice(select: Part, whole: Part, query: Query) -> Fault | None:
    """Find what a SELECT can't choose; `whole` has the VALUES that may follow it."""
    keys = select.find("GroupClause")
    aggregate = _first_aggregate(select.find("SelectClause", "HavingClause", "OrderClause"))
    values = query.scope(whole.find("InlineData"))
    grouped = {token.text[1:] for token in _list_keys(keys, query)} | values
    bound = query.scope(select.find("GroupGraphPattern")) | values
    bound = frozenset(grouped) if keys or aggregate else bound
    named: set[str] = set()
    for token, expression in list_chosen(select, query):
        name = token.text[1:]
        if token.text == "*":
            if keys or aggregate:
                key = "queries.rules.star_groups" if keys else "queries.rules.star_aggregate"
                return Fault.of(token.start, key)
            continue
        if name in named:
            return Fault.of(token.start, "queries.rules.chosen_twice", variable=token.text)
        if expression and name in bound:
            return Fault.of(token.start, "queries.rules.named_again", variable=token.text)
        used = list_outside(expression, query) if expression else [token]
        for variable in used if keys or aggregate else ():
            if variable.text[1:] in named:
                return Fault.of(variable.start, "queries.rules.alias_again", variable=variable.text)
            if variable.text[1:] not in grouped:
                return Fault.of(variable.start, "queries.rules.not_grouped", variable=variable.text)
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


def _first_aggregate(parts: Sequence[Part]) -> Part | None:
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
                return Fault.of(token.start, "queries.rules.nested_aggregate", aggregate=token.word)
            if any(word in ("FILTER", "BIND") for word in inner):
                key = "queries.rules.misplaced_aggregate"
                return Fault.of(token.start, key, aggregate=token.word)
        before = token.word
    return None


def find_note(text: str, tokens: Sequence[Token]) -> Message | None:
    """Return the note beside a table without rows, which is right but not what people meant.

    HAVING can't see the alias of the SELECT beside it, so that a condition on it is never true;
    the expression can stand in its place.
    https://www.w3.org/TR/sparql11-query/#aggregateRestrictions
    """
    if not any(token.word == "HAVING" for token in tokens):
        return None
    query = read_query(tokens)
    if isinstance(query, Misfit):
        return None
    for select in query.tree.ascend():
        if select.rule not in ("SelectQuery", "SubSelect"):
            continue
        named = {token.text[1:]: part for token, part in list_chosen(select, query) if part}
        for clause in select.find("HavingClause"):
            for token in query.tokens(clause):
                if token.kind == "variable" and (part := named.get(token.text[1:])):
                    expression = " ".join(text[slice(*query.span(part))].split())
                    alias = f"?{token.text[1:]}"
                    key = "queries.notes.having_alias"
                    return Message.of(key, alias=alias, expression=expression)
    return None
