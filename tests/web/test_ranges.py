"""Parts of a release's files, and the conditions under which they are sent.

https://www.rfc-editor.org/rfc/rfc9110#name-range-requests
"""

import json

import pytest

from support.web.connections import connected, get

PATH = "/releases/latest/everything.ttl"


def test_a_part_of_a_dump_can_be_fetched(address: tuple[str, int]) -> None:
    _, content = get(address, PATH)
    response, body = get(address, PATH, Range="bytes=10-19")
    assert (response.status, body) == (206, content[10:20])


def test_ranges_that_go_on_and_ranges_that_can_not(address: tuple[str, int]) -> None:
    first, content = get(address, PATH)
    etag = first.headers["ETag"]
    rest, body = get(address, PATH, Range="bytes=100-", If_Range=etag)
    assert (rest.status, body) == (206, content[100:])
    assert rest.headers["Content-Range"] == f"bytes 100-{len(content) - 1}/{len(content)}"
    last, body = get(address, PATH, Range="bytes=-7")
    assert (last.status, body) == (206, content[-7:])
    other, body = get(address, PATH, Range="bytes=100-", If_Range='"other"')
    assert (other.status, body) == (200, content)
    beyond, _ = get(address, PATH, Range=f"bytes={len(content)}-")
    assert beyond.status == 416
    assert beyond.headers["Content-Range"] == f"bytes */{len(content)}"
    assert first.headers["Accept-Ranges"] == "bytes"


@pytest.mark.parametrize(
    "asked",
    [
        {"Range": "lines=1-2"},
        {"Range": "bytes=0-1,5-6"},
        {"Range": "bytes=0-9", "If_Range": "W/{etag}"},
        {"Range": "bytes=0-9", "If_Match": "{etag}"},
        {"Range": "bytes=0-9", "If_None_Match": '"other"'},
    ],
)
def test_a_range_that_is_passed_over(address: tuple[str, int], asked: dict[str, str]) -> None:
    first, content = get(address, PATH)
    asked = {name: value.format(etag=first.headers["ETag"]) for name, value in asked.items()}
    whole, body = get(address, PATH, **asked)
    assert (whole.status, body) == (200, content)
    assert whole.headers["Accept-Ranges"] == "bytes"


def test_head_has_no_parts(address: tuple[str, int]) -> None:
    _, content = get(address, PATH)
    with connected(address) as connection:
        connection.request("HEAD", PATH, headers={"Range": "bytes=0-9"})
        head = connection.getresponse()
    assert (head.status, head.headers["Content-Length"]) == (200, str(len(content)))


@pytest.mark.parametrize("folder", ["latest", "immutable"])
@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"If_Match": '"other"'}, 412),
        ({"If_Match": '"other"', "Range": "bytes=0-9"}, 412),
        ({"If_Match": "{etag}"}, 200),
        ({"If_None_Match": "*"}, 304),
        ({"If_None_Match": "{etag}", "Range": "bytes=0-9"}, 304),
    ],
)
def test_conditions_hold_at_each_address_and_each_time(
    address: tuple[str, int], folder: str, asked: dict[str, str], status: int
) -> None:
    path = PATH
    if folder == "immutable":
        _, body = get(address, "/releases/", Accept="application/json")
        path = json.loads(body)["address"] + "everything.ttl"
    first, _ = get(address, path)
    asked = {name: value.format(etag=first.headers["ETag"]) for name, value in asked.items()}
    for _ in range(2):
        assert get(address, path, **asked)[0].status == status


def test_a_client_that_would_rather_have_it_plain_gets_it_so(address: tuple[str, int]) -> None:
    plain, _ = get(address, PATH, Accept_Encoding="gzip;q=0.1, identity")
    assert "Content-Encoding" not in plain.headers
