"""Requests to a store: with credentials, tried again while it is busy, and with one clear error.

https://www.rfc-editor.org/rfc/rfc9110#name-503-service-unavailable
"""

import io
import ssl
import time
from collections.abc import Mapping, Sequence
from typing import Any, Final

import requests
import urllib3
from requests.adapters import HTTPAdapter
from requests.auth import HTTPDigestAuth

from jjjkg.errors import InputError
from jjjkg.evaluation.remote.dialects import allow_headers
from jjjkg.evaluation.remote.fetched import shorten_words
from jjjkg.messages import Message
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
#: A form, or the bytes of a body.
Data = Sequence[tuple[str, str]] | bytes | None


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
        self._account = find_account(url)
        self._session = requests.Session()
        # No proxies of the environment, which would read who we are; netrc is read by ourselves.
        self._session.trust_env = False
        self._session.headers = requests.structures.CaseInsensitiveDict(
            {"User-Agent": "jjjkg", "Accept-Encoding": "identity", **find_credentials(url)}
        )
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, _Transport(url, tries))

    def select(self, query: str, *graphs: tuple[str, str]) -> bytes:
        """Return the answer to a SELECT in SPARQL's JSON; `graphs` are those of the protocol.

        https://www.w3.org/TR/sparql11-protocol/#query-operation. Raises InputError.
        """
        return self.send("POST", data=[("query", query), *graphs], headers={"Accept": _RESULTS})

    def construct(self, query: str) -> bytes:
        """Return the triples that a CONSTRUCT gives, as N-Triples. Raises InputError."""
        return self.send("POST", data=[("query", query)], headers={"Accept": _TRIPLES})

    def send(
        self,
        method: str,
        more: str = "",
        data: Data = None,
        headers: Mapping[str, str] | None = None,
        accept: tuple[int, ...] = (),
    ) -> bytes:
        """Return the body of the store's answer; `more` comes after the address.

        Raises InputError where there is no answer, and for a status that is neither a success nor
        one of `accept`.
        """
        try:
            response = self._ask(method, more, data, headers)
            challenge = response.headers.get("WWW-Authenticate", "Digest")
            if response.status_code == 401 and self._account and "digest" in challenge.lower():
                # Virtuoso asks for a digest only who says nothing of who he is (measured).
                self._session.headers.pop("Authorization", None)
                self._session.auth = HTTPDigestAuth(*self._account)
                response = self._ask(method, more, data, headers)
        except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
            cause = _find_cause(error)
            raise InputError("publishing.unreachable", url=self.url, cause=cause) from error
        except (ValueError, KeyError):  # whose words may show the password
            raise InputError("publishing.no_digest", url=self.url) from None
        status, said = response.status_code, bytes(response.raw.getvalue())
        if status not in accept and not 200 <= status < 300:
            kind = Refused if status == 400 else InputError
            problem = _explain(status, method, said)
            raise kind("publishing.refused", url=self.url, problem=problem)
        return said

    def _ask(
        self, method: str, more: str, data: Data, headers: Mapping[str, str] | None
    ) -> requests.Response:
        return self._session.request(
            method,
            self.url + more,
            data=data,
            headers=headers,
            timeout=(_CONNECTING, _SECONDS),
            allow_redirects=False,
            stream=True,  # _Transport has read all of it
        )


class _Transport(HTTPAdapter):
    """Sends a request again while the store is busy, and reads all of the answer, within limits.

    Certificates must be signed by whom the system trusts, or SSL_CERT_FILE names: requests by
    itself has a list of its own.
    """

    def __init__(self, url: str, tries: int) -> None:
        self._url = url
        retries = urllib3.Retry(
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
        super().__init__(max_retries=retries)

    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
        """Trust what the system trusts."""
        super().init_poolmanager(*arguments, ssl_context=ssl.create_default_context(), **options)

    def cert_verify(self, *_: Any, **__: Any) -> None:
        """Add nothing to what is trusted."""

    def send(
        self, request: requests.PreparedRequest, *arguments: Any, **options: Any
    ) -> requests.Response:
        """Send a request; again where its answer breaks off, too, as often as it may be sent."""
        retries = self.max_retries
        try:
            while True:
                response = super().send(request, *arguments, **options)
                raw = response.raw
                try:
                    response.raw = io.BytesIO(_read(raw, self._url))
                    return response
                except urllib3.exceptions.HTTPError as error:
                    left = raw.retries or self.max_retries
                    self.max_retries = left.increment(request.method, request.url, error=error)
                    self.max_retries.sleep()
                finally:
                    raw.close()
        finally:
            self.max_retries = retries


def _read(response: urllib3.BaseHTTPResponse, url: str) -> bytes:
    """Return the body. Raises InputError for one beyond the limits, HTTPError for one cut short."""
    length = response.headers.get("Content-Length", "0")
    if not (length.isascii() and length.isdecimal()):
        raise InputError("publishing.bad_length", url=url, length=repr(length[:40]))
    said, end = bytearray(), time.monotonic() + _SECONDS
    while piece := response.read1(_PIECE):
        said += piece
        if len(said) > _MOST:
            raise InputError("publishing.large_answer", url=url, bytes=_MOST)
        if time.monotonic() > end:
            raise InputError("publishing.slow_answer", url=url, seconds=_SECONDS)
    return bytes(said)


def _find_cause(error: Exception) -> str:
    """Return the words of the system, or else of urllib3: of several tries, of the last."""
    said = error.args[0] if isinstance(error, requests.RequestException) and error.args else error
    said = getattr(said, "reason", None) or said
    root = getattr(said, "__cause__", None)
    return (isinstance(root, OSError) and root.strerror) or shorten_words(said)


def _explain(status: int, method: str, said: bytes) -> Message:
    values: dict[str, Any] = {"status": status, "method": method}
    if status in (401, 403):
        known = {"token": TOKEN, "user": USER, "password": PASSWORD}
        return Message("publishing.not_let_in", {**values, **known})
    if 300 <= status < 400:
        return Message("publishing.leads_elsewhere", values)
    if status in (404, 405, 501):
        return Message("publishing.wrong_method", values)
    words = shorten_words(said.decode("utf-8", "replace")) or Message("publishing.says_nothing")
    return Message("publishing.refusal", {**values, "words": words})
