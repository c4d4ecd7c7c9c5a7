"""jjjkg: a newspaper article as a knowledge graph that can be queried and trusted."""

__version__ = "0.1.0"
