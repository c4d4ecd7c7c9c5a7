"""Files made to break whoever reads them: refused in one line, in little time and memory."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pyoxigraph as ox
import pytest

from jjjkg.cli import main
from jjjkg.dataset.loading import load, own_folder
from jjjkg.errors import InputError
from jjjkg.rdf.parsing import measure_expansion
from jjjkg.rdf.reading import parse, read
from jjjkg.system import confinement
from jjjkg.system.confinement import confine
from support import ROOT
from support.hostile_files import DEEP, HOSTILE, RDF, laugh, nest_terms, nest_xml


@pytest.fixture(autouse=True)
def _little_time(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(confinement, "SECONDS", 2)
    monkeypatch.setattr(confinement, "_BYTES_A_SECOND", 1 << 40)
    monkeypatch.setenv("JJJKG_CACHE", str(tmp_path / "cache"))


@pytest.mark.parametrize("case", HOSTILE)
def test_it_is_refused_in_one_line(
    case: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    name, make, problem = HOSTILE[case]
    file = tmp_path / name
    file.write_text(make())
    assert main(["build", "--data", str(file)]) == 2
    out, err = capfd.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert err.startswith(f"jjjkg: {file}:")
    assert problem in err
    assert len(err) < 1000


@pytest.mark.parametrize(
    "command",
    [
        ["build", "--data", "{}"],
        ["query", "-", "--data", "{}"],
        ["check", "--data", "{}"],
        ["explain", "--data", "{}"],
        ["doubt", "x:c", "--data", "{}"],
        ["entail", "{}"],
        ["entail", "{good}", "--conclusion", "{}"],
        ["release", "{good}.release", "--data", "http://x/g={}"],
        ["serve", "--port", "0", "--data", "{good}", "{}"],
    ],
    ids=" ".join,
)
def test_each_command_refuses_it(command: list[str], tmp_path: Path) -> None:
    bad, good = tmp_path / "bad.nt", tmp_path / "good.ttl"
    bad.write_text(nest_terms(DEEP))
    good.write_text("<x:a> <x:b> <x:c> .")
    filled = [word.replace("{good}", str(good)).replace("{}", str(bad)) for word in command]
    done = subprocess.run(
        [sys.executable, "-m", "jjjkg.cli", *filled],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
    )
    assert (done.returncode, done.stdout) == (2, "")
    told = f"jjjkg: {bad}: is nested too deeply; look at what it holds before you use it\n"
    assert done.stderr == told


def test_shapes_are_read_like_data(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "ontology").mkdir()
    (tmp_path / "ontology" / "terms.ttl").write_text("<x:C> a <x:D> .")
    (tmp_path / "ontology" / "shapes.ttl").write_text(nest_terms(DEEP))
    assert main(["check", "--data", str(tmp_path)]) == 2
    assert "shapes.ttl: is nested too deeply" in capfd.readouterr().err


def test_of_several_files_the_one_is_named(tmp_path: Path) -> None:
    files = [tmp_path / f"{name}.nt" for name in "abc"]
    for file in files:
        file.write_text("<x:a> <x:b> <x:c> .")
    files[1].write_text(nest_terms(DEEP))
    with pytest.raises(InputError, match=r"b\.nt: is nested too deeply"):
        load(files)
    files[1].write_text("<x:a> <x:b> .")
    with pytest.raises(InputError, match=r"b\.nt:1:13: does not parse"):
        load(files)


@pytest.mark.parametrize(
    ("name", "text", "triples"),
    [
        ("a.ttl", "<x:a> <x:b> " + "(" * 10_000 + ")" * 10_000 + " .", 19_999),
        ("a.trig", "<x:a> <x:b> " + "[ <x:p> " * 10_000 + "1" + " ]" * 10_000 + " .", 10_001),
        ("a.rdf", nest_xml(300), 300),
        ("a.rdf", laugh(4), 1),
        ("a.rdf", laugh(400).replace("lollollol", ""), 1),
        ("a.jsonld", '{"http://x/p":' * 1000 + "1" + "}" * 1000, 1000),
    ],
)
def test_what_is_only_odd_is_read(name: str, text: str, triples: int, tmp_path: Path) -> None:
    (tmp_path / name).write_text(text)
    assert len(parse(tmp_path / name)) == triples


def test_entities_of_an_ontology_editor_are_replaced(tmp_path: Path) -> None:
    """Protégé writes namespaces as entities, and large ontologies use them on each line."""
    declared = '<!DOCTYPE rdf:RDF [<!ENTITY x "http://example.org/a/rather/long/namespace#">]>'
    content = RDF.format('<x:p rdf:resource="&x;b"/>' * 100_000)
    (tmp_path / "a.owl").write_text(declared + content)
    assert {quad.object for quad in parse(tmp_path / "a.owl")} == {
        ox.NamedNode("http://example.org/a/rather/long/namespace#b")
    }


def test_the_length_with_entities_is_that_of_their_text() -> None:
    assert measure_expansion(b"<a>&b;</a>") == 10
    text = b'<!DOCTYPE a [<!ENTITY b "12345678"><!ENTITY c "&b;&b;">]><a>&c;&amp;</a>'
    replaced = text.replace(b"&b;", b"12345678").replace(b"&c;", b"1234567812345678")
    assert measure_expansion(text) == len(replaced)


def test_a_file_without_end_fills_no_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(confinement, "MEMORY", 256 << 20)
    (tmp_path / "a.rdf").symlink_to("/dev/zero")
    with pytest.raises(InputError, match=r"a\.rdf: takes more than 268,435,456 bytes of memory"):
        parse(tmp_path / "a.rdf")


def test_labels_that_n_quads_can_not_hold_break_nothing(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonld"
    file.write_text('{"@id": "_:a <x:b> <x:c> .", "http://x/p": {"@id": "http://x/o"}}')
    assert [quad.predicate.value for quad in parse(file)] in ([], ["http://x/p"])


def test_our_own_data_are_read_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jjjkg.rdf.reading.confine", None)
    assert load([own_folder()]).claims


def test_names_of_blank_nodes_are_the_same_wherever_a_file_is_read(tmp_path: Path) -> None:
    files = [tmp_path / "a.trig", tmp_path / "b.ttl"]
    files[0].write_text("<x:g> { _:z <x:p> [ <x:q> ( 1 _:z ) ] . _:y <x:p> _:z } _:y <x:p> 1 .")
    files[1].write_text("_:z <x:p> [] .")
    assert list(read(files)) == list(read(files, trusted=True))


def test_lines_in_which_nothing_nests_are_read_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jjjkg.rdf.reading.confine", None)
    (tmp_path / "a.nt").write_text("<x:a> <x:b> <x:c> .\n" * 100_000)
    assert len(parse(tmp_path / "a.nt")) == 100_000
    # Where the pieces meet in which it is looked through:
    for place in range((1 << 20) - 3, (1 << 20) + 1):
        (tmp_path / "b.nt").write_text("#" + " " * (place - 2) + "\n" + nest_terms(1))
        with pytest.raises(TypeError):
            parse(tmp_path / "b.nt")


def test_reading_can_be_left(tmp_path: Path) -> None:
    (tmp_path / "a.ttl").write_text("<x:a> <x:b> <x:c> .\n" * 100_000)
    quads = read([tmp_path / "a.ttl"])
    next(quads)
    quads.close()  # type: ignore[attr-defined]
    children = [file.read_text().split() for file in Path("/proc/self/task").glob("*/children")]
    commands = [Path(f"/proc/{child}/cmdline").read_bytes() for c in children for child in c]
    assert not any(b"jjjkg.system.confinement" in command for command in commands)


def test_it_may_be_read_in_a_thread(tmp_path: Path) -> None:
    (tmp_path / "a.ttl").write_text("<x:a> <x:b> <x:c> .")
    found: list[int] = []
    thread = threading.Thread(target=lambda: found.append(len(parse(tmp_path / "a.ttl"))))
    thread.start()
    thread.join(30)
    assert found == [1]


def _reach_out() -> None:
    """A task for the limited process."""
    import socket

    try:
        socket.create_connection(("127.0.0.1", 9), 1)
    except OSError as error:
        last = os.strerror(error.errno or 0)
        raise InputError("system.ended", subject="it", last=last) from error


def test_the_process_has_no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT), *filter(None, sys.path)]))

    def reach() -> None:
        with confine(_reach_out, subject="it", size=0) as process:
            process.output.read()

    with pytest.raises(InputError, match="Network is unreachable"):
        reach()


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("command", ["check", "release"])
def test_a_command_is_interrupted_while_it_parses(
    command: str, sent: signal.Signals, tmp_path: Path
) -> None:
    (tmp_path / "slow.rdf").write_text(nest_xml(100_000))  # for minutes
    folder = [str(tmp_path / "out")] if command == "release" else []
    process = subprocess.Popen(
        [sys.executable, "-m", "jjjkg.cli", command, *folder, "--data", tmp_path / "slow.rdf"],
        stderr=subprocess.PIPE,
        text=True,
    )
    listed = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    while not (parsing := listed.read_text().split()):
        time.sleep(0.05)
    time.sleep(0.5)
    process.send_signal(sent)
    began = time.monotonic()
    _, errors = process.communicate(timeout=20)
    assert time.monotonic() - began < 2
    assert process.returncode in (130, 143)
    assert errors == ""
    assert not any(Path(f"/proc/{child}/status").exists() for child in parsing)
