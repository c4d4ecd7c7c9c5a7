"""That what docs/deployment.md says is so: options and limits, the unit, the container, numbers."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import urllib.request
import venv
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import pytest

from jjjkg.cli import make_parser
from jjjkg.cli.arguments import read_size
from jjjkg.evaluation import Limits
from support import ROOT, TESTS
from support.confined import read_unit

HERE = Path(__file__).parent
TEXT = (HERE.parent / "docs" / "deployment.md").read_text(encoding="utf-8")


def test_defaults_are_as_told() -> None:
    options = vars(make_parser().parse_args(["serve"]))
    rows = dict(re.findall(r"^\| `--(\w+)` \| (\w+) \|", TEXT, flags=re.MULTILINE))
    assert rows.keys() >= asdict(Limits()).keys()
    for name, told in rows.items():
        assert options[name] in (read_size(told), float(read_size(told))), name
    for name, value in asdict(Limits()).items():
        assert options[name] == value, name


def test_the_commands_of_the_guide_to_stores_are_ones() -> None:
    text = (ROOT / "docs" / "stores.md").read_text(encoding="utf-8")
    commands = re.findall(r"^jjjkg (.+)$", text, flags=re.MULTILINE)
    assert {command.split()[0] for command in commands} == {"publish", "serve"}
    for command in commands:
        make_parser().parse_args(command.split())


def test_the_commands_are_ones() -> None:
    for command in re.findall(r'jjjkg serve (--[^"\n]*)', TEXT):
        make_parser().parse_args(["serve", *command.split()])
    words = re.findall(r'CMD \["jjjkg", (.*)\]$', TEXT, flags=re.MULTILINE)[0]
    make_parser().parse_args([word.strip(' "') for word in words.split(",")])


# The unit


@pytest.fixture(scope="module")
def unit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The unit of the guide, with this environment's jjjkg in the place of the one in /opt."""
    (text,) = re.findall(r"```ini\n(.*?)```", TEXT, flags=re.DOTALL)
    file = tmp_path_factory.mktemp("unit") / "jjjkg.service"
    own = str(Path(sys.executable).with_name("jjjkg"))
    assert text.count("/opt/jjjkg/bin/jjjkg ") == 1
    file.write_text(text.replace("/opt/jjjkg/bin/jjjkg", own), encoding="utf-8")
    return file


def test_systemd_takes_the_unit_and_finds_it_hardened(unit: Path) -> None:
    verify = ["systemd-analyze", "verify", str(unit)]
    done = subprocess.run(verify, capture_output=True, text=True, check=False)
    # What it says of units of the machine is not about ours.
    assert (done.returncode, [x for x in done.stderr.splitlines() if "jjjkg" in x]) == (0, [])
    judge = ["systemd-analyze", "security", "--offline=yes", "--no-pager", str(unit)]
    said = subprocess.run(judge, capture_output=True, text=True, check=True).stdout
    exposure = float(re.findall(r"Overall exposure level for \S+: ([\d.]+)", said)[0])
    print(f"systemd-analyze security: {exposure}")
    assert exposure < 3


def test_the_unit_bounds_what_it_should_and_reads_as_options(unit: Path) -> None:
    settings = read_unit(unit)
    for name in ("MemoryMax", "TasksMax", "LimitNOFILE", "WatchdogSec"):
        assert settings[name][0] not in ("", "0", "infinity"), name
    assert (settings["Type"], settings["Restart"]) == (["notify"], ["on-failure"])
    command = settings["ExecStart"][0].split()[1:]
    make_parser().parse_args(command)


