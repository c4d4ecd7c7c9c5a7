"""Keys of messages: each that is named is there, and each that is there is named."""

import ast
import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path

from jjjkg.messages import DEFAULT, load_messages
from support.modules import MODULES, SOURCE

KEYS = frozenset(load_messages(DEFAULT))
SUBJECTS = "|".join(sorted({key.partition(".")[0] for key in KEYS}))
KEY = re.compile(rf"({SUBJECTS})\.[\w:.-]+")
#: Texts of the form of a key that are names of files.
FILE = re.compile(r".+\.(csv|html|json|jsonld|nq|nt|py|rdf|rq|tar|toml|trig|ttl)(\.gz)?")
#: Keys that are made while the program runs, and from what.
MADE = {
    "lists.*": "the conjunctions that `join` is given",
    "statuses.*": "an HTTP status",
    "statuses.past_*": "the limit that was passed",
    "files.section.*": "the sections of SECTIONS in web/archive.py",
    "files.content.*": "the files of SECTIONS in web/archive.py, and the tables",
    "documentation.kind.*": "the types of terms",
    "documentation.axiom.*": "the properties that make axioms",
    "documentation.characteristic.*": "the types of properties",
    "rules.*": "the rules of owl2rl.rules",
    "explanation.origins.*": "the parts of a dataset, or the rules, that give a statement",
    "explanation.statements.*": "the properties of RDF and OWL",
    "explanation.types.*": "the classes of RDF and OWL",
    "explanation.retraction.*": "the sections of a report",
    "pages.segment.*": "the kinds of segments in their notations",
    "queries.terminals.*": "the kinds of terminals in SPARQL's grammar",
    "pages.limit_*": "the fields of evaluation's Limits, in sparql.html",
    "pages.*properties": "the sections of the ontology's page, in web/pages/resources.py",
    "pages.classes": "likewise",
    "pages.others": "likewise",
    "checks.text.*": "a gap or an overlap, in dataset/sentences.py",
}
#: What makes keys of the words that templates give.
OF_TEMPLATES = {"pages.*", "documentation.*"}


def list_constants(module: Path) -> Iterator[str]:
    """Yield the texts in a module's code, docstrings and parts of f-strings left out."""
    tree = ast.parse(module.read_text(encoding="utf-8"))
    joined = [node for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)]
    parts = {id(part) for node in joined for part in node.values}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in parts:
            yield node.value


def list_patterns(module: Path) -> Iterator[str]:
    """Yield the f-strings that make keys, with a star for each value."""
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.JoinedStr):
            parts = (v.value if isinstance(v, ast.Constant) else "*" for v in node.values)
            pattern = "".join(map(str, parts))
            if re.match(rf"({SUBJECTS})\.[\w*:.-]+$", pattern):
                yield pattern


TEMPLATES = sorted(SOURCE.glob("**/templates/*.html"))
NAMED = {
    text
    for module in MODULES
    for text in list_constants(module)
    if KEY.fullmatch(text) and not FILE.fullmatch(text)
}
TEXTS = [file.read_text(encoding="utf-8") for file in TEMPLATES]
#: The words that templates name, as `word("home")`.
WORDS = {
    f"{subject}.{key}"
    for text in TEXTS
    for function, subject in (("word", "pages"), ("words", "documentation"))
    for key in re.findall(rf'\b{function}\("([^"]+)"[,)]', text)
}
#: Those that they may name by a variable, which is given a text.
PERHAPS = {f"pages.{name}" for text in TEXTS for name in re.findall(r'"([\w:]+)"', text)}


def test_every_key_that_is_named_is_there() -> None:
    assert sorted(NAMED - KEYS) == []
    assert sorted(WORDS - KEYS) == []


def test_every_key_is_used() -> None:
    rest = KEYS - NAMED - WORDS - PERHAPS
    assert [key for key in rest if not any(fnmatchcase(key, pattern) for pattern in MADE)] == []


def test_keys_that_are_made_are_listed() -> None:
    made = {pattern for module in MODULES for pattern in list_patterns(module)}
    assert made - {*MADE, *OF_TEMPLATES} == set()
    for pattern in MADE:
        assert any(fnmatchcase(key, pattern) for key in KEYS), pattern
