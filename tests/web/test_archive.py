"""Earlier releases, handed out beside the one of the data that are served."""

import hashlib
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from jjjkg.errors import InputError
from jjjkg.evaluation import Evaluator
from jjjkg.release.manifest import CHECKSUMS, MANIFEST
from jjjkg.snapshot import Snapshot
from jjjkg.web.app import create_app
from jjjkg.web.archive import Archive
from jjjkg.web.site import Content, Site
from support.sealing import rewrite, seal


@pytest.fixture
def earlier(tiny: Snapshot, tmp_path: Path) -> Path:
    """A folder with a release of another version, in which one file says something else."""
    folder = tmp_path / "earlier" / "0.0.9"
    shutil.copytree(tiny.release, folder)
    manifest = json.loads((folder / MANIFEST).read_bytes())
    manifest["version"] = "0.0.9"
    text = b"# Earlier.\n"
    (folder / "ontology.ttl").write_bytes(text)
    for file in manifest["files"]:
        if file["name"] == "ontology.ttl":
            file |= {"bytes": len(text), "sha256": hashlib.sha256(text).hexdigest()}
    (folder / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
    seal(folder)
    return folder.parent


@pytest.fixture
def client(
    tiny: Snapshot, evaluator: Evaluator, reasoners: Evaluator, earlier: Path
) -> FlaskClient:
    return create_app(Site.open(Content(tiny, earlier=earlier), evaluator, reasoners)).test_client()


def test_its_addresses_go_on_where_newer_data_are_served(
    client: FlaskClient, tiny: Snapshot
) -> None:
    listed = client.get("/releases/", headers={"Accept": "application/json"}).json
    (before,) = listed["earlier"]
    assert before["version"] == "0.0.9" != listed["version"]
    for folder, lasting in ((before["address"], True), ("/releases/0.0.9/", False)):
        with client.get(f"{folder}ontology.ttl") as found:
            assert found.data == b"# Earlier.\n"
            assert ("immutable" in found.headers["Cache-Control"]) == lasting
        files = client.get(folder, headers={"Accept": "application/json"}).json
        assert (files["version"], files["earlier"]) == ("0.0.9", [])
        page = client.get(folder, headers={"Accept": "text/html"}).text
        assert f'href="{folder}ontology.ttl"' in page
    for folder in ("/releases/latest/", listed["address"]):
        with client.get(f"{folder}ontology.ttl") as found:
            assert found.data == (tiny.release / "ontology.ttl").read_bytes()


def test_its_version_of_the_ontology_can_still_be_had(client: FlaskClient) -> None:
    found = client.get("/ontology/0.0.9", headers={"Accept": "text/turtle"})
    assert found.headers["Location"] == "/releases/0.0.9/ontology.ttl"


def test_the_page_leads_to_it(client: FlaskClient) -> None:
    for language, words in (("en", "Earlier releases"), ("zh", "早期发布版")):
        page = client.get(f"/releases/?lang={language}", headers={"Accept": "text/html"}).text
        assert words in page
        assert ">0.0.9</a>" in page
        assert words not in client.get(f"/releases/0.0.9/?lang={language}").text


def test_the_release_that_is_served_is_no_earlier_one(tiny: Snapshot, tmp_path: Path) -> None:
    shutil.copytree(tiny.release, tmp_path / "same")
    archive = Archive.open(tiny.release, tmp_path)
    assert archive.earlier == ()
    assert archive.find(archive.latest.version) is archive.latest
    assert archive.find("0.0.9") is None


def _empty(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.mkdir()


def _cut(folder: Path) -> None:
    (folder / "dataset.nq").write_bytes(b"")


def _lose(folder: Path) -> None:
    (folder / "dataset.nq").unlink()


def _flip(folder: Path) -> None:
    text = bytearray((folder / "dataset.nq").read_bytes())
    text[len(text) // 2] ^= 1
    (folder / "dataset.nq").write_bytes(text)


def _garble(folder: Path) -> None:
    (folder / MANIFEST).write_text("[]", encoding="utf-8")


def _link(folder: Path) -> None:
    """Make a file a link to another of the same size, as a stranger's download may."""
    size = Path("/etc/passwd").stat().st_size
    (folder / "void.ttl").unlink()
    (folder / "void.ttl").symlink_to("/etc/passwd")
    rewrite(lambda m: _describe(m, "void.ttl").update(bytes=size))(folder)


def _block(folder: Path) -> None:
    (folder / "void.ttl").unlink()
    os.mkfifo(folder / "void.ttl")


def _nest(folder: Path) -> None:
    (folder / "void.ttl").unlink()
    (folder / "void.ttl").mkdir()


def _lose_sums(folder: Path) -> None:
    (folder / CHECKSUMS).unlink()


def _describe(manifest: dict[str, Any], name: str) -> dict[str, Any]:
    return next(file for file in manifest["files"] if file["name"] == name)


def _add(name: str) -> Callable[[Path], None]:
    return rewrite(lambda m: m["files"].append({"name": name, "bytes": 1, "sha256": "0" * 64}))


@pytest.mark.parametrize(
    ("breaking", "words"),
    [
        (_empty, "0.0.9: is not a release, and is not served"),
        (_cut, "dataset.nq: has 0 bytes instead of "),
        (_lose, "dataset.nq: is missing"),
        (_flip, "dataset.nq: is not the file that was written"),
        (_garble, "manifest.json: lacks a version"),
        (_link, "void.ttl: is not a plain file"),
        (_block, "void.ttl: is not a plain file"),
        (_nest, "void.ttl: is not a plain file"),
        (_lose_sums, "0.0.9: is not a release: it has no readable SHA256SUMS"),
        (_add("../secret"), "'../secret' is not a name for a file"),
        (_add("/etc/passwd"), "'/etc/passwd' is not a name for a file"),
        (_add("a\r\nSet-Cookie: b"), r"'a\r\nSet-Cookie: b' is not a name for a file"),
        (_add("more.ttl"), "more.ttl: stands in only one of the lists"),
        (rewrite(lambda m: m["files"].append(m["files"][0])), "describes a file twice"),
        (
            rewrite(lambda m: _describe(m, "void.ttl").update(bytes=True)),
            "is not a valid entry of its files",
        ),
        (
            rewrite(lambda m: _describe(m, "void.ttl").update(bytes=-1)),
            "is not a valid entry of its files",
        ),
        (rewrite(lambda m: _describe(m, "void.ttl").update(triples="x")), "void.ttl has no count"),
        (rewrite(lambda m: m.update(version="..")), "version '..' can't be part of an address"),
        (rewrite(lambda m: m.update(version="latest")), "version 'latest' is an address"),
    ],
)
def test_what_is_not_as_it_was_released_is_not_served(
    tiny: Snapshot,
    evaluator: Evaluator,
    reasoners: Evaluator,
    earlier: Path,
    breaking: Callable[[Path], None],
    words: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    shutil.copytree(earlier / "0.0.9", earlier / "0.0.8")
    rewrite(lambda m: m.update(version="0.0.8"))(earlier / "0.0.8")
    breaking(earlier / "0.0.9")
    client = create_app(
        Site.open(Content(tiny, earlier=earlier), evaluator, reasoners)
    ).test_client()
    (said,) = caplog.messages
    assert said.startswith(f"jjjkg: {earlier / '0.0.9'}")
    assert words in said
    assert "\n" not in said
    assert client.get("/releases/0.0.9/").status_code == 404
    with client.get("/releases/0.0.8/ontology.ttl") as other:
        assert other.data == b"# Earlier.\n"


def test_a_folder_that_can_not_be_read_is_refused(tiny: Snapshot, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="nowhere: can't be read"):
        Archive.open(tiny.release, tmp_path / "nowhere")


@pytest.mark.parametrize(
    "harm",
    [
        lambda file: file.unlink(),
        lambda file: file.write_bytes(b""),
        lambda file: (file.unlink(), file.symlink_to("/etc/passwd")),
        lambda file: (file.unlink(), file.mkdir()),
        lambda file: (file.unlink(), os.mkfifo(file)),
    ],
)
def test_a_file_that_is_gone_is_told_in_words(
    client: FlaskClient, earlier: Path, harm: Callable[[Path], object]
) -> None:
    harm(earlier / "0.0.9" / "ontology.ttl")
    for language, words in (("en", "is missing from the server's disk"), ("zh", "已丢失")):
        found = client.get("/releases/0.0.9/ontology.ttl", headers={"Accept-Language": language})
        assert found.status_code == 503
        assert words in found.json["detail"]
        assert found.headers["Cache-Control"] == "no-store"


def test_a_server_whose_files_are_gone_fails_on_nothing(
    evaluator: Evaluator, reasoners: Evaluator, tiny: Snapshot, tmp_path: Path
) -> None:
    folder = shutil.copytree(tiny.folder, tmp_path / "copy")
    copied = Snapshot(folder, tiny.key, tiny.counts, tiny.trimmed)
    client = create_app(Site.open(Content(copied), evaluator, reasoners)).test_client()
    names = [file.name for file in copied.release.iterdir()]
    shutil.rmtree(folder)
    for name in names:
        assert client.get(f"/releases/latest/{name}").status_code == 503
    assert client.get("/data", headers={"Accept": "application/n-quads"}).status_code == 503
    for path in ("/releases/", "/.well-known/void", "/dataset.html", "/"):
        assert client.get(path).status_code == 200, path


def test_the_name_of_a_folder_does_not_drive_the_log(
    tiny: Snapshot,
    evaluator: Evaluator,
    reasoners: Evaluator,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    (tmp_path / "a\n\x1b[31mevil").mkdir()
    create_app(Site.open(Content(tiny, earlier=tmp_path), evaluator, reasoners))
    (said,) = caplog.messages
    assert r"a\n\x1b[31mevil" in said
    assert said.isprintable()


def test_of_two_releases_of_one_version_the_last_by_name_has_the_address(
    tiny: Snapshot, evaluator: Evaluator, reasoners: Evaluator, earlier: Path
) -> None:
    last = shutil.copytree(earlier / "0.0.9", earlier / "1-last")
    manifest = json.loads((last / MANIFEST).read_bytes())
    manifest["note"] = "the same version again"
    (last / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
    seal(last)
    app = create_app(Site.open(Content(tiny, earlier=earlier), evaluator, reasoners))
    client = app.test_client()
    listed = client.get("/releases/", headers={"Accept": "application/json"}).json["earlier"]
    assert [release["version"] for release in listed] == ["0.0.9"] * 2
    for release in listed:  # by hash, each
        with client.get(f"{release['address']}{MANIFEST}") as found:
            assert found.status_code == 200
    with client.get(f"/releases/0.0.9/{MANIFEST}") as found:
        assert found.data == (last / MANIFEST).read_bytes()
