"""The tables of a release: every row, every number as it was written, every column described."""

import csv
import json
import re
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pyoxigraph as ox
import pytest

from jjjkg.dataset.loading import Dataset
from jjjkg.rdf.namespaces import GRAPH, expand
from jjjkg.release.tables import METADATA
from support import ROOT

TABLES = ("claims", "edges", "nodes", "observations", "relocations")
#: How a value of a datatype is read; what is no such value raises ValueError or ArithmeticError.
READ = {
    "string": str,
    "anyURI": ox.NamedNode,
    "integer": int,
    "decimal": Decimal,
    "boolean": {"true": True, "false": False}.__getitem__,
    "dateTime": datetime.fromisoformat,
    "date": datetime.fromisoformat,
}


def read(release: Path, name: str) -> list[dict[str, str]]:
    with (release / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def described(release: Path) -> dict[str, dict[str, object]]:
    metadata = json.loads((release / METADATA).read_bytes())
    return {table["url"].removesuffix(".csv"): table["tableSchema"] for table in metadata["tables"]}


def test_each_claim_is_a_row(release: Path, dataset: Dataset) -> None:
    rows = {row["claim"]: row for row in read(release, "claims")}
    assert rows.keys() == dataset.claims.keys()
    assert {iri: int(row["triples"]) for iri, row in rows.items()} == {
        iri: len(triples) for iri, triples in dataset.claims.items()
    }
    row = rows[expand("claim:P19-S1-c")]
    assert (row["ids"], row["sentence"]) == ("P19.S1.c P19.S1.e", "P19.S1")
    assert row["speaker_label"] == "the article, in its own voice"
    assert expand("jjj:when") in row["not_stated"].split()
    assert all(row["paraphrase"] and row["paraphrase_zh"] for row in rows.values())


def test_each_value_of_each_figure_is_a_row(release: Path, dataset: Dataset) -> None:
    how = [expand(f"jjj:{name}") for name in ("exactValue", "atLeast", "moreThan", "aboutValue")]
    stated = {
        (claim, t.subject.value, t.predicate.value.partition("#")[2], t.object.value)
        for claim, triples in dataset.claims.items()
        for t in triples
        if t.predicate.value in how
    }
    rows = read(release, "observations")
    found = [(r["claim"], r["observation"], r["qualifier"], r["value"]) for r in rows]
    assert len(found) > 15
    assert sorted(found) == sorted(stated)


def test_relocations_say_what_is_not_stated(release: Path) -> None:
    rows = {row["label"]: row for row in read(release, "relocations")}
    assert len(rows) == 3
    row = rows["relocation of Shenyue's headquarters"]
    assert (row["origin_label"], row["destination_label"]) == ("Beijing", "Shijiazhuang")
    assert (row["time"], row["out_of_beijing"], row["collective"]) == ("", "true", "false")
    assert expand("jjj:when") in row["not_stated"].split()
    assert row["sentences"] == "P19.S1"


def test_the_network_is_that_of_the_graph(release: Path, store: ox.Store) -> None:
    nodes = [row["id"] for row in read(release, "nodes")]
    assert len(nodes) == len({*nodes})
    edges = read(release, "edges")
    found = {(row["part"], row["source"], row["property"], row["target"]) for row in edges}
    assert len(found) == len(edges)
    terms = {
        quad.subject
        for quad in store.quads_for_pattern(
            None, ox.NamedNode(expand("rdf:type")), None, ox.NamedNode(GRAPH + "ontology")
        )
    }
    linked = {
        (part, quad.subject.value, quad.predicate.value, quad.object.value)
        for part in ("asserted", "inferred")
        for quad in store.quads_for_pattern(None, None, None, ox.NamedNode(GRAPH + part))
        if isinstance(quad.object, ox.NamedNode)
        and quad.predicate.value != expand("rdf:type")
        and not {quad.subject, quad.object} & terms
    }
    assert found == linked
    assert {end for _, source, _, target in found for end in (source, target)} <= {*nodes}
    assert all(row["claims"] for row in edges if row["part"] == "asserted")
    assert not any(row["claims"] for row in edges if row["part"] == "inferred")
    assert all(row["label"] for row in (*read(release, "nodes"), *edges))
    assert not {*nodes} & {str(term)[1:-1] for term in terms}, "a class is no thing"
    assert [row for row in read(release, "nodes") if row["types"] and not row["type_label"]] == []


@pytest.mark.parametrize("name", TABLES)
def test_the_metadata_fits_the_table(release: Path, name: str) -> None:
    schema = described(release)[name]
    columns = schema["columns"]
    assert isinstance(columns, list)
    rows = read(release, name)
    assert [column["name"] for column in columns] == [*rows[0]]
    for column in columns:
        assert [text["@language"] for text in column["dc:description"]] == ["en", "zh"]
        separator = column.get("separator")
        for row in rows:
            cell = row[column["name"]]
            values = cell.split(separator) if separator else [cell]
            for value in filter(None, values):
                READ[column["datatype"]](value)
    key = schema["primaryKey"]
    assert isinstance(key, list)
    names = [tuple(row[column] for column in key) for row in rows]
    assert all(all(name) for name in names)
    assert len({*names}) == len(names)


def test_what_a_table_refers_to_is_in_the_other(release: Path) -> None:
    found = []
    for name, schema in described(release).items():
        foreign = schema.get("foreignKeys", [])
        assert isinstance(foreign, list)
        for key in foreign:
            there = key["reference"]
            other = read(release, there["resource"].removesuffix(".csv"))
            known = {row[there["columnReference"]] for row in other}
            assert {row[key["columnReference"]] for row in read(release, name)} <= known
            found.append((name, key["columnReference"]))
    assert found == [("edges", "source"), ("edges", "target"), ("observations", "claim")]


def test_the_language_of_a_column_is_told(release: Path) -> None:
    languages = {
        f"{name}.{column['name']}": column.get("lang")
        for name, schema in described(release).items()
        for column in schema["columns"]  # type: ignore[attr-defined]
    }
    chinese = {name for name, language in languages.items() if language == "zh"}
    assert chinese == {name for name in languages if name.endswith("_zh")}
    assert languages["claims.paraphrase"] == "en"
    assert languages["claims.sha256"] is None


def test_all_tables_are_described(release: Path) -> None:
    assert METADATA == "csv-metadata.json", "the name that CSVW has for it"
    assert {*described(release)} == {*TABLES}
    assert {file.stem for file in release.glob("*.csv")} == {*TABLES}


def test_the_guide_to_the_tables_is_so(
    release: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    guide = ROOT / "docs" / "tables.md"
    code = guide.read_text(encoding="utf-8").partition("```python\n")[2].partition("```")[0]
    monkeypatch.chdir(release)
    exec(code, {})
    assert "relocation of Shenyue's headquarters" in capsys.readouterr().out


def test_no_cell_is_a_spreadsheets_formula(release: Path) -> None:
    for name in TABLES:
        for row in read(release, name):
            assert not [cell for cell in row.values() if re.match(r"[=+@-]", cell)]
