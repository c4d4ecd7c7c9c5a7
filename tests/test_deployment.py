"""The files of deployment/, which are run or parsed here, and what docs/deployment.md says of them.

No engine for containers is asked, nor systemd as the first process: what they would do is done.
"""

import http.client
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import venv
from argparse import Namespace
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote

import pytest

from jjjkg.cli import make_parser
from jjjkg.cli.arguments import read_size
from jjjkg.evaluation import Limits
from support import ROOT, TESTS
from support.confined import read_unit
from support.servers import free_port, listening

DOCUMENT = ROOT / "docs" / "deployment.md"
TEXT = DOCUMENT.read_text(encoding="utf-8")
FILES = ROOT / "deployment"
UNIT, CONTAINERFILE = FILES / "jjjkg.service", FILES / "Containerfile"
COMPOSE, NGINX = FILES / "compose.yaml", FILES / "nginx.conf"


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


def test_the_guide_leads_to_each_file() -> None:
    linked = re.findall(r"\]\(\.\./deployment/([^)]+)\)", TEXT)
    assert set(linked) == {file.name for file in FILES.iterdir()}
    for file in FILES.iterdir():
        assert file.read_text(encoding="utf-8").startswith("# "), "a file begins with what it is"


def read_command(words: Sequence[str]) -> Namespace:
    """Return what our parser makes of a command; it must be one."""
    assert Path(words[0]).name == "jjjkg"
    return make_parser().parse_args(words[1:])


def test_the_commands_are_ones() -> None:
    assert read_command(instruction("CMD")).host == "0.0.0.0"
    assert read_command(read_unit(UNIT)["ExecStart"][0].split()).proxy == "127.0.0.1"
    told = re.findall(r"`jjjkg serve (--[^`]*)`", TEXT)
    assert all(read_command(["jjjkg", "serve", *words.split()]) for words in told)


# The unit


@pytest.fixture(scope="module")
def unit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The unit, with this environment's jjjkg in the place of the one in /opt."""
    text = UNIT.read_text(encoding="utf-8")
    file = tmp_path_factory.mktemp("unit") / UNIT.name
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
    assert settings["OOMPolicy"] == ["continue"]


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
    fork_server, *_ = Path(f"/proc/{server}/task/{server}/children").read_text("ascii").split()
    own = Path(f"/proc/{server}/ns/net").readlink()
    assert Path(f"/proc/{fork_server}/ns/net").readlink() != own


# The container


def instruction(name: str) -> list[str]:
    """Return the words of an instruction that stands once in the container file as JSON."""
    text = CONTAINERFILE.read_text(encoding="utf-8")
    (words,) = re.findall(rf"^{name} .*?(\[.*\])$", text, flags=re.MULTILINE)
    found: list[str] = json.loads(words)
    return found


