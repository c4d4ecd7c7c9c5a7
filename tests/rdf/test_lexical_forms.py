"""Literals that the store holds in another form: found, counted, and given back."""

import json
import re
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jjjkg.errors import InputError
from jjjkg.rdf.lexical_forms import Forms, find_forms
from jjjkg.rdf.namespaces import PREFIXES
from jjjkg.snapshot import Snapshot
from support import ROOT

DOCS = ROOT / "docs" / "literals.md"
NAMES = (
    "boolean decimal integer double float date time dateTime dateTimeStamp gYear gMonth gDay "
    "gYearMonth gMonthDay duration yearMonthDuration dayTimeDuration byte unsignedLong int string "
    "nonPositiveInteger anyURI token"
).split()
A, P = ox.NamedNode("http://e/a"), ox.NamedNode("http://e/p")
G, H = ox.NamedNode("http://e/g"), ox.NamedNode("http://e/h")

numbers = st.from_regex(r"[+-]?[0-9]{0,7}\.?[0-9]{0,4}([eE]-?[0-9]{1,2})?", fullmatch=True)
zones = st.sampled_from(["", "Z", "+00:00", "-00:00", "+08:00", "-14:00"])
dates = st.builds(lambda d, z: f"{d}{z}", st.dates(), zones)
times = st.sampled_from(["00:00:00", "24:00:00", "12:30:00.0", "12:30:00.10", "23:59:59.999"])
forms = st.one_of(
    numbers,
    dates,
    st.builds(lambda t, z: f"{t}{z}", times, zones),
    st.builds(lambda d, t, z: f"{d}T{t}{z}", st.dates(), times, zones),
    st.from_regex(r"-?P([0-9]{1,2}Y)?([0-9]{1,2}M)?([0-9]D)?(T([0-9]{1,2}H)?([0-9.]{1,3}S)?)?"),
    st.sampled_from(["true", "false", "INF", "+INF", "-INF", "NaN", "2020", "--12", "-0", "a\n"]),
    st.text(max_size=8),
)
literals = st.builds(
    lambda form, name: ox.Literal(form, datatype=ox.NamedNode(PREFIXES["xsd"] + name)),
    forms,
    st.sampled_from(NAMES),
)


def read(term: str) -> ox.Literal:
    text = f"@prefix xsd: <{PREFIXES['xsd']}> . <x:a> <x:p> {term} ."
    (quad,) = ox.parse(text.encode(), ox.RdfFormat.TURTLE)
    assert isinstance(quad.object, ox.Literal)
    return quad.object


def write(file: Path, *quads: ox.Quad) -> Path:
    ox.serialize(quads, file, format=ox.RdfFormat.N_QUADS)
    return file


def hold(*quads: ox.Quad) -> set[ox.Quad]:
    store = ox.Store()
    store.extend(quads)
    return set(store)


def restore(forms: Forms, *quads: ox.Quad, graphs: tuple[str, ...] = ()) -> list[ox.Literal]:
    """The literals that are given back for what a store holds of some quads."""
    triples = {quad.triple for quad in hold(*quads)}
    return [triple.object for triple in forms.restore(triples, graphs)]  # type: ignore[misc]


@given(st.lists(literals, max_size=30, unique=True))
@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_what_a_store_changes_is_found_and_given_back(
    tmp_path: Path, literals: list[ox.Literal]
) -> None:
    quads = [ox.Quad(A, P, literal, G) for literal in literals]
    forms = find_forms(write(tmp_path / "quads.nq", *quads))
    changed = [quad for quad in quads if hold(quad) != {quad}]
    assert len(forms) == len(changed)
    assert sorted(map(str, restore(forms, *quads))) == sorted(map(str, literals))


@pytest.mark.parametrize(
    ("source", "held"), re.findall(r"^\| `(\".+?)` \| `(\".+?)` \|$", DOCS.read_text("utf-8"), re.M)
)
def test_the_documentation_tells_what_the_store_does(
    source: str, held: str, tmp_path: Path
) -> None:
    quad = ox.Quad(A, P, read(source), G)
    assert hold(quad) == {ox.Quad(A, P, read(held), G)}
    forms = find_forms(write(tmp_path / "quads.nq", quad))
    assert f"1 literal is held in another form, such as {source} as {held}:" in forms.describe()
    assert restore(forms, quad) == [read(source)]


def test_the_documentation_has_its_table() -> None:
    assert len(re.findall(r"^\| `\"", DOCS.read_text("utf-8"), re.M)) == 8


