"""Requests to a store: with credentials, tried again while it is busy, and with one clear error.

https://www.rfc-editor.org/rfc/rfc9110#name-503-service-unavailable
"""

import time
from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import urlencode

import urllib3

from jjjkg.errors import InputError
from jjjkg.evaluation.remote.dialects import allow_headers
from jjjkg.evaluation.remote.fetched import shorten_words
from jjjkg.publishing.digest import answer_challenge
from jjjkg.system.credentials import PASSWORD, TOKEN, USER, find_account, find_credentials

#: Statuses with which a store says that it would answer later.
_LATER: Final = (408, 425, 429, 500, 502, 503, 504)
#: Seconds before the second try; each wait is twice the one before, up to the longest, which
#: bounds what a store may ask for too.
_BACKOFF: Final = 0.5
_LONGEST_WAIT: Final = 30
_CONNECTING: Final = 10.0
#: Seconds that an answer may take to begin, and then to end.
_SECONDS: Final = 300.0
#: Bytes of an answer: the largest is a graph as N-Triples.
_MOST: Final = 1 << 30
_PIECE: Final = 1 << 16
_RESULTS: Final = "application/sparql-results+json"
_TRIPLES: Final = "application/n-triples"


class Refused(InputError):
    """A request that the store says is a bad one (status 400)."""


class Endpoint:
    """An address of a store. `tries` is how often a request is sent at most.

    Every request says the same when it is sent twice, so that each may be. Raises InputError for
    an address that can't be used.
    """

    def __init__(self, url: str, tries: int = 5) -> None:
        allow_headers()
        self.url = url
        self._login, self._account = find_credentials(url), find_account(url)
        self._pool = urllib3.PoolManager(
            timeout=urllib3.Timeout(connect=_CONNECTING, read=_SECONDS)
        )
        self._retries = urllib3.Retry(
            tries - 1,
            redirect=False,
            allowed_methods=None,
            status_forcelist=_LATER,
            backoff_factor=_BACKOFF,
            backoff_max=_LONGEST_WAIT,
            retry_after_max=_LONGEST_WAIT,
            backoff_jitter=_BACKOFF / 2,
            raise_on_status=False,
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
            status, said = self._authenticate(method, url, body, headers or {})
        except urllib3.exceptions.HTTPError as error:
            raise InputError(f"{self.url}: can't be reached: {_find_cause(error)}") from error
        if status not in accept and not 200 <= status < 300:
            kind = Refused if status == 400 else InputError
            raise kind(f"{self.url}: {_explain(status, method, said)}")
        return said

    def _authenticate(
        self, method: str, url: str, body: bytes | None, headers: Mapping[str, str]
    ) -> tuple[int, bytes]:
        """The status and the body of the answer, to who says who asks as the store wants it."""
        response, said = self._ask(method, url, body, {**headers, **self._login})
        if response.status == 401 and self._account:
            if self._login and "WWW-Authenticate" not in response.headers:
                # Virtuoso says how only to who does not say it yet (measured).
                response, said = self._ask(method, url, body, headers)
            challenges = response.headers.getlist("WWW-Authenticate")
            if answer := answer_challenge(challenges, method, url, self._account):
                self._login = {}
                response, said = self._ask(method, url, body, {**headers, "Authorization": answer})
        return response.status, said

    def _ask(
        self, method: str, url: str, body: bytes | None, headers: Mapping[str, str]
    ) -> tuple[urllib3.BaseHTTPResponse, bytes]:
        """A response and all of its body; sent again where that breaks off too."""
        retries = self._retries
        while True:
            response = self._pool.request(
                method,
                url,
                body=body,
                headers={"User-Agent": "jjjkg", **headers},
                retries=retries,
                preload_content=False,
            )
            try:
                return response, self._read(response)
            except urllib3.exceptions.HTTPError as error:
                retries = (response.retries or retries).increment(method, url, error=error)
                retries.sleep()
            finally:
                response.close()

    def _read(self, response: urllib3.BaseHTTPResponse) -> bytes:
        length = response.headers.get("Content-Length", "0")
        if not (length.isascii() and length.isdecimal()):
            raise InputError(f"{self.url}: says that its answer has {length[:40]!r} bytes")
        said, end = bytearray(), time.monotonic() + _SECONDS
        while piece := response.read1(_PIECE):
            said += piece
            if len(said) > _MOST:
                raise InputError(f"{self.url}: answers with more than {_MOST:,} bytes")
            if time.monotonic() > end:
                raise InputError(f"{self.url}: does not end its answer in {_SECONDS:g} seconds")
        return bytes(said)


def _find_cause(error: Exception) -> str:
    """What the system said, or else urllib3: of several tries, of the last."""
    said = getattr(error, "reason", None) or error
    root = said.__cause__
    return (isinstance(root, OSError) and root.strerror) or shorten_words(said)


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
