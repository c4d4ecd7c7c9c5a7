"""RDF datasets from files: their parts, claims, sentences and questions."""
