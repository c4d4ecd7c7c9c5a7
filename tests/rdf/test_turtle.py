"""Turtle as people write it: the sources are laid out as the writer does it."""

from pathlib import Path

import pyoxigraph as ox
import pytest

from jjjkg.dataset.loading import own_folder
from jjjkg.rdf.namespaces import PREFIXES
from jjjkg.rdf.quads import group_quads
from jjjkg.rdf.turtle import Layout

SOURCES = sorted(
    file
    for folder in ("ontology", "graph")
    for file in (own_folder() / folder).rglob("*")
    if file.suffix in (".ttl", ".trig")
)


def read_source(file: Path) -> tuple[list[str], dict[str, list[str]]]:
    """The prefixes of a file, and the lines of its blocks by graph, without comments."""
    prefixes: list[str] = []
    blocks: dict[str, list[str]] = {}
    graph = ""
    for line in file.read_text(encoding="utf-8").splitlines():
        if line.startswith("@prefix "):
            prefixes.append(line)
        elif line.endswith(" {"):
            graph = line.removesuffix(" {")
        elif line == "}":
            graph = ""
        elif line and not line.startswith("#"):
            blocks.setdefault(graph, []).append(line)
    return prefixes, blocks


@pytest.mark.parametrize("file", SOURCES, ids=lambda file: file.name)
def test_a_source_is_what_the_writer_makes_of_its_triples(file: Path) -> None:
    layout = Layout()
    written = {}
    for graph, triples in group_quads(ox.parse(path=file)).items():
        text = "".join(layout.write(triples, indent="    " if graph else ""))
        written[layout.iri(graph) if graph else ""] = [line for line in text.splitlines() if line]
    assert (layout.head().splitlines(), written) == read_source(file)


@pytest.mark.parametrize("file", SOURCES, ids=lambda file: file.name)
def test_a_line_is_long_only_where_a_text_or_an_iri_is(file: Path) -> None:
    for line in file.read_text(encoding="utf-8").splitlines():
        assert len(line) <= 100 or line.count('"') == 2 or line.count("<") == 1, line


def write(turtle: str, shared: bool = False) -> str:
    triples = [quad.triple for quad in ox.parse(turtle, ox.RdfFormat.TURTLE)]
    nodes = [t.subject for t in triples if isinstance(t.subject, ox.BlankNode)] if shared else ()
    return "".join(Layout(nodes).write(triples))


A = "https://w3id.org/jjjkg/id/"


def test_a_single_fact_stands_beside_its_subject() -> None:
    assert write(f"<{A}a> a <{A}B> , <{A}C> .") == "kg:a a kg:B , kg:C .\n\n"


def test_several_facts_stand_below_their_subject() -> None:
    text = write(f'<{A}a> a <{A}B> ; <{A}p> 1 , "x"@en .')
    assert text == 'kg:a\n    a kg:B ;\n    kg:p 1 , "x"@en ;\n.\n\n'


def test_sentences_stand_below_each_other() -> None:
    text = write(f'<{A}a> <{A}p> "It rains."@en , "下雨。"@zh .')
    assert text == 'kg:a\n    kg:p "It rains."@en ,\n        "下雨。"@zh ;\n.\n\n'


def test_values_that_do_not_fit_in_a_line_stand_below_each_other() -> None:
    values = [f"<{A}{letter * 40}>" for letter in "bcd"]
    assert write(f"<{A}a> <{A}p> {', '.join(values)} .").splitlines() == [
        "kg:a",
        f"    kg:p kg:{'b' * 40} ,",
        f"        kg:{'c' * 40} ,",
        f"        kg:{'d' * 40} ;",
        ".",
        "",
    ]


def test_a_blank_node_stands_in_a_line_where_it_fits() -> None:
    assert write(f"<{A}a> <{A}p> [ a <{A}B> ; <{A}q> ( 1 2 ) ] .") == (
        "kg:a kg:p [ a kg:B ; kg:q ( 1 2 ) ] .\n\n"
    )


def test_a_blank_node_that_does_not_fit_has_a_line_for_each_fact() -> None:
    name = "b" * 60
    text = write(f"<{A}a> <{A}p> [ a <{A}{name}> ; <{A}q> ( <{A}{name}> [ <{A}r> 1 ] ) ] .")
    assert text.splitlines() == [
        "kg:a",
        "    kg:p [",
        f"        a kg:{name} ;",
        f"        kg:q ( kg:{name} [ kg:r 1 ] ) ;",
        "    ] ;",
        ".",
        "",
    ]


def test_a_list_that_does_not_fit_has_a_line_for_each_member() -> None:
    name = "b" * 45
    text = write(f"<{A}a> <{A}p> ( <{A}{name}> [ <{A}q> 1 ] <{A}{name}> ) .")
    assert text.splitlines() == [
        "kg:a",
        "    kg:p (",
        f"        kg:{name}",
        "        [ kg:q 1 ]",
        f"        kg:{name}",
        "    ) ;",
        ".",
        "",
    ]


@pytest.mark.parametrize(
    "turtle",
    [
        "_:a <x:p> _:b . _:b <x:p> _:a .",
        "_:a <x:p> _:a .",
        "<x:a> <x:p> _:b . <x:c> <x:p> _:b . _:b <x:p> 1 .",
        "<x:a> <x:p> ( 1 [] ( ) ) , [ ] . [] <x:p> 2 .",
        f"@prefix rdf: <{PREFIXES['rdf']}> . "
        "<x:a> <x:p> [ rdf:first 1 ] , [ rdf:first 1 , 2 ; rdf:rest () ] , _:c , "
        "[ rdf:first 1 ; rdf:rest () ; a rdf:List ] . _:c rdf:first 1 ; rdf:rest _:c .",
    ],
)
@pytest.mark.parametrize("shared", [False, True])
def test_no_blank_node_gets_lost(turtle: str, shared: bool) -> None:
    prefix = f"@prefix rdf: <{PREFIXES['rdf']}> .\n"
    texts = turtle, prefix + write(turtle, shared)
    graphs = [ox.Dataset(ox.parse(text, ox.RdfFormat.TURTLE)) for text in texts]
    for graph in graphs:
        graph.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    assert graphs[0] == graphs[1]
