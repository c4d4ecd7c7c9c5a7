"""The text of a query: its grammar, its parts, what may not pass, and what is wrong with it."""
