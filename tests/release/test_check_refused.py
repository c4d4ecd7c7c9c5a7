"""Releases made to lead a check astray, or to break it: refused in one line."""

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from jjjkg.cli import main
from jjjkg.dataset.loading import load
from jjjkg.errors import InputError
from jjjkg.release.manifest import MANIFEST
from jjjkg.release.writing import ensure_release
from jjjkg.snapshot import build
from support import ROOT
from support.sealing import rewrite, seal

DEEP_END = b" )>>" * 10**6 + b" ."
FILE = {"name": "x", "bytes": 1, "sha256": "0" * 64}


@pytest.fixture
def copy(release: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(release, tmp_path / "copy"))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (
            lambda m: m["files"].append({**FILE, "name": "../../secret"}),
            "'../../secret' is not a name",
        ),
        (
            lambda m: m["files"].append({**FILE, "name": "/etc/passwd"}),
            "is not a name",
        ),
        (lambda m: m["files"].append({**FILE, "name": ".."}), "'..' is not a name"),
        (lambda m: m["files"].append({**FILE, "name": ""}), "'' is not a name"),
        (lambda m: m["files"].append({**FILE, "name": "a\r\nb"}), r"'a\r\nb' is not a name"),
        (
            lambda m: m["files"].append({**FILE, "name": "\ud800\x1b[2J"}),
            r"'\ud800\x1b[2J' is not a",
        ),
        (lambda m: m["files"][0].update(bytes=True), "is not a valid entry of its files"),
        (lambda m: m["files"][0].update(bytes=-1), "is not a valid entry of its files"),
        (lambda m: m["files"][0].update(bytes=1.5), "is not a valid entry of its files"),
        (lambda m: m["graphs"][0].update(triples=True), "is not a valid entry of its graphs"),
        (lambda m: m.update(version="../.."), "version '../..' can't be part of an address"),
        (lambda m: m.update(version="latest"), "version 'latest' is an address of its own"),
    ],
)
def test_names_and_numbers_that_no_release_has_are_refused(
    change: Callable[[dict[str, Any]], object],
    told: str,
    copy: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    rewrite(change)(copy)
    assert main(["release", "--check", str(copy)]) == 2
    message = capsys.readouterr().err
    assert told in message
    assert message.count("\n") == 1


def replace(folder: Path, name: str, text: bytes) -> None:
    """Gives a file another content, and all lists that of it: the hashes vouch for it."""
    (folder / name).write_bytes(text)
    manifest = json.loads((folder / MANIFEST).read_bytes())
    for file in manifest["files"]:
        if file["name"] == name:
            file |= {"bytes": len(text), "sha256": hashlib.sha256(text).hexdigest()}
    for graph in manifest["graphs"]:
        graph["triples"] = 132
    (folder / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
    seal(folder)


def poison(iri: str) -> bytes:
    """Twelve blank nodes, each tied to each: RDFC-1.0 tries out all of their orders."""
    lines = (f"_:n{a} <x:p> _:n{b} <{iri}> .\n" for a in range(12) for b in range(12) if a != b)
    return "".join(lines).encode()


def bomb(_: str) -> bytes:
    declared = f'<!DOCTYPE rdf:RDF [<!ENTITY b "{"x" * 100_000}">]>'
    fact = '<rdf:Description xmlns:x="http://x/"><x:p>&b;</x:p></rdf:Description>'
    space = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
    return f'{declared}<rdf:RDF xmlns:rdf="{space}">{fact * 20_000}</rdf:RDF>'.encode()


@pytest.mark.parametrize(
    ("name", "make", "told"),
    [
        ("dataset.nq", poison, "takes more than"),
        ("everything.rdf", bomb, "everything.rdf: its entities would make 2,00"),
        (
            "everything.nt",
            lambda _: (
                b"<x:a> <x:b> " + b"<<( <x:s> <x:p> " * 10**6 + b"<x:o>" + b" )>>" * 10**6 + b" ."
            ),
            "is nested too deeply",
        ),
    ],
)
def test_a_release_made_to_break_the_check_is_refused(
    name: str,
    make: Callable[[str], bytes],
    told: str,
    copy: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("jjjkg.system.confinement.MEMORY", 256 << 20)
    monkeypatch.setattr("jjjkg.system.confinement._MEMORY_A_BYTE", 4)
    iri = json.loads((copy / MANIFEST).read_bytes())["graphs"][0]["iri"]
    replace(copy, name, make(iri))
    assert main(["release", "--check", str(copy)]) == 2
    message = capsys.readouterr().err
    assert told in message
    assert message.count("\n") == 1


def test_no_release_is_made_of_a_poisoned_graph(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its canonical hash would be part of the manifest."""
    monkeypatch.setattr("jjjkg.system.confinement.MEMORY", 256 << 20)
    (tmp_path / "a.nq").write_bytes(poison("x:g"))
    snapshot = build(load([tmp_path / "a.nq"]), tmp_path / "cache")
    with pytest.raises(InputError, match=r"the graph <.*>: takes more than .* bytes of memory"):
        ensure_release(snapshot)
    assert not snapshot.release.exists()


@pytest.mark.parametrize(
    "version",
    [
        "1.0 beta",
        "1/2",
        "..",
        "",
        "latest",
        "Latest",
        "sha256-0123",
        "版本",
        "1" * 65,
        "1\n2",
        "-1",
    ],
)
@pytest.mark.parametrize("command", ["release", "serve"])
def test_a_version_that_makes_no_address_is_refused(
    command: str,
    version: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("JJJKG_CACHE", str(tmp_path / "cache"))
    (tmp_path / "graph").mkdir()
    (tmp_path / "graph" / "dataset.ttl").write_text(
        "<http://example.org/dataset> a <http://www.w3.org/ns/dcat#Dataset> ; "
        f"<http://www.w3.org/2002/07/owl#versionInfo> {json.dumps(version)} .",
        encoding="utf-8",
    )
    arguments = [str(tmp_path / "out")] if command == "release" else ["--port", "0"]
    assert main([command, *arguments, "--data", str(tmp_path)]) == 2
    *_, said = capsys.readouterr().err.splitlines()
    assert said.startswith(f"jjjkg: version {version[:80]!r} ")
    assert "give owl:versionInfo" in said


@pytest.mark.parametrize("version", ["1", "1.0.0-beta+2", "2026_01", "v1..2", "0" * 64])
def test_a_version_that_makes_an_address_is_kept(version: str, tmp_path: Path) -> None:
    (tmp_path / "a.ttl").write_text(
        f"<x:o> <http://www.w3.org/2002/07/owl#versionInfo> '{version}' ."
    )
    (tmp_path / "ontology").mkdir()
    (tmp_path / "a.ttl").rename(tmp_path / "ontology" / "a.ttl")
    release = ensure_release(build(load([tmp_path]), tmp_path / "cache"))
    assert json.loads((release / MANIFEST).read_bytes())["version"] == version


def test_a_table_whose_name_no_file_can_have_is_refused(tmp_path: Path) -> None:
    (tmp_path / "graph").mkdir()
    shutil.copy(ROOT / "tests" / "web" / "tiny.trig", tmp_path / "graph")
    own = ROOT / "queries" / "tables" / "nodes.rq"
    tables = tmp_path / "queries" / "tables"
    tables.mkdir(parents=True)
    shutil.copy(own, tables / "mes données.rq")
    shutil.copy(own.with_suffix(".csv-metadata.json"), tables / "mes données.csv-metadata.json")
    dataset = load([tmp_path])
    with pytest.raises(InputError, match=r"'mes données\.csv' is not a name for a file"):
        ensure_release(build(dataset, tmp_path / "cache"), dataset.queries)
