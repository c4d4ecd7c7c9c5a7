"""Debian's Java packages as a class path, with programs of ours compiled for it."""

import atexit
import os
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path

JARS = Path("/usr/share/java")
#: Its binding of SLF4J has no logger behind it in Debian, and two bindings quarrel.
NOT_WANTED = ("log4j", "maven", "slf4j-jdk14", "slf4j-simple", "slf4j-jcl", "slf4j-android")
#: Debian's Jena has its copy of Xerces under another name than the texts that it looks for.
XERCES_TEXTS = "org/apache/jena/ext/xerces/"


class MissingJava(Exception):
    """Raised if something is not installed; the message says what to install."""


def run_class(folder: Path, name: str) -> Sequence[str]:
    """The command that runs a class whose source is in a folder. Raises MissingJava."""
    return ("java", "-cp", _class_path(folder), name)


@cache
def _class_path(folder: Path) -> str:
    """Debian's jars, the classes of a folder, and the texts that Jena's Xerces looks for."""
    jars = [
        jar
        for jar in sorted(JARS.glob("*.jar"))
        if not jar.is_symlink() or "slf4j-api" in jar.name or "slf4j-nop" in jar.name
        if not any(word in jar.name for word in NOT_WANTED)
    ]
    jena = JARS / "jena-core.jar"
    if not jena.is_file() or shutil.which("javac") is None:
        raise MissingJava("apt install default-jdk-headless libapache-jena-java librdf4j-java")
    classes = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, classes, ignore_errors=True)
    with zipfile.ZipFile(jena) as archive:
        for name in archive.namelist():
            if name.startswith(XERCES_TEXTS) and name.endswith(".properties"):
                target = classes / "xerces" / name.removeprefix(XERCES_TEXTS)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(archive.read(name))
    path = os.pathsep.join([str(classes), *map(str, jars)])
    sources = sorted(folder.glob("*.java"))
    subprocess.run(["javac", "-d", str(classes), "-cp", path, *map(str, sources)], check=True)
    return path
