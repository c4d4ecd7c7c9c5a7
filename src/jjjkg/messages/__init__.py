"""Messages to people in every language: a folder a language, a file a subject.

Code names a message by its key ("pages.home" is `home` in pages.toml) and gives values for its
places; the words stand in the folders beside this file and nowhere else. Adding a language is
adding a folder.
"""

import tomllib
from collections.abc import Mapping, Sequence
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

    A value is text, a number, a message, an error that has a message, or a list of these, which
    is told with "or" before the last. Anything else (a path, an OSError) is kept as its str().
    """

    key: str
    values: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        plain = {name: _make_plain(value) for name, value in self.values.items()}
        object.__setattr__(self, "values", plain)

    @classmethod
    def of(cls, key: str, /, **values: Any) -> Self:
        """Return a message with values."""
        return cls(key, values)

    def __str__(self) -> str:
        return self.say(DEFAULT)

    def say(self, language: str) -> str:
        """Return the message in a language. Raises KeyError for an unknown key or place."""
        words = {name: _tell(value, language) for name, value in self.values.items()}
        return look_up(self.key, language).format(**words)

    def encode(self) -> dict[str, Any]:
        """Return the message as a JSON object, which `decode` reads."""
        return {"key": self.key, "values": {n: _encode(v) for n, v in self.values.items()}}

    @classmethod
    def decode(cls, encoded: Mapping[str, Any]) -> Self:
        """Return the message that a JSON object holds."""
        return cls(encoded["key"], {n: _decode(v) for n, v in encoded["values"].items()})


def say(key: str, language: str = DEFAULT, /, **values: Any) -> str:
    """Return the words for a key in a language, with values in their places."""
    return Message(key, values).say(language)


def translate(key: str, /, **values: Any) -> dict[str, str]:
    """Return the words for a key by language, in the order of LANGUAGES."""
    return {language: say(key, language, **values) for language in LANGUAGES}


def look_up(key: str, language: str = DEFAULT) -> str:
    """Return the words for a key as they stand, with places for values. Raises KeyError."""
    return load_messages(language)[key]


def has(key: str) -> bool:
    """Tell if there are words for a key."""
    return key in load_messages(DEFAULT)


@cache
def load_messages(language: str) -> Mapping[str, str]:
    """Return all messages of a language, by key. Raises KeyError for an unknown language."""
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


def join(words: Sequence[str], language: str, conjunction: str = "or") -> str:
    """Return words in a row, the last after "or" or "and" in the language; "" for none."""
    *first, last = words or [""]
    if not first:
        return last
    comma = look_up("lists.comma", language)
    return comma.join(first) + look_up(f"lists.{conjunction}", language) + last


def _make_plain(value: Any) -> Any:
    value = getattr(value, "message", value)  # an error's
    if isinstance(value, tuple | list):
        return tuple(map(_make_plain, value))
    return value if isinstance(value, Message | str | int | float) else str(value)


def _tell(value: Any, language: str) -> Any:
    if isinstance(value, Message):
        return value.say(language)
    if isinstance(value, tuple):
        return join([str(_tell(part, language)) for part in value], language)
    return value


def _encode(value: Any) -> Any:
    if isinstance(value, Message):
        return {"message": value.encode()}
    return [_encode(part) for part in value] if isinstance(value, tuple) else value


def _decode(value: Any) -> Any:
    if isinstance(value, Mapping):
        return Message.decode(value["message"])
    return [_decode(part) for part in value] if isinstance(value, list) else value
