"""The commands: which there are, what they import, and which engine infers for them."""

import subprocess
import sys
from pathlib import Path

import pytest

from jjjkg import cli
from jjjkg.cli import COMMANDS, main, make_parser
from jjjkg.cli.arguments import read_limits, read_size, write_size
from jjjkg.entailment import ENGINES
from jjjkg.evaluation import Limits
from jjjkg.messages import LANGUAGES
from jjjkg.rdf.namespaces import expand
from support.builds import SMALL

pytestmark = pytest.mark.usefixtures("own_cache")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    file = tmp_path / "data.trig"
    file.write_text(SMALL, encoding="utf-8")
    return file


def test_each_module_is_a_command() -> None:
    modules = {file.stem for file in Path(cli.__file__).parent.glob("[a-z]*.py")}
    assert set(COMMANDS) == modules - {"arguments", "loading"}
    assert all(f"\n    {command} " in make_parser().format_help() for command in COMMANDS)


def test_each_limit_is_an_option_with_its_usual_value(capsys: pytest.CaptureFixture[str]) -> None:
    assert read_limits(make_parser().parse_args(["serve"])) == Limits()
    for command in ("check", "query", "release x"):
        options = make_parser().parse_args([*command.split(), "--seconds", "2.5"])
        assert read_limits(options) == Limits(seconds=2.5)
    given = "--seconds 1 --memory 2G --rows 3 --bytes 4k --length 5".split()
    options = make_parser().parse_args(["serve", *given])
    assert read_limits(options) == Limits(1.0, 2 << 30, 3, 4 << 10, 5)
    with pytest.raises(SystemExit):
        make_parser().parse_args(["serve", "--help"])
    assert "memory that a query may use (1G)" in " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize(
    ("option", "value", "wanted"),
    [
        ("--port", "99999", "a whole number from 0 to 65,535"),
        ("--seconds", "0", "a number from 0.001 to 3,600"),
        ("--seconds", "nan", "a number from 0.001 to 3,600"),
        ("--rows", "1.5", "a whole number from 1"),
        ("--memory", "1T", "a size in bytes, or such as 64M or 1G"),
        ("--memory", "G", "a size in bytes, or such as 64M or 1G"),
        ("--grace", "-1", "a number from 0"),
    ],
)
def test_an_option_out_of_range_is_refused(
    option: str, value: str, wanted: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["serve", f"{option}={value}"])
    assert stopped.value.code == 2
    assert f"argument {option}: '{value}': give {wanted}\n" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("size", "text"), [(0, "0"), (1500, "1500"), (24 << 20, "24M"), (1 << 30, "1G")]
)
def test_a_size_is_written_as_it_is_read(size: int, text: str) -> None:
    assert (write_size(size), read_size(text)) == (text, size)


def test_explanations_are_to_be_had_in_each_language() -> None:
    for command in ("explain", "doubt x"):
        for language in LANGUAGES:
            arguments = [*command.split(), "--lang", language]
            assert make_parser().parse_args(arguments).lang == language


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
