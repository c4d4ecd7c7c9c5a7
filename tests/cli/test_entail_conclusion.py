"""Conclusions from files, asked for on the command line."""

from pathlib import Path

import pyoxigraph as ox
import pytest

from jjjkg.cli import main
from support.premises import CLASH, DATA, PREAMBLE, write


@pytest.fixture
def data(tmp_path: Path) -> str:
    return write(tmp_path, DATA)


@pytest.mark.parametrize(
    "conclusion",
    [
        ":zone :locatedIn :province .",
        "[] :locatedIn :province ; a :Place .",
        ":locatedIn a owl:TransitiveProperty .",
        "",
    ],
)
def test_a_conclusion_that_follows(
    conclusion: str, data: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    wanted = write(tmp_path, conclusion, "conclusion.ttl")
    assert main(["entail", data, "--conclusion", wanted]) == 0
    assert capfd.readouterr() == ("it follows\n", "")


def test_a_conclusion_that_does_not_follow(
    data: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    conclusion = ":zone :near :town , :moon . _:x :near :moon ; :name 'no \\'x\\'' ."
    wanted = write(tmp_path, conclusion, "conclusion.ttl")
    assert main(["entail", data, "--conclusion", wanted]) == 1
    out, err = capfd.readouterr()
    first, *missing = out.splitlines()
    assert first == "not derivable by the OWL 2 RL rules:"
    assert set(missing) == {"  :zone :near :moon", "  _:b1 :near :moon", "  _:b1 :name \"no 'x'\""}
    assert err == ""


def test_a_conclusion_may_be_of_another_format(data: str, tmp_path: Path) -> None:
    for said, code in (("province", 0), ("moon", 1)):
        triples = ox.parse(f"{PREAMBLE} :zone :near :{said} .", ox.RdfFormat.TURTLE)
        file = tmp_path / "conclusion.rdf"
        ox.serialize(triples, file, ox.RdfFormat.RDF_XML)
        assert main(["entail", data, "--conclusion", str(file)]) == code


def test_everything_follows_from_a_contradiction(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    wanted = write(tmp_path, ":moon a :Cheese .", "conclusion.ttl")
    assert main(["entail", write(tmp_path, CLASH), "--conclusion", wanted]) == 0
    out, err = capfd.readouterr()
    assert out == "it follows\n"
    assert "inconsistent" in err
