"""Hostile requests to a server, each as a program of its own: `programs.py ROW PORT`."""

import sys
import time
from typing import Final
from urllib.parse import quote

from support.hostile.attacks import FORM, SECONDS, Attack

LARGE: Final = "SELECT * { ?s ?p ?o . ?a ?b ?c } LIMIT 400000"
ENDLESS: Final = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } #"
HTML: Final = {"Accept": "text/html"}


def nothing(attack: Attack) -> None:
    """For comparison: what the machine itself makes a bystander wait for."""
    time.sleep(SECONDS)


def huge_form(attack: Attack) -> None:
    attack.post_forms(b"query=" + b"%20" * 3_100_000)


def escaped_query(attack: Attack) -> None:
    attack.post_forms(b"query=ASK%7B%7D%23" + b"%E7%9F%B3" * 1_000_000)


def million_fields(attack: Attack) -> None:
    attack.post_forms(b"a&" * 4_700_000)


def million_names(attack: Attack) -> None:
    attack.post_forms("&".join(f"{number:x}=" for number in range(1_300_000)).encode())


def long_headers(attack: Attack) -> None:
    for turn in attack.turns():
        attack.ask("GET", "/sparql?query=ASK%7B%7D", Accept=f"a/b{turn};q=0.5," * 5_000)


def many_headers(attack: Attack) -> None:
    for turn in attack.turns():
        attack.ask(
            "GET", "/sparql?query=ASK%7B%7D", Accept=f"{turn}/b," * 180, Accept_Language="a," * 900
        )


def large_pages(attack: Attack) -> None:
    def get(number: int) -> None:
        for turn in attack.turns():
            attack.ask("GET", f"/sparql?query={quote(LARGE)}%23{number}.{turn}", **HTML)

    attack.crowd(4, get)


def wide_pages(attack: Attack) -> None:
    names = " ".join(f"?v{number}" for number in range(8_000))
    query = quote(f"SELECT {names} {{ ?s ?p ?o }}")
    for turn in attack.turns():
        attack.ask("POST", "/sparql", f"query={query}%23{turn}".encode(), Content_Type=FORM, **HTML)


def abandoned_pages(attack: Attack) -> None:
    for turn in attack.turns(64):
        with attack.connect() as raw:
            path = f"/sparql?query={quote(ENDLESS)}{turn}"
            raw.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\nAccept: text/html\r\n\r\n".encode())
            time.sleep(0.02)


def many_doubts(attack: Attack) -> None:
    claims = [f"claim=P{number}.S1.a" for number in range(1, 61)]

    def doubt(number: int) -> None:
        attack.ask("GET", f"/doubt?{'&'.join(claims[number:] + claims[:number])}", **HTML)

    attack.crowd(60, doubt)


def withheld_bodies(attack: Attack) -> None:
    size = 9_400_000
    head = f"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: {FORM}\r\nContent-Length: {size}"
    attack.hold(40, head.encode() + b"\r\n\r\nquery=" + b"a" * (size - 7))


def never_reading_files(attack: Attack) -> None:
    request = b"GET /releases/latest/dataset.nq HTTP/1.1\r\nHost: x\r\n\r\n"
    attack.hold(100, request * 30)


def never_reading_pages(attack: Attack) -> None:
    path = f"/sparql?query={quote(LARGE)}"
    request = f"GET {path} HTTP/1.1\r\nHost: x\r\nAccept: text/html\r\n\r\n"
    attack.hold(60, request.encode() * 5)


def distinct_queries(attack: Attack) -> None:
    long = "x" * 14_000
    attack.crowd(
        2,
        lambda number: attack.keep(
            f"/sparql?query=ASK%7B%7D%23{number}.{turn}{long}" for turn in attack.turns()
        ),
    )


def small_queries(attack: Attack) -> None:
    attack.crowd(
        2,
        lambda number: attack.keep(
            (f"/sparql?query=ASK%7B%7D%23{number}.{turn}" for turn in attack.turns()), "text/csv"
        ),
    )


def empty_answers(attack: Attack) -> None:
    query = quote("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p <a:none> } #")
    attack.crowd(
        2,
        lambda number: attack.keep(
            (f"/sparql?query={query}{number}.{turn}" for turn in attack.turns()),
            "application/n-triples",
        ),
    )


def long_paths(attack: Attack) -> None:
    long = "a" * 65_000 + "%F0%9F%98%80"
    attack.keep(f"/{turn:05d}{long}" for turn in attack.turns())


def flat_chains(attack: Attack) -> None:
    chains = (
        f"ASK {{ FILTER(1=2{'||1=2' * 100_000}) }}",
        f"ASK {{ FILTER(1{'+1' * 100_000} = 1) }}",
        f"ASK {{ ?s ?p ?o {'; ?p ?o ' * 100_000} }}",
        f"ASK {{ {'?s ?p ?o . ' * 90_000} }}",
    )
    for turn in attack.turns():
        body = chains[turn % len(chains)].encode()
        attack.ask("POST", "/sparql", body, Content_Type="application/sparql-query")


def pipelined(attack: Attack) -> None:
    request = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
    attack.crowd(8, lambda _: attack.hold(4, request * 20_000))


def upgrades(attack: Attack) -> None:
    request = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n"
    attack.crowd(8, lambda _: attack.hold(4, request * 10_000))


def flood(attack: Attack) -> None:
    attack.hold(700, b"GET / HTTP/1.1\r\nHost: x\r\n")


def old_clients(attack: Attack) -> None:
    request = f"GET /sparql?query={quote(LARGE)} HTTP/1.0\r\n\r\n"
    attack.hold(40, request.encode())


ROWS: Final = (
    *(nothing, huge_form, escaped_query, million_fields, million_names, long_headers, many_headers),
    *(large_pages, wide_pages, abandoned_pages, many_doubts, withheld_bodies),
    *(never_reading_files, never_reading_pages, distinct_queries, small_queries, empty_answers),
    *(long_paths, flat_chains, pipelined, upgrades, flood, old_clients),
)


if __name__ == "__main__":
    named = {row.__name__: row for row in ROWS}
    named[sys.argv[1]](Attack(int(sys.argv[2])))
