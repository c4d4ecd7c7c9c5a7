"""Messages to people in every language: a folder a language, a file a subject.

Code names a message by its key ("pages.home" is `home` in pages.toml) and gives values for its
places; the words stand in the folders beside this file and nowhere else. Adding a language is
adding a folder.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Final, Self

#: The language of programs, logs and terminals; the folder whose keys all others have.
DEFAULT: Final = "en"


def _find_languages() -> tuple[str, ...]:
    found = {
        item.name for item in files(__name__).iterdir() if item.joinpath("pages.toml").is_file()
    }
    return (DEFAULT, *sorted(found - {DEFAULT}))


#: The tags of the languages (RFC 5646), the default first.
LANGUAGES: Final = _find_languages()


@dataclass(frozen=True)
class Message:
    """A message before it has a language: its key, and values for its places.

    A value may be a message as well, or several of them, which are joined.
    """

    key: str
    values: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, key: str, **values: Any) -> Self:
        """A message with values."""
        return cls(key, values)

    def __str__(self) -> str:
        return self.say(DEFAULT)

    def say(self, language: str) -> str:
        """The message in a language. Raises KeyError for a key or a place that is unknown."""
        words = {name: _tell(value, language) for name, value in self.values.items()}
        return look_up(self.key, language).format(**words)

    def encode(self) -> dict[str, Any]:
        """The message as a JSON object, which `decode` reads."""
        return {"key": self.key, "values": {n: _encode(v) for n, v in self.values.items()}}

    @classmethod
    def decode(cls, encoded: Mapping[str, Any]) -> Self:
        """The message that a JSON object holds."""
        return cls(encoded["key"], {n: _decode(v) for n, v in encoded["values"].items()})


def say(key: str, language: str = DEFAULT, **values: Any) -> str:
    """The words for a key in a language, with values in their places."""
    return Message(key, values).say(language)


def translate(key: str, **values: Any) -> dict[str, str]:
    """Return the words for a key by language, in the order of LANGUAGES."""
    return {language: say(key, language, **values) for language in LANGUAGES}


def look_up(key: str, language: str = DEFAULT) -> str:
    """The words for a key as they stand, with places for values. Raises KeyError."""
    return load_messages(language)[key]


def has(key: str) -> bool:
    """Tell if there are words for a key."""
    return key in load_messages(DEFAULT)


@cache
def load_messages(language: str) -> Mapping[str, str]:
    """All messages of a language, by key. Raises KeyError where there is no such language."""
    if language not in LANGUAGES:
        raise KeyError(language)
    folder = files(__name__).joinpath(language)
    read: dict[str, str] = {}
    for file in folder.iterdir():
        subject, _, suffix = file.name.rpartition(".")
        if suffix == "toml":
            read |= _flatten(subject, tomllib.loads(file.read_text(encoding="utf-8")))
    return MappingProxyType(read)


def _flatten(prefix: str, table: Mapping[str, Any]) -> dict[str, str]:
    read: dict[str, str] = {}
    for name, value in table.items():
        key = f"{prefix}.{name}"
        read |= _flatten(key, value) if isinstance(value, Mapping) else {key: value}
    return read


def join(words: Iterable[str], language: str, conjunction: str = "or") -> str:
    """Words in a row, the last after "or" or "and" in the language."""
    *first, last = words
    if not first:
        return last
    comma = look_up("lists.comma", language)
    return comma.join(first) + look_up(f"lists.{conjunction}", language) + last


def _tell(value: Any, language: str) -> Any:
    if isinstance(value, Message):
        return value.say(language)
    if isinstance(value, tuple | list) and value:
        return join([str(_tell(part, language)) for part in value], language)
    return value


def _encode(value: Any) -> Any:
    if isinstance(value, Message):
        return {"message": value.encode()}
    return [_encode(part) for part in value] if isinstance(value, tuple | list) else value


def _decode(value: Any) -> Any:
    if isinstance(value, Mapping):
        return Message.decode(value["message"])
    return tuple(_decode(part) for part in value) if isinstance(value, list) else value
