"""The text's normalisation, its segments, and a copy of the text held against them."""

import csv
import os
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import RdfFormat, parse

from jjjkg.dataset.sentences import (
    Segment,
    check_tiling,
    compare,
    hash_text,
    normalize_text,
    read_segments,
)
from jjjkg.errors import InputError
from support import ROOT

#: Five short sentences of our own; the second and the fourth are the same.
SENTENCES = ("Rain fell early.", "It stopped.", "Ducks went out.", "It stopped.", "Night came.")
TEXT = "\n\n".join(SENTENCES)
ARTICLE = ROOT / "graph/china-daily-2024-03-07"

SEGMENT_TURTLE = """
    @prefix jjj: <https://w3id.org/jjjkg/ontology#> .
    @prefix oa: <http://www.w3.org/ns/oa#> .
    @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
    <ex:s> a jjj:Segment ;
        oa:hasSource <ex:d> ; skos:notation "S1" ; jjj:sha256 "00" ; oa:hasSelector <ex:p> .
    <ex:p> oa:start 3 ; oa:end 7 .
"""


def cut(text: str, sentences: tuple[str, ...]) -> list[Segment]:
    """The segments of a text that is made of these sentences, in this order."""
    segments, end = [], 0
    for number, sentence in enumerate(sentences, 1):
        start = text.index(sentence, end)
        end = start + len(sentence)
        segments.append(Segment(f"ex:{number}", f"S{number}", start, end, hash_text(sentence)))
    return segments


SEGMENTS = cut(TEXT, SENTENCES)


def found(text: str, segments: list[Segment] = SEGMENTS) -> dict[str, list[str | None]]:
    """The notations of the segments that each kind of finding names."""
    kinds: dict[str, list[str | None]] = {}
    for finding in compare(text, segments):
        notation = finding.segment.notation if finding.segment else None
        kinds.setdefault(finding.kind, []).append(notation)
    return kinds


def test_normalisation_changes_line_ends_trailing_blanks_and_composition_only() -> None:
    written = "  Cafe\u0301 \t\r\nﬁne\rthen\n\n\nlast\u00a0\n\n".encode()
    assert normalize_text(written) == "  Caf\u00e9\nﬁne\nthen\n\n\nlast\u00a0"


@given(st.text())
def test_normalisation_is_idempotent_and_composed(text: str) -> None:
    once = normalize_text(text.lstrip("\ufeff").encode())
    assert normalize_text(once.encode()) == once
    assert unicodedata.is_normalized("NFC", once)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"Rain\xff", r"not UTF-8: byte 0xff at offset 4"),
        (b"\xff\xfeR\x00", r"not UTF-8: byte 0xff at offset 0"),
        (b"\xed\xa0\x80", r"not UTF-8"),
        (b"\xef\xbb\xbfRain", r"byte-order mark"),
    ],
)
def test_normalisation_refuses_what_is_not_plain_utf_8(data: bytes, message: str) -> None:
    with pytest.raises(InputError, match=message):
        normalize_text(data)


def test_the_text_itself_has_no_findings() -> None:
    assert compare(TEXT, SEGMENTS) == []
    assert check_tiling(SEGMENTS) == []


@given(st.integers(0, 4), st.data())
def test_a_changed_word_changes_its_sentence_and_moves_the_later_ones(
    number: int, data: st.DataObject
) -> None:
    segment = SEGMENTS[number]
    place = data.draw(st.integers(segment.start + 1, segment.end - 1))
    word = data.draw(st.text("0123456789 ", min_size=1))
    moved = [later.notation for later in SEGMENTS[number + 1 :]]
    findings = found(TEXT[:place] + word + TEXT[place:])
    assert findings == {"changed": [segment.notation]} | ({"moved": moved} if moved else {})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            TEXT.replace(SENTENCES[2] + "\n\n", ""),
            {"missing": ["S3"], "moved": ["S4", "S5"]},
        ),
        (
            TEXT.replace(SENTENCES[2], f"One more.\n\n{SENTENCES[2]}"),
            {"uncovered": [None], "moved": ["S3", "S4", "S5"]},
        ),
        (TEXT + "\n\nOne more.", {"uncovered": [None]}),
        (TEXT.replace("fell", "came").replace("Night", "Day"), {"changed": ["S1", "S5"]}),
        (
            TEXT.replace("early.\n\nIt", "early, and it", 1),
            {"changed": ["S1", "S2"], "moved": ["S3", "S4", "S5"]},
        ),
        ("", {"missing": ["S1", "S2", "S3", "S4", "S5"]}),
        ("Quite another text.", {"changed": ["S1", "S2", "S3", "S4", "S5"]}),
    ],
)
def test_a_copy_is_explained(text: str, expected: dict[str, list[str | None]]) -> None:
    assert found(text) == expected


