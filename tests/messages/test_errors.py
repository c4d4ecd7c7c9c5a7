"""Messages and errors: values told in a language, sent as JSON, and taken to other processes."""

import json
import pickle
from pathlib import Path

import pytest

from jjjkg.errors import InputError
from jjjkg.messages import LANGUAGES, Message, join, say

NO_PAGE = Message.of("problems.no_page", path="/x")


def test_an_error_is_told_in_each_language() -> None:
    error = InputError("problems.no_page", path="/x")
    assert str(error) == "there is no page /x; start from the home page"
    assert error.say("zh") == "没有页面 /x；请从首页查找"


def test_a_message_in_a_message_is_told_in_the_same_language() -> None:
    outer = InputError("queries.store.unreadable", why=InputError("problems.no_page", path="/x"))
    for language in LANGUAGES:
        assert NO_PAGE.say(language) in outer.say(language)
    assert outer.message == Message.of("queries.store.unreadable", why=NO_PAGE)


def test_several_values_are_joined() -> None:
    message = Message.of("problems.no_method", method="PUT", path="/", allowed=["GET", "HEAD"])
    assert message.say("en").endswith("use one of GET or HEAD")
    assert message.say("zh").endswith("可用 GET或HEAD")
    assert join(["a", "b", "c"], "en", "and") == "a, b and c"
    assert (join(["a"], "en"), join([], "en")) == ("a", "")


def test_values_of_other_types_are_told_by_their_text() -> None:
    message = Message.of("problems.no_page", path=Path("/x"))
    assert message == NO_PAGE
    assert Message.of("pages.rows", count=3).values == {"count": 3}


@pytest.mark.parametrize(
    "message",
    [NO_PAGE, Message.of("problems.no_method", method=1, path=2.5, allowed=["GET", NO_PAGE])],
)
def test_a_message_passes_through_json(message: Message) -> None:
    assert Message.decode(json.loads(json.dumps(message.encode()))) == message


def test_an_error_passes_between_processes() -> None:
    error = pickle.loads(pickle.dumps(InputError("problems.no_page", path="/x")))
    assert isinstance(error, InputError)
    assert error.message == NO_PAGE


def test_an_unknown_key_place_or_language_is_an_error() -> None:
    for key, language in (("problems.none_such", "en"), ("problems.no_page", "xx")):
        with pytest.raises(KeyError):
            say(key, language, path="/x")
    with pytest.raises(KeyError):
        say("problems.no_page")
