"""Checking a release: as released it passes, and whatever was done to it is told."""

import gzip
import hashlib
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from jjjkg.cli import main
from jjjkg.release.checking import check_release
from jjjkg.release.manifest import CHECKSUMS, MANIFEST

DEEP_END = b" )>>" * 10**6 + b" ."
FILE = {"name": "x", "bytes": 1, "sha256": "0" * 64}


@pytest.fixture
def copy(release: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(release, tmp_path / "copy"))


def seal(folder: Path) -> None:
    """Makes the checksums right again, as somebody would who changes a release on purpose."""
    lines = [
        f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n"
        for file in sorted(folder.iterdir())
        if file.name != CHECKSUMS
    ]
    (folder / CHECKSUMS).write_text("".join(lines))


def test_a_release_is_as_it_was_released(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["release", "--check", str(copy)]) == 0
    checked = check_release(copy)
    assert checked.problems == ()
    digest = hashlib.sha256((copy / MANIFEST).read_bytes()).hexdigest()
    told = capsys.readouterr().out
    assert told.startswith(f"release {checked.version} (sha256-{digest[:16]}): ")
    assert f"{checked.files} files and {checked.graphs} graphs" in told
    assert checked.files == len(list(copy.iterdir())) - 1


def flip(folder: Path) -> None:
    text = bytearray((folder / "ontology.nt").read_bytes())
    text[len(text) // 2] ^= 1
    (folder / "ontology.nt").write_bytes(text)


def swap_a_value(folder: Path) -> None:
    file = folder / "dataset.nq"
    file.write_text(file.read_text(encoding="utf-8").replace('"21.4"', '"21.5"'), encoding="utf-8")
    (folder / "dataset.nq.gz").write_bytes(gzip.compress(file.read_bytes(), 9, mtime=0))
    seal(folder)


def pack_another(folder: Path) -> None:
    (folder / "asserted.ttl.gz").write_bytes(gzip.compress(b"# nothing\n", mtime=0))
    seal(folder)


def rewrite(change: Callable[[dict[str, Any]], object]) -> Callable[[Path], None]:
    """What changes a manifest on purpose."""

    def harm(folder: Path) -> None:
        manifest = json.loads((folder / MANIFEST).read_bytes())
        change(manifest)
        (folder / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
        seal(folder)

    return harm


def lead_to_a_device(folder: Path) -> None:
    (folder / "asserted.ttl").unlink()
    (folder / "asserted.ttl").symlink_to("/dev/zero")


def pack_a_bomb(folder: Path) -> None:
    (folder / "void.ttl.gz").write_bytes(gzip.compress(bytes(64 << 20), 9, mtime=0))
    seal(folder)


@pytest.mark.parametrize(
    ("harm", "told"),
    [
        (flip, "ontology.nt: its SHA-256"),
        (lambda folder: (folder / "inferred.ttl.gz").unlink(), "inferred.ttl.gz: is missing"),
        (lambda folder: (folder / "more.ttl").write_text(""), "more.ttl: is no file of"),
        (swap_a_value, "its canonical hash (RDFC-1.0) is another"),
        (pack_another, "asserted.ttl.gz: does not unpack to asserted.ttl"),
        (pack_a_bomb, "void.ttl.gz: does not unpack to void.ttl"),
        (lead_to_a_device, "asserted.ttl: is no plain file"),
        (
            lambda folder: (folder / "\udcff\n").write_text(""),
            "\\udcff\\n: is no file of this release",
        ),
        (
            rewrite(lambda manifest: manifest["files"].pop(0)),
            "is told of by only one of manifest.json and SHA256SUMS",
        ),
        (
            rewrite(lambda manifest: manifest["files"][2].update(triples="many")),
            "triples instead of many",
        ),
    ],
)
def test_what_was_changed_is_told(
    harm: Callable[[Path], object], told: str, copy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    harm(copy)
    assert main(["release", "--check", str(copy)]) == 1
    assert told in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "is no JSON"),
        ("[" * 100_000, "is no JSON"),
        ("[]", "lacks a version, files or graphs"),
        ('{"version": "1", "files": 5, "graphs": []}', "lacks a version, files or graphs"),
        ('{"version": "1", "files": [], "graphs": [{}]}', "{} is none of its graphs"),
        (
            '{"version": "1", "files": [{"name": 1}], "graphs": []}',
            '{"name": 1} is none of its files',
        ),
    ],
)
def test_a_manifest_that_is_none_is_told(
    text: str, told: str, copy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (copy / MANIFEST).write_text(text)
    assert main(["release", "--check", str(copy)]) == 2
    message = capsys.readouterr().err
    assert told in message
    assert message.count("\n") == 1


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (
            lambda m: m["files"].append({**FILE, "name": "../../secret"}),
            "'../../secret' is no name",
        ),
        (lambda m: m["files"].append({**FILE, "name": "/etc/passwd"}), "'/etc/passwd' is no name"),
        (lambda m: m["files"].append({**FILE, "name": ".."}), "'..' is no name"),
        (lambda m: m["files"].append({**FILE, "name": ""}), "'' is no name"),
        (lambda m: m["files"].append({**FILE, "name": "a\r\nb"}), r"'a\r\nb' is no name"),
        (lambda m: m["files"].append({**FILE, "name": "\ud800\x1b[2J"}), r"'\ud800\x1b[2J' is no"),
        (lambda m: m["files"][0].update(bytes=True), "is none of its files"),
        (lambda m: m["files"][0].update(bytes=-1), "is none of its files"),
        (lambda m: m["files"][0].update(bytes=1.5), "is none of its files"),
        (lambda m: m["graphs"][0].update(triples=True), "is none of its graphs"),
        (lambda m: m.update(version="../.."), "version '../..' makes no address"),
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
    monkeypatch.setattr("jjjkg.confinement.MEMORY", 256 << 20)
    monkeypatch.setattr("jjjkg.confinement._MEMORY_A_BYTE", 4)
    iri = json.loads((copy / MANIFEST).read_bytes())["graphs"][0]["iri"]
    replace(copy, name, make(iri))
    assert main(["release", "--check", str(copy)]) == 2
    message = capsys.readouterr().err
    assert told in message
    assert message.count("\n") == 1


def test_an_empty_folder_is_no_release(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["release", "--check", str(tmp_path)]) == 2
    assert "is no release" in capsys.readouterr().err


def test_checksums_without_end_are_none(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (copy / CHECKSUMS).unlink()
    os.mkfifo(copy / CHECKSUMS)
    assert main(["release", "--check", str(copy)]) == 2
    assert "no readable SHA256SUMS" in capsys.readouterr().err


def test_a_name_in_the_checksums_leads_nowhere_else(copy: Path) -> None:
    sums = copy / CHECKSUMS
    sums.write_text(f"{'0' * 64}  ../secret\n" + sums.read_text())
    assert main(["release", "--check", str(copy)]) == 2


def test_the_manifest_describes_each_file(release: Path) -> None:
    manifest = json.loads((release / "manifest.json").read_bytes())
    described = {file["name"] for file in manifest["files"]}
    assert described == {file.name for file in release.iterdir()} - {"manifest.json", CHECKSUMS}
    types = {file["name"]: file["media_type"] for file in manifest["files"]}
    assert types["rdf12.ttl"] == "text/turtle; version=1.2"
    assert types["everything.ttl"] == "text/turtle"
    assert types["rdf12.ttl.gz"] == "application/gzip"
