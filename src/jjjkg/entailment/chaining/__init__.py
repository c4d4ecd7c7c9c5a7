"""Forward chaining: materialisation of all that follows, by semi-naive evaluation."""
