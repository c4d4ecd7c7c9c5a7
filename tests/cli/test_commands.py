"""The commands: which there are, what they import, and which engine infers for them."""

import subprocess
import sys
from pathlib import Path

import pytest

from jjjkg import cli
from jjjkg.cli import COMMANDS, main, make_parser
from jjjkg.entailment import ENGINES
from jjjkg.evaluation import Limits
from jjjkg.rdf.namespaces import expand
from jjjkg.snapshot import Snapshot
from support.builds import SMALL


@pytest.fixture(autouse=True)
def _cache(snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JJJKG_CACHE", str(snapshot.folder.parents[1]))


@pytest.fixture
def data(tmp_path: Path) -> Path:
    file = tmp_path / "data.trig"
    file.write_text(SMALL, encoding="utf-8")
    return file


def test_each_module_is_a_command() -> None:
    modules = {file.stem for file in Path(cli.__file__).parent.glob("[a-z]*.py")}
    assert set(COMMANDS) == modules - {"loading"}
    assert all(f"\n    {command} " in make_parser().format_help() for command in COMMANDS)


def test_a_query_may_take_as_long_as_the_limits_say() -> None:
    assert make_parser().parse_args(["query"]).seconds == Limits().seconds


@pytest.mark.parametrize("arguments", [["build"], ["build", "--data", "{data}"], ["--help"]])
def test_a_command_imports_no_more_than_it_needs(arguments: list[str], data: Path) -> None:
    """Each of these takes longer to import than the command should to run."""
    script = (
        "import sys; from jjjkg.cli import main\n"
        "try: main(sys.argv[1:])\n"
        "except SystemExit: pass\n"
        "print([n for n in ('rdflib', 'owlrl', 'pyshacl', 'flask') if n in sys.modules])"
    )
    given = [argument.format(data=data) for argument in arguments]
    done = subprocess.run(
        [sys.executable, "-c", script, *given], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize("engine", ENGINES)
def test_either_engine_builds_the_same(
    engine: str, data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["build", "--engine", engine, "--data", str(data)]) == 0
    *counts, folder = capsys.readouterr().out.splitlines()
    assert "       1 inferred" in counts
    assert "<x:a> <x:p> <x:c> " in (Path(folder) / "dataset.nq").read_text(encoding="utf-8")


def test_a_broken_list_is_told_of(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "data.ttl"
    first, of = (f"<{expand(name)}>" for name in ("rdf:first", "owl:unionOf"))
    file.write_text(f"<x:c> {of} <x:list> . <x:list> {first} <x:a> .", encoding="utf-8")
    assert main(["build", "--data", str(file)]) == 0
    assert "the list <x:list> has a cell without rdf:rest" in capsys.readouterr().err
    assert main(["check", "--data", str(file)]) == 2
    assert "the list <x:list> has a cell without rdf:rest; mend: " in capsys.readouterr().out
