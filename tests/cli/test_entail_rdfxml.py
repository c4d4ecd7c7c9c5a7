"""`jjjkg entail --format rdfxml`: a reader gets back the texts of what follows."""

from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import Graph

from jjjkg.cli import main
from support.premises import write


@pytest.mark.parametrize("text", [r"x\ry", r"\r\n", r" \t\u0085&<]]>", "京"])
def test_rdf_xml_gives_back_a_text(
    text: str, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    data = write(tmp_path, f':p rdfs:subPropertyOf :q . :a :p "{text}" .')
    assert main(["entail", data, "--format", "rdfxml"]) == 0
    (found,) = Graph().parse(data=capfdbinary.readouterr().out, format="xml").objects()
    (quad,) = ox.parse(f'<x:a> <x:p> "{text}" .'.encode(), ox.RdfFormat.TURTLE)
    assert str(found) == quad.object.value  # type: ignore[union-attr]
