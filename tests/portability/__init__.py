"""The portability matrix: a release in each tool, its triples compared and its questions asked."""
