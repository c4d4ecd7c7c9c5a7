"""`jjjkg publish` against real servers of two makes: what is sent, and what is left alone."""

from pathlib import Path

import pytest

from jjjkg.rdf.namespaces import CLAIM, GRAPH
from jjjkg.snapshot import Snapshot
from support.stores.holdings import addresses, count, publish, put
from support.stores.proxy import proxied

WHOLE = "GRAPH ?g { ?s ?p ?o }"


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


def test_a_release_that_was_downloaded_is_loaded(
    oxigraph: int, release: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert publish(*addresses(oxigraph), "--release", release) == 0
    assert "212 graphs and 63 questions are as they are here" in capsys.readouterr().out
    assert publish(*addresses(oxigraph), "--dry-run") == 0
    assert "would put 0, delete 0, 212 are the same" in capsys.readouterr().out


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
        assert f"would delete <{gone}> (1 triples): is no longer in the release" in out
        assert not [request for request in proxy.seen if request.writes]
        assert publish(*options) == 0
        writes = [request.method for request in proxy.seen if request.writes]
    assert writes == ["PUT", "PUT", "DELETE"]
    assert count(oxigraph, "GRAPH <https://w3id.org/jjjkg/other/x> { ?s ?p ?o }") == 1
    assert count(oxigraph, f"GRAPH <{gone}> {{ ?s ?p ?o }}") == 0


def test_a_store_of_another_make_takes_it_too(
    rdflib_endpoint: int, small: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ["--protocol", "update", "--to", f"http://127.0.0.1:{rdflib_endpoint}/"]
    assert publish(*options, "--data", small) == 0
    assert "3 questions are as they are here" in capsys.readouterr().out
    assert publish(*options, "--data", small) == 0
    assert "putting 0, deleting 0" in capsys.readouterr().out


def test_the_whole_graph_is_the_same_in_a_store_of_another_make(
    rdflib_endpoint: int, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ["--protocol", "update", "--to", f"http://127.0.0.1:{rdflib_endpoint}/"]
    assert publish(*options) == 0
    assert "212 graphs and 63 questions are as they are here" in capsys.readouterr().out


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
    assert publish(*addresses(oxigraph), "--data", file) == 2
    said = capsys.readouterr().err.splitlines()[-1]
    assert "holds <x:g>, and does not say of which dataset" in said
    assert count(oxigraph, WHOLE) == 1
    assert publish(*addresses(oxigraph), "--data", file, "--replace") == 0
    assert "putting 3, deleting 0, 0 are the same" in capsys.readouterr().out
    assert count(oxigraph, "GRAPH <x:g> { <x:a> <x:b> 1 }") == 1
    assert publish(*addresses(oxigraph), "--data", file) == 0
    assert "putting 0, deleting 0, 3 are the same" in capsys.readouterr().out


def test_a_number_that_a_store_keeps_in_its_own_way_is_the_same(
    oxigraph: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "numbers.trig"
    file.write_text("<x:g> { <x:a> <x:b> 62980000000 , 034.90 , 1e1 . }")
    assert publish(*addresses(oxigraph), "--data", file) == 0
    put(oxigraph, "x:g", "<x:a> <x:b> 62980000000.0 , 34.9 , 10.0e0 .")
    capsys.readouterr()
    assert publish(*addresses(oxigraph), "--data", file) == 0
    assert "putting 0, deleting 0" in capsys.readouterr().out
    put(oxigraph, "x:g", "<x:a> <x:b> 62980000001 , 34.9 , 10.0e0 .")
    assert publish(*addresses(oxigraph), "--data", file, "--dry-run", "--replace") == 0
    assert "would put <x:g> (3 triples): has other triples" in capsys.readouterr().out


def test_a_blank_node_of_several_graphs_is_another_in_each(
    oxigraph: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "shared.trig"
    file.write_text("<x:g> { <x:a> <x:b> _:n . } <x:h> { _:n <x:b> <x:c> . }")
    assert publish(*addresses(oxigraph), "--data", file) == 0
    assert count(oxigraph, "GRAPH <x:g> { <x:a> <x:b> ?n } GRAPH <x:h> { ?n <x:b> <x:c> }") == 0
    assert count(oxigraph, "GRAPH <x:g> { ?a <x:b> ?n } GRAPH <x:h> { ?m <x:b> ?c }") == 1
    assert publish(*addresses(oxigraph), "--data", file) == 0
    assert "putting 0, deleting 0" in capsys.readouterr().out
