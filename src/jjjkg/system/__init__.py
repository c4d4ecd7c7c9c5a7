"""Services of the operating system: limited processes, whole folders, locks, credentials."""
