"""A store elsewhere that answers instead of ours: how it is asked, and what it says."""
