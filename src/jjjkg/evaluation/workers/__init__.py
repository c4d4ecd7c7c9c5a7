"""Killable processes that answer: a nursery forks them, a pool hands them out and replaces them."""
