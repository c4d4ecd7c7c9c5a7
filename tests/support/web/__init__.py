"""A server, and connections to it, for the tests of the web."""
