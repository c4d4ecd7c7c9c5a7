"""A store elsewhere that answers instead of ours: asking it, and reading what it answers."""
