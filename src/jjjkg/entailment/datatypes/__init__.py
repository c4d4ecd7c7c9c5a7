"""The data types of OWL 2 RL: the values of literals, what is none, and what includes what."""
