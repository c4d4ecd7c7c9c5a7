"""The cache with the snapshot of our own data, and a small file of other data, for commands."""

from pathlib import Path

import pytest

from jjjkg.snapshot import Snapshot

DATA = """
@prefix : <http://example.org/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
:inside a owl:TransitiveProperty .
:a :inside :b .
:b :inside :c .
"""


@pytest.fixture
def own_cache(snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JJJKG_CACHE", str(snapshot.folder.parents[1]))


@pytest.fixture
def data(tmp_path: Path) -> Path:
    file = tmp_path / "data.ttl"
    file.write_text(DATA, encoding="utf-8")
    return file
