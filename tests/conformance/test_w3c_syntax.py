"""The W3C's syntax tests over HTTP: what is right is accepted, and what is not is refused."""

from collections.abc import Iterator

import pyoxigraph as ox
import pytest

from support.conformance.endpoint import Endpoint, serve
from support.conformance.exceptions import ENGINE, MEANT
from support.conformance.manifests import Case, choose, needs_suites, read_cases, report

pytestmark = needs_suites

SUITES = read_cases("PositiveSyntaxTest", "NegativeSyntaxTest")


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Endpoint]:
    with serve(tmp_path_factory.mktemp("syntax")) as endpoint:
        yield endpoint


def takes(case: Case, base: str) -> bool:
    """Tell if pyoxigraph itself takes the query."""
    try:
        ox.Store().query(case.text, base_iri=base)
    except SyntaxError:
        return False
    except (RuntimeError, ValueError, OSError):
        return True  # it is read, and can't be evaluated
    return True


@pytest.mark.parametrize("suite", SUITES)
def test_syntax(endpoint: Endpoint, suite: str, request: pytest.FixtureRequest) -> None:
    wrong: dict[str, str] = {}
    by_us: list[str] = []
    for case in SUITES[suite]:
        status, body = endpoint.post(
            case.file.read_bytes(), "application/sparql-query", accept="*/*"
        )
        right = status == 200 if case.kind.startswith("Positive") else status in (400, 403)
        if not right:
            wrong[case.name] = f"{status} {body[:300]}"
            if takes(case, endpoint.url) == case.kind.startswith("Positive"):
                by_us.append(case.name)
    listed, meant = choose(ENGINE, SUITES[suite]), choose(MEANT, SUITES[suite])
    report(request, suite, SUITES[suite], {name: (listed | meant).get(name, "?") for name in wrong})
    assert {name: wrong[name] for name in by_us if name not in meant} == {}
    assert {name: found for name, found in wrong.items() if name not in listed | meant} == {}
    assert sorted((listed | meant).keys() - wrong.keys()) == [], "exceptions that hold"


UPDATES = read_cases("UpdateEvaluationTest", "PositiveUpdateSyntaxTest", "NegativeUpdateSyntaxTest")


@pytest.mark.parametrize("suite", UPDATES)
@pytest.mark.parametrize("media_type", ["application/sparql-update", "application/sparql-query"])
def test_updates_are_refused(
    endpoint: Endpoint, suite: str, media_type: str, request: pytest.FixtureRequest
) -> None:
    taken = {}
    for case in UPDATES[suite]:
        status, body = endpoint.post(case.file.read_bytes(), media_type, accept="*/*")
        if not 400 <= status < 500:
            taken[case.name] = (status, body[:300])
    report(request, f"{suite} (updates sent as {media_type}, refused)", UPDATES[suite], {})
    assert taken == {}
