"""Clauses from the labels of properties: "is located in Beijing", "的起点是北京"."""

from collections.abc import Callable
from typing import Final

_PREPOSITIONS: Final = frozenset(
    "about apart as at by for from in into of on over than through to under with within".split()
)
#: First words that make a clause of their own, as verbs in -s do.
_PAST: Final = frozenset("took moved benefited changed came went had was were".split())
#: First words after which "is" stands.
_OPENINGS: Final = _PREPOSITIONS | {"more", "less", "not", "independently"}
_ADVERBS: Final = frozenset("when where how why".split())
#: Where the value stands in a Chinese label, and how a Chinese noun phrase may begin.
_GAP: Final = "……"
_NOMINAL: Final = "所"


def say_english(label: str, value: str, is_noun: Callable[[str], bool]) -> str:
    """What has a property with a value does, by the property's English label.

    A noun makes "has origin X", a verb in -s "holds X", what ends in a preposition "is located
    in X"; ``is_noun`` says whether a word is a property's label itself ("origin within X").
    """
    words = label.split()
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
    if is_noun(noun):
        return f"has its {noun} {rest} {value}"
    if rest == "of" and noun != "part":
        return f"is {with_article(noun)} of {value}"
    return f"is {label} {value}"


def say_chinese(label: str, english: str, value: str) -> tuple[bool, str]:
    """The same in Chinese; and whether it is a noun phrase, before which 的 stands.

    Whether a Chinese label is a noun can't be seen from it: the English one tells.
    """
    if _GAP in label:
        return False, label.replace(_GAP, value, 1)
    if label.startswith(_NOMINAL) or _names(english):
        return True, f"{label}是{value}"
    return False, f"{label}{value}"


def with_article(noun: str) -> str:
    """A noun phrase after "a" or "an"."""
    vowel = noun[:1].lower() in "aeio" or (noun[:1] in "uU" and not noun.lower().startswith("uni"))
    return f"{'an' if vowel else 'a'} {noun}"


def _is_verb(word: str) -> bool:
    return word.endswith("s") and not word.endswith(("ss", "us")) and word not in _PREPOSITIONS


def _names(english: str) -> bool:
    """Whether an English label is a noun phrase."""
    words = english.lower().split()
    if not words:
        return True
    if words[-1] == "of":
        return True
    opens = words[0] in _OPENINGS or _is_verb(words[0])
    ends = words[-1] in _PREPOSITIONS or english.lower().startswith(("at ", "has "))
    return not opens and not ends
