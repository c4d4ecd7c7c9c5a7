"""The pages that lead in: home, and one for each question with its answer."""

from collections.abc import Sequence

from flask import Blueprint, Response, abort, current_app, g, redirect, render_template, request
from werkzeug import Response as WerkzeugResponse

from jjjkg.dataset.questions import Question
from jjjkg.evaluation import Answer, Evaluator, QueryError, Request
from jjjkg.messages import say
from jjjkg.snapshot import Snapshot
from jjjkg.web.negotiation import HTML, content_type, repeat_query
from jjjkg.web.results import ask_for_page, show


def make_pages_blueprint(
    snapshot: Snapshot, evaluator: Evaluator, questions: Sequence[Question]
) -> Blueprint:
    """The home page of a snapshot, and the pages of the questions."""
    blueprint = Blueprint("pages", __name__)
    by_name = {question.name: question for question in questions}

    @blueprint.get("/")
    def home() -> Response:
        return _page(render_template("home.html", snapshot=snapshot, questions=questions))

    @blueprint.get("/robots.txt")
    def tell_robots() -> Response:
        return current_app.send_static_file("robots.txt")

    @blueprint.get("/questions", strict_slashes=False)
    def list_questions() -> WerkzeugResponse:
        return redirect("/" + repeat_query(request))

    @blueprint.get("/questions/<name>")
    def question(name: str) -> Response:
        if name not in by_name:
            abort(404, say("problems.no_question", g.language, name=name))
        asked = by_name[name]

        def finish(answer: Answer | QueryError) -> Response:
            if isinstance(answer, QueryError):
                raise answer
            return _page(render_template("question.html", question=asked, shown=show(answer)))

        return ask_for_page(evaluator, Request(asked.text, "json", "ttl"), None, finish)

    return blueprint


def _page(text: str) -> Response:
    return Response(text, content_type=content_type(HTML))
