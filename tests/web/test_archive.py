"""Earlier releases, handed out beside the one of the data that are served."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from jjjkg.errors import InputError
from jjjkg.evaluation import Evaluator
from jjjkg.release.manifest import MANIFEST
from jjjkg.snapshot import Snapshot
from jjjkg.web import create_app
from jjjkg.web.archive import Archive


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
            file |= {"bytes": len(text), "sha256": "0" * 64}
    (folder / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
    return folder.parent


@pytest.fixture
def client(
    tiny: Snapshot, evaluator: Evaluator, reasoners: Evaluator, earlier: Path
) -> FlaskClient:
    return create_app(tiny, evaluator, [], earlier=earlier, reasoners=reasoners).test_client()


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
    for language, words in (("en", "Earlier releases"), ("zh", "早期版本")):
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


def _garble(folder: Path) -> None:
    (folder / MANIFEST).write_text("[]", encoding="utf-8")


def _remove(folder: Path) -> None:
    shutil.rmtree(folder.parent)


@pytest.mark.parametrize(
    ("breaking", "words"),
    [
        (_empty, "0.0.9: is no release; write one there"),
        (_cut, "dataset.nq: is not whole"),
        (_lose, "dataset.nq: No such file or directory; fetch the release anew"),
        (_garble, "manifest.json: lacks a version"),
        (_remove, "earlier: can't be read"),
    ],
)
def test_what_is_no_release_is_refused(
    tiny: Snapshot, earlier: Path, breaking: Callable[[Path], None], words: str
) -> None:
    breaking(earlier / "0.0.9")
    with pytest.raises(InputError, match=words):
        Archive.open(tiny.release, earlier)
