"""Chinese clauses from the labels of properties, such as "的起点是北京"."""

from typing import Final

from jjjkg.explanation.names import Names
from jjjkg.explanation.verbalisation.english import is_noun_phrase

#: The place of the value in a label, and the beginning of a noun phrase.
_GAP: Final = "……"
_NOMINAL: Final = "所"


def add_article(noun: str) -> str:
    """Return a noun as it is: Chinese has no articles."""
    return noun


def make_clause(subject: str, label: str, value: str, english: str, names: Names) -> str:
    """Return the clause that a subject has a property with a value.

    A noun phrase stands after 的. A Chinese label does not show whether it is one; the English
    label of the property does.
    """
    if _GAP in label:
        return subject + label.replace(_GAP, value, 1)
    if label.startswith(_NOMINAL) or is_noun_phrase(english):
        return f"{subject}{'的' if subject else ''}{label}是{value}"
    return f"{subject}{label}{value}"
