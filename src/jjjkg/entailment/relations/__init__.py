"""The graph as relations for joins: terms as integers, and pairs of them in sorted arrays."""
