"""`jjjkg explain`: its formats, and its exit codes."""

import json

import pyoxigraph as ox
import pytest

from jjjkg.cli import main
from support import TESTS

CLASH = TESTS / "broken" / "clashes" / "disjoint_classes.trig"
MOVE = ["explain", "Hebei Shenyue Soft", "moved from", "Beijing"]


def test_labels_are_enough(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(MOVE) == 0
    assert capsys.readouterr().out.startswith("[1] Hebei Shenyue Soft moved from Beijing, because")
    assert main([*MOVE, "--lang", "zh"]) == 0
    assert "第19段第1句" in capsys.readouterr().out


def test_the_formats(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*MOVE, "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["proofs"]
    assert main([*MOVE, "--format", "turtle"]) == 0
    assert list(ox.parse(capsys.readouterr().out, ox.RdfFormat.TURTLE))
    assert main([*MOVE, "--format", "mermaid"]) == 0
    assert capsys.readouterr().out.startswith("flowchart")


def test_more_proofs(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "kg:beijing", "a", "jjj:Place", "--all", "2"]) == 0
    assert capsys.readouterr().out.count("Another proof") == 1


def test_what_does_not_hold_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "Beijing", "within", "Tianjin"]) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.count("\n") == 1
    assert "Beijing is within Tianjin." in printed.err


@pytest.mark.parametrize(
    "terms",
    [["Beijing"], ["nothing such", "within", "Beijing"], ["kg:none", "within", "Beijing"]],
)
def test_what_nobody_knows_is_refused(terms: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", *terms]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.count("\n") == 1


def test_contradictions_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "--data", str(CLASH)]) == 1
    assert "This can't be" in capsys.readouterr().out
    assert main(["explain", "--format", "json", "--data", str(CLASH)]) == 1
    assert json.loads(capsys.readouterr().out)[0]["goal"] is None
    assert main(["explain"]) == 0
    assert capsys.readouterr().out == "no contradictions\n"
