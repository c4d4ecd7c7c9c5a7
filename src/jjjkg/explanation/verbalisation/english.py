"""English clauses from the labels of properties, such as "is located in Beijing"."""

from typing import Final

from jjjkg.explanation.names import Names

_PREPOSITIONS: Final = frozenset(
    "about apart as at by for from in into of on over than through to under with within".split()
)
#: First words that make a clause by themselves, as verbs in -s do.
_PAST: Final = frozenset("took moved benefited changed came went had was were".split())
#: First words after "is".
_OPENINGS: Final = _PREPOSITIONS | {"more", "less", "not", "independently"}
_ADVERBS: Final = frozenset("when where how why".split())


def add_article(noun: str) -> str:
    """Return a noun phrase after "a" or "an"."""
    vowel = noun[:1].lower() in "aeio" or (noun[:1] in "uU" and not noun.lower().startswith("uni"))
    return f"{'an' if vowel else 'a'} {noun}"


def make_clause(subject: str, label: str, value: str, english: str, names: Names) -> str:
    """Return the clause that a subject has a property with a value.

    A noun gives "has origin X", a verb in -s "holds X", and a label that ends in a preposition
    "is located in X". If a noun before a preposition is the label of another property, the clause
    is "has its origin within X".
    """
    return f"{subject} {_make_predicate(label, value, names)}".lstrip()


def is_noun_phrase(label: str) -> bool:
    """Tell if a property's label is a noun phrase."""
    words = label.lower().split()
    if not words or words[-1] == "of":
        return True
    opens = words[0] in _OPENINGS or _is_verb(words[0])
    ends = words[-1] in _PREPOSITIONS or label.lower().startswith(("at ", "has "))
    return not opens and not ends


def _make_predicate(label: str, value: str, names: Names) -> str:
    words = label.split() or [label]
    first, last = words[0].lower(), words[-1].lower()
    if len(words) == 1 and first in _ADVERBS:
        return f"has “{label}” {value}"
    if _is_verb(first) or (first in _PAST and last in _PREPOSITIONS):
        return f"{label} {value}"
    if first in _OPENINGS:
        return f"is {label} {value}"
    if last not in _PREPOSITIONS:
        inner = any(word in _PREPOSITIONS for word in words[1:])
        return f"has “{label}” {value}" if inner else f"has {label} {value}"
    ends = next(n for n, word in enumerate(words) if word.lower() in _PREPOSITIONS)
    noun, rest = " ".join(words[:ends]), " ".join(words[ends:])
    if names.is_property_label(noun):
        return f"has its {noun} {rest} {value}"
    if rest == "of" and noun != "part":
        return f"is {add_article(noun)} of {value}"
    return f"is {label} {value}"


def _is_verb(word: str) -> bool:
    return word.endswith("s") and not word.endswith(("ss", "us")) and word not in _PREPOSITIONS
