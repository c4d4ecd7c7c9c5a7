"""The HTTP side: an app that serves one snapshot."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from flask import Flask, g, request

from jjjkg.dataset.claims import Record
from jjjkg.dataset.loading import own_folder
from jjjkg.dataset.questions import Question
from jjjkg.description import Describer
from jjjkg.evaluation import Evaluator
from jjjkg.messages import LANGUAGES, say
from jjjkg.metadata.statistics import Statistics
from jjjkg.rdf.formats import GRAPHS, RESULTS, TRIPLES
from jjjkg.rdf.iris import find_href
from jjjkg.rdf.namespaces import BASE, shorten
from jjjkg.snapshot import Snapshot
from jjjkg.web.archive import Archive
from jjjkg.web.headers import finish, name_host
from jjjkg.web.negotiation import choose_language
from jjjkg.web.problems import handle_errors
from jjjkg.web.segments import name_segment
from jjjkg.web.views.data import make_data_blueprint
from jjjkg.web.views.doubt import make_doubt_blueprint
from jjjkg.web.views.explain import make_explain_blueprint
from jjjkg.web.views.pages import make_pages_blueprint
from jjjkg.web.views.releases import make_releases_blueprint
from jjjkg.web.views.service import Service, make_service_blueprint
from jjjkg.web.views.sparql import make_sparql_blueprint
from jjjkg.web.views.things import make_things_blueprint


def create_app(
    snapshot: Snapshot,
    evaluator: Evaluator,
    questions: Sequence[Question],
    page_queries: Path | None = None,
    union: bool = True,
    earlier: Path | None = None,
    changing: bool = False,
    *,
    reasoners: Evaluator,
) -> Flask:
    """The app that serves a snapshot, answers queries with an evaluator, and shows questions.

    `reasoners` answer why statements hold and what falls with claims (jjjkg.explanation.reasoner).
    `page_queries` is the folder of the queries that pages are made from (our own by default);
    `union` says whether a query without FROM sees the union of the named graphs; `earlier` is
    a folder of releases that are handed out beside the snapshot's own; `changing` says that the
    answers may change while the app runs. Raises InputError for an unusable release.
    """
    app = Flask("jjjkg.web")
    # A percent-encoded query may be nine times as long as its characters.
    longest = evaluator.limits.length
    largest = 9 * longest + (1 << 16)
    app.config.update(
        MAX_CONTENT_LENGTH=largest, MAX_FORM_MEMORY_SIZE=largest, LONGEST_QUERY=longest
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    folder = page_queries or own_folder() / "queries" / "pages"
    describer = Describer(evaluator, folder)
    dataset = describer.introduce()
    statistics = Statistics(evaluator, folder)
    itself = dataset.iri if dataset.values else ""
    archive = Archive.open(snapshot.release, earlier)
    service = Service(
        snapshot, statistics, evaluator.limits, questions, itself, union, archive.latest, changing
    )
    app.config["KEY"] = service.key
    app.register_blueprint(make_pages_blueprint(snapshot, evaluator, questions))
    app.register_blueprint(make_sparql_blueprint(service, evaluator, questions))
    app.register_blueprint(make_data_blueprint(service, evaluator, snapshot, folder))
    app.register_blueprint(make_service_blueprint(service))
    app.register_blueprint(make_releases_blueprint(archive, dataset))
    app.register_blueprint(make_things_blueprint(describer, snapshot, dataset, archive.latest))
    app.register_blueprint(make_doubt_blueprint(reasoners))
    app.register_blueprint(make_explain_blueprint(reasoners))
    app.before_request(_read_language)
    app.after_request(lambda response: finish(response, service.modified))
    app.context_processor(lambda: _page_words(describer, dataset))
    handle_errors(app)
    return app


def _read_language() -> None:
    g.language = choose_language(request)


def _page_words(describer: Describer, dataset: Record) -> dict[str, Any]:
    """What every template may use: words in the page's language, links, and the dataset's title."""
    language = g.language

    def word(key: str, **values: object) -> str:
        return say(f"pages.{key}", language, **values)

    def label(iri: str) -> str:
        notation = describer.notations.get(iri, "")
        return name_segment(notation, language) or describer.name(iri, language)

    return {
        "lang": language,
        "label": label,
        "labels_of": lambda iri: describer.labels.get(iri, {}),
        "word": word,
        "dataset": dataset,
        "title": dataset.say("dcterms:title", language) or say("pages.title", language),
        "languages": {code: say("pages.language_name", code) for code in LANGUAGES},
        "switch": _switch,
        "link": _link,
        "href": _href,
        "shorten": shorten,
        "name_host": name_host,
        "formats": {"results": RESULTS, "graphs": GRAPHS, "things": TRIPLES},
    }


def _switch(language: str) -> str:
    """This page's address in another language."""
    arguments = [(k, v) for k, v in request.args.items(multi=True) if k != "lang"]
    return f"{request.path}?{urlencode([*arguments, ('lang', language)])}"


def _link(target: str) -> str:
    """A path of ours as a link in the language that was asked for; an IRI as `_href` has it."""
    if not target.startswith("/"):
        return _href(target)
    path, hash_sign, anchor = target.partition("#")
    if "lang" in request.args:
        path += f"{'&' if '?' in path else '?'}lang={g.language}"
    return path + hash_sign + anchor


def _href(iri: str) -> str:
    """The link to something that the data name: to a page here for an IRI of ours.

    Of the IRIs of others only those that a browser can safely open are links; "" for the rest.
    """
    if not iri.startswith(BASE):
        return find_href(iri)
    # Two slashes would begin the name of another host.
    return _link("/" + iri.removeprefix(BASE).lstrip("/")) if find_href(iri) else ""
