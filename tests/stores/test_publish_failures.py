"""`jjjkg publish` against a store that fails in every way that one may."""

import gzip
import shutil
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from jjjkg.cli import main
from jjjkg.rdf.namespaces import CLAIM
from jjjkg.release.manifest import hash_graph
from jjjkg.system.folders import describe_file
from support.sealing import rewrite, seal
from support.stores.holdings import addresses, publish
from support.stores.proxy import Answer, Request, proxied


def test_what_was_interrupted_is_taken_up_again(
    oxigraph: int, capsys: pytest.CaptureFixture[str]
) -> None:
    with proxied(oxigraph) as proxy:

        def fail_later(_: Request) -> Answer | None:
            done = sum(request.writes for request in proxy.seen)
            return Answer(400, body=b"<p>the disk is full</p>\n") if done > 20 else None

        proxy.react = fail_later
        options = ["--to", f"{proxy.url}/store", "--query", f"{proxy.url}/query"]
        assert publish(*options) == 2
        assert "refuses PUT with status 400: the disk is full" in capsys.readouterr().err
    assert publish(*addresses(oxigraph)) == 0
    assert "putting 192, deleting 0, 20 are the same" in capsys.readouterr().out


def test_a_busy_store_is_asked_again(
    oxigraph: int,
    small: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("jjjkg.publishing.endpoint._BACKOFF", 0.01)
    with proxied(oxigraph) as proxy:

        def be_busy(_: Request) -> Answer | None:
            return Answer(503, {"Retry-After": "0"}) if len(proxy.seen) % 3 else None

        proxy.react = be_busy
        options = ["--to", f"{proxy.url}/store", "--query", f"{proxy.url}/query"]
        assert publish(*options, "--data", small) == 0
        assert "3 questions are as they are here" in capsys.readouterr().out
        proxy.react = lambda _: Answer(503, {"Retry-After": "0"})
        before = len(proxy.seen)
        assert publish(*options, "--tries", 3, "--data", small) == 2
        assert len(proxy.seen) - before == 3
        assert "status 503" in capsys.readouterr().err


def test_a_store_can_not_ask_for_a_pause_without_end(
    small: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("jjjkg.publishing.endpoint._LONGEST_WAIT", 0.01)
    with proxied() as proxy:
        for asked in ("86400", "Fri, 31 Dec 2999 23:59:59 GMT"):
            answer = Answer(429, {"Retry-After": asked})
            proxy.react = lambda _, answer=answer: answer
            before = len(proxy.seen)
            assert publish("--to", proxy.url, "--tries", 3, "--data", small) == 2
            assert len(proxy.seen) - before == 3
            assert "status 429" in capsys.readouterr().err
        proxy.react = lambda _: Answer(429, {"Retry-After": "soon"})
        assert publish("--to", proxy.url, "--data", small) == 2
        assert "Invalid Retry-After header: soon" in capsys.readouterr().err


def test_a_store_that_forgets_is_found_out(
    oxigraph: int, small: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with proxied(oxigraph) as proxy:

        def forget(request: Request) -> Answer | None:
            return Answer(204) if request.writes and "C1" in request.path else None

        proxy.react = forget
        options = ["--to", f"{proxy.url}/store", "--query", f"{proxy.url}/query"]
        assert publish(*options, "--data", small) == 1
    out, err = capsys.readouterr()
    assert f"<{CLAIM}C1>: has 0 triples instead of 2" in out
    assert "claims: 2 rows missing, 0 rows more" in out
    assert "the store differs in 2 ways" in err


def test_a_store_that_makes_something_else_of_a_graph_is_found_out(
    oxigraph: int, small: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with proxied(oxigraph) as proxy:

        def change(request: Request) -> Answer | None:
            if request.method != "PUT":
                return None
            request.body = request.body.replace(b"34.90", b"34.91")
            return proxy.forward(request)

        proxy.react = change
        options = ["--to", f"{proxy.url}/store", "--query", f"{proxy.url}/query"]
        assert publish(*options, "--data", small) == 1
    out = capsys.readouterr().out
    assert f"<{CLAIM}C1>: has other triples than were sent" in out
    assert f"<{CLAIM}C2>" not in out


def test_an_answer_that_breaks_off_is_asked_for_again(
    oxigraph: int,
    small: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("jjjkg.publishing.endpoint._BACKOFF", 0.01)
    with proxied(oxigraph) as proxy:

        def break_off(_: Request) -> Answer | None:
            return Answer(200, body=b"{", length=99) if len(proxy.seen) % 2 else None

        proxy.react = break_off
        options = ["--to", f"{proxy.url}/store", "--query", f"{proxy.url}/query"]
        assert publish(*options, "--data", small) == 0
    assert "3 questions are as they are here" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("limit", "value", "words"),
    [("_MOST", 50, "answers with more than 50 bytes"), ("_SECONDS", 0.3, "does not end")],
)
def test_an_answer_without_end_is_ended(
    limit: str,
    value: float,
    words: str,
    small: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(f"jjjkg.publishing.endpoint.{limit}", value)
    with proxied() as proxy:
        proxy.react = lambda _: Answer(200, body=b" " * 2_000, pace=0.005)
        assert publish("--to", proxy.url, "--data", small) == 2
        assert len(proxy.seen) == 1
    assert words in capsys.readouterr().err.splitlines()[-1]


def test_a_store_may_name_every_graph_in_a_header(
    oxigraph: int, small: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with proxied(oxigraph) as proxy:

        def name_all(request: Request) -> Answer:
            answer = proxy.forward(request)
            answer.headers |= {f"X-Graph-{n}": "x:g" for n in range(300)}
            return answer

        proxy.react = name_all
        options = ["--to", f"{proxy.url}/store", "--query", f"{proxy.url}/query"]
        assert publish(*options, "--data", small) == 0
    assert "3 questions are as they are here" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://me:s3cret@127.0.0.1:1/", "holds a user or a password"),
        ("ftp://127.0.0.1/", "is not the address of a store"),
        ("127.0.0.1:7878/store", "is not the address of a store"),
        ("http://127.0.0.1:1/store", "/store: can't be reached: Connection refused"),
    ],
)
def test_an_address_that_leads_nowhere_is_one_clear_line(
    url: str, words: str, small: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert publish("--to", url, "--tries", 1, "--data", small) == 2
    said = capsys.readouterr().err.splitlines()[-1]
    assert said.startswith("jjjkg: ")
    assert words in said
    assert "s3cret" not in said


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (
            Answer(200, {"Content-Type": "text/html"}, b"<h1>Welcome</h1>"),
            "does not answer queries",
        ),
        (Answer(404), "is it the address of this protocol?"),
        (Answer(302, {"Location": "http://127.0.0.1:1/"}), "leads elsewhere (status 302)"),
        (Answer(400, body=b"\n<html>\n<b>Bad</b> idea\n"), "status 400: Bad idea"),
        (Answer(200, body=b"{", length=99), "can't be reached"),
    ],
)
def test_a_store_that_is_none_is_one_clear_line(
    answer: Answer, words: str, small: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with proxied() as proxy:
        proxy.react = lambda _: answer
        assert publish("--to", proxy.url, "--tries", 1, "--data", small) == 2
    assert words in capsys.readouterr().err.splitlines()[-1]


def test_a_folder_that_is_no_release(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "dataset.nq").write_text("<x:a> <x:b> <x:c> <x:g> .\n")
    assert publish("--to", "http://127.0.0.1:1/", "--release", tmp_path) == 2
    assert f"{tmp_path}: is not a release" in capsys.readouterr().err.splitlines()[-1]


def test_a_release_that_was_changed_is_not_published(
    release: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Not even where its checksums were made anew."""
    folder = Path(shutil.copytree(release, tmp_path / "copy"))
    quads = folder / "dataset.nq"
    text = quads.read_text(encoding="utf-8")
    quads.write_text(text.replace('"21.4"', '"21.5"'), encoding="utf-8")
    with proxied() as proxy:
        assert publish("--to", proxy.url, "--release", folder) == 2
        said = capsys.readouterr().err.splitlines()[-1]
        assert f"{folder}: differs from the release as it was made: dataset.nq: its SHA-256" in said
        (folder / "dataset.nq.gz").write_bytes(gzip.compress(quads.read_bytes(), mtime=0))
        seal(folder)
        assert publish("--to", proxy.url, "--release", folder) == 2
        said = capsys.readouterr().err.splitlines()[-1]
        assert "dataset.nq: is not the file that manifest.json describes; fetch it again" in said
        assert not proxy.seen


def test_a_triple_in_no_graph_is_not_published(
    oxigraph: int, small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["release", str(tmp_path / "out"), "--data", str(small)]) == 0
    triple = "<x:a> <x:b> <x:c> ."
    with (tmp_path / "out" / "dataset.nq").open("a") as file:
        file.write(f"{triple}\n")
    hashed = hash_graph(quad.triple for quad in ox.parse(triple, ox.RdfFormat.N_TRIPLES))
    described = {"iri": "", "triples": 1, "rdfc10": hashed}
    quads = (tmp_path / "out" / "dataset.nq").read_bytes()
    (tmp_path / "out" / "dataset.nq.gz").write_bytes(gzip.compress(quads, mtime=0))

    def tell(manifest: dict[str, Any]) -> None:
        manifest["graphs"].append(described)
        for file in manifest["files"]:
            file |= describe_file(tmp_path / "out" / file["name"])
            file["triples"] = file.get("triples", 0) + (file["name"] == "dataset.nq")

    rewrite(tell)(tmp_path / "out")
    assert publish(*addresses(oxigraph), "--release", tmp_path / "out") == 2
    assert "<x:a> <x:b> <x:c> is not in a graph with an IRI" in capsys.readouterr().err
