"""Questions as they are read from .rq files."""

from pathlib import Path

import pytest

from jjjkg.dataset.questions import load_questions, read_question
from jjjkg.errors import InputError

HEADER = "#+ summary: Who?\n#+ summary-zh: 谁？\n#+ tags: [firm, place]\n"


def write(folder: Path, text: str, name: str = "who.rq") -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def test_the_header_is_read_in_both_languages(tmp_path: Path) -> None:
    question = read_question(
        write(tmp_path, HEADER + "#+ inference: All.\n#+ inference-zh: 全部。\nASK {}\n")
    )
    assert question.name == "who"
    assert question.summary == {"en": "Who?", "zh": "谁？"}
    assert question.tags == ("firm", "place")
    assert question.inference == {"en": "All.", "zh": "全部。"}
    assert question.text.endswith("ASK {}\n")


def test_a_description_is_its_own_or_the_summary(tmp_path: Path) -> None:
    own = "#+ description: Which of them?\n#+ description-zh: 哪些？\n"
    assert read_question(write(tmp_path, HEADER)).description["en"] == "Who?"
    assert read_question(write(tmp_path, HEADER + own)).description["zh"] == "哪些？"


def test_english_stands_in_for_a_language_that_a_header_lacks(tmp_path: Path) -> None:
    question = read_question(
        write(tmp_path, "#+ summary: Who?\n#+ topic: All.\n#+ topic-zh: 全部。\n")
    )
    assert question.summary == {"en": "Who?", "zh": "Who?"}
    assert question.topic == {"en": "All.", "zh": "全部。"}


def test_questions_come_by_name(tmp_path: Path) -> None:
    for name in ("b.rq", "a.rq", "note.txt"):
        write(tmp_path, HEADER, name)
    assert [question.name for question in load_questions(tmp_path)] == ["a", "b"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("ASK {}", "who.rq:1: the header lacks '#+ summary: ...'"),
        ("#+ summary-zh: 谁？\nASK {}", "lacks '#+ summary: ...'"),
        (HEADER + "#+ summary: Why?\nASK {}", "who.rq:4: 'summary' is there twice"),
        (HEADER + "#+ nonsense\nASK {}", "who.rq:4: '#+ nonsense' is not a header line"),
    ],
)
def test_a_header_out_of_form_is_named_with_its_line(
    tmp_path: Path, text: str, message: str
) -> None:
    with pytest.raises(InputError) as caught:
        read_question(write(tmp_path, text))
    assert message in str(caught.value)


def test_a_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    file = tmp_path / "bad.rq"
    file.write_bytes(b"\xff\xfe")
    with pytest.raises(InputError, match=r"bad\.rq: can't be read"):
        read_question(file)
