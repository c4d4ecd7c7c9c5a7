"""Two servers of the same data give the same bytes, so that they may stand behind one address."""

import pytest

from jjjkg.evaluation import Evaluator
from jjjkg.rdf.formats import TRIPLES
from jjjkg.snapshot import Snapshot
from jjjkg.web.app import create_app
from jjjkg.web.site import Content, Site

PATHS = ("/.well-known/void", "/.well-known/sparql-examples", "/sparql")


@pytest.mark.parametrize("data", ["snapshot", "tiny"])
def test_descriptions_are_the_same_bytes(data: str, request: pytest.FixtureRequest) -> None:
    served: Snapshot = request.getfixturevalue(data)
    if data == "snapshot":
        request.getfixturevalue("release")
    found = []
    for _ in range(2):
        with Evaluator(served.quads) as evaluator:
            client = create_app(Site.open(Content(served), evaluator, evaluator)).test_client()
            answers = {
                (path, format.name): client.get(path, headers={"Accept": format.media_type})
                for path in PATHS
                for format in TRIPLES
            }
            found.append({key: (a.status_code, a.data) for key, a in answers.items()})
    assert found[0] == found[1]
    assert {status for status, _ in found[0].values()} == {200}
