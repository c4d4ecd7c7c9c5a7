"""The process that serves: connections, the front with its ready answers and streams, the log."""
