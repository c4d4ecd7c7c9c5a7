"""Metrics: requests are told apart by the paths that the pages themselves have."""

import pytest
from flask import Flask
from prometheus_client.parser import text_string_to_metric_families

from jjjkg.web.server.metrics import find_routes
from support.web.connections import Address, come_about, get


def list_routes(address: Address) -> set[str]:
    _, text = get(address, "/metrics")
    return {
        sample.labels["route"]
        for family in text_string_to_metric_families(text.decode())
        for sample in family.samples
        if sample.name == "jjjkg_requests_total"
    }


@pytest.mark.parametrize(
    ("path", "route"),
    [
        ("/", "home"),
        ("/sparql", "sparql"),
        ("/id/nothing", "id"),
        ("/dataset", "dataset"),
        ("/.well-known/void", ".well-known"),
        ("/static/style.css", "static"),
        ("/healthz", "healthz"),
        ("/nothing/sparql", "other"),
    ],
)
def test_a_request_is_counted_by_the_first_part_of_its_path(
    address: Address, path: str, route: str
) -> None:
    get(address, path)
    come_about(lambda: route in list_routes(address))
    assert "nothing" not in list_routes(address)


def test_a_page_more_is_told_apart_by_itself() -> None:
    app = Flask("more", static_folder=None)
    for rule in ("/", "/about", "/<any(one, two):kind>/<name>"):
        app.add_url_rule(rule, rule, lambda **_: "")
    assert {*find_routes(app)} == {"about", "one", "two"}
