"""Pools, queries and loaders for the tests of evaluation."""
