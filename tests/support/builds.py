"""Builds of a small graph, in this process and in others."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from jjjkg.dataset.loading import Dataset, load

SMALL = """
    <x:p> a <http://www.w3.org/2002/07/owl#TransitiveProperty> .
    <x:g> { <x:a> <x:p> <x:b> . <x:b> <x:p> <x:c> . }
    <x:h> { <x:b> <x:p> <x:c> . <x:c> <x:price> 34.90 . }
"""
#: What a process of its own does: builds a file's data and prints the folder. In the middle it
#: makes a mark and waits for the file `go`; no file may grow larger than told.
BUILD = """
import resource, sys, time
from pathlib import Path
from jjjkg import snapshot
from jjjkg.dataset.loading import load
file, cache, mark, go, size = sys.argv[1:]
split = snapshot.disjoint_parts
def write_later(*what):
    with open(mark, "a") as marks:
        print("building", file=marks)
    while not Path(go).exists():
        time.sleep(0.02)
    return split(*what)
snapshot.disjoint_parts = write_later
resource.setrlimit(resource.RLIMIT_FSIZE, (int(size), int(size)))
try:
    built = snapshot.build(load([Path(file)]), Path(cache), lambda words: print(words, flush=True))
except OSError as error:
    sys.exit(str(error))
print(built.folder, flush=True)
"""


def write(file: Path, trig: str = SMALL) -> Dataset:
    file.write_text(trig, encoding="utf-8")
    return load([file])


def contents(folder: Path) -> dict[str, bytes]:
    """The files of a snapshot; its release has tests of its own."""
    return {
        str(file.relative_to(folder)): file.read_bytes()
        for file in folder.rglob("*")
        if file.is_file() and "release" not in file.relative_to(folder).parts
    }


def folders(cache: Path) -> set[Path]:
    return {path for path in (cache / "snapshots").iterdir() if path.is_dir()}


def run(script: str, *arguments: object, **environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", script, *map(str, arguments)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def wait_for(file: Path, process: subprocess.Popen[str]) -> None:
    """Returns once a file is there; its process must still be running."""
    while not file.exists():
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0.02)
