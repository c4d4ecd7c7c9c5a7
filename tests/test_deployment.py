"""That what docs/deployment.md says of options and limits is so."""

import re
from dataclasses import asdict
from pathlib import Path

from jjjkg.cli import make_parser
from jjjkg.cli.serve import read_size
from jjjkg.evaluation import Limits

TEXT = (Path(__file__).parents[1] / "docs" / "deployment.md").read_text(encoding="utf-8")


def test_defaults_are_as_told() -> None:
    options = vars(make_parser().parse_args(["serve"]))
    rows = dict(re.findall(r"^\| `--(\w+)` \| (\w+) \|", TEXT, flags=re.MULTILINE))
    assert rows.keys() >= asdict(Limits()).keys()
    for name, told in rows.items():
        assert options[name] in (read_size(told), float(read_size(told))), name
    for name, value in asdict(Limits()).items():
        assert options[name] == value, name


def test_the_commands_of_the_guide_to_stores_are_ones() -> None:
    text = (Path(__file__).parents[1] / "docs" / "stores.md").read_text(encoding="utf-8")
    commands = re.findall(r"^jjjkg (.+)$", text, flags=re.MULTILINE)
    assert {command.split()[0] for command in commands} == {"publish", "serve"}
    for command in commands:
        make_parser().parse_args(command.split())


def test_the_commands_are_ones() -> None:
    for command in re.findall(r'jjjkg serve (--[^"\n]*)', TEXT):
        make_parser().parse_args(["serve", *command.split()])
    words = re.findall(r'CMD \["jjjkg", (.*)\]$', TEXT, flags=re.MULTILINE)[0]
    make_parser().parse_args([word.strip(' "') for word in words.split(",")])
