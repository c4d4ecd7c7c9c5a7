"""Where what we say to a store of who we are comes from, and what is refused."""

from pathlib import Path

import pytest

from jjjkg.credentials import PASSWORD, TOKEN, USER, find_credentials, split_address
from jjjkg.errors import InputError

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


def test_half_a_pair_and_a_broken_netrc_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(USER, "me")
    with pytest.raises(InputError, match="go together"):
        find_credentials(URL)
    monkeypatch.delenv(USER)
    write_netrc(tmp_path, "machine store.example passphrase s3cret\n")
    with pytest.raises(InputError, match="line 1") as refused:
        find_credentials(URL)
    assert "s3cret" not in str(refused.value)
    monkeypatch.setenv(TOKEN, "a\nb")
    with pytest.raises(InputError, match="no header can"):
        find_credentials(URL)


@pytest.mark.parametrize(
    "url",
    ["", "store.example", "file:///x", "http://", "http://[::1", "http://a b/", "http://a/#b"],
)
def test_what_is_no_address(url: str) -> None:
    with pytest.raises(InputError, match="is no address"):
        split_address(url)


def test_an_address_with_a_password_is_not_repeated() -> None:
    with pytest.raises(InputError, match="others can see") as refused:
        split_address("https://me:s3cret@store.example/")
    assert "s3cret" not in str(refused.value)
