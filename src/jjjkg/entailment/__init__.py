"""What follows from the asserted: closure, what of it is kept, and contradictions."""
