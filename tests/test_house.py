"""The house rules: imports, names, folders, docstrings, and Turtle that all parsers read alike."""

import ast
import re
import shutil
import subprocess
import sys
from collections import Counter, defaultdict
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import Dataset as RdflibDataset

from jjjkg import __version__
from jjjkg.dataset.loading import own_folder
from jjjkg.rdf.namespaces import BASE, PREFIXES, expand
from jjjkg.rdf.parsing import FORMATS
from support import ROOT
from support.modules import MODULES, dotted_name, imports_of

TESTS = sorted((ROOT / "tests").rglob("*.py"))
TURTLE = sorted(
    file
    for folder in ("ontology", "graph", "tests/broken")
    for file in (ROOT / folder).rglob("*")
    if file.suffix in FORMATS
)
QUERIES = sorted((ROOT / "queries").rglob("*.rq"))
#: Who may import whom: a module imports only from rows above its own. What is in one package may
#: import each other, in no circle.
LAYERS = (
    "messages",
    "errors",
    "system",
    "rdf",
    "dataset table",
    "entailment",
    "snapshot evaluation",
    "checks description explanation",
    "metadata",
    "release",
    "publishing",
    "notebook web",
    "cli",
)
LAYER_OF = {name: row for row, names in enumerate(LAYERS) for name in names.split()}
#: The packages of others, and the parts that import them: these alone may.
IMPORTED_BY = {
    "cachetools": "web",
    "filelock": "system",
    "flask": "web",
    "httptools": "web",
    "jinja2": "release",
    "markupsafe": "release",
    "numpy": "entailment",
    "owlrl": "entailment",
    "pandas": "notebook",
    "platformdirs": "snapshot",
    "prettytable": "description table",
    "prometheus_client": "web",
    "pyoxigraph": "checks dataset entailment evaluation explanation metadata notebook publishing"
    " rdf release snapshot",
    "pyshacl": "checks",
    "rdflib": "checks entailment notebook",
    "requests": "publishing",
    "urllib3": "publishing",
    "uvicorn": "web",
    "uvloop": "web",
    "werkzeug": "web",
}
#: Names of two modules or more, each with its reason; entailment's rooms are named anew later.
SAME_NAME = {
    "check": "the command, and the check of proofs in entailment",
    "descriptions": "of the dataset: as files of a release, and at addresses",
    "doubt": "the command, and its page",
    "endpoint": "a store elsewhere: asked, and written to",
    "errors": "bad input of any kind, and the outcomes of a query",
    "explain": "the command, and its page",
    "facts": "triples as they are looked up, in metadata and in entailment",
    "files": "queries that come in files, and files that are sent",
    "loading": "of a dataset, and of the data that a command names",
    "opening": "of a release, and of a graph in Python",
    "results": "of a query: out of a worker, and on a page",
    "rows": "of an answer in Python, and bindings as arrays in entailment",
    "tables": "of a release, and pairs as arrays in entailment",
    "terms": "of RDF, and the same as integers in entailment",
    "values": "of literals: as keys of an order, and of datatypes in entailment",
}
#: Modules of a folder, `__init__` left out.
MOST_MODULES = 13
#: Folders with more, each with its reason.
LARGER: dict[str, str] = {}
#: Lines of a function: it fits on a screen.
LONGEST_FUNCTION = 60
FUNCTION = ast.FunctionDef | ast.AsyncFunctionDef
LONGEST_TURTLE = 460


def name_of(file: Path) -> str:
    return str(file.relative_to(ROOT))


def part_of(dotted: str) -> str:
    """The module or package of jjjkg that a dotted name is in; empty for what is not ours."""
    top, _, rest = dotted.partition(".")
    return rest.partition(".")[0] if top == "jjjkg" else ""


