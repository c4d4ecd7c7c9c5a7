"""What a store holds, asked and changed behind jjjkg's back."""

import http.client
import json
from urllib.parse import urlencode


def count(port: int, pattern: str) -> int:
    """How often a pattern is found in Oxigraph's store."""
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
