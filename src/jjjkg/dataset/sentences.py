"""The source text: how it is normalised, and where its segments stand in it.

A segment is a sentence, or a line of the header or footer. The project keeps a segment's position
and hash, never its words: a copy of the text is held against those.
"""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import pairwise
from typing import Literal, Protocol

from jjjkg.errors import InputError
from jjjkg.rdf.namespaces import expand

#: Two neighbouring segments may be this many characters apart (blanks and line ends).
WIDEST_GAP = 3
SHOWN_WORDS = 4
SEGMENT_PROPERTIES = (
    "oa:hasSource",
    "oa:hasSelector",
    "oa:start",
    "oa:end",
    "skos:notation",
    "jjj:sha256",
)


@dataclass(frozen=True)
class Segment:
    """Where one segment stands: code points from 0, end exclusive; SHA-256 of its UTF-8 bytes.

    It is what an oa:TextPositionSelector says, https://www.w3.org/TR/annotation-model/#text-position-selector
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


class Term(Protocol):
    """An IRI or a literal, as pyoxigraph gives them."""

    @property
    def value(self) -> str: ...


def normalize_text(data: bytes) -> str:
    """The text that offsets and hashes count in.

    Line ends become LF and characters NFC (https://www.unicode.org/reports/tr15/), blanks at the
    end of each line and line ends at the end of the text are dropped; nothing else changes.
    Raises InputError where the bytes are not UTF-8, or begin with a byte-order mark.
    """
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        byte = data[error.start]
        raise InputError(
            f"the text is not UTF-8: byte 0x{byte:02x} at offset {error.start} ({error.reason}); "
            "save it as UTF-8"
        ) from None
    if text.startswith("\ufeff"):
        raise InputError("the text begins with a byte-order mark; save it as UTF-8 without one")
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    text = "\n".join(line.rstrip(" \t") for line in lines).rstrip("\n")
    return unicodedata.normalize("NFC", text)


def hash_text(text: str) -> str:
    """The SHA-256 of a text's UTF-8 bytes, in lower-case hexadecimal."""
    return sha256(text.encode()).hexdigest()


def read_segments(statements: Iterable[Iterable[Term]]) -> dict[str, tuple[Segment, ...]]:
    """Each document's segments, in the order of the text, by the document's IRI.

    `statements` are quads or triples of pyoxigraph. Raises InputError for a segment that lacks one
    of its properties or has two values of one, or whose offsets are no stretch of text.
    """
    properties = {expand(name): name for name in SEGMENT_PROPERTIES}
    is_a, segment_class = expand("rdf:type"), expand("jjj:Segment")
    values: dict[tuple[str, str], set[str]] = {}
    iris = set()
    for subject, predicate, value, *_ in statements:
        if predicate.value in properties:
            key = subject.value, properties[predicate.value]
            values.setdefault(key, set()).add(value.value)
        elif predicate.value == is_a and value.value == segment_class:
            iris.add(subject.value)

    def value_of(thing: str, name: str) -> str:
        found = sorted(values.get((thing, name), ()))
        if len(found) != 1:
            raise InputError(f"{thing} must have one {name}, and has {found or 'none'}")
        return found[0]

    def offset_of(selector: str, name: str) -> int:
        found = value_of(selector, name)
        if not found.isdecimal():
            raise InputError(f"{selector} has {name} {found!r}, which must be a whole number")
        return int(found)

    documents: dict[str, list[Segment]] = {}
    for iri in iris:
        selector = value_of(iri, "oa:hasSelector")
        start, end = offset_of(selector, "oa:start"), offset_of(selector, "oa:end")
        if start >= end:
            raise InputError(f"{selector} starts at {start}, which must be before its end, {end}")
        notation, digest = value_of(iri, "skos:notation"), value_of(iri, "jjj:sha256")
        segment = Segment(iri, notation, start, end, digest)
        documents.setdefault(value_of(iri, "oa:hasSource"), []).append(segment)
    return {
        document: tuple(sorted(segments, key=lambda segment: (segment.start, segment.end)))
        for document, segments in sorted(documents.items())
    }


def check_tiling(segments: Sequence[Segment]) -> list[Finding]:
    """What keeps segments, in the order of the text, from covering it without gap or overlap."""
    beginning = Segment("", "the beginning of the text", 0, 0, hash_text(""))
    findings = []
    for before, segment in pairwise([beginning, *segments]):
        if segment.start < before.end:
            kind: Literal["overlap", "gap"] = "overlap"
        elif segment.start > before.end + WIDEST_GAP:
            kind = "gap"
        else:
            continue
        start, end = sorted((before.end, segment.start))
        problem = f"{kind} of {end - start} characters between {before.notation} and it"
        findings.append(Finding(kind, segment, start, end, problem))
    return findings


def compare(text: str, segments: Sequence[Segment]) -> list[Finding]:
    """What differs between a normalised text and the segments known of it, in the text's order.

    A segment is found by its length and hash, wherever it now stands. What then remains between two
    found neighbours is what became of the segments that were known there.
    """
    ending = Segment("", "the end of the text", len(text), len(text), hash_text(""))
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
            problem = f"moved from offset {segment.start} to {place}"
            findings.append(Finding("moved", segment, place, last_end, problem))
    return findings


def _explain_gap(text: str, start: int, end: int, missing: Sequence[Segment]) -> list[Finding]:
    """What the text between two found neighbours says of the segments missing there."""
    gap = text[start:end]
    start, end = start + len(gap) - len(gap.lstrip()), end - len(gap) + len(gap.rstrip())
    words = gap.split()
    if not words:
        return [
            Finding("missing", segment, start, start, "missing: nothing stands in its place")
            for segment in missing
        ]
    where = f"offsets {start} to {end}"
    if not missing:
        shown = " ".join(words[:SHOWN_WORDS]) + (" ..." if len(words) > SHOWN_WORDS else "")
        return [Finding("uncovered", None, start, end, f'no segment covers {where}: "{shown}"')]
    problem = f"changed: other text stands in its place, at {where}"
    if len(missing) > 1:
        problem += f", which are also the place of {len(missing) - 1} more"
    return [Finding("changed", segment, start, end, problem) for segment in missing]


def _locate(text: str, segments: Sequence[Segment]) -> list[int | None]:
    """The offset at which each segment stands in the text, or None.

    Of all ways to find segments in their known order and without overlap, the one that finds most,
    and moves them least: so a sentence that the text has twice is not taken for the other one.
    """
    offsets = _find_offsets(text, segments)
    candidates = [
        (index, offset, offset + segment.end - segment.start)
        for index, segment in enumerate(segments)
        for offset in offsets.get(segment.sha256, ())
    ]
    # Of each candidate: how many segments the best chain that ends with it finds, less how far it
    # moves them, and the candidate before it in that chain.
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
    """Every offset at which a segment's words stand in the text, by the segment's hash."""
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
