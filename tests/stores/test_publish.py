"""`jjjkg publish` against real servers, and against one that fails in every way that they may."""

import shutil
from pathlib import Path

import pytest
from holding import count, put
from proxy import Answer, Request, proxied

from jjjkg.cli import main
from jjjkg.dataset import own_folder
from jjjkg.namespaces import CLAIM, GRAPH
from jjjkg.snapshot import Snapshot

#: Questions that rdflib takes from a second to minutes for; the others it answers in half a second.
SLOW = """
    about_the_article derived_figures figures
    identifiers_elsewhere organisations people_and_their_roles
    places_of_a_relocation policies_and_places policies_and_who_made_them
    what_figures_cover what_the_picture_shows what_zones_claims_say
    which_firms_left_beijing
""".split()
WHOLE = "GRAPH ?g { ?s ?p ?o }"


def publish(*options: object) -> int:
    return main(["publish", *map(str, options)])


def addresses(port: int, protocol: str = "graph-store") -> list[str]:
    root = f"http://127.0.0.1:{port}"
    path = {"graph-store": "/store", "update": "/update"}[protocol]
    return ["--protocol", protocol, "--to", root + path, "--query", f"{root}/query"]


@pytest.mark.parametrize("protocol", ["graph-store", "update"])
def test_a_release_is_loaded_checked_and_loaded_again_without_a_change(
    oxigraph: int, protocol: str, snapshot: Snapshot, capsys: pytest.CaptureFixture[str]
) -> None:
    with snapshot.quads.open("rb") as file:
        quads = sum(1 for _ in file)
    put(oxigraph, "x:foreign")
    put(oxigraph, "")
    options = addresses(oxigraph, protocol)
    assert publish(*options, "--dry-run") == 0
    assert "would put 212, delete 0, 0 are the same" in capsys.readouterr().out
    assert count(oxigraph, WHOLE) == 1
    assert publish(*options) == 0
    out, err = capsys.readouterr()
    assert "212 graphs and 63 questions are as they are here" in out
    assert f"212 of 212: put <{CLAIM}" in err
    assert count(oxigraph, WHOLE) == quads + 1
    assert publish(*options) == 0
    out, err = capsys.readouterr()
    assert "putting 0, deleting 0, 212 are the same" in out
    assert " of " not in err.replace("of the store", "")
    assert count(oxigraph, "?s ?p ?o") == 1, "the default graph is not ours"
    assert count(oxigraph, "GRAPH <x:foreign> { ?s ?p ?o }") == 1


def test_only_what_differs_is_sent_and_what_is_ours_no_more_is_taken_away(
    oxigraph: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert publish(*addresses(oxigraph)) == 0
    gone, changed, swapped = (f"{CLAIM}{name}" for name in ("GONE", "P19-S1-c", "ror-01skt4w74"))
    for graph in (gone, changed, swapped, "https://w3id.org/jjjkg/other/x"):
        put(oxigraph, graph)
    with proxied(oxigraph) as proxy:
        options = ["--to", f"{proxy.url}/store", "--query", f"{proxy.url}/query"]
        assert publish(*options, "--dry-run") == 0
        out = capsys.readouterr().out
        assert f"would put <{changed}> (4 triples): has 1 triples" in out
        assert f"would put <{swapped}> (1 triples): has other triples" in out
        assert f"would delete <{gone}> (1 triples): is in the release no more" in out
        assert not [request for request in proxy.seen if request.writes]
        assert publish(*options) == 0
        writes = [request.method for request in proxy.seen if request.writes]
    assert writes == ["PUT", "PUT", "DELETE"]
    assert count(oxigraph, "GRAPH <https://w3id.org/jjjkg/other/x> { ?s ?p ?o }") == 1
    assert count(oxigraph, f"GRAPH <{gone}> {{ ?s ?p ?o }}") == 0


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
    monkeypatch.setattr("jjjkg.publication.endpoint._BACKOFF", 0.01)
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


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://me:s3cret@127.0.0.1:1/", "holds a user or a password"),
        ("ftp://127.0.0.1/", "is no address of a store"),
        ("127.0.0.1:7878/store", "is no address of a store"),
        ("http://127.0.0.1:1/store", "can't be reached"),
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
        (Answer(200, {"Content-Type": "text/html"}, b"<h1>Welcome</h1>"), "answers no query"),
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


def test_a_store_of_another_make_takes_it_too(
    rdflib_endpoint: int, small: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ["--protocol", "update", "--to", f"http://127.0.0.1:{rdflib_endpoint}/"]
    assert publish(*options, "--data", small) == 0
    assert "3 questions are as they are here" in capsys.readouterr().out
    assert publish(*options, "--data", small) == 0
    assert "putting 0, deleting 0" in capsys.readouterr().out


def test_the_whole_graph_is_the_same_in_a_store_of_another_make(
    rdflib_endpoint: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for part in ("ontology", "graph", "queries"):
        shutil.copytree(own_folder() / part, tmp_path / "own" / part)
    for name in SLOW:
        (tmp_path / "own" / "queries" / "questions" / f"{name}.rq").unlink()
    options = ["--protocol", "update", "--to", f"http://127.0.0.1:{rdflib_endpoint}/"]
    assert publish(*options, "--data", tmp_path / "own") == 0
    assert "212 graphs and 50 questions are as they are here" in capsys.readouterr().out


def test_a_large_graph_goes_in_pieces_that_leave_nameless_nodes_together(
    oxigraph: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = [f"<x:a{n}> <x:b> <x:c> ." for n in range(12_000)]
    lines += [f"_:n{n} <x:b> _:n{n + 1} ." for n in range(50)]
    file = tmp_path / "large.nt"
    file.write_text("\n".join(lines))
    assert publish(*addresses(oxigraph, "update"), "--data", file) == 0
    assert count(oxigraph, f"GRAPH <{GRAPH}asserted> {{ ?s ?p ?o }}") == 12_050
    assert publish(*addresses(oxigraph, "update"), "--data", file) == 0
    assert "putting 0, deleting 0, 1 are the same" in capsys.readouterr().out


def test_graphs_of_other_names_are_published_as_well(
    oxigraph: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "other.trig"
    file.write_text("<x:g> { <x:a> <x:b> 1 . } <x:h> { <x:a> <x:b> 2 . }")
    put(oxigraph, "x:g")
    assert publish(*addresses(oxigraph), "--data", file) == 0
    assert "putting 3, deleting 0, 0 are the same" in capsys.readouterr().out
    assert count(oxigraph, "GRAPH <x:g> { <x:a> <x:b> 1 }") == 1
    assert publish(*addresses(oxigraph), "--data", file) == 0
    assert "putting 0, deleting 0, 3 are the same" in capsys.readouterr().out


def test_a_folder_that_is_no_release(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert publish("--to", "http://127.0.0.1:1/", "--release", tmp_path) == 2
    assert "give the folder of a release" in capsys.readouterr().err
