"""Contradictions: each rule finds its example in tests/broken/clashes/ and names the claims."""

from dataclasses import replace
from pathlib import Path

import pytest

from jjjkg.dataset.loading import Dataset, load
from jjjkg.entailment.checking.check import check
from jjjkg.entailment.clashes import MOST, WORDS, find_clashes
from jjjkg.entailment.rules import load_rules
from jjjkg.errors import InputError
from jjjkg.rdf.namespaces import CLAIM, PREFIXES, expand, shorten
from jjjkg.snapshot import build
from support import TESTS

TWINS = TESTS / "broken" / "clashes"
SAME = "two things of ours inferred to be the same"
HEADER = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in PREFIXES.items())


def read(folder: Path, trig: str) -> Dataset:
    file = folder / "data.trig"
    file.write_text(HEADER + trig, encoding="utf-8")
    return load([file])


def test_each_rule_whose_head_is_false_has_words() -> None:
    assert set(WORDS) == {rule.name for rule in load_rules() if not rule.head}


def test_each_rule_has_a_twin_and_each_twin_a_rule() -> None:
    twins = {file.stem.replace("_", " ") for file in TWINS.iterdir()}
    assert twins == set(WORDS.values())


@pytest.mark.parametrize("twin", sorted(TWINS.iterdir()), ids=lambda file: file.stem)
def test_a_rule_finds_its_twin_and_names_statements_and_claims(twin: Path) -> None:
    dataset = load([twin])
    clashes = find_clashes(dataset)
    rule = twin.stem.replace("_", " ")
    assert {clash.rule for clash in clashes} - {SAME} == {rule}
    for clash in clashes:
        check(clash.proof, set(map(tuple, dataset.asserted)))
        for statement, claims in clash.statements.items():
            assert claims, statement
            assert f"{statement} [{', '.join(map(shorten, claims))}]" in str(clash)
    for claim, triples in dataset.claims.items():
        for triple in triples:
            resting = [clash for clash in clashes if tuple(triple) in clash.proof.given]
            assert resting, triple
            for clash in resting:
                assert claim in {c for claims in clash.statements.values() for c in claims}


def test_a_statement_names_the_claims_that_its_proof_rests_on_and_no_others(
    tmp_path: Path,
) -> None:
    dataset = read(
        tmp_path,
        """
        kg:p a owl:TransitiveProperty , owl:IrreflexiveProperty .
        claim:one { kg:a kg:p kg:b } claim:two { kg:b kg:p kg:a } claim:again { kg:b kg:p kg:a }
        claim:other { kg:a kg:p kg:c . kg:c kg:r kg:a . kg:b kg:r kg:a }
        """,
    )
    (first, second) = find_clashes(dataset)
    rest = tuple(CLAIM + name for name in ("again", "one", "two"))
    assert first.statements == {"kg:a kg:p kg:a": rest}
    assert second.statements == {"kg:b kg:p kg:b": rest}


def test_what_is_recorded_of_claims_counts_as_well(tmp_path: Path) -> None:
    trig = "kg:C owl:disjointWith kg:D . claim:first { kg:x a kg:C , kg:D }"
    dataset = read(tmp_path, trig)
    first, *rest = (t for t in dataset.asserted if t.predicate.value == expand("rdf:type"))
    without = replace(dataset, asserted=tuple(t for t in dataset.asserted if t != first))
    assert rest
    assert find_clashes(without) == ()
    assert len(find_clashes(replace(without, provenance=(first,)))) == 1


def test_a_clash_that_is_said_twice_is_told_once(tmp_path: Path) -> None:
    trig = """
        kg:C owl:disjointWith kg:D . kg:D owl:disjointWith kg:C .
        [] a owl:AllDisjointClasses ; owl:members ( kg:C kg:D ) .
        claim:first { kg:x a kg:C } claim:second { kg:x a kg:D }
    """
    assert len(find_clashes(read(tmp_path, trig))) == 1


def test_of_very_many_merged_things_some_are_told(tmp_path: Path) -> None:
    many = " , ".join(f"kg:t{number}" for number in range(60))
    clashes = find_clashes(read(tmp_path, f"claim:first {{ kg:t owl:sameAs {many} }}"))
    assert {clash.rule for clash in clashes} == {SAME}
    assert len(clashes) == MOST


@pytest.mark.parametrize(
    "rule", ["asymmetric_property", "complement", "disjoint_classes", "disjoint_properties"]
)
@pytest.mark.parametrize("left_out", ["first", "second"])
def test_one_statement_alone_is_no_clash(rule: str, left_out: str) -> None:
    dataset = load([TWINS / f"{rule}.trig"])
    rest = [t for t in dataset.asserted if t not in dataset.claims[CLAIM + left_out]]
    assert len(rest) < len(dataset.asserted)
    assert find_clashes(replace(dataset, asserted=tuple(rest))) == ()


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
    (clash,) = find_clashes(dataset)
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
    clashes = find_clashes(dataset)
    assert {clash.rule for clash in clashes} == {SAME}
    both = (CLAIM + "first", CLAIM + "second")
    assert [clash.statements for clash in clashes] == [
        {"kg:one owl:sameAs kg:two": both},
        {"kg:two owl:sameAs kg:one": both},
    ]


def test_two_things_said_to_be_the_same_are_refused(tmp_path: Path) -> None:
    (clash,) = find_clashes(read(tmp_path, "claim:first { kg:one owl:sameAs kg:two }"))
    assert str(clash) == f"{SAME}: kg:two owl:sameAs kg:one [claim:first]"


def test_things_of_others_may_be_the_same(tmp_path: Path) -> None:
    dataset = read(tmp_path, "claim:first { <ex:a> owl:sameAs <ex:b> . kg:one owl:sameAs <ex:b> }")
    assert find_clashes(dataset) == ()


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
            "more values than a cardinality allows: kg:x rdf:type kg:C",
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
    """rdflib by itself would log a traceback."""
    dataset = read(tmp_path, 'claim:first { kg:x kg:p "2014-13-01"^^xsd:date , 13 }')
    (clash,) = find_clashes(dataset)
    assert list(clash.statements.values()) == [(CLAIM + "first",)]
    assert caplog.records == []
