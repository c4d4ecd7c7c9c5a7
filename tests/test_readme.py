"""README, and the guides that have no room of their own: commands, counts, figures and links."""

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from jjjkg import __version__
from jjjkg.cli import COMMANDS, main, make_parser
from jjjkg.dataset.loading import Dataset
from jjjkg.dataset.questions import load_questions
from jjjkg.rdf.namespaces import PARTS, PREFIXES, expand
from jjjkg.snapshot import Snapshot
from portability.report import summarise
from support import ROOT
from support.drawing import BLOCK, PAGE, draw

README, EXPLANATIONS, RELEASES = (
    (ROOT / name).read_text(encoding="utf-8")
    for name in ("README.md", "docs/explanations.md", "docs/releases.md")
)
WORDS = {"fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18}


def blocks(language: str, *texts: str) -> list[str]:
    """Return the code blocks of a language in some documents, in README if none is given."""
    found = "\n".join(texts or (README,))
    return re.findall(rf"```{language}\n(.*?)```", found, flags=re.DOTALL)


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
    section = README[README.index("## The questions") : README.index("## Trust")]
    named = set(re.findall(r"`([a-z_]{4,})`", section))
    assert len(named) > 10
    assert named <= {question.name for question in questions}


def test_segments(dataset: Dataset) -> None:
    segments = sum(1 for t in dataset.provenance if t.object.value.endswith("#Segment"))
    assert f"The article's {segments} segments" in README


def test_prefixes() -> None:
    rows = re.findall(r"^\| `(\w+):` \| `(\S+)` \|", README, flags=re.MULTILINE)
    assert dict(rows) == {p: PREFIXES[p] for p in ("jjj", "kg", "claim", "source", "graph")}


@pytest.mark.parametrize("console", blocks("console", README, EXPLANATIONS))
def test_commands_answer_as_printed(console: str, capsys: pytest.CaptureFixture[str]) -> None:
    command, _, printed = console.partition("\n")
    assert main(shlex.split(command.removeprefix("$ jjjkg "))) == 0
    assert capsys.readouterr().out == printed


def test_each_way_of_asking_is_shown() -> None:
    shown = {
        shlex.split(console.partition("\n")[0])[2]
        for console in blocks("console", README, EXPLANATIONS)
    }
    assert shown == {"query", "explain", "doubt"}


def test_every_command_is_one(capsys: pytest.CaptureFixture[str]) -> None:
    lines = [line for block in blocks("sh") for line in block.splitlines()]
    commands = [line for line in lines if line.startswith("jjjkg ")]
    more = blocks("sh", EXPLANATIONS, RELEASES)
    commands += [line for block in more for line in block.splitlines() if line[:6] == "jjjkg "]
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


def test_the_tools_are_those_of_the_matrix() -> None:
    kept = json.loads((ROOT / "docs" / "portability.json").read_bytes())
    guide = (ROOT / "docs" / "portability.md").read_text(encoding="utf-8")
    assert "\n".join(summarise(kept["tools"])) in guide
    assert not [tool for tool in kept["tools"].values() if "missing" in tool]
    (number,) = re.findall(r"the (\w+) tools that each release is loaded into", README)
    assert WORDS[number] == len(kept["tools"])


def test_versions_and_length() -> None:
    assert f"version {__version__}," in README
    assert f"## {__version__} " in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert len(README.splitlines()) <= 180


def test_files_that_are_linked_to_are_there() -> None:
    for document in (ROOT / "README.md", *(ROOT / "docs").glob("*.md")):
        text = document.read_text(encoding="utf-8")
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text):
            assert (document.parent / target).exists(), f"{document.name}: {target}"


def test_make_serves_on_the_port_that_is_given() -> None:
    assert "(`make serve PORT=8123` for another port)" in README
    for more, port in (([], "8000"), (["PORT=8123"], "8123")):
        command = ["make", "--dry-run", "--always-make", "--directory", str(ROOT), "serve", *more]
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        assert f"jjjkg serve --host 127.0.0.1 --port {port}\n" in said


def test_the_table_of_files_is_that_of_a_release(release: Path) -> None:
    table = RELEASES[RELEASES.index("| files | what |") :].partition("\n\n")[0]
    told: set[str] = set()
    for cell in re.findall(r"^\| (`.*?) \|", table, flags=re.MULTILINE):
        words = [words.split() for words in re.findall(r"`(.+?)`", cell)]
        suffixes = [word for part in words for word in part if word.startswith(".")]
        names = [part[0] for part in words if not part[0].startswith(".")]
        told |= {
            name.partition(".")[0] + suffix if suffixes else name
            for name in names
            for suffix in (suffixes or [""])
        }
        if suffixes:
            told |= {name for name in names if "." in name}
    told |= set(re.findall(r"`([a-z-]+\.(?:json|md))`", table))
    files = {file.name for file in release.iterdir()}
    packed = {name for name in files if name.endswith(".gz")}
    assert told == {name for name in files - packed if not name.startswith("portability.")}
    assert {f"{name}.gz" for name in files - packed} - packed == {
        f"{name}.gz" for name in ("manifest.json", "SHA256SUMS")
    }


def test_the_drawing_is_that_of_the_code() -> None:
    (drawn,) = BLOCK.findall(PAGE.read_text(encoding="utf-8"))
    assert drawn == draw()
