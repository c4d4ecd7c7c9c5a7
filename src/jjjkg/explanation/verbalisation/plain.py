"""The grammar of a language without one of its own: labels, one after the other."""

from jjjkg.explanation.names import Names


def add_article(noun: str) -> str:
    """Return a noun as it is."""
    return noun


def make_clause(subject: str, label: str, value: str, english: str, names: Names) -> str:
    """Return a property's label between its subject and its value."""
    return " ".join(filter(None, (subject, label, value)))
