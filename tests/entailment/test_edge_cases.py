"""Literals out of place, long chains, and values that are written in two ways."""
