"""The cache with the snapshot of our own data, for the commands that load them."""

import pytest

from jjjkg.snapshot import Snapshot


@pytest.fixture
def own_cache(snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JJJKG_CACHE", str(snapshot.folder.parents[1]))
