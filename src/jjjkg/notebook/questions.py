"""The questions that come with jjjkg, by name, as a notebook shows them."""

from collections.abc import Iterator, Mapping, Sequence

from jjjkg.dataset.questions import Question
from jjjkg.messages import LANGUAGES
from jjjkg.table import make_table


class Questions(Mapping[str, Question]):
    """Questions by name; by themselves they are shown with their words in each language."""

    def __init__(self, questions: Sequence[Question]) -> None:
        self._questions = {question.name: question for question in questions}

    def __getitem__(self, name: str) -> Question:
        return self._questions[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._questions)

    def __len__(self) -> int:
        return len(self._questions)

    def __repr__(self) -> str:
        lines = ("\n    ".join(row) for row in self._tabulate())
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        return make_table(("name", *LANGUAGES), self._tabulate()).get_html_string()

    def _tabulate(self) -> list[tuple[str, ...]]:
        return [
            (name, *(question.summary[language] for language in LANGUAGES))
            for name, question in self._questions.items()
        ]
