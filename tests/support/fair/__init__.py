"""Visits to our addresses, and pitfalls of ontologies."""
