"""The credentials of `jjjkg publish`: a token, Basic or Digest, for the store and nobody else."""

import hashlib
import shutil
import subprocess
from pathlib import Path
from urllib.request import parse_http_list, parse_keqv_list

import pytest

from support.stores.holdings import publish
from support.stores.proxy import Answer, Request, proxied

CHALLENGE = 'Digest realm="SPARQL", nonce="n0", opaque="o", stale="false", qop="auth"'
#: The algorithms, with what the challenge adds for them; MD5 is meant where none is named.
ALGORITHMS = {
    "md5": "",
    "sha1": ", algorithm=SHA",
    "sha256": ", algorithm=SHA-256",
    "sha512": ", algorithm=SHA-512",
}


def is_digest(request: Request, password: str, algorithm: str) -> bool:
    """Tell if a request answers the challenge.

    https://www.rfc-editor.org/rfc/rfc7616#section-3.4.1
    """
    scheme, _, said = request.headers.get("Authorization", "").partition(" ")
    if scheme != "Digest":
        return False
    parts = parse_keqv_list(parse_http_list(said))

    def hashed(*words: str) -> str:
        return hashlib.new(algorithm, ":".join(words).encode(), usedforsecurity=False).hexdigest()

    account = hashed("me", "SPARQL", password)
    target = hashed(request.method, request.path)
    once = ("n0", parts["nc"], parts["cnonce"], "auth")
    return parts["response"] == hashed(account, *once, target)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize("protocol", ["graph-store", "update"])
def test_a_store_that_wants_a_digest_gets_one(
    protocol: str,
    algorithm: str,
    oxigraph: int,
    small: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    challenge = CHALLENGE + ALGORITHMS[algorithm]
    with proxied(oxigraph) as proxy:

        def want_digest(request: Request) -> Answer | None:
            if not request.writes or is_digest(request, "s3cret", algorithm):
                return None
            # As Virtuoso does: who says Basic is not told what else to say.
            basic = request.headers.get("Authorization", "").startswith("Basic")
            return Answer(401, {} if basic else {"WWW-Authenticate": challenge})

        proxy.react = want_digest
        to = {"graph-store": "/store", "update": "/update"}[protocol]
        options = ["--to", proxy.url + to, "--query", f"{proxy.url}/query", "--data", small]
        options += ["--protocol", protocol]
        monkeypatch.setenv("JJJKG_STORE_USER", "me")
        for password in ("wrong", "京"):
            monkeypatch.setenv("JJJKG_STORE_PASSWORD", password)
            assert publish(*options) == 2
            said = capsys.readouterr().err
            assert "does not let us in" in said or "a digest that can't be made" in said
            assert password not in said
        monkeypatch.setenv("JJJKG_STORE_PASSWORD", "s3cret")
        assert publish(*options) == 0
        basic = [r for r in proxy.seen if "Basic" in r.headers.get("Authorization", "")]
        assert sum(request.writes for request in basic) == 3, "once a run, before it is known"
    out, err = capsys.readouterr()
    assert "3 questions are as they are here" in out
    assert "s3cret" not in out + err


@pytest.mark.parametrize("kind", ["token", "user", "netrc"])
def test_who_we_are_is_told_to_the_store_and_nowhere_else(
    kind: str,
    oxigraph: int,
    small: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    expected = "Bearer s3cret" if kind == "token" else "Basic bWU6czNjcmV0"
    with proxied(oxigraph) as proxy:

        def check(request: Request) -> Answer | None:
            return None if request.headers.get("Authorization") == expected else Answer(401)

        proxy.react = check
        options = ["--to", f"{proxy.url}/store", "--query", f"{proxy.url}/query", "--data", small]
        assert publish(*options) == 2
        said = capsys.readouterr().err.splitlines()[-1]
        assert "does not let us in (status 401)" in said
        assert "JJJKG_STORE_TOKEN" in said
        if kind == "token":
            monkeypatch.setenv("JJJKG_STORE_TOKEN", "s3cret")
        elif kind == "user":
            monkeypatch.setenv("JJJKG_STORE_USER", "me")
            monkeypatch.setenv("JJJKG_STORE_PASSWORD", "s3cret")
        else:
            netrc = tmp_path / ".netrc"
            netrc.write_text("machine 127.0.0.1 login me password s3cret\n")
            netrc.chmod(0o600)
        assert publish(*options) == 0
    out, err = capsys.readouterr()
    assert "s3cret" not in out + err


def test_no_redirect_is_followed(
    small: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("JJJKG_STORE_TOKEN", "s3cret")
    with proxied() as other, proxied() as proxy:
        for status in (301, 302, 303, 307, 308):
            away = Answer(status, {"Location": other.url + "/?s3cret"})
            proxy.react = lambda _, away=away: away
            assert publish("--to", proxy.url, "--data", small) == 2
            err = capsys.readouterr().err
            assert f"leads elsewhere (status {status})" in err
            assert "s3cret" not in err
        assert len(proxy.seen) == 5
        assert not other.seen


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate for 127.0.0.1 that is signed by itself, and its key, in one file."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is missing: apt install openssl")
    file = tmp_path / "certificate.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1"]
    command += ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    subprocess.run([*command, "-keyout", file, "-out", file], check=True, capture_output=True)
    return file


def test_a_certificate_must_be_trusted(
    certificate: Path,
    oxigraph: int,
    small: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """By the system, or by the file that SSL_CERT_FILE names."""
    monkeypatch.setenv("JJJKG_STORE_TOKEN", "s3cret")
    with proxied(oxigraph, certificate) as proxy:
        options = ["--to", f"{proxy.url}/store", "--query", f"{proxy.url}/query", "--data", small]
        assert publish(*options, "--tries", 1) == 2
        assert "can't be reached" in capsys.readouterr().err.splitlines()[-1]
        assert not proxy.seen
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        assert publish(*options) == 0


def test_nothing_is_sent_by_way_of_a_proxy_of_the_environment(
    oxigraph: int, small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would read who we are."""
    monkeypatch.setenv("JJJKG_STORE_TOKEN", "s3cret")
    with proxied() as stranger:
        for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, stranger.url)
        root = f"http://127.0.0.1:{oxigraph}"
        assert publish("--to", f"{root}/store", "--query", f"{root}/query", "--data", small) == 0
        assert not stranger.seen
