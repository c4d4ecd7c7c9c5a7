"""The W3C's tests of the protocol, of the service's description, and of the formats of results.

The tests of updates say what a dataset that can only be queried must refuse: each update must be,
and the queries between them answered.
"""

import csv
import io
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

from support.conformance.endpoint import Endpoint, serve
from support.conformance.exceptions import ENGINE
from support.conformance.manifests import (
    MF,
    RDFS,
    SUITES,
    UT,
    Case,
    Manifest,
    Node,
    choose,
    local,
    needs_suites,
    read_cases,
    report,
)
from support.conformance.results import agree, read_result, take

pytestmark = needs_suites

HT = "http://www.w3.org/2011/http#"
CNT = "http://www.w3.org/2011/content#"
SD = "http://www.w3.org/ns/sparql-service-description#"
PROTOCOL = read_cases("ProtocolTest")
DESCRIPTION = read_cases("ServiceDescriptionTest")
FORMATS = {
    suite: cases
    for suite, cases in read_cases("QueryEvaluationTest", "CSVResultFormatTest").items()
    if suite in ("sparql11/csv-tsv-res", "sparql11/json-res")
}
RESULTS = {
    ".csv": ox.QueryResultsFormat.CSV,
    ".tsv": ox.QueryResultsFormat.TSV,
    ".srj": ox.QueryResultsFormat.JSON,
}
MEDIA_TYPES = {
    ".csv": "text/csv",
    ".tsv": "text/tab-separated-values",
    ".srj": "application/sparql-results+json",
}


@pytest.fixture(scope="module")
def graphs() -> dict[str, Path]:
    """The graphs that the tests name, with the files that stand for them."""
    found = {}
    for cases in PROTOCOL.values():
        for case in cases:
            manifest = case.manifest
            for node in manifest.all(case.iri, UT + "graphData"):
                name, file = manifest.one(node, RDFS + "label"), manifest.one(node, UT + "graph")
                if file and name and local(file).exists():
                    found[value(name)] = local(file)
    for cases in FORMATS.values():
        found.update({file.as_uri(): file for case in cases for file in case.data})
    return found


