"""Retraction: the statements that fall when some claims are withdrawn, and those that stand.

`selection` finds the claims that people mean, `retraction` closes the rest again, and `report`
tells what that changes. The command and the page are called "doubt".
"""
