"""Files of RDF read into one dataset, and what is said of those that can't be."""

import os
from pathlib import Path

import pyoxigraph as ox
import pytest

from jjjkg.dataset.loading import Dataset, load, own_folder
from jjjkg.errors import InputError
from jjjkg.rdf.namespaces import CLAIM, GRAPH
from jjjkg.rdf.parsing import FORMATS
from jjjkg.rdf.reading import parse
from jjjkg.snapshot import Snapshot

TRIPLE = ox.Triple(ox.NamedNode("x:a"), ox.NamedNode("x:b"), ox.NamedNode("x:c"))


def write(file: Path, text: str | bytes) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return file


@pytest.mark.parametrize("suffix", FORMATS)
def test_each_format_is_read_by_its_suffix(suffix: str, tmp_path: Path) -> None:
    for name in (f"data{suffix}", f"DATA{suffix.upper()}"):
        file = tmp_path / name
        ox.serialize([TRIPLE], file, FORMATS[suffix])
        dataset = load([file])
        assert dataset.asserted == (TRIPLE,)
        assert (dataset.ontology, dataset.provenance, dataset.dataset) == ((), (), ())
        assert dataset.files == (file,)
        assert dataset.places == {"x:a": file}
        assert (dataset.queries, dataset.shapes) == (None, None)


@pytest.mark.parametrize(
    ("name", "text", "place", "problem"),
    [
        ("a.ttl", "<x:a> <x:b> <x:c> .\n<x:a> <x:b> .", "2:13", "not a valid RDF object"),
        ("a.trig", "<x:g> {\n  <x:a> <x:b> <x:c> \n", "3:1", "Unexpected end"),
        ("a.nt", "<x:a> <x:b> <x:c> .\n\n<x:a> <x:b> c .", "3:13", "must be an IRI"),
        ("a.nq", '<x:a> <x:b> "c" <x:g>', "1:22", ""),
        ("a.jsonld", '{"@id": "x:a",\n "x:b" 1}', "2:8", ""),
        ("a.ttl", "kg:a <x:b> <x:c> .", "1:1", "kg: has not been declared"),
        ("a.ttl", b'<x:a> <x:b> "\xff" .', "1:14", "Invalid UTF-8"),
    ],
)
def test_a_file_that_does_not_parse_is_named_with_line_and_column(
    name: str, text: str | bytes, place: str, problem: str, tmp_path: Path
) -> None:
    file = write(tmp_path / name, text)
    with pytest.raises(InputError) as raised:
        load([file])
    assert str(raised.value).startswith(f"{file}:{place}: does not parse: ")
    assert problem in str(raised.value)
    assert "\n" not in str(raised.value)
    assert "arser error" not in str(raised.value)


def test_rdf_xml_that_does_not_parse_is_named(tmp_path: Path) -> None:
    file = write(tmp_path / "a.rdf", "<rdf:RDF>")
    with pytest.raises(InputError, match=r"a\.rdf.*: does not parse: "):
        load([file])


@pytest.mark.parametrize(
    ("name", "make", "problem"),
    [
        ("a.csv", "a,b", r"a\.csv: unknown suffix '\.csv'; give a file in one of \.ttl, "),
        ("a", "a", r"unknown suffix ''"),
        ("missing.ttl", None, r"missing\.ttl: is not there; give RDF files"),
        ("a.ttl", "", "no triples: the files given are empty"),
        ("a.ttl", "# Nothing but words.", "no triples"),
    ],
)
def test_a_file_without_rdf_is_refused(
    name: str, make: str | None, problem: str, tmp_path: Path
) -> None:
    if make is not None:
        write(tmp_path / name, make)
    with pytest.raises(InputError, match=problem):
        load([tmp_path / name])


def test_a_folder_that_is_not_laid_out_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.ttl").mkdir()
    for folder in (tmp_path, tmp_path / "x.ttl"):
        with pytest.raises(InputError, match=r"is a folder without ontology/ or graph/"):
            load([folder])
    with pytest.raises(InputError, match=r"x\.ttl: can't be read: Is a directory"):
        parse(tmp_path / "x.ttl")


def test_a_file_that_can_not_be_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.ttl").symlink_to("/proc/self/mem")
    with pytest.raises(InputError, match=r"a\.ttl: can't be read: Input/output error"):
        load([tmp_path / "a.ttl"])


@pytest.mark.parametrize(
    "turtle", ["<x:a> <x:b> <<( <x:c> <x:d> <x:e> )>> .", "<< <x:c> <x:d> <x:e> >> <x:b> <x:f> ."]
)
def test_a_triple_as_a_thing_is_refused(turtle: str, tmp_path: Path) -> None:
    file = write(tmp_path / "a.ttl", turtle)
    with pytest.raises(InputError, match=r"a\.ttl: <x:c> <x:d> <x:e> is used as a thing"):
        load([file])


def test_named_graphs_of_a_plain_file_are_claims(tmp_path: Path) -> None:
    file = write(tmp_path / "a.nq", "<x:a> <x:b> <x:c> <x:g> .\n<x:a> <x:b> <x:d> .\n")
    dataset = load([file])
    assert len(dataset.asserted) == 2
    assert dataset.claims == {"x:g": (TRIPLE,)}
    assert dataset.places == {"x:a": file, "x:g": file}


def test_a_triple_in_several_files_is_read_once(tmp_path: Path) -> None:
    files = [
        write(tmp_path / f"{name}.trig", f"<x:{name}> {{ <x:a> <x:b> <x:c> }}") for name in "gh"
    ]
    dataset = load(files)
    assert dataset.asserted == (TRIPLE,)
    assert dataset.claims == {"x:g": (TRIPLE,), "x:h": (TRIPLE,)}
    assert dataset.places["x:a"] == files[0]