def copy_sources(folder: Path) -> None:
    """Do what the container file's lines COPY do, with a folder in the place of the root."""
    text = CONTAINERFILE.read_text(encoding="utf-8")
    for line in re.findall(r"^COPY (.+)$", text, flags=re.MULTILINE):
        *sources, target = line.split()
        there = folder / target.lstrip("/")
        (there if target.endswith("/") else there.parent).mkdir(parents=True, exist_ok=True)
        for source in sources:
            if (ROOT / source).is_dir():
                shutil.copytree(ROOT / source, there, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(ROOT / source, there)


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh environment in which the container file's lines of pip were run.

    JJJKG_WHEELS names a folder of the packages, where there is no network.
    """
    folder = tmp_path_factory.mktemp("container")
    copy_sources(folder)
    venv.create(folder / "venv", with_pip=True)
    text = CONTAINERFILE.read_text(encoding="utf-8")
    (run,) = re.findall(r"^RUN (.*?[^\\])$", text, flags=re.MULTILINE | re.DOTALL)
    lines = [line.strip() for line in run.replace("\\\n", "").split("&&")]
    installing = [
        line.replace("/source", f"{folder}/source") for line in lines if line.startswith("pip ")
    ]
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
    program, *options = instruction("CMD")
    command = [str(environment / program), *options]
    command[command.index("--port") + 1] = "0"
    python, option, check = instruction("HEALTHCHECK")
    settings = {"JJJKG_CACHE": str(tmp_path / "cache"), "PYTHONPATH": ""}

    def healthy(port: int) -> bool:
        assert ":8000/" in check
        asked = [str(environment / python), option, check.replace(":8000/", f":{port}/")]
        return subprocess.run(asked, capture_output=True, check=False).returncode == 0

    with serving(command, settings) as (server, address):
        port = int(address.rpartition(":")[2])
        assert healthy(port)
        server.terminate()
        assert server.wait(20) == 0
    assert not healthy(port)


def read_yaml(file: Path) -> Any:
    """Return what a file of YAML says, by Debian's Python, which has a parser of it."""
    program = "import json, sys, yaml; json.dump(yaml.safe_load(sys.stdin), sys.stdout)"
    found = subprocess.run(
        ["/usr/bin/python3", "-c", program],
        input=file.read_bytes(),
        capture_output=True,
        check=False,
    )
    if b"No module named 'yaml'" in found.stderr or found.returncode == 127:
        pytest.skip("a parser of YAML is missing: apt install python3-yaml")
    assert found.returncode == 0, found.stderr.decode()
    return json.loads(found.stdout)


def test_the_compose_file_fits_the_container_file() -> None:
    composed = read_yaml(COMPOSE)
    (service,) = composed["services"].values()
    folder = COMPOSE.parent / service["build"]["context"]
    assert folder.resolve() == ROOT
    assert (folder / service["build"]["dockerfile"]).resolve() == CONTAINERFILE
    text = CONTAINERFILE.read_text(encoding="utf-8")
    words = dict(line.split(" ", 1) for line in text.splitlines() if re.match(r"[A-Z]+ ", line))
    assert [port.split(":")[1] for port in service["ports"]] == [words["EXPOSE"]]
    command = read_command(instruction("CMD"))
    assert str(command.port) == words["EXPOSE"]
    (volume,) = service["volumes"]
    name, _, path = volume.partition(":")
    assert name in composed["volumes"]
    assert path == words["VOLUME"] == words["ENV"].partition("=")[2]
    assert service["read_only"] is True
    assert float(service["stop_grace_period"].rstrip("s")) > command.grace


# The proxy


@pytest.fixture
def proxy(tmp_path: Path) -> Iterator[tuple[int, Path]]:
    """The port of nginx with our configuration, before a server whose log is in the file."""
    program = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    if program is None:
        pytest.skip("nginx is missing: apt install nginx")
    data, log, port = tmp_path / "data.ttl", tmp_path / "log", free_port()
    data.write_text("<http://e/a> a <http://e/C> .", encoding="utf-8")
    command = [sys.executable, "-m", "jjjkg.cli", "serve", "--port", "0", "--rows", "20000"]
    command += ["--proxy", "127.0.0.1", "--data", str(data)]
    settings = {"JJJKG_CACHE": str(tmp_path / "cache")}
    with log.open("w") as out, serving(command, settings, out) as (_, address):
        site = NGINX.read_text(encoding="utf-8")
        assert (site.count("listen 80;"), site.count("http://127.0.0.1:8000;")) == (1, 1)
        site = site.replace("listen 80;", f"listen 127.0.0.1:{port};")
        site = site.replace("http://127.0.0.1:8000;", f"{address};")
        whole = tmp_path / "nginx.conf"
        places = "".join(
            f"{name}_temp_path {tmp_path}/{name}; "
            for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        whole.write_text(
            f"pid {tmp_path}/pid; error_log stderr; daemon off; events {{}}\n"
            f"http {{ access_log off; {places}\n{site} }}\n"
        )
        run = [program, "-p", str(tmp_path), "-c", str(whole)]
        tried = subprocess.run([*run, "-t"], capture_output=True, text=True, check=False)
        assert tried.returncode == 0, tried.stderr
        with listening(run, port):
            yield port, log


def test_nginx_passes_on_what_it_should(proxy: tuple[int, Path]) -> None:
    port, log = proxy
    root = f"http://127.0.0.1:{port}"
    named = urllib.request.Request(f"{root}/readyz", headers={"X-Forwarded-For": "192.0.2.7"})
    with urllib.request.urlopen(named, timeout=10) as answer:
        assert answer.read() == b"ready\n"
    long = "/sparql?format=csv&query=ASK%7B%7D%23" + "a" * 60_000
    assert get(f"{root}{long}") == b"true"
    values = " ".join(f"VALUES ?v{i} {{ 1 2 3 4 5 6 7 8 }}" for i in range(6))
    broken = quote(f"SELECT * {{ {values} }}")
    with pytest.raises(http.client.IncompleteRead):
        get(f"{root}/sparql?format=csv&query={broken}")
    with pytest.raises(urllib.error.HTTPError, match="404") as private:
        get(f"{root}/metrics")
    private.value.close()
    with pytest.raises(urllib.error.HTTPError, match="413") as refused:
        urllib.request.urlopen(f"{root}/sparql", b"query=" + b"a" * (9 << 20), timeout=30)
    assert refused.value.headers["Content-Type"] == "application/problem+json"
    refused.value.close()
    time.sleep(0.5)
    lines = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    assert lines[0]["address"] == "192.0.2.7"
    assert "broken" in {line["outcome"] for line in lines}


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
    command: Sequence[str], settings: Mapping[str, str], out: IO[str] | None = None
) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run a server by a command; gives its process and its address."""
    process = subprocess.Popen(
        command, env={**os.environ, **settings}, stdout=out, stderr=subprocess.PIPE, text=True
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
