"""Digest authentication, which Virtuoso asks of who writes.

https://www.rfc-editor.org/rfc/rfc7616, as far as urllib.request has it: MD5 or SHA-1, qop "auth".
"""

from collections.abc import Iterable
from urllib.error import URLError
from urllib.request import (
    AbstractDigestAuthHandler,
    HTTPPasswordMgrWithDefaultRealm,
    Request,
    parse_http_list,
    parse_keqv_list,
)

from jjjkg.errors import InputError


def answer_challenge(
    challenges: Iterable[str], method: str, url: str, account: tuple[str, str]
) -> str | None:
    """What the header Authorization has to say to a store's challenges (WWW-Authenticate).

    None where none asks for a digest. Raises InputError for a kind of digest that can't be made.
    """
    accounts = HTTPPasswordMgrWithDefaultRealm()
    accounts.add_password(None, url, *account)  # in any realm
    handler = AbstractDigestAuthHandler(accounts)
    for challenge in challenges:
        scheme, _, said = challenge.partition(" ")
        if scheme.lower() != "digest":
            continue
        try:
            parts = parse_keqv_list(parse_http_list(said))
            answer = handler.get_authorization(Request(url, method=method), parts)
        except (ValueError, URLError):  # whose words may show the password
            answer = None
        if not answer:
            raise InputError(f"{url}: asks for a digest that can't be made: {challenge!r}")
        return f"Digest {answer}"
    return None
