"""The HTTP side: an app that serves one snapshot."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from flask import Flask, Response, g, request

from jjjkg.dataset import own_folder
from jjjkg.description import Describer, Record
from jjjkg.evaluation import Evaluator
from jjjkg.explanation.explainer import LazyExplainer
from jjjkg.namespaces import BASE, shorten
from jjjkg.question import Question
from jjjkg.reasons import Reasons
from jjjkg.snapshot import Snapshot
from jjjkg.web.doubt import make_doubt_blueprint
from jjjkg.web.dumps import make_dumps_blueprint
from jjjkg.web.explain import make_explain_blueprint
from jjjkg.web.negotiation import choose_language
from jjjkg.web.pages import make_pages_blueprint
from jjjkg.web.problems import handle_errors
from jjjkg.web.sparql import make_sparql_blueprint
from jjjkg.web.things import make_things_blueprint
from jjjkg.web.words import LANGUAGE_NAMES, name_segment, say


def create_app(
    snapshot: Snapshot,
    evaluator: Evaluator,
    questions: Sequence[Question],
    page_queries: Path | None = None,
) -> Flask:
    """The app that serves a snapshot, answers queries with an evaluator, and shows questions.

    `page_queries` is the folder of the queries that pages are made from (our own by default).
    """
    app = Flask("jjjkg.web")
    # A percent-encoded query may be nine times as long as its characters.
    largest = 9 * evaluator.limits.length + (1 << 16)
    app.config.update(MAX_CONTENT_LENGTH=largest, MAX_FORM_MEMORY_SIZE=largest)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    describer = Describer(evaluator, page_queries or own_folder() / "queries" / "pages")
    app.register_blueprint(make_pages_blueprint(snapshot, evaluator, questions))
    app.register_blueprint(make_sparql_blueprint(evaluator, questions))
    app.register_blueprint(make_dumps_blueprint(snapshot.dumps))
    app.register_blueprint(make_things_blueprint(describer, snapshot))
    reasons = Reasons(snapshot.quads)
    app.register_blueprint(make_doubt_blueprint(reasons))
    app.register_blueprint(make_explain_blueprint(LazyExplainer(reasons)))
    app.before_request(_read_language)
    app.after_request(_add_headers)
    dataset = describer.introduce()
    app.context_processor(lambda: _page_words(describer, dataset))
    handle_errors(app)
    return app


def _read_language() -> None:
    g.language = choose_language(request)


def _page_words(describer: Describer, dataset: Record) -> dict[str, Any]:
    """What every template may use: words in the page's language, links, and the dataset's title."""
    language = g.language

    def word(key: str, **values: object) -> str:
        return say(key, language, **values)

    def label(iri: str) -> str:
        notation = describer.notations.get(iri, "")
        return name_segment(notation, language) or describer.name(iri, language)

    return {
        "lang": language,
        "label": label,
        "labels_of": lambda iri: describer.labels.get(iri, {}),
        "word": word,
        "dataset": dataset,
        "title": dataset.say("dcterms:title", language) or word("title"),
        "languages": LANGUAGE_NAMES,
        "switch": _switch,
        "link": _link,
        "shorten": shorten,
    }


def _switch(language: str) -> str:
    """This page's address in another language."""
    arguments = [(k, v) for k, v in request.args.items(multi=True) if k != "lang"]
    return f"{request.path}?{urlencode([*arguments, ('lang', language)])}"


def _link(target: str) -> str:
    """A path or one of our IRIs as a link here, in the language that was asked for.

    Of the IRIs of others only those that a browser can safely open are links; "" for the rest.
    """
    if not target.startswith(("/", BASE)):
        return target if urlsplit(target).scheme in ("http", "https") else ""
    own = "/" + target.removeprefix(BASE).removeprefix("/")
    path, hash_sign, anchor = own.partition("#")
    if "lang" in request.args:
        path += f"{'&' if '?' in path else '?'}lang={g.language}"
    return path + hash_sign + anchor


def _add_headers(response: Response) -> Response:
    """What every response says: who may read it, what it varies by, what a page may load."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    if request.method == "OPTIONS":
        response.headers["Access-Control-Allow-Methods"] = response.headers.get("Allow", "")
        response.headers["Access-Control-Allow-Headers"] = "Accept, Content-Type"
        response.headers["Access-Control-Max-Age"] = "86400"
    response.headers["Access-Control-Expose-Headers"] = "ETag, Content-Length, Location"
    if request.blueprint != "dumps" or request.path.endswith("/"):
        response.vary.add("Accept")
    if response.mimetype in ("text/html", "application/problem+json"):
        response.vary.add("Accept-Language")
    response.headers["Content-Security-Policy"] = (
        "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer-when-downgrade"
    return response
