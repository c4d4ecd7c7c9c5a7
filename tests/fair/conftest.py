"""Our own data behind `jjjkg serve` in a process of its own, and its ontology as clients get it."""

from collections.abc import Iterator

import pyoxigraph as ox
import pytest

from jjjkg.rdf.namespaces import BASE
from jjjkg.snapshot import Snapshot
from support.fair.visits import Reader, Site
from support.servers import serving


@pytest.fixture(scope="session")
def site(snapshot: Snapshot) -> Iterator[Site]:
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("JJJKG_CACHE", str(snapshot.folder.parents[1]))
        with serving() as port:
            yield Site(port)


@pytest.fixture(scope="session")
def ontology(site: Site) -> ox.Store:
    """The ontology in Turtle, as a client gets it."""
    status, media_type, body = site.get(BASE + "ontology", "text/turtle")
    assert (status, media_type) == (200, "text/turtle")
    store = ox.Store()
    store.load(body, ox.RdfFormat.TURTLE)
    return store


@pytest.fixture(scope="session")
def read(ontology: ox.Store) -> Reader:
    return Reader(ontology)
