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
        # What is before an @ may be a password, even where the rest is no address.
        shown = repr(url) if "@" not in url else f"'...{url[url.rindex('@') :]}'"
        raise InputError(f"{shown} is no address of a store; give one as https://host:port/path")
    return parts


def find_credentials(url: str) -> dict[str, str]:
    """The headers of a request to a store that say who asks; none where nothing is known.

    JJJKG_STORE_TOKEN goes before an account (find_account). Raises InputError as that does, and
    for what can't be sent.
    """
    if token := os.environ.get(TOKEN):
        split_address(url)
        return {"Authorization": f"Bearer {_check(TOKEN, token)}"}
    account = find_account(url)
    return _basic(*account) if account else {}


def find_account(url: str) -> tuple[str, str] | None:
    """The user and the password for a store; None where a token or nothing is known.

    JJJKG_STORE_USER with JJJKG_STORE_PASSWORD go before the host's entry of netrc (the file that
    NETRC names, or ~/.netrc). Raises InputError for an address that can't be used, half a pair,
    or a netrc that can't be read.
    """
    host = split_address(url).hostname
    assert host
    if os.environ.get(TOKEN):
        return None
    user, password = os.environ.get(USER), os.environ.get(PASSWORD)
    if user or password:
        if not user or not password:
            raise InputError(f"{USER} and {PASSWORD} go together; only one of them is set")
        return user, password
    return _read_netrc(host)


def _read_netrc(host: str) -> tuple[str, str] | None:
    named = os.environ.get("NETRC")
    try:
        file = Path(named or "~/.netrc").expanduser()
        entries = netrc.netrc(file).hosts
    except RuntimeError:
        return None  # who has no home has no netrc
    except FileNotFoundError:
        if named:
            raise InputError(f"{file}: is not there, though NETRC names it") from None
        return None
    except OSError as error:
        raise InputError(f"{file}: can't be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise InputError(f"{file}: can't be read: it is no text in UTF-8") from None
    except netrc.NetrcParseError as error:
        # The error's own words show what stands there, which may be part of a password.
        raise InputError(
            f"{file}: can't be read before line {error.lineno}; write each entry as "
            "machine HOST login USER password PASSWORD, and none of them with a blank"
        ) from None
    # The entry for hosts that have none is passed over: it may be meant for any but this one.
    known = {name.lower(): entry for name, entry in entries.items() if name != "default"}
    if host not in known:
        return None
    user, _, password = known[host]
    return user, password or ""


def _basic(user: str, password: str) -> dict[str, str]:
    if ":" in user:
        raise InputError(f"the user {user!r} has a colon, which Basic authentication can't send")
    # What the environment holds is sent as it is, even where it is no UTF-8.
    coded = base64.b64encode(f"{user}:{password}".encode("utf-8", "surrogateescape"))
    return {"Authorization": f"Basic {coded.decode('ascii')}"}


def _check(name: str, value: str) -> str:
    if not value.isascii() or not value.isprintable():
        raise InputError(f"{name} holds a character that no header can")
    return value
