"""The closing of any RDF files on the command line: what is written, and what is refused."""

import os
import subprocess
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jjjkg.cli import main
from jjjkg.entailment.closure import close
from jjjkg.entailment.documents import Documents
from jjjkg.entailment.inferences import Inferences
from jjjkg.rdf.namespaces import expand
from jjjkg.rdf.parsing import FORMATS
from jjjkg.rdf.reading import parse
from support.premises import CLASH, DATA, PREAMBLE, write

SAME_AS = ox.NamedNode(expand("owl:sameAs"))
Triples = set[tuple[object, ...]]


def read(text: bytes, rdf_format: ox.RdfFormat = ox.RdfFormat.N_TRIPLES) -> Triples:
    return {tuple(quad.triple) for quad in ox.parse(text, rdf_format)}


@pytest.fixture
def data(tmp_path: Path) -> str:
    return write(tmp_path, DATA)


def refusal(arguments: list[str], capfd: pytest.CaptureFixture[str]) -> str:
    assert main(["entail", *arguments]) == 2
    out, err = capfd.readouterr()
    assert out == ""
    (line,) = err.splitlines()
    return line


def test_it_writes_what_follows(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    data = write(tmp_path, DATA.replace("[]", "_:hut"))
    assert main(["entail", data]) == 0
    out, err = capfdbinary.readouterr()
    closure = close(Documents([Path(data)]))
    (line,) = err.decode().splitlines()
    assert line.startswith("jjjkg: left out, as it says nothing: ")
    counted = {rule: count for rule, count in closure.trimmed.items() if count}
    assert len(counted) > 2
    assert all(f"{count} {rule}" in line for rule, count in counted.items())
    assert line.count(";") == len(counted) - 1
    expected = {tuple(triple) for triple in closure.inferred}
    assert read(out) == expected
    assert len(out.splitlines()) == len(expected)
    assert b'<http://example.org/label> "zone\\n\\"1\\""@en .\n' in out


@pytest.mark.parametrize(
    ("name", "suffix"),
    [
        ("nt", ".nt"),
        ("ttl", ".ttl"),
        ("rdfxml", ".rdf"),
        ("jsonld", ".jsonld"),
        ("JSON-LD", ".jsonld"),
        ("application/rdf+xml", ".rdf"),
    ],
)
@pytest.mark.parametrize("more", [[], ["--all"]])
def test_each_format_says_the_same(name: str, suffix: str, more: list[str], tmp_path: Path) -> None:
    data = write(tmp_path, DATA.replace("[]", ":hut"))
    plain, other = tmp_path / "plain.nt", tmp_path / f"other{suffix}"
    assert main(["entail", data, *more, "--output", str(plain)]) == 0
    assert main(["entail", data, *more, "--output", str(other), "--format", name]) == 0
    assert read(other.read_bytes(), FORMATS[suffix]) == read(plain.read_bytes())
    if name == "ttl":
        text = other.read_text(encoding="utf-8")
        assert ":zone" in text
        assert text.startswith("@prefix : <http://example.org/> .\n@prefix owl:")


def test_all_is_everything_that_can_be_written(
    data: str, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert main(["entail", "--all", data]) == 0
    out, err = capfdbinary.readouterr()
    # A file read alone keeps the names of its blank nodes, but this one has none of its own.
    triples = {t for t in read(out) if not any(isinstance(x, ox.BlankNode) for x in t)}
    closure = close(parse(Path(data)))
    whole = [*closure.entailed(), *(tuple(quad.triple) for quad in parse(Path(data)))]
    terms = {term for statement in whole for term in statement}
    entailed = {*closure.entailed(), *((term, SAME_AS, term) for term in terms)}
    writable = {t for t in entailed if not isinstance(t[0], ox.Literal)}
    assert triples == {t for t in writable if not any(isinstance(x, ox.BlankNode) for x in t)}
    unwritable = len(entailed) - len(writable)
    assert unwritable > 0
    assert f"jjjkg: {unwritable} statements more".encode() in err


def test_the_sameness_that_is_given_is_not_written_again(
    tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    data = write(tmp_path, ":a owl:sameAs :a , :b . :a :p :c .")
    assert main(["entail", "--all", data]) == 0
    a, b, c = (ox.NamedNode(f"http://example.org/{name}") for name in "abc")
    same = {(s, o) for s, p, o in read(capfdbinary.readouterr().out) if p == SAME_AS}
    assert {(b, a), (b, b), (c, c)} <= same
    assert not {(a, a), (a, b)} & same


@given(st.text(st.characters(exclude_categories=["Cs"])), st.sampled_from([None, "en", "zh"]))
def test_every_literal_is_written_as_it_is(text: str, language: str | None) -> None:
    thing, one, other = (ox.NamedNode(f"http://example.org/{name}") for name in "abc")
    literal = ox.Literal(text, language=language)
    below = ox.NamedNode(expand("rdfs:subPropertyOf"))
    closure = close([ox.Triple(thing, one, literal), ox.Triple(one, below, other)])
    assert read(b"".join(Inferences(closure).lines())) == {(thing, other, literal)}


def test_what_follows_for_things_without_names_and_round_a_cycle_is_written(
    tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    data = write(
        tmp_path,
        "_:x :knows _:y . :knows rdfs:domain :Person . :in a owl:TransitiveProperty ."
        " :a :in :b . :b :in :a .",
    )
    assert main(["entail", data]) == 0
    assert set(capfdbinary.readouterr().out.splitlines()) == {
        b"_:x <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://example.org/Person> .",
        b"<http://example.org/a> <http://example.org/in> <http://example.org/a> .",
        b"<http://example.org/b> <http://example.org/in> <http://example.org/b> .",
    }


def test_nothing_follows_from_nothing(
    tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    data = write(tmp_path, "")
    for name in ("nt", "ttl"):
        assert main(["entail", data, "--format", name]) == 0
        assert read(capfdbinary.readouterr().out, FORMATS[f".{name}"]) == set()


def test_the_blank_nodes_of_files_are_kept_apart(
    tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    one = write(tmp_path, ":in a owl:TransitiveProperty . :a :in _:x .", "one.ttl")
    two = write(tmp_path, "_:x :in :b .", "two.ttl")
    assert main(["entail", one, two]) == 0
    assert b"/a> <http://example.org/in> " not in capfdbinary.readouterr().out
    both = write(tmp_path, ":in a owl:TransitiveProperty . :a :in _:x . _:x :in :b .", "both.ttl")
    assert main(["entail", both]) == 0
    assert b"/a> <http://example.org/in> <" in capfdbinary.readouterr().out


def test_a_single_file_keeps_the_names_of_its_blank_nodes(
    tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    data = write(tmp_path, ":near a owl:SymmetricProperty . :a :near _:there .")
    assert main(["entail", "--all", data]) == 0
    assert b"_:there <http://example.org/near> <http://example.org/a> .\n" in (
        capfdbinary.readouterr().out
    )


def test_named_graphs_and_several_formats_are_read(
    tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    trig = tmp_path / "data.trig"
    trig.write_text("<x:g> { <x:a> <x:in> <x:b> . } <x:h> { <x:b> <x:in> <x:c> . }", "utf-8")
    schema = tmp_path / "schema.owl"
    ox.serialize(
        ox.parse(PREAMBLE + "<x:in> a owl:TransitiveProperty .", ox.RdfFormat.TURTLE),
        schema,
        ox.RdfFormat.RDF_XML,
    )
    assert main(["entail", str(trig), str(schema)]) == 0
    assert capfdbinary.readouterr().out == b"<x:a> <x:in> <x:c> .\n"


def test_a_contradiction_is_explained(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    output = tmp_path / "out.nt"
    assert main(["entail", write(tmp_path, CLASH), "--output", str(output)]) == 3
    out, err = capfd.readouterr()
    assert out == ""
    assert not output.exists()
    for rule in ("cax-dw", "prp-dom"):
        assert f"({rule})" in err
    for name in ("shop", "Firm", "Place", "locatedIn", "town"):
        assert f"http://example.org/{name}" in err
    assert err.splitlines()[-1].startswith("jjjkg: inconsistent")


def test_of_many_contradictions_the_first_are_explained(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    many = ":Firm owl:disjointWith :Place ." + "".join(
        f":x{n} a :Firm , :Place ." for n in range(9)
    )
    assert main(["entail", write(tmp_path, many)]) == 3
    assert capfd.readouterr().err.count("cax-dw") == 3


@pytest.mark.parametrize("written", ['"soon"^^xsd:dateTime', '"2024-13-01"^^xsd:date'])
def test_a_literal_that_is_no_value_of_its_data_type_is_told(
    written: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    data = f":in a owl:SymmetricProperty . :a :in :b ; :at {written} ."
    assert main(["entail", write(tmp_path, data)]) == 0
    out, err = capfd.readouterr()
    assert out == "<http://example.org/b> <http://example.org/in> <http://example.org/a> .\n"
    (line, _) = err.splitlines()
    assert line.startswith(f"jjjkg: warning: {written.partition('^')[0]}^^<")
    assert line.endswith("is not a value of its data type")


def test_a_broken_list_is_told(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    broken = ":C owl:unionOf :list . :list rdf:first :D . :in a owl:SymmetricProperty . :a :in :b ."
    assert main(["entail", write(tmp_path, broken)]) == 0
    out, err = capfd.readouterr()
    assert out == "<http://example.org/b> <http://example.org/in> <http://example.org/a> .\n"
    assert err.startswith("jjjkg: the list <http://example.org/list> has a cell without")


def test_what_can_not_be_read_is_refused(
    data: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    missing = str(tmp_path / "missing.ttl")
    for arguments in ([missing], [data, missing], [data, "--conclusion", missing]):
        assert f"{missing}: can't be read: " in refusal(arguments, capfd)
    odd = str(tmp_path / "data.txt")
    assert f"{odd}: unknown suffix '.txt'" in refusal([odd], capfd)
    wrong = write(tmp_path, ":a :b .", "wrong.ttl")
    assert f"{wrong}:6:" in refusal([wrong], capfd)
    assert "does not parse" in refusal([data, "--conclusion", wrong], capfd)
    about = write(tmp_path, ":a :b <<( :a :b :c )>> .", "about.ttl")
    assert "is used as a thing" in refusal([about], capfd)
    nowhere = str(tmp_path / "no" / "folder.nt")
    assert f"{nowhere}: can't be written" in refusal([data, "--output", nowhere], capfd)


@pytest.mark.parametrize(
    "turtle",
    [
        "<x:1> a owl:SymmetricProperty . :a <x:1> :b .",
        ":p rdfs:subPropertyOf <x:p/> . :a :p :b .",
        ':p rdfs:subPropertyOf :q . :a :p "\\u0001" .',
    ],
)
def test_rdf_xml_can_not_write_everything(
    turtle: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert "take nt" in refusal([write(tmp_path, turtle), "--format", "rdfxml"], capfd)


@pytest.mark.parametrize("more", [["--all"], ["--format", "nt"], ["--output", "out.nt"]])
def test_a_question_writes_nothing(
    more: list[str], data: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert "leave out" in refusal([data, "--conclusion", data, *more], capfd)


def test_it_loads_neither_rdflib_nor_flask(data: str) -> None:
    script = (
        "import sys; from jjjkg.cli import main; code = main(sys.argv[1:]); "
        "sys.exit(code or ', '.join({'rdflib', 'flask', 'owlrl', 'pyshacl'} & {*sys.modules}) or 0)"
    )
    result = subprocess.run(
        [sys.executable, "-c", script, "entail", data],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.stderr.startswith("jjjkg: left out")
    assert len(result.stderr.splitlines()) == 1
    assert result.returncode == 0
    assert result.stdout
