"""That what the README says is so: its commands, counts and figures."""

import json
import re
import shlex
import subprocess
import sys

import pytest

from jjjkg import __version__
from jjjkg.cli import COMMANDS, main, make_parser
from jjjkg.dataset.loading import Dataset
from jjjkg.dataset.questions import load_questions
from jjjkg.rdf.namespaces import PARTS, PREFIXES, expand
from jjjkg.snapshot import Snapshot
from support import ROOT

sys.path.insert(0, str(ROOT / "tests" / "portability"))

from portability.report import summarise

README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, flags=re.DOTALL)


@pytest.fixture(autouse=True)
def _cache(snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JJJKG_CACHE", str(snapshot.folder.parents[1]))


def test_counts(snapshot: Snapshot) -> None:
    for part in PARTS:
        assert f"| `graph:{part}` | {snapshot.counts[part]:,} |" in README
    assert f"what {snapshot.counts['claims']} claims state" in README


def test_questions(dataset: Dataset) -> None:
    assert dataset.queries is not None
    questions = load_questions(dataset.queries / "questions")
    inferring = sum(1 for question in questions if question.inference)
    assert f"There are {len(questions)} in" in README
    assert f"The answers of {inferring} depend on inference" in README
    section = README[README.index("## The questions") : README.index("## The house")]
    named = set(re.findall(r"`([a-z_]{4,})`", section))
    assert len(named) > 10
    assert named <= {question.name for question in questions}


def test_segments(dataset: Dataset) -> None:
    segments = sum(1 for t in dataset.provenance if t.object.value.endswith("#Segment"))
    assert f"The article's {segments} segments" in README


def test_prefixes() -> None:
    rows = re.findall(r"^\| `(\w+):` \| `(\S+)` \|", README, flags=re.MULTILINE)
    assert dict(rows) == {p: PREFIXES[p] for p in ("jjj", "kg", "claim", "source", "graph")}


@pytest.mark.parametrize("console", blocks("console"))
def test_commands_answer_as_printed(console: str, capsys: pytest.CaptureFixture[str]) -> None:
    command, _, printed = console.partition("\n")
    assert main(shlex.split(command.removeprefix("$ jjjkg "))) == 0
    assert capsys.readouterr().out == printed


def test_each_way_of_asking_is_shown() -> None:
    shown = {shlex.split(console.partition("\n")[0])[2] for console in blocks("console")}
    assert shown == {"query", "explain", "doubt"}


def test_every_command_is_one(capsys: pytest.CaptureFixture[str]) -> None:
    lines = [line for block in blocks("sh") for line in block.splitlines()]
    commands = [line for line in lines if line.startswith("jjjkg ")]
    assert {shlex.split(command)[1] for command in commands} == {*COMMANDS}
    for command in commands:
        make_parser().parse_args(shlex.split(command, comments=True)[1:])
    targets = re.findall(r"`?make (\w+)", README)
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in targets:
        assert re.search(rf"^{target}:", makefile, flags=re.MULTILINE)
    assert main(shlex.split("query figures --format csv")) == 0
    assert capsys.readouterr().out.count("\n") > 10


def test_the_python_example_runs() -> None:
    (code,) = blocks("python")
    shown = "print(len(rows), firm.iri, len(claims))"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", f"{code}\n{shown}"], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"1 {expand('kg:shenyue-soft')} 3\n"


def test_the_table_of_tools_is_that_of_the_matrix() -> None:
    kept = json.loads((ROOT / "queries" / "portability.json").read_bytes())
    assert "\n".join(summarise(kept["tools"])) in README
    assert not [tool for tool in kept["tools"].values() if "missing" in tool]


def test_versions_and_length() -> None:
    assert f"version {__version__}," in README
    assert f"## {__version__} " in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert len(README.splitlines()) <= 250


def test_files_that_it_links_to_are_there() -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", README):
        assert (ROOT / target).exists(), target
