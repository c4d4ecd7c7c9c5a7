"""A release: every file in which the dataset is handed out, written from its sources."""
