"""Tools on the Java machine, from Debian's packages: Jena, RDF4J, the OWL API."""

import atexit
import os
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

from expected import Comparable, Graphs, Release

from tools.tool import (
    HERE,
    QUADS,
    ROOT,
    TRIPLES,
    TURTLE,
    Missing,
    Tool,
    ask_in_folder,
    read_counts,
    run,
)

JARS = Path("/usr/share/java")
#: Its binding of SLF4J has no logger behind it in Debian, and two bindings quarrel.
NOT_WANTED = ("log4j", "maven", "slf4j-jdk14", "slf4j-simple", "slf4j-jcl", "slf4j-android")
#: Debian's Jena has its copy of Xerces under another name than the texts that it looks for.
XERCES_TEXTS = "org/apache/jena/ext/xerces/"


def make_tools() -> Iterator[Tool]:
    """The tools."""
    yield Tool(
        "Jena",
        lambda: _package("libapache-jena-java"),
        (*TURTLE, *TRIPLES, "protege.ttl", *QUADS),
        lambda release, names: _count("JenaTool", release, names, "count"),
        ask_jena,
    )
    yield Tool(
        "RDF4J (Rio)",
        lambda: _package("librdf4j-java"),
        (*TURTLE, *TRIPLES, "protege.ttl", *QUADS),
        lambda release, names: _count("Rdf4jTool", release, names),
    )
    closed = "ontology.nt + asserted.nt + inferred.nt"
    names = ("protege.ttl", "ontology.ttl", "ontology.nt", closed)
    yield Tool(
        "OWL API",
        lambda: _package("libowlapi-java"),
        checks={name: _profile_check(name) for name in names},
    )


def _package(name: str) -> str:
    return run("dpkg-query", "-W", "-f", "${Version}", name)


def _count(
    tool: str, release: Release, names: Sequence[str], *words: str
) -> Mapping[str, Graphs | str]:
    files = (release.folder / name for name in names)
    return read_counts(run("java", "-cp", _class_path(), tool, *words, *files))


def ask_jena(release: Release) -> Mapping[str, Comparable]:
    """ARQ, on a dataset with everything in the default graph too."""
    files = (release.folder / "dataset.nq", release.folder / "everything.nt")
    return ask_in_folder(
        release,
        lambda asked, told: ("java", "-cp", _class_path(), "JenaTool", "ask", *files, asked, told),
    )


def _profile_check(name: str) -> "object":
    def check(release: Release) -> str:
        import sys

        sys.path.insert(0, str(ROOT / "tests" / "owl"))
        from judging import check_profiles

        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, "checked.ttl")
            file.write_bytes(b"".join((release.folder / n).read_bytes() for n in name.split(" + ")))
            (problems,) = check_profiles(file)
        return "; ".join(problems[:3])

    return check


@cache
def _class_path() -> str:
    """Debian's jars, our two classes, and the texts that Jena's Xerces looks for."""
    jars = [
        jar
        for jar in sorted(JARS.glob("*.jar"))
        if not jar.is_symlink() or "slf4j-api" in jar.name or "slf4j-nop" in jar.name
        if not any(word in jar.name for word in NOT_WANTED)
    ]
    jena = JARS / "jena-core.jar"
    if not jena.is_file() or shutil.which("javac") is None:
        raise Missing("a JDK, libapache-jena-java or librdf4j-java is not installed")
    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    with zipfile.ZipFile(jena) as archive:
        for name in archive.namelist():
            if name.startswith(XERCES_TEXTS) and name.endswith(".properties"):
                target = folder / "xerces" / name.removeprefix(XERCES_TEXTS)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(archive.read(name))
    path = os.pathsep.join([str(folder), *map(str, jars)])
    sources = sorted((HERE / "java").glob("*.java"))
    subprocess.run(["javac", "-d", str(folder), "-cp", path, *map(str, sources)], check=True)
    return path
