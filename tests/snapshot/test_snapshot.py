"""Snapshots: named by what went in, and what is in one."""

import json
from collections import Counter
from itertools import combinations
from pathlib import Path

import pyoxigraph as ox
import pytest

from jjjkg import snapshot as snapshot_module
from jjjkg.dataset.loading import Dataset, load
from jjjkg.entailment import ENGINES
from jjjkg.errors import InputError
from jjjkg.evaluation.store import open_store
from jjjkg.rdf.namespaces import GRAPH, PARTS
from jjjkg.release.writing import ensure_release
from jjjkg.snapshot import Snapshot, build, cache_folder, key_of
from support.builds import SMALL, contents, run, write


def test_the_same_input_is_the_same_snapshot_reused_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = build(write(tmp_path / "a.trig"), tmp_path)
    before = {file: file.stat().st_mtime_ns for file in first.folder.rglob("*")}
    monkeypatch.setattr("jjjkg.entailment.closure.close", None)
    monkeypatch.setattr("jjjkg.system.folders.FileLock", None)
    again = build(write(tmp_path / "other-name.trig", SMALL + "# A comment."), tmp_path)
    assert again == first
    assert {file: file.stat().st_mtime_ns for file in first.folder.rglob("*")} == before


@pytest.mark.parametrize(
    "changed",
    [
        SMALL + "<x:d> <x:p> <x:e> .",
        SMALL.replace("34.90", "34.9"),
        SMALL.replace("<x:g>", "<x:i>"),
        SMALL.replace("<x:g> {", "").replace("}", "", 1),
    ],
)
def test_other_input_is_another_snapshot(changed: str, tmp_path: Path) -> None:
    key = key_of(write(tmp_path / "a.trig"))
    assert key_of(write(tmp_path / "a.trig", changed)) != key


def test_the_same_file_in_another_place_of_a_folder_is_another_snapshot(tmp_path: Path) -> None:
    keys = set()
    for part in ("ontology", "graph"):
        (tmp_path / part / part).mkdir(parents=True)
        file = tmp_path / part / part / "a.ttl"
        keys |= {key_of(write(file, "<x:a> a <x:b> .")), key_of(load([tmp_path / part]))}
    assert len(keys) == 3


