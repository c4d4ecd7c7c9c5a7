"""Errors that carry a message's key and values, so that they can be told in any language."""

from typing import Any

from jjjkg.messages import DEFAULT, Message


class MessageError(Exception):
    """An error told by a message of the catalogue (jjjkg.messages); str() tells it in English."""

    def __init__(self, key: str, /, **values: Any) -> None:
        super().__init__(key)
        self.message = Message(key, values)

    def __reduce__(self) -> tuple[Any, ...]:
        # By its state: the arguments that a class of errors takes are its own.
        return self.__class__.__new__, (self.__class__,), self.__dict__

    def __str__(self) -> str:
        return self.say(DEFAULT)

    def say(self, language: str) -> str:
        """Return the error's message in a language."""
        return self.message.say(language)


class InputError(MessageError):
    """Input that can't be used; the command line prints it as one line and exits with 2."""
