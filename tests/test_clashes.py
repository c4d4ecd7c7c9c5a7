"""Contradictions: each rule finds its twin in tests/broken/clashes/ and names what it rests on."""

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
            # Of a class without members the statement is that it has one.
            statement = statement.replace("jjj:Zone", "owl:Nothing" if rule == "nothing" else "jjj:Zone")
            assert claim in named[statement]


@pytest.mark.parametrize("twin", sorted(TWINS.iterdir()), ids=lambda file: file.stem)
def test_either_statement_alone_is_no_clash(twin: Path, tmp_path: Path) -> None:
    """But for a statement that clashes with the ontology by itself."""
    text = twin.read_text(encoding="utf-8")
    _, first, *second = text.split("claim:")[1:] if False else ["", *text.split("\nclaim:")[1:]]
    alone = twin.stem in ("irreflexive_property", "negative_assertion", "nothing", "same_and_different")
    if not alone:
        (tmp_path / "alone.trig").write_text(text.replace(f"\nclaim:{second[0]}", ""), encoding="utf-8")
        assert clashes_of(load([tmp_path / "alone.trig"])) == ()
    assert first


@pytest.mark.parametrize(
    ("ontology", "first", "statement"),
    [
        ("kg:p rdfs:domain kg:C .", "kg:x kg:p kg:y", "kg:x rdf:type kg:C"),
        ("kg:p rdfs:range kg:C .", "kg:y kg:p kg:x", "kg:x rdf:type kg:C"),
        ("kg:q rdfs:domain kg:C . kg:p rdfs:subPropertyOf kg:q .", "kg:x kg:p kg:y", "kg:x rdf:type kg:C"),
        ("kg:B rdfs:subClassOf kg:C .", "kg:x a kg:B", "kg:x rdf:type kg:C"),
        ("kg:p rdfs:range kg:B . kg:B rdfs:subClassOf kg:C .", "kg:y kg:p kg:x", "kg:x rdf:type kg:C"),
        ("kg:p owl:inverseOf kg:q . kg:q rdfs:domain kg:C .", "kg:y kg:p kg:x", "kg:x rdf:type kg:C"),
    ],
)  # fmt: skip
def test_an_inferred_type_names_the_claim_that_it_follows_from(
    ontology: str, first: str, statement: str, tmp_path: Path
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
        statement: (CLAIM + "first",),
        "kg:x rdf:type kg:D": (CLAIM + "second",),
    }


def test_two_things_inferred_to_be_the_same_are_refused(tmp_path: Path) -> None:
    """As a functional property with two values makes them."""
    dataset = read(
        tmp_path,
        """
        jjj:mover a owl:FunctionalProperty .
        claim:first { kg:move jjj:mover kg:one }
        claim:second { kg:move jjj:mover kg:two }
        claim:other { kg:other-move jjj:mover kg:one }
        """,
    )
    clashes = clashes_of(dataset)
    assert {clash.rule for clash in clashes} == {SAME}
    assert {s for clash in clashes for s in clash.statements} == {
        "kg:one owl:sameAs kg:two",
        "kg:two owl:sameAs kg:one",
    }
    for clash in clashes:
        (claims,) = clash.statements.values()
        assert {CLAIM + "first", CLAIM + "second"} <= set(claims)


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
        ('kg:x kg:p "soon"^^xsd:dateTime .', r"'soon' does not match its datatype"),
        (
            "kg:C owl:maxCardinality '0'^^xsd:nonNegativeInteger ; owl:onProperty kg:p ."
            "kg:x a kg:C ; kg:p kg:y .",
            "kg/?.*id/x",
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
