"""Entailment of a given conclusion, also beyond the rules: by hypothesis, and by cases."""
