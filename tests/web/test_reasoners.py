"""Proofs and doubts over HTTP: with the limits of queries, and at nobody else's cost."""

import http.client
import json
import random
import re
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from urllib.parse import urlencode

import pytest

from jjjkg.dataset.loading import load, own_folder
from jjjkg.evaluation import (
    Evaluator,
    LimitExceeded,
    Limits,
    NothingFound,
    Request,
    UnsupportedQuery,
)
from jjjkg.rdf.namespaces import shorten
from jjjkg.snapshot import Snapshot
from jjjkg.web.server.deployment import REASONER
from support.web.served import Served

#: A bystander waits so many seconds at the most.
SOON = 0.3


@pytest.fixture(scope="module")
def claims() -> list[str]:
    return [shorten(claim) for claim in load([own_folder()]).claims]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("served")
    served = Served(folder, "--quiet", "--grace", "1", "--seconds", "20", file=own_folder())
    with served.process:
        served.get("/doubt?claim=P1.S1")  # the reasoners begin
        yield served
        served.process.kill()


def gauge(served: Served, name: str) -> float:
    (value,) = re.findall(rf"^{name} (\S+)$", served.get("/metrics")[1], re.MULTILINE)
    return float(value)


def open_doubt(served: Served, claims: list[str], accept: str) -> http.client.HTTPConnection:
    connection = served.connect()
    connection.request(
        "GET",
        "/doubt?" + urlencode([("claim", claim) for claim in claims]),
        headers={"Accept": accept},
    )
    return connection


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_sixty_doubts_of_sixty_claims_cost_a_bystander_nothing(
    served: Served, claims: list[str], accept: str
) -> None:
    chosen = random.Random(1)
    with ExitStack() as stack:
        doubts = [
            stack.enter_context(closing(open_doubt(served, chosen.sample(claims, 60), accept)))
            for _ in range(60)
        ]
        waits, end = [], time.monotonic() + 4
        while time.monotonic() < end:
            for path in ("/healthz", "/"):
                start = time.monotonic()
                assert served.get(path)[0] == 200
                waits.append(time.monotonic() - start)
        print(f"60 doubts as {accept}: a bystander waits {max(waits):.3f} s at most")
        assert max(waits) < SOON
        assert gauge(served, "jjjkg_reasons_waiting") > 10  # which do not wait in a thread
        response = doubts[0].getresponse()
        assert response.status == 200
        assert len(response.read()) > 10_000
    end = time.monotonic() + 10
    while gauge(served, "jjjkg_reasons_running") + gauge(served, "jjjkg_reasons_waiting"):
        assert time.monotonic() < end, "what nobody waits for goes on"
        time.sleep(0.05)


def ask(kind: str, **asked: object) -> Request:
    return Request(json.dumps({"kind": kind, "language": "en", **asked}), "json", "ttl")


@pytest.mark.parametrize(
    ("limits", "limit"),
    [
        (Limits(seconds=0.05), "seconds"),
        *((Limits(memory=n << 20), "memory") for n in (1, 2, 4)),
        (Limits(bytes=10_000), "bytes"),
        (Limits(length=1_000), "length"),
    ],
    ids=["seconds", "1 MB", "2 MB", "4 MB", "bytes", "length"],
)
def test_the_limits_of_queries_hold(
    snapshot: Snapshot, claims: list[str], limits: Limits, limit: str
) -> None:
    with Evaluator(snapshot.quads, limits, loader=REASONER, workers=1) as reasoners:
        with pytest.raises(LimitExceeded) as caught:
            reasoners.answer(ask("doubt", claims=claims[:60], form="json"))
        assert caught.value.limit == limit
        with pytest.raises(NothingFound, match="'none' is not a claim here"):
            reasoners.answer(ask("doubt", claims=["none"], form="json"))


def test_rows_are_no_limit_of_what_has_none(snapshot: Snapshot) -> None:
    with Evaluator(snapshot.quads, Limits(rows=1), loader=REASONER, workers=1) as reasoners:
        for form in ("json", "page"):
            answer = reasoners.answer(ask("doubt", claims=["P1.S1"], form=form))
            assert json.loads(answer.body)


def test_a_reasoner_has_neither_files_nor_network(snapshot: Snapshot) -> None:
    """All that it needs is there before it is forked, whatever it is asked."""
    terms = ["kg:beijing", "rdf:type", '"<a/>"^^rdf:XMLLiteral']
    with Evaluator(snapshot.quads, loader=REASONER, workers=1) as reasoners:
        with pytest.raises(NothingFound):
            reasoners.answer(ask("why", terms=terms, most=1, form="json"))
        with pytest.raises(UnsupportedQuery):
            reasoners.answer(ask("why", terms=["kg:beijing", "a", "no such"], most=1, form="ttl"))
        for form in ("ttl", "json", "page"):
            terms = ["kg:beijing", "a", "owl:Thing"]
            for most in (1, 10):
                assert reasoners.answer(ask("why", terms=terms, most=most, form=form)).body
        assert reasoners.pool.replaced == 0
