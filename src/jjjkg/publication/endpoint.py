"""Requests to a store: with credentials, tried again while it is busy, and with one clear error.

https://www.rfc-editor.org/rfc/rfc9110#name-503-service-unavailable
"""

from collections.abc import Sequence
from typing import Final
from urllib.parse import urlencode

import urllib3

from jjjkg.credentials import PASSWORD, TOKEN, USER, find_credentials
from jjjkg.errors import InputError
from jjjkg.evaluation.remote import shorten_words

#: Statuses with which a store says that it would answer later.
_LATER: Final = (408, 425, 429, 500, 502, 503, 504)
#: Seconds before the second try; each wait is twice the one before, up to the longest, which
#: bounds what a store may ask for too.
_BACKOFF: Final = 0.5
_LONGEST_WAIT: Final = 30
_CONNECTING: Final = 10.0
_RESULTS: Final = "application/sparql-results+json"
_TRIPLES: Final = "application/n-triples"


class Endpoint:
    """An address of a store. `tries` is how often a request is sent at most.

    Every request says the same when it is sent twice, so that each may be. Raises InputError for
    an address that can't be used.
    """

    def __init__(self, url: str, tries: int = 5, seconds: float = 300.0) -> None:
        self.url = url
        self._headers = {"User-Agent": "jjjkg", **find_credentials(url)}
        self._pool = urllib3.PoolManager(
            timeout=urllib3.Timeout(connect=_CONNECTING, read=seconds),
            retries=urllib3.Retry(
                tries - 1,
                redirect=False,
                allowed_methods=None,
                status_forcelist=_LATER,
                backoff_factor=_BACKOFF,
                backoff_max=_LONGEST_WAIT,
                retry_after_max=_LONGEST_WAIT,
                backoff_jitter=_BACKOFF / 2,
                raise_on_status=False,
            ),
        )

    def select(self, query: str, *graphs: tuple[str, str]) -> bytes:
        """The answer to a SELECT in SPARQL's JSON; `graphs` are those of the protocol.

        https://www.w3.org/TR/sparql11-protocol/#query-operation. Raises InputError.
        """
        return self._query([("query", query), *graphs], _RESULTS)

    def construct(self, query: str) -> bytes:
        """The triples that a CONSTRUCT gives, as N-Triples. Raises InputError."""
        return self._query([("query", query)], _TRIPLES)

    def _query(self, form: Sequence[tuple[str, str]], accept: str) -> bytes:
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": accept}
        return self.send("POST", body=urlencode(form).encode("ascii"), headers=headers)

    def send(
        self,
        method: str,
        more: str = "",
        body: bytes | None = None,
        headers: dict[str, str] | None = None,
        accept: tuple[int, ...] = (),
    ) -> bytes:
        """What the store answers; `more` comes after the address.

        Raises InputError for a status that is no success and none of `accept`, or no answer.
        """
        url = self.url + more
        try:
            response = self._pool.request(
                method, url, body=body, headers={**self._headers, **(headers or {})}
            )
        except urllib3.exceptions.HTTPError as error:
            cause = getattr(error, "reason", None) or error
            raise InputError(f"{self.url}: can't be reached: {shorten_words(cause)}") from error
        status = response.status
        if status not in accept and not 200 <= status < 300:
            raise InputError(f"{self.url}: {_explain(status, method, response.data)}")
        return response.data


def _explain(status: int, method: str, said: bytes) -> str:
    if status in (401, 403):
        known = f"{TOKEN}, or {USER} and {PASSWORD}, or an entry of netrc"
        return f"does not let us in (status {status}); who we are is read from {known}"
    if 300 <= status < 400:
        return f"leads elsewhere (status {status}); give the address that it leads to"
    if status in (404, 405, 501):
        return f"does not take {method} (status {status}); is it the address of this protocol?"
    words = shorten_words(said.decode("utf-8", "replace"))
    return f"refuses {method} with status {status}: {words or 'it does not say why'}"
