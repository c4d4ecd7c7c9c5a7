"""Larger graphs: the closure is that of another engine, and every sampled proof is accepted."""
