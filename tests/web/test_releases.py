"""A release as files over HTTP, through a real server."""

import gzip
import hashlib
import http.client
import json
from pathlib import Path

import pytest

from jjjkg.messages import say
from jjjkg.rdf.formats import GRAPHS
from jjjkg.snapshot import Snapshot
from jjjkg.web.archive import SECTIONS, group_files

PATH = "/releases/latest/everything.ttl"


def fetch(
    address: tuple[str, int], path: str, method: str = "GET", **headers: str
) -> tuple[http.client.HTTPResponse, bytes]:
    connection = http.client.HTTPConnection(*address, timeout=10)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, path, headers=named)
    response = connection.getresponse()
    body = response.read()
    connection.close()
    return response, body


def test_a_dump_comes_as_it_is_with_length_and_validators(
    address: tuple[str, int], tiny: Snapshot
) -> None:
    content = (tiny.release / "everything.ttl").read_bytes()
    response, body = fetch(address, PATH)
    assert body == content
    assert response.headers["Content-Type"] == "text/turtle; charset=utf-8"
    assert response.headers["Content-Length"] == str(len(content))
    assert response.headers["ETag"].startswith('"')
    assert response.headers["Last-Modified"].endswith("GMT")
    assert "Accept-Encoding" in response.headers["Vary"]


def test_a_dump_comes_compressed_where_that_is_accepted(
    address: tuple[str, int], tiny: Snapshot
) -> None:
    plain, content = fetch(address, PATH)
    packed, body = fetch(address, PATH, Accept_Encoding="gzip, br")
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.headers["Content-Length"] == str(len(body))
    assert packed.headers["Content-Type"] == plain.headers["Content-Type"]
    assert packed.headers["ETag"] != plain.headers["ETag"]
    assert gzip.decompress(body) == content
    refused, body = fetch(address, PATH, Accept_Encoding="gzip;q=0")
    assert (refused.headers["Content-Encoding"], body) == (None, content)


@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_a_dump_that_the_client_has_is_not_sent_again(
    address: tuple[str, int], encoding: str
) -> None:
    first, _ = fetch(address, PATH, Accept_Encoding=encoding)
    for header in ("ETag", "Last-Modified"):
        asked = {
            "If_None_Match" if header == "ETag" else "If_Modified_Since": first.headers[header]
        }
        again, body = fetch(address, PATH, Accept_Encoding=encoding, **asked)
        assert (again.status, body) == (304, b"")
        assert again.headers["ETag"] == first.headers["ETag"]
        assert "Accept-Encoding" in again.headers["Vary"]
    other, _ = fetch(address, PATH, Accept_Encoding=encoding, If_None_Match='"other"')
    assert other.status == 200


def test_head_tells_all_but_the_content(address: tuple[str, int]) -> None:
    got, content = fetch(address, PATH)
    head, body = fetch(address, PATH, "HEAD")
    assert (head.status, body) == (200, b"")
    assert head.headers["Content-Length"] == str(len(content))
    assert head.headers["ETag"] == got.headers["ETag"]


def test_the_compressed_file_is_a_dump_too(address: tuple[str, int], tiny: Snapshot) -> None:
    response, body = fetch(address, PATH + ".gz", Accept_Encoding="gzip")
    assert response.headers["Content-Type"] == "application/gzip"
    assert "Content-Encoding" not in response.headers
    assert body == (tiny.release / "everything.ttl.gz").read_bytes()


@pytest.mark.parametrize(
    "path",
    [
        "/releases/latest/none.ttl",
        "/releases/latest/..%2Fdataset.nq",
        "/releases/latest/../dataset.nq",
        "/releases/latest/everything.ttl/",
        "/releases/9.9.9/everything.ttl",
        "/releases/9.9.9/",
        "/releases/sha256-0123456789abcdef/everything.ttl",
        "/dumps/none.ttl",
    ],
)
def test_nothing_else_is_served(address: tuple[str, int], path: str) -> None:
    response, _ = fetch(address, path)
    assert response.status == 404
    assert "Accept" in response.headers["Vary"].split(", ")


def test_the_list_is_a_page_or_json(address: tuple[str, int]) -> None:
    page, body = fetch(address, "/releases/", Accept="text/html")
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert b'href="/releases/latest/everything.ttl"' in body
    listed, body = fetch(address, "/releases/", Accept="application/json")
    assert listed.headers["Content-Type"] == "application/json"
    assert b'"everything.ttl"' in body
    refused, _ = fetch(address, "/releases/", Accept="image/png")
    assert refused.status == 406