@pytest.fixture(scope="module")
def endpoint(
    graphs: dict[str, Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Endpoint]:
    named = [f"{name}={file}" for name, file in graphs.items()]
    with serve(tmp_path_factory.mktemp("protocol"), *named) as endpoint:
        yield endpoint


def value(node: Node | None) -> str:
    assert isinstance(node, ox.Literal | ox.NamedNode)
    return node.value


def perform(endpoint: Endpoint, manifest: Manifest, request: Node) -> str:
    """Send one request of a test; nothing, or how its answer is not the expected one."""
    target = value(manifest.one(request, HT + "absolutePath"))
    headers = {
        value(manifest.one(node, HT + "fieldName")): value(manifest.one(node, HT + "fieldValue"))
        for node in manifest.items(manifest.one(request, HT + "headers"))
    }
    body = manifest.one(request, HT + "body")
    sent = None
    if body is not None:
        encoding = value(manifest.one(body, CNT + "characterEncoding"))
        sent = value(manifest.one(body, CNT + "chars")).encode(encoding)
    update = "sparql-update" in json.dumps(headers) or b"update=" in (sent or b"")
    response, answer = endpoint.send(
        value(manifest.one(request, HT + "methodName")),
        target.replace("/sparql/", "/sparql", 1),
        sent,
        headers,
    )
    expected = manifest.one(request, HT + "resp")
    assert expected is not None
    statuses = {value(node)[-3] for node in manifest.all(expected, MF + "expectedStatus")}
    statuses = {"4"} if update else statuses
    if str(response.status)[0] not in statuses:
        return f"{target}: {response.status} {answer[:300]!r}"
    form = manifest.one(expected, MF + "expectedFormat")
    if update or form is None:
        return ""
    return read_answer(response.getheader("Content-Type") or "", answer, value(form))


def read_answer(media_type: str, answer: bytes, form: str) -> str:
    """Nothing, where an answer is of the form that a test expects."""
    if form == "RDF":
        format = ox.RdfFormat.from_media_type(media_type)
        if format is None:
            return media_type
        list(ox.parse(answer, format=format))  # raises an error for what is none
        return ""
    format = ox.QueryResultsFormat.from_media_type(media_type)
    if format is None:
        return media_type
    found = ox.parse_query_results(answer, format=format)
    boolean = isinstance(found, ox.QueryBoolean)
    return "" if boolean is (form == "boolean") else f"{media_type}: {answer[:300]!r}"


@pytest.mark.parametrize("suite", PROTOCOL)
def test_protocol(endpoint: Endpoint, suite: str, request: pytest.FixtureRequest) -> None:
    wrong = {}
    for case in PROTOCOL[suite]:
        manifest = case.manifest
        requests = manifest.one(case.action, HT + "requests")
        sent = [perform(endpoint, manifest, node) for node in manifest.items(requests)]
        assert sent, case.name
        if any(sent):
            wrong[case.name] = [found for found in sent if found]
    report(request, suite, PROTOCOL[suite], dict.fromkeys(wrong, "?"))
    assert wrong == {}


def test_what_an_ask_of_the_protocol_expects_is_answered(endpoint: Endpoint) -> None:
    for cases in PROTOCOL.values():
        for case in cases:
            if not case.name.startswith("query_"):
                continue
            manifest = case.manifest
            for node in manifest.items(manifest.one(case.action, HT + "requests")):
                expected = manifest.one(manifest.one(node, HT + "resp"), MF + "expectedBoolean")
                if expected is not None:
                    assert ask(endpoint, manifest, node) is (value(expected) == "true"), case.name


def ask(endpoint: Endpoint, manifest: Manifest, request: Node) -> bool:
    """The answer to a request for an ASK, as JSON."""
    headers = {
        value(manifest.one(node, HT + "fieldName")): value(manifest.one(node, HT + "fieldValue"))
        for node in manifest.items(manifest.one(request, HT + "headers"))
    }
    body = manifest.one(request, HT + "body")
    sent = value(manifest.one(body, CNT + "chars")).encode() if body is not None else None
    _, answer = endpoint.send(
        value(manifest.one(request, HT + "methodName")),
        value(manifest.one(request, HT + "absolutePath")).replace("/sparql/", "/sparql", 1),
        sent,
        headers | {"Accept": "application/sparql-results+json"},
    )
    return bool(json.loads(answer)["boolean"])


@pytest.mark.parametrize("suite", DESCRIPTION)
def test_service_description(
    endpoint: Endpoint, suite: str, request: pytest.FixtureRequest
) -> None:
    response, answer = endpoint.send("GET", "/sparql", None, {"Accept": "text/turtle"})
    assert response.status == 200
    triples = [quad.triple for quad in ox.parse(answer, format=ox.RdfFormat.TURTLE)]
    held = {
        "returns-rdf": bool(triples),
        "has-endpoint-triple": any(
            triple.predicate.value == SD + "endpoint" and triple.object.value == endpoint.url
            for triple in triples
            if isinstance(triple.object, ox.NamedNode)
        ),
        "conforms-to-schema": conforms(triples),
    }
    assert held.keys() == {case.name for case in DESCRIPTION[suite]}
    wrong = [name for name, holds in held.items() if not holds]
    report(request, suite, DESCRIPTION[suite], dict.fromkeys(wrong, "?"))
    assert wrong == []


def conforms(triples: list[ox.Triple]) -> bool:
    """Each service has one endpoint, and what it is said to do are things of the schema.

    https://www.w3.org/TR/sparql11-service-description/#vocab
    """
    service = ox.NamedNode(SD + "Service")
    services = {triple.subject for triple in triples if triple.object == service}
    endpoints = Counter(t.subject for t in triples if t.predicate.value == SD + "endpoint")
    things = ("supportedLanguage", "feature", "resultFormat", "inputFormat", "defaultDataset")
    objects = [t.object for t in triples if t.predicate.value in [SD + name for name in things]]
    return (
        bool(services)
        and all(endpoints[service] == 1 for service in services)
        and all(isinstance(node, ox.NamedNode | ox.BlankNode) for node in objects)
        and ox.NamedNode(SD + "SPARQL11Query") in objects
    )


@pytest.mark.parametrize("suite", FORMATS)
def test_formats(endpoint: Endpoint, suite: str, request: pytest.FixtureRequest) -> None:
    wrong = {}
    for case in FORMATS[suite]:
        graphs = "&".join(f"default-graph-uri={file.as_uri()}" for file in case.data)
        accept = MEDIA_TYPES[case.result.suffix]
        response, answer = endpoint.send(
            "POST",
            f"/sparql?{graphs}",
            case.file.read_bytes(),
            {"Content-Type": "application/sparql-query", "Accept": accept},
        )
        found = response.getheader("Content-Type") or ""
        if not found.startswith(accept) or not agrees(answer, case):
            wrong[case.name] = f"{response.status} {found} {answer[:500]!r}"
    listed = choose(ENGINE, FORMATS[suite])
    report(request, f"{suite} (formats)", FORMATS[suite], {n: listed.get(n, "?") for n in wrong})
    assert {name: found for name, found in wrong.items() if name not in listed} == {}
    engines = [case.name for case in FORMATS[suite] if not agrees(serialize(case), case)]
    assert sorted(listed) == sorted(set(engines) & wrong.keys())


def serialize(case: Case) -> bytes:
    """Return what pyoxigraph itself writes."""
    store = ox.Store()
    for file in case.data:
        store.load(path=file, base_iri=file.as_uri())
    found = store.query(case.text, base_iri=case.file.as_uri())
    assert isinstance(found, ox.QuerySolutions | ox.QueryBoolean)
    written = found.serialize(format=RESULTS[case.result.suffix])
    assert written is not None
    return written


def agrees(answer: bytes, case: Case) -> bool:
    if case.result.suffix == ".csv":
        return read_csv(answer) == read_csv(case.result.read_bytes())
    found = take(ox.parse_query_results(answer, format=RESULTS[case.result.suffix]))
    return agree(found, read_result(case.result))


def read_csv(text: bytes) -> tuple[list[str], Counter[tuple[str, ...]]]:
    """The columns of a table in their order, and its rows; blank nodes have no names."""
    rows = list(csv.reader(io.StringIO(text.decode("utf-8"), newline="")))
    plain = [tuple("_:" if cell.startswith("_:") else cell for cell in row) for row in rows[1:]]
    return rows[0], Counter(plain)


def test_the_suites_are_there() -> None:
    assert (SUITES / "sparql11" / "manifest.ttl").exists()
    assert sum(map(len, PROTOCOL.values())) == 34
