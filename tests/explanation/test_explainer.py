"""Explanations of our own graph: every inference, down to its claims, in both languages."""
