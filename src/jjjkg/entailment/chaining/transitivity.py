"""Transitive closure as one operator, instead of a join for each step of a path.

Strongly connected components are condensed, and reachability is united over the acyclic rest in
reverse topological order (Purdom 1970, https://doi.org/10.1007/BF01940892).
"""

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
    """Return the transitive closure of keys: all pairs that a path connects, sorted.

    ``keys``: int64 keys (subject << BITS | object), in any order. Nodes that reach each other are
    taken as one; then the nodes that a node reaches are its successors and those that they reach,
    computed level by level from the sinks. So the number of steps depends on the depth of the
    graph, and long chains are fast as well.
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
    """Return nodes in levels from the sinks, and each node's number of unplaced successors.

    Each node is in a level after its successors (topological order by Kahn 1962,
    https://doi.org/10.1145/368996.369025). A node with a successor left is on a cycle or leads to
    one. ``edges`` are int64 keys of nodes below ``count``, sorted ascending, without repeats.
    """
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
    """Return the transitive closure of an acyclic relation, grouped by level.

    ``edges``: int64 keys, sorted ascending, without repeats.
    """
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
    """Return, for each node, the least node of its strongly connected component."""
    group = np.arange(count)
    edges = distinct(sources << BITS | targets)
    edges = edges[edges >> BITS != edges & LOW]
    # Peel off nodes that lead to no cycle, then those that no cycle leads to: only the rest needs
    # Tarjan's algorithm.
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
    """Write the least node of each component of sorted edges into ``group``.

    Tarjan's algorithm (1972, https://doi.org/10.1137/0201010), without recursion.
    """
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
    """Return the pairs that added keys contribute to a transitively closed relation.

    They include the added keys, and may repeat or be in the relation already. Each new path is an
    optional old path, followed by one or more new pairs, each with an optional old path after it.
    """
    whole, added = added, added[added >> BITS != added & LOW]
    rows, ends = closed.many(added & LOW)
    steps = np.concatenate([added, (added >> BITS)[rows] << BITS | ends])
    paths = close_transitively(steps)
    rows, begins = closed.many(paths >> BITS, backward=True)
    return join_chunks([whole, paths, begins << BITS | (paths & LOW)[rows]])
