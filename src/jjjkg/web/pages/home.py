"""The pages that lead in: home, and one for each question with its answer."""

import re
from typing import Final

from flask import Blueprint, Response, current_app, g, redirect, render_template
from werkzeug import Response as WerkzeugResponse

from jjjkg.dataset.questions import Question
from jjjkg.evaluation import Answer, Request
from jjjkg.web.http.request import ClientRequest, Refusal
from jjjkg.web.pages.results import show
from jjjkg.web.site import Site
from jjjkg.web.tasks import SHOWN, Asking, Task, respond


def ask(site: Site, client: ClientRequest) -> Task | None:
    """The task of a question's page. Raises Refusal for a question that there is not."""
    name = client.path.removeprefix("/questions").strip("/")
    if not name:
        return None
    text = _find(site, name).text
    return Task(Request(text, "json", "ttl", most_rows=SHOWN), paged=True)


ASKED: Final = Asking("questions", re.compile(r"/questions/[^/]+"), ask)


def make_blueprint(site: Site) -> Blueprint:
    """The home page of a site, and the pages of its questions."""
    blueprint = Blueprint("pages", __name__)

    @blueprint.get("/")
    def home() -> str:
        content = site.content
        return render_template("home.html", snapshot=content.snapshot, questions=content.questions)

    @blueprint.get("/robots.txt")
    def tell_robots() -> Response:
        return current_app.send_static_file("robots.txt")

    @blueprint.get("/questions", strict_slashes=False)
    def list_questions() -> WerkzeugResponse:
        return redirect("/" + g.client.repeated)

    @blueprint.get("/questions/<name>")
    def question(name: str) -> Response:
        asked = _find(site, name)

        def render(answer: Answer) -> Response:
            return Response(render_template("question.html", question=asked, shown=show(answer)))

        return respond(site, ask, render)

    return blueprint


def _find(site: Site, name: str) -> Question:
    if name not in site.questions:
        raise Refusal(404, "problems.no_question", name=name)
    return site.questions[name]
