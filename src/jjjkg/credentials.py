"""What says to a store who we are: from the environment or netrc, never from an address."""

import base64
import netrc
import os
from pathlib import Path
from typing import Final
from urllib.parse import SplitResult, urlsplit

from jjjkg.errors import InputError

#: The variables of the environment: a token (RFC 6750), or a user with a password (RFC 7617).
TOKEN: Final = "JJJKG_STORE_TOKEN"
USER: Final = "JJJKG_STORE_USER"
PASSWORD: Final = "JJJKG_STORE_PASSWORD"


def split_address(url: str) -> SplitResult:
    """The parts of a store's address. Raises InputError for what is none, or holds a password."""
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        usable = False
    else:
        if "@" in parts.netloc:
            raise InputError(
                "the store's address holds a user or a password, which others can see there; "
                f"set {USER} and {PASSWORD} in the environment, or write them to ~/.netrc"
            )
    if not usable or parts.fragment or not url.isascii() or any(c <= " " for c in url):
        raise InputError(f"{url!r} is no address of a store; give one as https://host:port/path")
    return parts


def find_credentials(url: str) -> dict[str, str]:
    """The headers of a request to a store that say who asks; none where nothing is known.

    JJJKG_STORE_TOKEN goes before JJJKG_STORE_USER with JJJKG_STORE_PASSWORD, and these before the
    host's entry of netrc (the file that NETRC names, or ~/.netrc). Raises InputError for an
    address that can't be used, half a pair, or a netrc that can't be read.
    """
    host = split_address(url).hostname
    assert host
    if token := os.environ.get(TOKEN):
        return {"Authorization": f"Bearer {_check(TOKEN, token)}"}
    user, password = os.environ.get(USER), os.environ.get(PASSWORD)
    if user or password:
        if not user or not password:
            raise InputError(f"{USER} and {PASSWORD} go together; only one of them is set")
        return _basic(user, password)
    return _read_netrc(host)


def _read_netrc(host: str) -> dict[str, str]:
    named = os.environ.get("NETRC")
    try:
        file = Path(named) if named else Path.home() / ".netrc"
        if not file.is_file():
            return {}
        entries = netrc.netrc(file).hosts
    except (OSError, RuntimeError, UnicodeDecodeError) as error:
        raise InputError(f"netrc can't be read: {type(error).__name__}") from None
    except netrc.NetrcParseError as error:
        raise InputError(f"{file}, line {error.lineno}: {error.msg}; mend it") from None
    # The entry for hosts that have none is passed over: it may be meant for any but this one.
    if host == "default" or host not in entries:
        return {}
    user, _, password = entries[host]
    return _basic(user, password or "")


def _basic(user: str, password: str) -> dict[str, str]:
    coded = base64.b64encode(f"{user}:{password}".encode()).decode("ascii")
    return {"Authorization": f"Basic {coded}"}


def _check(name: str, value: str) -> str:
    if not value.isascii() or not value.isprintable():
        raise InputError(f"{name} holds a character that no header can")
    return value
