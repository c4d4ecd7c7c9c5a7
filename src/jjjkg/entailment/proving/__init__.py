"""Backward chaining: proofs of inferred statements and of contradictions, found on demand."""
