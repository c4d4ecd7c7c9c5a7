"""What if some claims were not so: the page, and the same as JSON."""

from functools import cache, lru_cache

from flask import Blueprint, Response, abort, g, json, render_template, request

from jjjkg.description import Statement, Term
from jjjkg.doubt.report import Reporter, Section, divide, encode_term
from jjjkg.doubt.report import say as say_of_doubt
from jjjkg.doubt.selection import Selection
from jjjkg.doubt.withdrawal import Doubt, withdraw
from jjjkg.errors import InputError
from jjjkg.namespaces import shorten
from jjjkg.reasons import Reasons
from jjjkg.web.negotiation import HTML, JSON, choose_format, content_type
from jjjkg.web.problems import refuse_formats
from jjjkg.web.words import say


def make_doubt_blueprint(reasons: Reasons) -> Blueprint:
    """`/doubt?claim=...`: what falls when claims are withdrawn, and what stands."""
    blueprint = Blueprint("doubt", __name__)

    @cache
    def read() -> tuple[Selection, Reporter]:
        return Selection(reasons.dataset), Reporter(reasons.dataset)

    @lru_cache(maxsize=64)
    def ask(claims: tuple[str, ...]) -> Doubt:
        with reasons.lock:
            return withdraw(reasons.dataset, claims, reasons.closure)

    @blueprint.get("/doubt")
    def doubt() -> Response:
        chosen = choose_format(request, (HTML, JSON), request.args.get("format"))
        if chosen is None:
            return refuse_formats((HTML, JSON))
        names = [name for name in request.args.getlist("claim") if name.strip()]
        if not names:
            abort(400, say("no_doubt", g.language))
        selection, reporter = read()
        try:
            doubted = ask(selection.find(names))
        except InputError as error:
            abort(404, str(error))
        if chosen is JSON:
            body = json.dumps(reporter.encode(doubted), indent=2, ensure_ascii=False)
            return Response(body + "\n", content_type=content_type(JSON))
        page = render_template(
            "doubt.html",
            doubt=doubted,
            names=names,
            more=[*names, *map(shorten, doubted.derived)],
            sections=[(section, _rows(section)) for section in divide(doubted, g.language)],
            reporter=reporter,
            say=say_of_doubt,
        )
        return Response(page, content_type=content_type(HTML))

    return blueprint


def _rows(section: Section) -> list[Statement]:
    """The triples of a section as pages show them, with the claims that they stand on."""
    part = "inferred" if section.name in ("fallen_inferred", "reproved") else "asserted"
    return [
        Statement(
            _term(encode_term(row.triple.subject)),
            row.triple.predicate.value,
            _term(encode_term(row.triple.object)),
            part,
            row.claims,
        )
        for row in section.rows
    ]


def _term(encoded: dict[str, str]) -> Term:
    language, datatype = encoded.get("xml:lang", ""), encoded.get("datatype", "")
    return Term(encoded["type"], encoded["value"], language, datatype)
