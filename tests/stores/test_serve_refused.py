"""`jjjkg serve --store` over what is no store, or none that can be served from."""

import json
import re
from pathlib import Path
from urllib.parse import parse_qs

import pytest

from jjjkg.cli import main
from support.stores.proxy import Answer, Request, proxied


def test_a_store_that_is_not_there_is_one_line(
    small: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    url = "http://127.0.0.1:1/query"
    assert main(["serve", "--port", "0", "--store", url, "--data", str(small)]) == 2
    said = capsys.readouterr().err.splitlines()[-1]
    assert said.startswith(f"jjjkg: {url}: the store can't be reached")


def test_a_store_that_counts_in_words_is_one_line(
    small: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def count_in_words(request: Request) -> Answer:
        (query,) = parse_qs(request.body.decode())["query"]
        names = sorted(set(re.findall(r"\?(\w+)", query)))
        row = {name: {"type": "literal", "value": "many"} for name in names}
        answer: object = {"head": {"vars": names}, "results": {"bindings": [row]}}
        if query.startswith("ASK"):
            answer = {"head": {}, "boolean": b"urn%3Auuid" not in request.body}
        return Answer(
            200, {"Content-Type": "application/sparql-results+json"}, json.dumps(answer).encode()
        )

    with proxied() as proxy:
        proxy.react = count_in_words
        assert main(["serve", "--port", "0", "--store", proxy.url, "--data", str(small)]) == 2
    said = capsys.readouterr().err.splitlines()[-1]
    assert said.startswith(f"jjjkg: {proxy.url}: the store counts its triples as")
