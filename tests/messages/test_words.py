"""Words in the languages of pages: our queries have them all, and code has none."""

import re

from jjjkg.dataset.loading import own_folder
from jjjkg.messages import DEFAULT, LANGUAGES
from support.modules import SOURCE

#: Keys that a query's header has in every language; the columns of tables likewise.
TRANSLATED = re.compile(r"#\+ (summary|description|topic|inference|solution|column-\w+?): ")


def test_our_own_queries_have_words_in_every_language() -> None:
    for file in sorted((own_folder() / "queries").rglob("*.rq")):
        header = [line for line in file.read_text("utf-8").splitlines() if line.startswith("#+")]
        keys = {line[3:].partition(": ")[0] for line in header}
        for key in [match[1] for line in header if (match := TRANSLATED.match(line))]:
            if not key.endswith(tuple(f"-{language}" for language in LANGUAGES)):
                assert keys >= {f"{key}-{tag}" for tag in LANGUAGES if tag != DEFAULT}, file.name


def test_only_messages_and_the_grammar_of_chinese_are_written_in_chinese() -> None:
    """Code that Chinese is put in picks by language what the catalogue should have."""
    chinese = re.compile(r"[\u2e80-\u9fff\uff00-\uffef]")
    found = [
        f"{file.relative_to(SOURCE)}: {line.strip()}"
        for file in sorted(SOURCE.rglob("*"))
        if file.name != "chinese.py"
        and file.suffix in (".py", ".html", ".css", ".toml")
        and not {"messages", "data"} & {*file.relative_to(SOURCE).parts}
        for line in file.read_text("utf-8").splitlines()
        if chinese.search(line)
    ]
    assert found == []
