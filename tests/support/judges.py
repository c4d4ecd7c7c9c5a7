"""The judges of OWL: the OWL API's profile checkers and the reasoner HermiT; tests skip without."""

import os
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

import pytest

from jjjkg.rdf.namespaces import expand
from support import TESTS

#: Where Debian's libowlapi-java and its dependencies put their jars.
JARS = Path("/usr/share/java")
OWL_API = (
    "owlapi-distribution",
    "atinject-jsr330-api",
    "caffeine",
    "commons-io",
    "commons-rdf-api",
    "guava",
    "hppcrt",
    "rdf4j-model",
    "rdf4j-model-api",
    "rdf4j-rio-api",
    "rdf4j-util",
    "slf4j-api",
    "slf4j-nop",
    "xz",
)
CHECKER = TESTS / "owl" / "ProfileCheck.java"

HERMIT = "org.semanticweb.HermiT.cli.CommandLine"


def check_profiles(*files: Path) -> list[list[str]]:
    """Return what keeps each Turtle file out of OWL 2 DL or RL, and undeclared or punned terms."""
    jars = [JARS / f"{name}.jar" for name in OWL_API]
    absent = [jar.name for jar in jars if not jar.exists()]
    if shutil.which("javac") is None or absent:
        pytest.skip(f"needs a JDK and Debian's libowlapi-java; missing jars: {absent or 'none'}")
    done = run_java(jars, CHECKER, *files)
    lines = done.stdout.splitlines()
    assert done.returncode == bool(lines), done.stderr
    heads = [f"{file}: " for file in files]
    return [[line.removeprefix(h) for line in lines if line.startswith(h)] for h in heads]


def find_contradictions(file: Path) -> list[str]:
    """Return "inconsistent" if HermiT finds a Turtle file so, else its unsatisfiable classes."""
    owlready2 = find_spec("owlready2")  # importing it is not needed: it is where HermiT is
    if shutil.which("java") is None or owlready2 is None or owlready2.origin is None:
        pytest.skip("needs Java, and owlready2, which HermiT ships with")
    folder = Path(owlready2.origin).parent / "hermit"
    done = run_java([folder, folder / "HermiT.jar"], HERMIT, "-k", "-U", file.as_uri())
    if "InconsistentOntologyException" in done.stderr:
        return ["inconsistent"]
    _, heading, classes = done.stdout.partition("Classes equivalent to 'owl:Nothing':\n")
    assert heading, done.stdout + done.stderr
    return [name for name in classes.split() if name != "owl:Nothing"]


def extend(file: Path, folder: Path, triples: list[tuple[str, str, str]]) -> Path:
    """A copy of an N-Triples file in a folder, with some triples more, of prefixed names."""
    copy = folder / "extended.nt"
    added = "".join(f"<{expand(s)}> <{expand(p)}> <{expand(o)}> .\n" for s, p, o in triples)
    copy.write_text(file.read_text(encoding="utf-8") + added, encoding="utf-8")
    return copy


def run_java(class_path: list[Path], *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = ["java", "-Xmx1g", "-cp", os.pathsep.join(map(str, class_path)), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