def blank_nodes(dataset: Dataset) -> list[str]:
    return [
        term.value
        for triple in dataset.asserted
        for term in (triple.subject, triple.object)
        if isinstance(term, ox.BlankNode)
    ]


def test_blank_nodes_are_the_same_each_time_and_apart_between_files(tmp_path: Path) -> None:
    turtle = "_:one <x:p> [ <x:q> ( 1 2 ) ] . _:one <x:p> _:two ."
    files = [write(tmp_path / f"{name}.ttl", turtle) for name in "gh"]
    first, again = load(files), load(files)
    assert first.asserted == again.asserted
    assert len(first.asserted) == 2 * len(load(files[:1]).asserted) == 2 * 7
    names = blank_nodes(first)
    half = len(names) // 2
    assert not set(names[:half]) & set(names[half:])
    assert load(files[:1]).asserted == first.asserted[: len(first.asserted) // 2]


def test_a_blank_node_is_one_across_the_graphs_of_a_file(tmp_path: Path) -> None:
    file = write(tmp_path / "a.trig", "<x:g> { _:b <x:p> 1 } <x:h> { _:b <x:p> 2 }")
    assert len(set(blank_nodes(load([file])))) == 1


def test_a_laid_out_folder_is_read_part_by_part(tmp_path: Path) -> None:
    write(tmp_path / "ontology" / "terms.ttl", "<x:C> a <x:Class> .")
    write(tmp_path / "ontology" / "shapes.ttl", "<x:S> a <x:Shape> .")
    write(
        tmp_path / "graph" / "deep" / "data.TRIG", "<x:g> a <x:Claim> . <x:g> { <x:a> <x:b> <x:c> }"
    )
    write(tmp_path / "graph" / "dataset.ttl", "<x:d> a <x:Dataset> .")
    write(tmp_path / "graph" / "notes.txt", "not RDF")
    write(tmp_path / "queries" / "checks" / "a.rq", "")
    dataset = load([tmp_path])
    assert [len(part) for part in (dataset.ontology, dataset.provenance, dataset.dataset)] == [
        1
    ] * 3
    assert dataset.asserted == (TRIPLE,)
    assert dataset.claims == {"x:g": (TRIPLE,)}
    assert dataset.shapes == tmp_path / "ontology" / "shapes.ttl"
    assert dataset.queries == tmp_path / "queries"
    assert [file.name for file in dataset.files] == ["terms.ttl", "dataset.ttl", "data.TRIG"]


def test_either_folder_alone_will_do_and_files_may_stand_beside(tmp_path: Path) -> None:
    write(tmp_path / "one" / "ontology" / "terms.ttl", "<x:C> a <x:Class> .")
    extra = write(tmp_path / "extra.ttl", "<x:a> <x:b> <x:c> .")
    dataset = load([tmp_path / "one", extra])
    assert (len(dataset.ontology), dataset.asserted) == (1, (TRIPLE,))
    write(tmp_path / "two" / "graph" / "data.ttl", "<x:a> <x:b> <x:c> .")
    assert load([tmp_path / "two"]).provenance == (TRIPLE,)


def test_our_own_folder_has_all_parts(dataset: Dataset) -> None:
    own = own_folder()
    assert dataset.queries == own / "queries"
    assert dataset.shapes == own / "ontology" / "shapes.ttl"
    assert all((dataset.ontology, dataset.asserted, dataset.provenance, dataset.dataset))
    assert all(iri.startswith(CLAIM) for iri in dataset.claims)
    assert {t for triples in dataset.claims.values() for t in triples} == set(dataset.asserted)


def test_a_release_is_read_back_as_the_parts_that_it_was(
    dataset: Dataset, snapshot: Snapshot, release: Path
) -> None:
    """Inferred triples are left out, to be inferred anew; only blank nodes have other names."""
    again = load([release / "dataset.trig"])
    assert {iri: len(t) for iri, t in again.claims.items()} == {
        iri: len(triples) for iri, triples in dataset.claims.items()
    }
    assert not any(iri.startswith(GRAPH) for iri in again.claims)
    for part in ("ontology", "asserted", "provenance", "dataset"):
        assert len(getattr(again, part)) == snapshot.counts[part], part
    assert set(again.asserted) == set(dataset.asserted)


def test_a_file_that_can_not_be_read_is_not_passed_over(tmp_path: Path) -> None:
    (tmp_path / "graph").mkdir()
    (tmp_path / "graph" / "a.ttl").write_text("<x:a> <x:b> <x:c> .")
    lost = tmp_path / "graph" / "lost.ttl"
    lost.symlink_to(tmp_path / "nowhere.ttl")
    with pytest.raises(InputError, match=r"lost\.ttl: is not a readable file"):
        load([tmp_path])
    lost.unlink()
    os.mkfifo(lost)
    with pytest.raises(InputError, match=r"lost\.ttl: is not a readable file"):
        load([tmp_path])


def test_language_tags_are_lower_cased(tmp_path: Path) -> None:
    """RDF compares them so: https://www.w3.org/TR/rdf11-concepts/#section-Graph-Literal"""
    file = write(tmp_path / "a.ttl", '<x:a> <x:b> "c"@zh-Hans , "c"@EN .')
    tags = {triple.object.language for triple in load([file]).asserted}
    assert tags == {"zh-hans", "en"}
