"""Forward chaining: the rules fired on what is given until nothing new follows."""
