"""Explanations: the proof of a statement in words and as data, down to claims and sentences."""
