"""Backward chaining: proofs of what follows, and of contradictions, found when asked for."""