def test_the_server_does_all_that_it_should_under_the_units_filters(
    unit: Path, tmp_path: Path
) -> None:
    data = tmp_path / "data.ttl"
    data.write_text("<http://e/a> a <http://e/C> .", encoding="utf-8")
    command = [sys.executable, str(TESTS / "support" / "confined.py"), str(unit), sys.executable]
    command += ["-m", "jjjkg.cli", "serve", "--port", "0", "--quiet", "--data", str(data)]
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notices:
        notices.bind(str(tmp_path / "notify"))
        notices.settimeout(60)
        told = {"NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "3000000"}
        cache = {"JJJKG_CACHE": str(tmp_path / "cache")}
        with serving(command, {**told, **cache}) as (server, address):
            assert notices.recv(100) == b"READY=1"
            assert notices.recv(100) == b"WATCHDOG=1"
            assert get(f"{address}/sparql?query=ASK%7B%3Fs+a+%3Fo%7D&format=csv") == b"true"
            statement = "s=http://e/a&p=a&o=http://e/C"
            assert json.loads(get(f"{address}/explain?{statement}&format=json"))["proofs"]
            assert b"<html" in get(f"{address}/")
            assert get(f"{address}/releases/latest/manifest.json")
            assert_without_network(server.pid)
            reload = read_unit(unit)["ExecReload"][0].replace("$MAINPID", str(server.pid))
            subprocess.run(reload.split(), check=True)
            while (said := notices.recv(100)) == b"WATCHDOG=1":
                pass
            assert said.startswith(b"RELOADING=1")
            while (said := notices.recv(100)) == b"WATCHDOG=1":
                pass
            assert said == b"READY=1"
            assert get(f"{address}/readyz") == b"ready\n"
            server.terminate()
            assert server.wait(20) == 0


def assert_without_network(server: int) -> None:
    """The workers are in a network of their own, where this process may make one at all."""
    make = ["unshare", "--user", "--net", "true"]
    if subprocess.run(make, capture_output=True, check=False).returncode != 0:
        return
    nursery, *_ = Path(f"/proc/{server}/task/{server}/children").read_text("ascii").split()
    own = Path(f"/proc/{server}/ns/net").readlink()
    assert Path(f"/proc/{nursery}/ns/net").readlink() != own


# The container


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh environment in which the container file's lines of pip were run.

    JJJKG_WHEELS names a folder of the packages, where there is no network.
    """
    folder = tmp_path_factory.mktemp("container")
    wheel = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*wheel, "--wheel-dir", str(folder), str(HERE.parent)], check=True)
    shutil.copy(HERE.parent / "constraints.txt", folder)
    venv.create(folder / "venv", with_pip=True)
    (run,) = re.findall(r"^RUN (.*?[^\\])$", TEXT, flags=re.MULTILINE | re.DOTALL)
    lines = [line.strip() for line in run.replace("\\\n", "").split("&&")]
    installing = [line.replace("/tmp/", f"{folder}/") for line in lines if line.startswith("pip ")]
    assert len(installing) == 2
    settings = {**os.environ, "PATH": f"{folder}/venv/bin:{os.environ['PATH']}"}
    settings.pop("PYTHONPATH", None)
    if wheels := os.environ.get("JJJKG_WHEELS"):
        settings |= {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": wheels}
    for line in installing:
        done = subprocess.run(line, shell=True, env=settings, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
    return folder / "venv" / "bin"


def test_the_containers_command_and_health_check_work(environment: Path, tmp_path: Path) -> None:
    (words,) = re.findall(r'^CMD \["jjjkg", (.*)\]$', TEXT, flags=re.MULTILINE)
    command = [str(environment / "jjjkg"), *json.loads(f"[{words}]")]
    command[command.index("--port") + 1] = "0"
    (check,) = re.findall(r"^HEALTHCHECK .*CMD (\[.*\])$", TEXT, flags=re.MULTILINE)
    python, option, program = json.loads(check)
    settings = {"JJJKG_CACHE": str(tmp_path / "cache"), "PYTHONPATH": ""}

    def healthy(port: int) -> bool:
        assert ":8000/" in program
        asked = [str(environment / python), option, program.replace(":8000/", f":{port}/")]
        return subprocess.run(asked, capture_output=True, check=False).returncode == 0

    with serving(command, settings) as (server, address):
        port = int(address.rpartition(":")[2])
        assert healthy(port)
        server.terminate()
        assert server.wait(20) == 0
    assert not healthy(port)


# What it tells


def test_the_metrics_are_those_that_are_told_of(tmp_path: Path) -> None:
    data = tmp_path / "data.ttl"
    data.write_text("<http://e/a> a <http://e/C> .", encoding="utf-8")
    command = [sys.executable, "-m", "jjjkg.cli", "serve", "--port", "0", "--data", str(data)]
    with serving(command, {"JJJKG_CACHE": str(tmp_path / "cache")}) as (server, address):
        get(f"{address}/")
        given = set(re.findall(r"^# TYPE (jjjkg_\w+)", get(f"{address}/metrics").decode(), re.M))
        server.terminate()
    told = set(re.findall(r"`(jjjkg_\w+)`", TEXT))
    assert {name for name in given if not name.endswith("_created")} == told


@contextmanager
def serving(
    command: Sequence[str], settings: Mapping[str, str]
) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A server that a command starts, and its address."""
    process = subprocess.Popen(
        command, env={**os.environ, **settings}, stderr=subprocess.PIPE, text=True
    )
    with process:
        try:
            assert process.stderr
            lines = iter(process.stderr.readline, "")
            ready = next((line for line in lines if "ready: " in line), "it ended")
            yield process, f"http://127.0.0.1:{re.findall(r':([0-9]+)/', ready)[0]}"
        finally:
            process.kill()


def get(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=30) as response:
        body: bytes = response.read()
    return body
