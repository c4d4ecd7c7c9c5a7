"""Tools on the Java machine, from Debian's packages: Jena, RDF4J, the OWL API."""

import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from jjjkg.rdf.namespaces import expand
from portability.expected import Graphs, Release
from portability.tools.tool import (
    HERE,
    JSONLD,
    NTRIPLES,
    QUADS,
    RDFXML,
    TURTLE,
    Check,
    Missing,
    Tool,
    ask_in_folder,
    load_in_folder,
    run,
)
from support.debian_jars import MissingJava, run_class
from support.judges import check_profiles

#: What is to be in OWL 2 DL and RL: files, each together with those beside it.
ONTOLOGIES = (("protege.ttl",), ("ontology.nt",), ("ontology.nt", "asserted.nt", "inferred.nt"))


def make_tools() -> Iterator[Tool]:
    """The tools."""
    yield Tool(
        "Jena",
        lambda: _package("libapache-jena-java"),
        (*TURTLE, *NTRIPLES, *RDFXML, *QUADS, *JSONLD, "dataset.nq.gz"),
        lambda release, names: load_in_folder(release, names, *_java("JenaTool"), "load"),
        lambda release: ask_in_folder(release, *_java("JenaTool"), "ask"),
    )
    yield Tool(
        "RDF4J (Rio)",
        lambda: _package("librdf4j-java"),
        (*TURTLE, *NTRIPLES, *RDFXML, *QUADS, *JSONLD),
        lambda release, names: load_in_folder(release, names, *_java("Rdf4jTool")),
    )
    yield Tool(
        "OWL API",
        lambda: _package("libowlapi-java"),
        ("ontology.ttl", "ontology.nt", "ontology.rdf", "protege.ttl"),
        lambda release, names: load_in_folder(release, names, *_java("OwlApiTool")),
        checks={f"{' + '.join(files)}: profiles": _profile_check(*files) for files in ONTOLOGIES},
        view=as_axioms,
    )


def as_axioms(graphs: Graphs) -> Graphs:
    """Triples as the OWL API keeps them: it declares more, and turns disjoint classes round.

    https://www.w3.org/TR/owl2-mapping-to-rdf/
    """
    declared = {expand("owl:NamedIndividual"), expand("rdfs:Datatype")}
    disjoint = expand("owl:disjointWith")

    def keep(triples: Mapping[Any, int]) -> Counter[object]:
        kept: Counter[object] = Counter()
        for (s, p, o), count in triples.items():
            if o not in declared:
                kept[(*sorted((s, o)), p) if p == disjoint else (s, p, o)] += count
        return kept

    return {name: keep(triples) for name, triples in graphs.items()}


def _package(name: str) -> str:
    try:
        return run("dpkg-query", "-W", "-f", "${Version}", name)
    except RuntimeError as error:
        raise Missing(f"{name} is not installed") from error


def _java(tool: str) -> Sequence[str]:
    try:
        return run_class(HERE / "java", tool)
    except MissingJava as error:
        raise Missing(str(error)) from error


def _profile_check(*names: str) -> Check:
    """Tell if files together are in OWL 2 DL and RL, with declared terms and known triples.

    The checkers themselves are tried on ontologies that are not, in tests/owl.
    """

    def check(release: Release) -> str:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, "checked.ttl")
            file.write_bytes(b"".join((release.folder / name).read_bytes() for name in names))
            try:
                (problems,) = check_profiles(file)
            except pytest.skip.Exception as error:
                raise Missing(str(error)) from error
        return "; ".join(problems[:3])

    return check
