"""The graph as the rules are joined over it: terms as numbers, and pairs of them in arrays."""
