"""Examples, oracles and generated graphs for the tests of entailment."""