@pytest.mark.parametrize("engine", ENGINES)
def test_other_versions_make_another_snapshot(
    engine: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dataset = write(tmp_path / "a.trig")
    keys = {key_of(dataset, engine)}
    for package in ENGINES[engine]:
        with monkeypatch.context() as patch:
            patch.setattr(
                snapshot_module, "version", lambda name, package=package: str(name == package)
            )
            keys.add(key_of(dataset, engine))
    monkeypatch.setattr(snapshot_module, "__version__", "99")
    assert len({*keys, key_of(dataset, engine)}) == len(ENGINES[engine]) + 2


def test_other_rules_make_another_snapshot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dataset = write(tmp_path / "a.trig")
    key = key_of(dataset)
    read_bytes = Path.read_bytes

    def read_other(file: Path) -> bytes:
        return read_bytes(file) + (b"# other" if file.suffix == ".rules" else b"")

    monkeypatch.setattr(Path, "read_bytes", read_other)
    assert key_of(dataset) != key


def test_each_engine_has_its_snapshot_of_the_same_triples(tmp_path: Path) -> None:
    dataset = write(tmp_path / "a.trig")
    built = [build(dataset, tmp_path, engine=engine) for engine in ENGINES]
    assert len({snapshot.folder for snapshot in built}) == len(ENGINES)
    assert len({snapshot.quads.read_bytes() for snapshot in built}) == 1
    assert {snapshot.counts["inferred"] for snapshot in built} == {1}


def test_the_cache_folder_is_the_users_unless_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JJJKG_CACHE", str(tmp_path / "named"))
    assert cache_folder() == tmp_path / "named"
    built = build(write(tmp_path / "a.trig"))
    assert built.folder.parent == tmp_path / "named" / "snapshots"
    monkeypatch.delenv("JJJKG_CACHE")
    monkeypatch.setattr(snapshot_module, "user_cache_path", lambda name, **_: tmp_path / name)
    assert cache_folder() == tmp_path / "jjjkg"


def test_parts_are_disjoint_and_together_the_default_graph(
    snapshot: Snapshot, store: ox.Store, dataset: Dataset
) -> None:
    parts = {
        part: [
            q.triple for q in store.quads_for_pattern(None, None, None, ox.NamedNode(GRAPH + part))
        ]
        for part in PARTS
    }
    for one, other in combinations(PARTS, 2):
        assert not set(parts[one]) & set(parts[other])
    default = [q.triple for q in store.quads_for_pattern(None, None, None, ox.DefaultGraph())]
    assert Counter(default) == Counter(t for triples in parts.values() for t in triples)
    assert max(Counter(default).values()) == 1
    # The file has each once, too: a store would not tell.
    quads = Counter(ox.parse(path=snapshot.quads))
    assert max(quads.values()) == 1
    assert {part: len(triples) for part, triples in parts.items()} == {
        part: snapshot.counts[part] for part in PARTS
    }
    assert snapshot.counts["claims"] == len(dataset.claims)


def test_the_graphs_of_claims_repeat_asserted_triples_only(
    store: ox.Store, dataset: Dataset
) -> None:
    parts = {GRAPH + part for part in PARTS}
    claims = {graph.value for graph in store.named_graphs()} - parts
    assert claims == set(dataset.claims)
    asserted = {
        q.triple
        for q in store.quads_for_pattern(None, None, None, ox.NamedNode(GRAPH + "asserted"))
    }
    for claim in claims:
        triples = {q.triple for q in store.quads_for_pattern(None, None, None, ox.NamedNode(claim))}
        assert triples
        assert triples <= asserted


def test_a_part_can_be_left_out(tmp_path: Path) -> None:
    built = build(write(tmp_path / "a.trig"), tmp_path)
    whole, bare = open_store(built.quads), open_store(built.quads, ("inferred",))
    inferred = ox.Quad(*(ox.NamedNode(f"x:{name}") for name in "apc"))
    assert (inferred in whole, inferred in bare) == (True, False)
    assert ox.NamedNode(GRAPH + "inferred") not in list(bare.named_graphs())
    with pytest.raises(InputError, match="'inferences' is not a part; take asserted, "):
        open_store(built.quads, ("inferences",))


def test_a_store_that_can_not_be_loaded_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.nq: can't be loaded"):
        open_store(tmp_path / "none.nq")
    (tmp_path / "cut.nq").write_text("<x:a> <x:b>")
    with pytest.raises(InputError, match=r"cut\.nq: can't be loaded"):
        open_store(tmp_path / "cut.nq")


def test_lexical_forms_are_the_sources(tmp_path: Path) -> None:
    built = build(write(tmp_path / "a.trig"), tmp_path)
    assert b'"34.90"^^' in built.quads.read_bytes()
    release = ensure_release(built)
    for name in ("asserted.ttl", "everything.nt", "inferred.ttl", "dataset.trig", "dataset.jsonld"):
        assert (b"34.90" in (release / name).read_bytes()) == (name != "inferred.ttl"), name


def test_two_builds_are_the_same_byte_by_byte(snapshot: Snapshot, tmp_path: Path) -> None:
    """Though sets have another order in another process."""
    script = """
from pathlib import Path; import sys
from jjjkg.dataset.loading import load, own_folder; from jjjkg.release.writing import ensure_release
from jjjkg.snapshot import build
print(build(load([own_folder()]), Path(sys.argv[1])).folder)
"""
    process = run(script, tmp_path, PYTHONHASHSEED="1234")
    output, errors = process.communicate()
    assert process.returncode == 0, errors
    folder = Path(output.strip())
    assert folder.name == snapshot.folder.name
    assert contents(folder) == contents(snapshot.folder)


def test_the_manifest_says_what_is_in_the_folder(tmp_path: Path) -> None:
    built = build(write(tmp_path / "a.trig"), tmp_path)
    manifest = json.loads((built.folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["key"].startswith(built.folder.name)
    assert (built.counts["asserted"], built.counts["inferred"], built.counts["claims"]) == (4, 1, 2)
    assert manifest["counts"] == dict(built.counts)
    assert manifest["trimmed"] == dict(built.trimmed)


def test_a_triple_of_two_parts_is_in_the_first_of_them(tmp_path: Path) -> None:
    """The ontology comes first, then what is asserted, then what is recorded of claims."""
    for name, text in (
        ("ontology/o.ttl", "<x:p> <x:is> <x:q> ."),
        ("graph/g.trig", "<x:p> <x:is> <x:q> . <x:g> { <x:p> <x:is> <x:q> . <x:a> <x:b> <x:c> . }"),
    ):
        file = tmp_path / "data" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    built = build(load([tmp_path / "data"]), tmp_path / "cache")
    parts = Counter(
        str(quad.graph_name)[1:-1]
        for quad in ox.parse(path=built.quads)
        if quad.predicate == ox.NamedNode("x:is")
    )
    assert parts == {f"{GRAPH}ontology": 1, "x:g": 1}
