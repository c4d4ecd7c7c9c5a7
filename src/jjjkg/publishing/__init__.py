"""Loading a release into a store of another make: what differs is sent, and then checked.

What the store holds is compared graph by graph (`plan`); what is missing or another is sent, what
we published once and no longer have is taken away (`publishing`), over one of two protocols
(`protocols`, on the connection in `endpoint`). At the end the counts and the answers to the
questions are compared with ours, by value (`answers`).
"""
