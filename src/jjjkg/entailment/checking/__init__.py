"""An independent proof checker, which shares no code with the engine that makes the proofs."""