def test_every_module_has_its_layer() -> None:
    assert {part_of(dotted_name(module)) for module in MODULES} - {""} == set(LAYER_OF)


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_imports_go_one_way(module: Path) -> None:
    own = part_of(dotted_name(module))
    for dotted in imports_of(module):
        imported = part_of(dotted)
        if imported and imported != own:
            assert own, "jjjkg itself imports nothing of its own"
            assert LAYER_OF[imported] < LAYER_OF[own], f"{own} imports {imported}"


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_no_module_reads_what_is_private_to_another(module: Path) -> None:
    tree = [*ast.walk(ast.parse(module.read_text(encoding="utf-8")))]
    private = {
        node for node in tree if isinstance(node, ast.Attribute) and re.match(r"_[a-z]", node.attr)
    }
    own = {node.name for node in tree if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
    own |= {node.attr for node in private if ast.unparse(node.value) == "self"}
    foreign = {ast.unparse(node) for node in private if node.attr not in own}
    assert foreign <= {"os._exit"}


def test_no_imports_go_in_circles() -> None:
    graph = {dotted_name(module): set(imports_of(module)) for module in MODULES}
    while leaves := {name for name, imported in graph.items() if not imported & set(graph)}:
        for leaf in leaves:
            del graph[leaf]
    assert graph == {}


def find_packages() -> dict[str, set[str]]:
    """Return the packages of others that are imported, and the parts of jjjkg that do so."""
    found = defaultdict(set)
    for module in MODULES:
        for dotted in imports_of(module):
            package = dotted.partition(".")[0]
            if package != "jjjkg" and package not in sys.stdlib_module_names:
                found[package].add(part_of(dotted_name(module)))
    return dict(found)


def test_packages_of_others_are_imported_where_they_belong() -> None:
    assert find_packages() == {name: set(parts.split()) for name, parts in IMPORTED_BY.items()}


def test_no_two_modules_share_a_name() -> None:
    counts = Counter(module.stem for module in MODULES if module.stem != "__init__")
    shared = {name for name, count in counts.items() if count > 1}
    assert shared == set(SAME_NAME)


def test_a_folder_is_read_at_a_glance() -> None:
    counts = Counter(name_of(module.parent) for module in MODULES if module.stem != "__init__")
    assert {folder for folder, count in counts.items() if count > MOST_MODULES} == set(LARGER)


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_only_workers_evaluate_queries(module: Path) -> None:
    """A query may crash its process, fill it, or keep it busy for ever."""
    tree = ast.walk(ast.parse(module.read_text(encoding="utf-8")))
    functions = [node.func for node in tree if isinstance(node, ast.Call)]
    called = {function.attr for function in functions if isinstance(function, ast.Attribute)}
    assert "query" not in called or part_of(dotted_name(module)) == "evaluation"


@pytest.mark.parametrize("module", [*MODULES, *TESTS], ids=name_of)
def test_a_module_says_what_it_is(module: Path) -> None:
    text = module.read_text(encoding="utf-8")
    sentence = (ast.get_docstring(ast.parse(text)) or "").partition("\n\n")[0]
    assert re.fullmatch(r"\S.+?[.?](\s+https://\S+)?", sentence, re.DOTALL), sentence


#: A docstring says what something is or does: it opens with a noun or a verb.
RELATIVE = re.compile(
    r"(What(ever)?|Whether|How(ever)?|That|Who(m|ever)?|Which(ever)?|Where(ver)?|Of|As|When(ever)?"
    r"|If)\b"
)


@pytest.mark.parametrize("module", [*MODULES, *TESTS], ids=name_of)
def test_no_docstring_opens_with_a_relative_clause(module: Path) -> None:
    nodes = ast.walk(ast.parse(module.read_text(encoding="utf-8")))
    texts = [
        ast.get_docstring(node) or ""
        for node in nodes
        if isinstance(node, ast.Module | ast.ClassDef | FUNCTION)
    ]
    assert [text.splitlines()[0] for text in texts if RELATIVE.match(text)] == []


def count_lines(function: ast.AST) -> int:
    """The lines of a function without those of the functions in it, such as a blueprint's views."""
    inner = [node for node in ast.walk(function) if isinstance(node, FUNCTION)]
    lines = {line for node in inner for line in range(node.lineno, (node.end_lineno or 0) + 1)}
    nested = [node for node in inner if node is not function]
    inside = {line for node in nested for line in range(node.lineno, (node.end_lineno or 0) + 1)}
    return len(lines - inside)


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_a_function_fits_on_a_screen(module: Path) -> None:
    tree = ast.parse(module.read_text(encoding="utf-8"))
    functions = [node for node in ast.walk(tree) if isinstance(node, FUNCTION)]
    long = [node.name for node in functions if count_lines(node) > LONGEST_FUNCTION]
    assert long == []


def test_no_file_names_a_path_of_the_machine_it_was_written_on() -> None:
    paths = [f"/{name}/" for name in ("work", "root", "home")]
    found = [
        (name_of(file), path)
        for file in (*MODULES, *TESTS, *TURTLE, *QUERIES, *ROOT.glob("*.*"))
        if file.is_file()
        for path in paths
        if path in file.read_text(encoding="utf-8")
    ]
    assert found == []


@pytest.mark.parametrize("file", [*TURTLE, *QUERIES], ids=name_of)
def test_prefixes_are_ours_in_order_and_all_used(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    declaration = (
        r"^@prefix (\w+): <(.+)> \.$" if file.suffix != ".rq" else r"^PREFIX (\w+): <(.+)>$"
    )
    declared = re.findall(declaration, text, re.MULTILINE)
    assert dict(declared).items() <= PREFIXES.items()
    names = [name for name, _ in declared]
    assert names == [name for name in PREFIXES if name in names], "ours first, then alphabetically"
    body = re.sub(declaration, "", text, flags=re.MULTILINE)
    body = re.sub(r'"(?:[^"\\]|\\.)*"|<[^>\s]*>|^\s*#.*$', "", body, flags=re.MULTILINE)
    assert {*re.findall(r"(?<![\w:-])(\w+):", body)} - {"_"} == set(names)


@pytest.mark.parametrize("file", TURTLE, ids=name_of)
def test_a_turtle_file_is_short_and_begins_with_what_it_is(file: Path) -> None:
    lines = file.read_text(encoding="utf-8").splitlines()
    assert len(lines) <= LONGEST_TURTLE
    assert lines[0].startswith("# ")


def test_the_ontology_has_the_version_of_the_package() -> None:
    header = {
        quad.predicate.value: quad.object.value
        for quad in ox.parse(path=own_folder() / "ontology" / "jjj.ttl")
        if quad.subject == ox.NamedNode(BASE + "ontology")
    }
    assert header[expand("owl:versionIRI")] == f"{BASE}ontology/{__version__}"
    assert header[expand("owl:versionInfo")] == __version__


def count_with_three_parsers(file: Path) -> tuple[int, int, int]:
    """The triples, or quads, of a file by pyoxigraph, rdflib and raptor."""
    dataset = RdflibDataset()
    syntax = "trig" if file.suffix == ".trig" else "turtle"
    dataset.parse(data=file.read_text(encoding="utf-8"), format=syntax)
    rapper = subprocess.run(
        ["rapper", "--count", "--input", syntax, str(file)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert rapper.returncode == 0, rapper.stderr
    assert "warning" not in rapper.stderr.lower()
    (count,) = re.findall(r"Parsing returned (\d+) triples?", rapper.stderr)
    return len(list(ox.parse(path=file))), len(list(dataset.quads())), int(count)


# rdflib's own TriG parser uses what rdflib has deprecated.
of_rdflib = pytest.mark.filterwarnings("ignore::DeprecationWarning")
needs_rapper = pytest.mark.skipif(not shutil.which("rapper"), reason="raptor's rapper is missing")


@needs_rapper
@of_rdflib
@pytest.mark.parametrize(
    "file", [file for file in TURTLE if "broken" not in file.parts], ids=name_of
)
def test_three_parsers_read_the_same_in_a_source(file: Path) -> None:
    counts = count_with_three_parsers(file)
    assert len(set(counts)) == 1, counts
    assert counts[0]
