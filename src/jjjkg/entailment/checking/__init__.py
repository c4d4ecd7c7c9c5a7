"""An independent checker of proofs, which shares no code with the engine that makes them."""
