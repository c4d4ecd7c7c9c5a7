"""Credentials for a store: from the environment or netrc, never from an address."""

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
    """Return the parts of a store's address.

    Raises InputError for what is not an address, or holds a password.
    """
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        usable = False
    else:
        if "@" in parts.netloc:
            raise InputError("credentials.in_address", user=USER, password=PASSWORD)
    if not usable or parts.fragment or not url.isascii() or any(c <= " " for c in url):
        # A password may stand before an @, even where the rest is no address.
        shown = repr(url) if "@" not in url else f"'...{url[url.rindex('@') :]}'"
        raise InputError("credentials.no_address", address=shown)
    return parts


def find_credentials(url: str) -> dict[str, str]:
    """Return the headers that authorise a request to a store; none where nothing is known.

    JJJKG_STORE_TOKEN goes before an account (find_account). Raises InputError as that does, and
    for what can't be sent.
    """
    account = find_account(url)
    if token := os.environ.get(TOKEN):
        if not token.isascii() or not token.isprintable():
            raise InputError("credentials.no_header", name=TOKEN)
        return {"Authorization": f"Bearer {token}"}
    if account is None:
        return {}
    if ":" in account[0]:
        raise InputError("credentials.colon", user=repr(account[0]))
    # The environment's bytes are sent as they are, even where they are not UTF-8.
    coded = base64.b64encode(":".join(account).encode("utf-8", "surrogateescape"))
    return {"Authorization": f"Basic {coded.decode('ascii')}"}


def find_account(url: str) -> tuple[str, str] | None:
    """Return the user and the password for a store; None where a token or nothing is known.

    JJJKG_STORE_USER with JJJKG_STORE_PASSWORD go before the host's entry of netrc (the file that
    NETRC names, or ~/.netrc). Raises InputError for an address that can't be used, half a pair,
    or a netrc that can't be read.
    """
    host = split_address(url).hostname
    assert host
    if os.environ.get(TOKEN):
        return None
    user, password = os.environ.get(USER), os.environ.get(PASSWORD)
    if user and password:
        return user, password
    if user or password:
        raise InputError("credentials.half_a_pair", user=USER, password=PASSWORD)
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
            raise InputError("credentials.no_netrc", file=file) from None
        return None
    except OSError as error:
        raise InputError("credentials.closed_netrc", file=file, error=error.strerror) from None
    except UnicodeDecodeError:
        raise InputError("credentials.netrc_not_utf8", file=file) from None
    except netrc.NetrcParseError as error:
        # The error's own words show what stands there, which may be part of a password.
        raise InputError("credentials.bad_netrc", file=file, line=error.lineno) from None
    # The entry for hosts that have none is passed over: it may be meant for any but this one.
    known = {name.lower(): entry for name, entry in entries.items() if name != "default"}
    if host not in known:
        return None
    user, _, password = known[host]
    return user, password or ""
