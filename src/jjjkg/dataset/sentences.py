"""Segments of the source text: how the text is normalised, and where each stands in it.

A segment is a sentence, or a line of the header or footer. The project keeps a segment's position
and hash, never its words; a copy of the text is compared with those.
"""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import pairwise
from typing import Literal

import pyoxigraph as ox

from jjjkg.dataset.claims import Record, make_records
from jjjkg.errors import InputError
from jjjkg.messages import say
from jjjkg.rdf.namespaces import expand
from jjjkg.rdf.terms import statement_of

#: The most characters between two neighbouring segments (blanks and line ends).
WIDEST_GAP = 3
SHOWN_WORDS = 4


@dataclass(frozen=True)
class Segment:
    """The place of a segment: code points from 0, end exclusive; SHA-256 of its UTF-8 bytes.

    https://www.w3.org/TR/annotation-model/#text-position-selector
    """

    iri: str
    notation: str
    start: int
    end: int
    sha256: str


@dataclass(frozen=True)
class Finding:
    """One difference between a text and the known segments, or between two segments.

    `start` and `end` are offsets in the text; `segment` is None for text that no segment covers.
    """

    kind: Literal["moved", "changed", "missing", "uncovered", "overlap", "gap"]
    segment: Segment | None
    start: int
    end: int
    problem: str


def normalize_text(data: bytes) -> str:
    """Return the text that offsets and hashes count in.

    Line ends become LF and characters NFC (https://www.unicode.org/reports/tr15/), blanks at the
    end of each line and line ends at the end of the text are dropped; nothing else changes.
    Raises InputError where the bytes are not UTF-8, or begin with a byte-order mark.
    """
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        byte = data[error.start]
        values = {"byte": byte, "offset": error.start}
        raise InputError("dataset.text_not_utf8", **values) from None
    if text.startswith("\ufeff"):
        raise InputError("dataset.byte_order_mark")
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    text = "\n".join(line.rstrip(" \t") for line in lines).rstrip("\n")
    return unicodedata.normalize("NFC", text)


def hash_text(text: str) -> str:
    """Return the SHA-256 of a text's UTF-8 bytes, in lower-case hexadecimal."""
    return sha256(text.encode()).hexdigest()


def read_segments(triples: Iterable[ox.Triple | ox.Quad]) -> dict[str, tuple[Segment, ...]]:
    """Return each document's segments, in the order of the text, by the document's IRI.

    Raises InputError for a segment that lacks one of its properties or has two values of one, or
    whose end is not after its start.
    """
    records = make_records((s.value, p.value, o) for s, p, o in map(statement_of, triples))

    def value_of(thing: str, name: str) -> str:
        record = records.get(thing) or Record(thing, {})
        found: list[str] = sorted({term.value for term in record.all(name)})
        if len(found) != 1:
            raise InputError("dataset.not_one", thing=thing, name=name, found=str(found or "none"))
        return found[0]

    def offset_of(selector: str, name: str) -> int:
        found = value_of(selector, name)
        if not found.isdecimal():
            raise InputError("dataset.no_offset", selector=selector, name=name, found=found)
        return int(found)

    documents: dict[str, list[Segment]] = {}
    for iri, record in records.items():
        if expand("jjj:Segment") not in record.iris("rdf:type"):
            continue
        selector = value_of(iri, "oa:hasSelector")
        start, end = offset_of(selector, "oa:start"), offset_of(selector, "oa:end")
        if start >= end:
            raise InputError("dataset.no_stretch", selector=selector, start=start, end=end)
        notation, digest = value_of(iri, "skos:notation"), value_of(iri, "jjj:sha256")
        segment = Segment(iri, notation, start, end, digest)
        documents.setdefault(value_of(iri, "oa:hasSource"), []).append(segment)
    return {
        document: tuple(sorted(segments, key=lambda segment: (segment.start, segment.end)))
        for document, segments in sorted(documents.items())
    }


