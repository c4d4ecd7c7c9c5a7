"""A server for clients of other makes, which reach it as they would any other."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from support.servers import serving

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server's endpoint: one process for all of these tests."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("JJJKG_CACHE", str(tmp_path_factory.mktemp("cache")))
        with serving("--data", str(HERE / "data.ttl")) as port:
            yield f"http://127.0.0.1:{port}/sparql"