def test_a_repeated_sentence_is_not_taken_for_its_twin() -> None:
    without_first = "\n\n".join((SENTENCES[0], *SENTENCES[2:]))
    assert found(without_first) == {"missing": ["S2"], "moved": ["S3", "S4", "S5"]}
    third = TEXT + "\n\n" + SENTENCES[1]
    assert found(third) == {"uncovered": [None]}


def test_findings_say_where_and_show_few_words() -> None:
    added = "Then seven more words followed it here."
    moved, uncovered = compare(
        f"Hm. {TEXT}\n\n{added}", [Segment("ex:1", "S1", 0, len(TEXT), hash_text(TEXT))]
    )[1:]
    assert (moved.start, moved.problem) == (4, "moved from offset 0 to 4")
    assert (uncovered.start, uncovered.end) == (len(TEXT) + 6, len(TEXT) + 6 + len(added))
    assert '"Then seven more words ..."' in uncovered.problem


def test_tiling_has_no_gap_and_no_overlap() -> None:
    first, *_, last = SEGMENTS
    wide = [first, *SEGMENTS[2:]]
    assert [f.kind for f in check_tiling(wide)] == ["gap"]
    assert [f.kind for f in check_tiling([*SEGMENTS, last])] == ["overlap"]
    assert [(f.kind, f.start, f.end) for f in check_tiling([last])] == [("gap", 0, last.start)]


def test_segments_are_read_from_quads_and_from_triples() -> None:
    quads = list(parse(SEGMENT_TURTLE, format=RdfFormat.TURTLE))
    expected = {"ex:d": (Segment("ex:s", "S1", 3, 7, "00"),)}
    assert read_segments(quads) == expected
    assert read_segments(quad.triple for quad in quads) == expected


@pytest.mark.parametrize(
    ("written", "instead", "message"),
    [
        ("oa:hasSource <ex:d> ;", "", "ex:s must have one oa:hasSource, and has none"),
        ('jjj:sha256 "00"', 'jjj:sha256 "00", "01"', "must have one jjj:sha256, and has"),
        ("oa:end 7", "oa:end 3", "starts at 3, which must be before its end, 3"),
        ("oa:start 3", "oa:start -3", "'-3', which must be a whole number"),
    ],
)
def test_segments_that_are_none_are_refused(written: str, instead: str, message: str) -> None:
    turtle = SEGMENT_TURTLE.replace(written, instead)
    assert turtle != SEGMENT_TURTLE
    with pytest.raises(InputError, match=message):
        read_segments(parse(turtle, format=RdfFormat.TURTLE))


@pytest.mark.skipif("JJJKG_SHARED" not in os.environ, reason="JJJKG_SHARED: no copy of the text")
class TestArticle:
    """The graph's segments and a copy of the article, which is not in the project."""

    folder = Path(os.environ.get("JJJKG_SHARED", "")) / "sources"

    @pytest.fixture
    def text(self) -> str:
        return normalize_text((self.folder / "article.txt").read_bytes())

    @pytest.fixture
    def segments(self) -> list[Segment]:
        files = [ARTICLE / "lines.ttl", ARTICLE / "sentences.ttl"]
        quads = [quad for file in files for quad in parse(path=file)]
        (segments,) = read_segments(quads).values()
        return list(segments)

    def test_the_graph_has_the_list(self, segments: list[Segment]) -> None:
        with (self.folder / "sentences.tsv").open(encoding="utf-8", newline="") as file:
            listed = [
                (row["id"], int(row["start"]), int(row["end"]), row["sha256"])
                for row in csv.DictReader(file, delimiter="\t")
            ]
        assert [(s.notation, s.start, s.end, s.sha256) for s in segments] == listed

    def test_the_segments_tile_the_text(self, text: str, segments: list[Segment]) -> None:
        assert compare(text, segments) == []
        assert check_tiling(segments) == []

    @pytest.mark.parametrize("edit", ["changed", "missing", "uncovered"])
    def test_one_edit_is_one_finding(self, text: str, segments: list[Segment], edit: str) -> None:
        third = segments[2]
        after_a_word = text.index(" ", third.start)
        copies = {
            "changed": f"{text[:after_a_word]} really{text[after_a_word:]}",
            "missing": text[: third.start] + text[segments[3].start :],
            "uncovered": f"{text[: third.start]}One more.\n{text[third.start :]}",
        }
        kinds = found(copies[edit], segments)
        later = segments[2 if edit == "uncovered" else 3 :]
        assert kinds.pop("moved") == [segment.notation for segment in later]
        assert kinds == {edit: [None if edit == "uncovered" else third.notation]}
