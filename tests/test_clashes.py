"""Contradictions: each rule finds its twin in tests/broken/clashes/ and names what it rests on."""

from dataclasses import replace
from pathlib import Path

import pytest

from jjjkg.dataset import Dataset, load
from jjjkg.entailment.clashes import QUERIES, Clash, find_clashes
from jjjkg.entailment.closure import close
from jjjkg.errors import InputError
from jjjkg.namespaces import CLAIM, PREFIXES, shorten
from jjjkg.snapshot import build

TWINS = Path(__file__).parent / "broken" / "clashes"
SAME = "two things of ours inferred to be the same"
HEADER = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in PREFIXES.items())


def read(folder: Path, trig: str) -> Dataset:
    file = folder / "data.trig"
    file.write_text(HEADER + trig, encoding="utf-8")
    return load([file])


def clashes_of(dataset: Dataset) -> tuple[Clash, ...]:
    return find_clashes(dataset, close(dataset.asserted).inferred)


def test_each_rule_has_a_twin_and_each_twin_a_rule() -> None:
    twins = {file.stem for file in TWINS.iterdir()}
    assert twins == {file.stem for file in QUERIES.glob("*.rq")}


@pytest.mark.parametrize("twin", sorted(TWINS.iterdir()), ids=lambda file: file.stem)
def test_a_rule_finds_its_twin_and_names_statements_and_claims(twin: Path) -> None:
    dataset = load([twin])
    clashes = clashes_of(dataset)
    rule = twin.stem.replace("_", " ")
    assert {clash.rule for clash in clashes} - {SAME} == {rule}
    named: dict[str, set[str]] = {}
    for clash in clashes:
        for statement, claims in clash.statements.items():
            named.setdefault(statement, set()).update(claims)
            assert claims, statement
            assert f"{statement} [{', '.join(map(shorten, claims))}]" in str(clash)
    for claim, triples in dataset.claims.items():
        for triple in triples:
            terms = (triple.subject, triple.predicate, triple.object)
            statement = " ".join(shorten(str(term).strip("<>")) for term in terms)
            if rule == "nothing":
                # What clashes there is inferred: that the class has a member.
                statement = statement.replace("jjj:Zone", "owl:Nothing")
            assert claim in named[statement]


@pytest.mark.parametrize(
    "rule", ["asymmetric_property", "complement", "disjoint_classes", "disjoint_properties"]
)
@pytest.mark.parametrize("left_out", ["first", "second"])
def test_one_statement_alone_is_no_clash(rule: str, left_out: str) -> None:
    dataset = load([TWINS / f"{rule}.trig"])
    rest = [t for t in dataset.asserted if t not in dataset.claims[CLAIM + left_out]]
    assert len(rest) < len(dataset.asserted)
    assert clashes_of(replace(dataset, asserted=tuple(rest))) == ()


@pytest.mark.parametrize(
    ("ontology", "first"),
    [
        ("kg:p rdfs:domain kg:C .", "kg:x kg:p kg:y"),
        ("kg:p rdfs:range kg:C .", "kg:y kg:p kg:x"),
        ("kg:q rdfs:domain kg:C . kg:p rdfs:subPropertyOf kg:q .", "kg:x kg:p kg:y"),
        ("kg:B rdfs:subClassOf kg:C .", "kg:x a kg:B"),
        ("kg:p rdfs:range kg:B . kg:B rdfs:subClassOf kg:C .", "kg:y kg:p kg:x"),
        ("kg:p owl:inverseOf kg:q . kg:q rdfs:domain kg:C .", "kg:y kg:p kg:x"),
        ("kg:q owl:inverseOf kg:p . kg:q rdfs:range kg:C .", "kg:x kg:p kg:y"),
    ],
)
def test_an_inferred_type_names_the_claim_that_it_follows_from(
    ontology: str, first: str, tmp_path: Path
) -> None:
    dataset = read(
        tmp_path,
        f"""
        {ontology} kg:C owl:disjointWith kg:D .
        claim:first {{ {first} }}
        claim:second {{ kg:x a kg:D }}
        claim:other {{ kg:z a kg:E }}
        """,
    )
    (clash,) = clashes_of(dataset)
    assert clash.statements == {
        "kg:x rdf:type kg:C": (CLAIM + "first",),
        "kg:x rdf:type kg:D": (CLAIM + "second",),
    }


