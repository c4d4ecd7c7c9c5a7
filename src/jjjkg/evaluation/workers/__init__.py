"""Killable processes that answer: a fork server makes them, a pool hands them out."""
