"""Hostile requests, and a bystander that they must cost nothing."""