def test_the_list_says_what_each_file_is(release: Path) -> None:
    names = {file.name for file in release.iterdir() if file.suffix != ".gz"}
    for language in ("en", "zh"):
        groups = dict(group_files([*names, "unknown.xyz"], language))
        assert len(groups) == len(SECTIONS) + 1
        *known, others = groups.values()
        assert others == [("unknown.xyz", "")]
        told = [name for group in known for name, words in group if words]
        assert sorted(told) == sorted(names)
    assert {name.partition(".")[0] for name in names if not name.endswith(".csv")} == {
        key.partition(".")[0] for keys in SECTIONS.values() for key in keys
    }


def test_a_table_more_is_among_the_tables() -> None:
    (section,) = group_files(["people.csv", "edges.csv", "csv-metadata.json"], "en")
    assert section[0] == say("files.section.tables")
    assert [name for name, _ in section[1]] == ["edges.csv", "people.csv", "csv-metadata.json"]
    assert [bool(words) for _, words in section[1]] == [True, False, True]


def test_every_file_of_the_release_is_served_as_it_is(
    address: tuple[str, int], tiny: Snapshot
) -> None:
    _, body = fetch(address, "/releases/", Accept="application/json")
    listed = json.loads(body)
    immutable = listed["address"]
    files = sorted(file for file in tiny.release.iterdir())
    assert {file.name for file in files if file.suffix != ".gz"} == {
        file["name"] for file in listed["files"]
    }
    for file in files:
        for folder in (
            immutable,
            f"/releases/{listed['version']}/",
            "/releases/latest/",
            "/dumps/",
        ):
            response, body = fetch(address, folder + file.name)
            assert (response.status, body) == (200, file.read_bytes()), folder + file.name
            assert ("immutable" in response.headers["Cache-Control"]) == (folder == immutable)
            content = response.headers["Content-Location"]
            assert content == (None if folder == immutable else immutable + file.name)


def test_the_immutable_address_is_that_of_the_bytes(
    address: tuple[str, int], tiny: Snapshot
) -> None:
    _, body = fetch(address, "/releases/", Accept="application/json")
    digest = hashlib.sha256((tiny.release / "manifest.json").read_bytes()).hexdigest()
    assert json.loads(body)["address"] == f"/releases/sha256-{digest[:16]}/"


def test_a_version_of_the_ontology_leads_to_its_file(
    address: tuple[str, int], tiny: Snapshot
) -> None:
    _, body = fetch(address, "/releases/", Accept="application/json")
    version = json.loads(body)["version"]
    for accept, suffix in (
        ("text/turtle", ".ttl"),
        ("application/rdf+xml", ".rdf"),
        ("application/n-triples", ".nt"),
        ("text/html,*/*;q=0.1", ".html"),
    ):
        found, _ = fetch(address, f"/ontology/{version}", Accept=accept)
        assert found.status == 303
        assert "Accept" in found.headers["Vary"].split(", ")
        assert found.headers["Location"] == f"/releases/{version}/ontology{suffix}"
        there, body = fetch(address, found.headers["Location"])
        assert (there.status, body) == (200, (tiny.release / f"ontology{suffix}").read_bytes())
    refused, body = fetch(address, f"/ontology/{version}", Accept="image/png")
    assert refused.status == 406
    offered = [format["mediaType"] for format in json.loads(body)["available"]]
    assert offered == ["text/html", *(format.media_type for format in GRAPHS)]
    other, _ = fetch(address, f"/ontology/{version}", Accept="application/ld+json")
    assert (other.status, other.headers["Location"]) == (303, "/ontology.jsonld")
    unknown, _ = fetch(address, "/ontology/9.9.9")
    assert unknown.status == 404


def test_the_edition_in_rdf_1_2_says_so(address: tuple[str, int]) -> None:
    edition, _ = fetch(address, "/releases/latest/rdf12.ttl")
    assert edition.headers["Content-Type"] == "text/turtle; version=1.2; charset=utf-8"


def test_a_page_of_a_release_may_load_nothing(address: tuple[str, int]) -> None:
    page, _ = fetch(address, "/releases/latest/ontology.html")
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    policy = page.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'unsafe-inline'")
    table, _ = fetch(address, "/releases/latest/nodes.csv")
    assert table.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert table.headers["Content-Security-Policy"].startswith("default-src 'self'")
