"""The transitive closure of a relation, one operator instead of a join for each step of a path."""

import numpy as np

from jjjkg.entailment.relations.tables import (
    BITS,
    LOW,
    Ints,
    Relation,
    distinct,
    join_chunks,
    ranges,
    spread,
)


def close_transitively(keys: Ints) -> Ints:
    """All pairs of ends of the paths over some pairs, sorted; quick on long chains too.

    Nodes that reach each other are taken as one; then each node's reach is the union of its
    successors' reaches, from the ends of the paths backwards, all nodes of a level at once.
    """
    nodes = distinct(np.concatenate([keys >> BITS, keys & LOW]))
    sources, targets = np.searchsorted(nodes, keys >> BITS), np.searchsorted(nodes, keys & LOW)
    group = _strong_components(sources, targets, len(nodes))
    inside = group[sources] == group[targets]
    cyclic = np.zeros(len(nodes), np.bool_)
    cyclic[group[sources[inside]]] = True
    edges = distinct(group[sources[~inside]] << BITS | group[targets[~inside]])
    loops = np.flatnonzero(cyclic)
    reach = distinct(np.concatenate([_reach(edges, len(nodes)), loops << BITS | loops]))
    return np.sort(spread(reach, group, nodes))


def _levels(edges: Ints, count: int) -> tuple[list[Ints], Ints]:
    """Nodes in levels, each behind its successors' levels; and how many successors are left."""
    successors = np.bincount(edges >> BITS, minlength=count)
    backward = Relation(edges)
    levels = [np.flatnonzero(successors == 0)]
    while len(levels[-1]):
        _, before = backward.many(levels[-1], backward=True)
        np.subtract.at(successors, before, 1)
        touched = distinct(before)
        levels.append(touched[successors[touched] == 0])
    return levels, successors


def _reach(edges: Ints, count: int) -> Ints:
    """The transitive closure of sorted pairs without a cycle."""
    forward = Relation(edges)
    start, length = np.zeros(count, np.int64), np.zeros(count, np.int64)
    found, used = np.empty(max(1024, 2 * len(edges)), np.int64), 0
    levels, _ = _levels(edges, count)
    for level in levels[1:]:
        if not len(level):
            break
        level = np.sort(level)
        rows, targets = forward.many(level)
        further = found[ranges(start[targets], length[targets])] & LOW
        ends = np.concatenate([targets, further])
        begins = np.concatenate([level[rows], np.repeat(level[rows], length[targets])])
        pairs = distinct(begins << BITS | ends)
        if used + len(pairs) > len(found):
            found = np.concatenate([found[:used], np.empty(len(found) + len(pairs), np.int64)])
        found[used : used + len(pairs)] = pairs
        firsts = np.searchsorted(pairs, level << BITS)
        start[level], length[level] = used + firsts, np.diff(np.append(firsts, len(pairs)))
        used += len(pairs)
    return found[:used]


def _strong_components(sources: Ints, targets: Ints, count: int) -> Ints:
    """For each node the least node among those that it reaches and that reach it."""
    group = np.arange(count)
    edges = distinct(sources << BITS | targets)
    edges = edges[edges >> BITS != edges & LOW]
    # What leads nowhere, and what nothing leads to, is in no cycle: only the rest is walked.
    for _ in range(2):
        _, left = _levels(edges, count)
        walked = left > 0
        if not walked.any():
            return group
        edges = np.sort((edges & LOW) << BITS | edges >> BITS)
        edges = edges[walked[edges >> BITS] & walked[edges & LOW]]
    if len(edges):
        _walk(edges, group)
    return group


def _walk(edges: Ints, group: Ints) -> None:
    """Tarjan's algorithm (https://doi.org/10.1137/0201010), without recursion."""
    starts = np.searchsorted(edges, np.arange(len(group) + 1) << BITS).tolist()
    targets = (edges & LOW).tolist()
    number: dict[int, int] = {}
    low: dict[int, int] = {}
    open_nodes: list[int] = []
    is_open: set[int] = set()
    for root in distinct(edges >> BITS).tolist():
        if root in number:
            continue
        number[root] = low[root] = len(number)
        open_nodes.append(root)
        is_open.add(root)
        path = [(root, iter(targets[starts[root] : starts[root + 1]]))]
        while path:
            node, following = path[-1]
            for target in following:
                if target not in number:
                    number[target] = low[target] = len(number)
                    open_nodes.append(target)
                    is_open.add(target)
                    path.append((target, iter(targets[starts[target] : starts[target + 1]])))
                    break
                if target in is_open:
                    low[node] = min(low[node], number[target])
            else:
                path.pop()
                if path:
                    low[path[-1][0]] = min(low[path[-1][0]], low[node])
                if low[node] == number[node]:
                    at = open_nodes.index(node)
                    component = open_nodes[at:]
                    del open_nodes[at:]
                    is_open.difference_update(component)
                    group[component] = min(component)


def extend_closure(closed: Relation, added: Ints) -> Ints:
    """What some pairs add to a transitively closed relation, themselves included.

    A new path is an old one or none, then new pairs each with an old path or none behind it.
    """
    whole, added = added, added[added >> BITS != added & LOW]
    rows, ends = closed.many(added & LOW)
    steps = np.concatenate([added, (added >> BITS)[rows] << BITS | ends])
    paths = close_transitively(steps)
    rows, begins = closed.many(paths >> BITS, backward=True)
    return join_chunks([whole, paths, begins << BITS | (paths & LOW)[rows]])
