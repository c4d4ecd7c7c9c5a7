"""Credentials for a store: their sources, in order, and what is refused."""

import os
from pathlib import Path

import pytest

from jjjkg.errors import InputError
from jjjkg.system.credentials import PASSWORD, TOKEN, USER, find_credentials, split_address

URL = "https://store.example:8443/repositories/x?y=1"


@pytest.fixture(autouse=True)
def _nothing_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in (TOKEN, USER, PASSWORD, "NETRC"):
        monkeypatch.delenv(name, raising=False)


def write_netrc(folder: Path, text: str) -> Path:
    file = folder / ".netrc"
    file.write_text(text)
    file.chmod(0o600)
    return file


def test_nothing_is_known_of_a_stranger() -> None:
    assert find_credentials(URL) == {}


def test_a_token_goes_before_a_password_and_that_before_netrc(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_netrc(tmp_path, "machine store.example login a password b\n")
    assert find_credentials(URL) == {"Authorization": "Basic YTpi"}
    monkeypatch.setenv(USER, "c")
    monkeypatch.setenv(PASSWORD, "京")
    assert find_credentials(URL) == {"Authorization": "Basic Yzrkuqw="}
    monkeypatch.setenv(TOKEN, "t")
    assert find_credentials(URL) == {"Authorization": "Bearer t"}


def test_netrc_is_for_its_hosts_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = write_netrc(tmp_path, "machine other.example login a password b\n")
    assert find_credentials(URL) == {}
    file.write_text("default login a password b\n")
    assert find_credentials(URL) == {}
    named = tmp_path / "named"
    named.write_text("machine store.example login x password y\n")
    monkeypatch.setenv("NETRC", str(named))
    assert find_credentials(URL) == {"Authorization": "Basic eDp5"}
    named.write_text("machine Store.Example login x password y\n")
    assert find_credentials(URL) == {"Authorization": "Basic eDp5"}


def test_a_netrc_that_can_not_be_read_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    none = tmp_path / "none"
    monkeypatch.setenv("NETRC", str(none))
    with pytest.raises(InputError, match=f"{none}: does not exist, though NETRC names it"):
        find_credentials(URL)
    monkeypatch.setenv("NETRC", str(tmp_path))
    with pytest.raises(InputError, match=f"{tmp_path}: can't be read: Is a directory"):
        find_credentials(URL)
    none.write_bytes(b"\xff\xfe")
    monkeypatch.setenv("NETRC", str(none))
    with pytest.raises(InputError, match=f"{none}: can't be read: it is not text in UTF-8"):
        find_credentials(URL)


def test_what_is_no_utf_8_is_sent_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(USER, "a")
    monkeypatch.setenv(PASSWORD, os.fsdecode(b"\xff"))
    assert find_credentials(URL) == {"Authorization": "Basic YTr/"}
    monkeypatch.setenv(USER, "a:b")
    with pytest.raises(InputError, match="'a:b' has a colon"):
        find_credentials(URL)


def test_half_a_pair_and_a_broken_netrc_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(USER, "me")
    with pytest.raises(InputError, match="go together"):
        find_credentials(URL)
    monkeypatch.delenv(USER)
    for text in ("passphrase s3cret\n", "login me password s3 cret\n"):
        file = write_netrc(tmp_path, f"machine store.example {text}")
        with pytest.raises(InputError, match="before line") as refused:
            find_credentials(URL)
        assert str(file) in str(refused.value)
        assert "cret" not in str(refused.value)
    monkeypatch.setenv(TOKEN, "a\nb")
    with pytest.raises(InputError, match="no header can"):
        find_credentials(URL)


@pytest.mark.parametrize(
    "url",
    ["", "store.example", "file:///x", "http://", "http://[::1", "http://a b/", "http://a/#b"],
)
def test_what_is_no_address(url: str) -> None:
    with pytest.raises(InputError, match="is not the address"):
        split_address(url)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("https://me:s3cret@store.example/", "others can see"),
        ("me:s3cret@store.example/x", "'...@store.example/x' is not the address"),
        ("http:/me:s3cret@store.example", "is not the address"),
        ("http://me:s3/cret@store.example", "is not the address"),
        ("http://[me:s3cret@store.example", "is not the address"),
    ],
)
def test_an_address_with_a_password_is_not_repeated(url: str, words: str) -> None:
    with pytest.raises(InputError, match=words) as refused:
        split_address(url)
    assert "cret" not in str(refused.value)