@pytest.mark.parametrize(
    "trig",
    [
        """
        jjj:mover a owl:FunctionalProperty .
        claim:first { kg:move jjj:mover kg:one } claim:second { kg:move jjj:mover kg:two }
        """,
        """
        jjj:isoCode a owl:InverseFunctionalProperty .
        claim:first { kg:one jjj:isoCode "CN" } claim:second { kg:two jjj:isoCode "CN" }
        """,
    ],
)
def test_two_things_inferred_to_be_the_same_are_refused(trig: str, tmp_path: Path) -> None:
    dataset = read(tmp_path, f"{trig} claim:other {{ kg:one kg:r kg:y . kg:y kg:r kg:two }}")
    clashes = clashes_of(dataset)
    assert {clash.rule for clash in clashes} == {SAME}
    both = (CLAIM + "first", CLAIM + "second")
    assert [clash.statements for clash in clashes] == [
        {"kg:one owl:sameAs kg:two": both},
        {"kg:two owl:sameAs kg:one": both},
    ]


def test_two_things_said_to_be_the_same_are_refused(tmp_path: Path) -> None:
    (clash,) = clashes_of(read(tmp_path, "claim:first { kg:one owl:sameAs kg:two }"))
    assert str(clash) == f"{SAME}: kg:two owl:sameAs kg:one [claim:first]"


def test_things_of_others_may_be_the_same(tmp_path: Path) -> None:
    dataset = read(tmp_path, "claim:first { <ex:a> owl:sameAs <ex:b> . kg:one owl:sameAs <ex:b> }")
    assert clashes_of(dataset) == ()


@pytest.mark.parametrize(
    ("trig", "message"),
    [
        (
            "jjj:Agent owl:disjointWith jjj:Place ."
            "claim:first { kg:x a jjj:Agent } claim:second { kg:x a jjj:Place }",
            r"kg:x rdf:type jjj:Agent \[claim:first\] and kg:x rdf:type jjj:Place \[claim:second\]",
        ),
        (
            'claim:first { kg:x kg:p "soon"^^xsd:dateTime }',
            r'not a value of its data type: kg:x kg:p "soon".+\[claim:first\]',
        ),
        (
            "kg:C owl:maxCardinality '0'^^xsd:nonNegativeInteger ; owl:onProperty kg:p ."
            "kg:x a kg:C ; kg:p kg:y .",
            "Erroneous usage of maximum cardinality",
        ),
    ],
)
def test_contradictory_data_is_not_built(trig: str, message: str, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    kept = build(read(tmp_path, "kg:x a kg:C ."), cache)
    before = {file: file.read_bytes() for file in kept.folder.rglob("*") if file.is_file()}
    with pytest.raises(InputError, match=f"the data contradicts itself: .*{message}") as raised:
        build(read(tmp_path, trig), cache)
    assert "\n" not in str(raised.value)
    assert {f for f in (cache / "snapshots").iterdir() if f.is_dir()} == {kept.folder}
    assert {file: file.read_bytes() for file in kept.folder.rglob("*") if file.is_file()} == before


def test_no_ill_typed_value_is_told_as_a_traceback(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """As rdflib does by itself."""
    dataset = read(tmp_path, 'claim:first { kg:x kg:p "2014-13-01"^^xsd:date , 13 }')
    (clash,) = clashes_of(dataset)
    assert list(clash.statements.values()) == [(CLAIM + "first",)]
    assert caplog.records == []
