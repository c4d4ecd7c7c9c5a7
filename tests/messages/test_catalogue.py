"""The catalogue: every language has every message, with the same places for values."""

from string import Formatter

import pytest

from jjjkg.messages import DEFAULT, LANGUAGES, load_messages, look_up


def list_places(words: str) -> list[tuple[str, str, str | None]]:
    """Return the places of a message, sorted: each one's name, format and conversion."""
    parsed = Formatter().parse(words)
    return sorted((name, form or "", how) for _, name, form, how in parsed if name is not None)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_has_the_keys_and_places_of_english(language: str) -> None:
    assert load_messages(language).keys() == load_messages(DEFAULT).keys()
    for key, words in load_messages(language).items():
        assert words.strip(), key
        assert list_places(words) == list_places(look_up(key)), key


def test_keys_stand_in_the_same_order_in_every_language() -> None:
    orders = {
        tuple(key for key in load_messages(language) if key.partition(".")[0] == subject)
        for language in LANGUAGES
        for subject in {key.partition(".")[0] for key in load_messages(DEFAULT)}
    }
    assert len(orders) == len({order[0].partition(".")[0] for order in orders})