def check_tiling(segments: Sequence[Segment]) -> list[Finding]:
    """Return the gaps and overlaps of segments that are given in the order of the text."""
    beginning = Segment("", say("checks.text.beginning"), 0, 0, hash_text(""))
    findings = []
    for before, segment in pairwise([beginning, *segments]):
        start, end = sorted((before.end, segment.start))
        kind: Literal["overlap", "gap"] = "overlap" if segment.start < before.end else "gap"
        if kind == "overlap" or end - start > WIDEST_GAP:
            problem = say(f"checks.text.{kind}", length=end - start, before=before.notation)
            findings.append(Finding(kind, segment, start, end, problem))
    return findings


def compare(text: str, segments: Sequence[Segment]) -> list[Finding]:
    """Return the differences between a normalised text and its known segments, in its order.

    A segment is found by its length and hash, wherever it now stands. The text that remains
    between two found neighbours is compared with the segments that were known there.
    """
    ending = Segment("", say("checks.text.ending"), len(text), len(text), hash_text(""))
    findings = []
    missing: list[Segment] = []
    last_end = 0
    for segment, place in zip(
        [*segments, ending], [*_locate(text, segments), len(text)], strict=True
    ):
        if place is None:
            missing.append(segment)
            continue
        findings += _explain_gap(text, last_end, place, missing)
        missing = []
        last_end = place + segment.end - segment.start
        if place != segment.start:
            problem = say("checks.text.moved", start=segment.start, place=place)
            findings.append(Finding("moved", segment, place, last_end, problem))
    return findings


def _explain_gap(text: str, start: int, end: int, missing: Sequence[Segment]) -> list[Finding]:
    """Return the findings on the text between two found neighbours, and on the segments there."""
    gap = text[start:end]
    start, end = start + len(gap) - len(gap.lstrip()), end - len(gap) + len(gap.rstrip())
    words = gap.split()
    if not words:
        problem = say("checks.text.missing")
        return [Finding("missing", segment, start, start, problem) for segment in missing]
    if not missing:
        shown = " ".join(words[:SHOWN_WORDS]) + (" ..." if len(words) > SHOWN_WORDS else "")
        problem = say("checks.text.uncovered", start=start, end=end, shown=shown)
        return [Finding("uncovered", None, start, end, problem)]
    key = "checks.text.changed" if len(missing) == 1 else "checks.text.changed_with_others"
    problem = say(key, start=start, end=end, others=len(missing) - 1)
    return [Finding("changed", segment, start, end, problem) for segment in missing]


def _locate(text: str, segments: Sequence[Segment]) -> list[int | None]:
    """Return the offset at which each segment stands in the text, or None.

    Segments keep their known order and don't overlap; as many as possible are found, and then moved
    as little as possible, so that a sentence that the text has twice is not taken for the other.
    """
    offsets = _find_offsets(text, segments)
    candidates = [
        (index, offset, offset + segment.end - segment.start)
        for index, segment in enumerate(segments)
        for offset in offsets.get(segment.sha256, ())
    ]
    # For each candidate, of the best chain that ends with it: the number of segments that it finds,
    # minus the sum of their moves, and the candidate before it in that chain (-1 for none).
    chains: list[tuple[int, int, int]] = []
    for index, offset, _ in candidates:
        found, moved, previous = max(
            (
                (*chain[:2], number)
                for number, chain in enumerate(chains)
                if candidates[number][0] < index and candidates[number][2] <= offset
            ),
            default=(0, 0, -1),
        )
        chains.append((found + 1, moved - abs(offset - segments[index].start), previous))
    places: list[int | None] = [None] * len(segments)
    number = max(range(len(chains)), key=lambda number: chains[number][:2], default=-1)
    while number >= 0:
        index, offset, _ = candidates[number]
        places[index] = offset
        number = chains[number][2]
    return places


def _find_offsets(text: str, segments: Iterable[Segment]) -> dict[str, list[int]]:
    """Return the offsets at which a segment's words stand in the text, by the segment's hash."""
    hashes: dict[int, set[str]] = {}
    for segment in segments:
        hashes.setdefault(segment.end - segment.start, set()).add(segment.sha256)
    offsets: dict[str, list[int]] = {}
    for length, known in hashes.items():
        for offset in range(len(text) - length + 1):
            digest = hash_text(text[offset : offset + length])
            if digest in known:
                offsets.setdefault(digest, []).append(offset)
    return offsets
