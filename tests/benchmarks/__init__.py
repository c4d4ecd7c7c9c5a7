"""Benchmarks, each a program: `make bench` runs them."""
