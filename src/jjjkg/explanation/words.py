"""The words that explanations are put in: words.toml, read."""

import tomllib
from functools import cache
from importlib.resources import files

from jjjkg.messages import LANGUAGES


@cache
def load_words() -> dict[str, dict[str, list[str]]]:
    """By section and key the words in each language, as in LANGUAGES."""
    text = files("jjjkg.explanation").joinpath("words.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def say(section: str, key: str, language: str, **values: object) -> str:
    """The words for a key in a language, with values put in their places."""
    return look_up(section, key, language).format(**values)


def look_up(section: str, key: str, language: str) -> str:
    """The words for a key in a language as they stand, with places for values."""
    return load_words()[section][key][LANGUAGES.index(language)]


def has(section: str, key: str) -> bool:
    """Whether there are words for a key."""
    return key in load_words()[section]


def join(words: list[str], conjunction: str, language: str) -> str:
    """Words in a row, the last after a conjunction ("and" or "or")."""
    if len(words) < 2:
        return "".join(words)
    comma, last = say("notes", "comma", language), say("notes", conjunction, language)
    return comma.join(words[:-1]) + last + words[-1]
