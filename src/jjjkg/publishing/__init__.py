"""Loading a release into a store of another make: what differs is sent, and then checked.

The store's graphs are compared with the release's (`plan`). Graphs that are missing or differ are
sent, and those that the release no longer has are deleted (`sync`), over one of two protocols
(`protocols`, on the connection in `endpoint`). At the end the counts and the answers to the
questions are compared with ours, by value (`answers`).
"""
