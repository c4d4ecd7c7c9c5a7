"""The graphs in a store: published by jjjkg, counted, and changed behind its back."""

import http.client
import json
from urllib.parse import urlencode

from jjjkg.cli import main


def count(port: int, pattern: str) -> int:
    """Return how often a pattern is found in Oxigraph's store."""
    query = f"SELECT (COUNT(*) AS ?n) {{ {pattern} }}"
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    target = "/query?" + urlencode({"query": query})
    connection.request("GET", target, headers={"Accept": "application/sparql-results+json"})
    found = json.loads(connection.getresponse().read())
    connection.close()
    return int(found["results"]["bindings"][0]["n"]["value"])


def put(port: int, graph: str, turtle: str = "<x:a> <x:b> 34.90 .") -> None:
    """Puts something into a graph of Oxigraph's."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    target = f"/store?graph={graph}" if graph else "/store?default"
    connection.request("PUT", target, turtle.encode(), {"Content-Type": "text/turtle"})
    assert connection.getresponse().status in (201, 204)
    connection.close()


def publish(*options: object) -> int:
    return main(["publish", *map(str, options)])


def addresses(port: int, protocol: str = "graph-store") -> list[str]:
    root = f"http://127.0.0.1:{port}"
    path = {"graph-store": "/store", "update": "/update"}[protocol]
    return ["--protocol", protocol, "--to", root + path, "--query", f"{root}/query"]
