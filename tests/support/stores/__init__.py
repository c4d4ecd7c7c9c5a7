"""Stores of other makes, and what is asked of them."""