def test_two_literals_that_became_one_both_come_back(tmp_path: Path) -> None:
    merged = [read("true"), read('"1"^^xsd:boolean')]
    quads = [ox.Quad(A, P, literal, G) for literal in merged]
    assert len(hold(*quads)) == 1
    forms = find_forms(write(tmp_path / "quads.nq", *quads))
    assert restore(forms, *quads) == merged
    assert forms.describe().startswith('1 literal is held in another form, such as "1"^^xsd:b')


def test_of_too_many_only_the_number_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    quads = [ox.Quad(A, P, read(f"{number}.0"), graph) for number in range(3) for graph in (G, H)]
    file = write(tmp_path / "quads.nq", *quads)
    monkeypatch.setattr("jjjkg.rdf.lexical_forms.MOST", 3)
    assert len(restore(find_forms(file), *quads)) == len(find_forms(file)) == 3
    monkeypatch.setattr("jjjkg.rdf.lexical_forms.MOST", 2)
    forms = find_forms(file)
    assert (len(forms), forms.sources) == (3, {})
    assert "too many" in forms.describe()
    held = [ox.Literal(str(number), datatype=read("0.5").datatype) for number in range(3)]
    assert sorted(map(str, restore(forms, *quads))) == sorted(map(str, held))


def test_each_graph_has_its_own_form(tmp_path: Path) -> None:
    quads = [ox.Quad(A, P, read("5.10"), G), ox.Quad(A, P, read("5.100"), H)]
    forms = find_forms(write(tmp_path / "quads.nq", *quads))
    assert restore(forms, *quads, graphs=(G.value,)) == [read("5.10")]
    assert restore(forms, *quads, graphs=(H.value,)) == [read("5.100")]
    assert restore(forms, *quads) == [read("5.10"), read("5.100")]
    assert restore(forms, *quads, graphs=("http://e/other",)) == [read("5.1")]
    assert len(forms) == 2


def test_a_row_has_the_form_of_the_claim_that_it_names(tmp_path: Path) -> None:
    quads = [ox.Quad(A, P, read("5.10"), G), ox.Quad(A, P, read("5.1"), H)]
    forms = find_forms(write(tmp_path / "quads.nq", *quads))
    row = {
        "thing": {"type": "uri", "value": A.value},
        "property": {"type": "uri", "value": P.value},
        "value": {"type": "literal", "value": "5.1", "datatype": PREFIXES["xsd"] + "decimal"},
    }

    def ask(**more: str) -> list[str]:
        named = {name: {"type": "uri", "value": value} for name, value in more.items()}
        text = json.dumps({"head": {}, "results": {"bindings": [{**row, **named}]}})
        rows = json.loads(forms.restore_rows(text.encode()))["results"]["bindings"]
        return [found["value"]["value"] for found in rows]

    assert ask() == ["5.10", "5.1"]
    assert ask(claim=G.value, part=H.value) == ["5.10"]
    assert ask(part=H.value) == ["5.1"]
    assert ask(graph="http://e/other") == ["5.1"]


@pytest.mark.parametrize("missing", ["thing", "property", "value"])
def test_a_row_without_a_statement_stays_as_it_is(missing: str, tmp_path: Path) -> None:
    forms = find_forms(write(tmp_path / "quads.nq", ox.Quad(A, P, read("5.10"), G)))
    row = {
        "thing": {"type": "uri", "value": A.value},
        "property": {"type": "uri", "value": P.value},
        "value": {"type": "literal", "value": "5.1", "datatype": PREFIXES["xsd"] + "decimal"},
    }
    del row[missing]
    answer = {"head": {"vars": [*row]}, "results": {"bindings": [row]}}
    assert json.loads(forms.restore_rows(json.dumps(answer).encode())) == answer


def test_none_of_our_own_literals_is_changed(snapshot: Snapshot) -> None:
    assert len(find_forms(snapshot.quads)) == 0


def test_a_text_that_looks_like_a_literal_is_none(tmp_path: Path) -> None:
    text = ox.Literal(f'"007"^^<{PREFIXES["xsd"]}int>')
    quads = [ox.Quad(A, P, text, G), ox.Quad(A, P, ox.Literal('a "b" \\"'), G)]
    assert len(find_forms(write(tmp_path / "quads.nq", *quads))) == 0


def test_a_file_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.nq: can't be loaded"):
        find_forms(tmp_path / "none.nq")
