"""The WSGI app: a site's pages, with words and links in the client's language."""

import re
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType
from typing import Any, Final
from urllib.parse import urlencode

from flask import Flask, Response, g, render_template, request
from werkzeug.exceptions import RequestEntityTooLarge

from jjjkg.messages import LANGUAGES, say
from jjjkg.rdf.formats import GRAPHS, RESULTS, TRIPLES
from jjjkg.rdf.iris import find_href
from jjjkg.rdf.namespaces import BASE, shorten
from jjjkg.web import pages
from jjjkg.web.http import caching, headers, problems
from jjjkg.web.http.request import ASKING, ClientRequest
from jjjkg.web.site import Site
from jjjkg.web.tasks import Asking

#: The keys of a ClientRequest, and of an error to be told, in a WSGI environ.
CLIENT: Final = "jjjkg.client"
ERROR: Final = "jjjkg.error"
#: The notation of a segment, such as P19.S1 or HEAD.L3.
_NOTATION: Final = re.compile(r"(?P<place>P|HEAD|CAP|SUB|FOOT)(?P<outer>\d*)\.[SL](?P<inner>\d+)")


def create_app(site: Site) -> Flask:
    """The app that serves a site."""
    app = Flask("jjjkg.web")
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    for page in find_pages():
        app.register_blueprint(page.make_blueprint(site))
    app.before_request(lambda: _begin(site))
    app.after_request(lambda response: _finish(response, site))
    app.context_processor(lambda: _page_words(site))
    app.register_error_handler(Exception, _tell)
    return app


def find_pages() -> list[ModuleType]:
    """The kinds of pages: the modules of jjjkg.web.pages that make a blueprint."""
    names = [f"{pages.__name__}.{module.name}" for module in iter_modules(pages.__path__)]
    return [page for page in map(import_module, names) if hasattr(page, "make_blueprint")]


def find_askings() -> dict[str, Asking]:
    """The pages that are made of answers, by the first segment of their paths."""
    return {page.ASKED.segment: page.ASKED for page in find_pages() if hasattr(page, "ASKED")}


def find_waiting() -> tuple[str, ...]:
    """The beginnings of the paths whose views may wait for queries of their own."""
    return tuple(path for page in find_pages() for path in getattr(page, "WAITING", ()))


def _begin(site: Site) -> None:
    """Have the client's request at hand; an error that the server has met is told at once."""
    g.client = request.environ.get(CLIENT) or _read_client(site)
    if request.method in ASKING and CLIENT not in request.environ:
        request.max_content_length = g.client.largest
        try:
            g.client.body = request.get_data()
        except RequestEntityTooLarge:
            raise g.client.refuse_body() from None
    if error := request.environ.get(ERROR):
        raise error


def _read_client(site: Site) -> ClientRequest:
    named = [(n.lower().encode("latin-1"), v.encode("latin-1")) for n, v in request.headers.items()]
    about = {"query_string": request.query_string, "headers": named, "server": [request.host]}
    scope = {"method": request.method, "scheme": request.scheme, "path": request.path, **about}
    return ClientRequest(scope, site.limits.length)


def _finish(response: Response, site: Site) -> Response:
    headers.add_headers(response, g.client)
    return caching.finish(response, g.client, site.modified)


def _tell(error: Exception) -> Response:
    """Answer an error by a problem, as a page or in JSON; nobody ever sees a traceback."""
    client: ClientRequest = g.client
    if not client.prefers_pages:
        status, named, body = problems.tell(error, client)
        return Response(body, status, named)
    problem = problems.explain(error, client)
    page = render_template("problem.html", problem=problem)
    return Response(page, problem.status, problem.headers)


def _page_words(site: Site) -> dict[str, Any]:
    """The names that every template may use: words in the page's language, links, the dataset."""
    language, describer, dataset = g.client.language, site.describer, site.dataset

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
        "name_host": caching.name_host,
        "formats": {"results": RESULTS, "graphs": GRAPHS, "things": TRIPLES},
    }


def name_segment(notation: str, language: str) -> str:
    """Return the words for a segment's notation in a language; "" for any other notation."""
    match = _NOTATION.fullmatch(notation)
    return say(f"pages.segment.{match['place']}", language, **match.groupdict()) if match else ""


def _switch(language: str) -> str:
    """The address of this page in another language."""
    arguments = [(k, v) for k, v in request.args.items(multi=True) if k != "lang"]
    return f"{request.path}?{urlencode([*arguments, ('lang', language)])}"


def _link(target: str) -> str:
    """A path of ours as a link in the language that was asked for; an IRI as `_href` has it."""
    if not target.startswith("/"):
        return _href(target)
    path, hash_sign, anchor = target.partition("#")
    if "lang" in request.args:
        path += f"{'&' if '?' in path else '?'}lang={g.client.language}"
    return path + hash_sign + anchor


def _href(iri: str) -> str:
    """The link to something that the data name: to a page here for an IRI of ours.

    Of the IRIs of others only those that a browser can safely open are links; "" for the rest.
    """
    if not iri.startswith(BASE):
        return find_href(iri)
    # Two slashes would begin the name of another host.
    return _link("/" + iri.removeprefix(BASE).lstrip("/")) if find_href(iri) else ""
