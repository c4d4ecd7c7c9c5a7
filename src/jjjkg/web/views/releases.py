"""A release as files under addresses that last: by version, by hash, and the latest.

https://www.rfc-editor.org/rfc/rfc9110#name-range-requests and
https://www.rfc-editor.org/rfc/rfc8246 (immutable responses)
"""

import json
from typing import Final

from flask import Blueprint, Response, abort, g, render_template, request
from werkzeug.utils import send_file

from jjjkg.dataset.claims import Record
from jjjkg.messages import say
from jjjkg.rdf.formats import GRAPHS
from jjjkg.release.manifest import LATEST, media_type_of
from jjjkg.web.archive import Archive, Release
from jjjkg.web.filenames import group_files
from jjjkg.web.negotiation import HTML, JSON, choose_format, content_type, takes_gzip
from jjjkg.web.problems import refuse_formats
from jjjkg.web.ranges import drop_range
from jjjkg.web.signposts import sign_file

#: How long an answer holds: where the address names the bytes, and where it does not.
_FOREVER: Final = "public, max-age=31536000, immutable"
_ASK: Final = "public, no-cache"
#: What a page of a release, which stands alone, may load: its own styles and nothing else.
_ALONE: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)
#: What is UTF-8 and says so.
_TEXTUAL: Final = ("text/", "application/json", "application/yaml", "application/csvm+json")


def make_releases_blueprint(archive: Archive, dataset: Record) -> Blueprint:
    """The files of releases, each under its addresses; /dumps/ is an older name of the latest.

    `dataset` is what they are files of.
    """
    blueprint = Blueprint("releases", __name__)

    @blueprint.get("/dumps/")
    @blueprint.get("/releases/")
    @blueprint.get("/releases/<which>/")
    def list_files(which: str = LATEST) -> Response:
        release = _find(which)
        chosen = choose_format(request, (HTML, JSON), request.args.get("format"))
        if chosen is None:
            return refuse_formats((HTML, JSON))
        earlier = archive.earlier if release is archive.latest else ()
        if chosen is HTML:
            page = render_template(
                "release.html",
                which=which,
                release=release,
                sections=group_files(release.files, g.language),
                earlier=earlier,
            )
            return Response(page, content_type=content_type(HTML))
        listed = {
            **_name(release),
            "files": [vars(release.files[name]) for name in sorted(release.files)],
            "earlier": [_name(before) for before in earlier],
        }
        return Response(json.dumps(listed, indent=2) + "\n", content_type="application/json")

    @blueprint.get("/dumps/<name>")
    @blueprint.get("/releases/<which>/<name>")
    def get_file(name: str, which: str = LATEST) -> Response:
        release = _find(which)
        if name not in release.digests:
            abort(404, say("problems.no_dump", g.language, name=name))
        packed = f"{name}.gz"
        zips = packed in release.digests and takes_gzip(request)
        response = _send(release, packed if zips else name, name)
        if zips:
            response.headers["Content-Encoding"] = "gzip"
        if f"{name}.gz" in release.digests:
            response.vary.add("Accept-Encoding")
        response.headers["Cache-Control"] = _FOREVER if which == release.name else _ASK
        if links := sign_file(dataset):
            response.headers["Link"] = links
        if which != release.name:
            response.headers["Content-Location"] = f"/releases/{release.name}/{name}"
        return response

    @blueprint.get("/ontology/<version>")
    def get_ontology(version: str) -> Response:
        """The ontology of a version: what its version IRI stands for.

        It is a file of the release or, where what is served is of that version, in a format that
        the release has no file of, what is served.
        """
        release = _find(version)
        own = tuple(f for f in (HTML, *GRAPHS) if f"ontology{f.suffix}" in release.digests)
        formats = (HTML, *GRAPHS) if own and release is archive.latest else own
        if version != release.version or not formats:
            abort(404, say("problems.no_release", g.language, which=version))
        chosen = choose_format(request, formats, request.args.get("format"))
        if chosen is None:
            return refuse_formats(formats)
        name = f"ontology{chosen.suffix}"
        location = f"/releases/{version}/{name}" if name in release.digests else f"/{name}"
        return Response(status=303, headers={"Location": location})

    def _find(which: str) -> Release:
        release = archive.find(which)
        if release is None:
            abort(404, say("problems.no_release", g.language, which=which))
        return release

    return blueprint


def _name(release: Release) -> dict[str, str]:
    return {"version": release.version, "address": f"/releases/{release.name}/"}


def _send(release: Release, stored: str, name: str) -> Response:
    media_type = media_type_of(name)
    etag = release.digests[stored][:32] + ("-gzip" if stored != name else "")
    # A media type of our own: a guess would also claim that a .gz is merely encoded.
    try:
        path = release.find_file(stored)
    except OSError:
        abort(503, say("problems.lost_file", g.language, name=name))
    response = send_file(
        path,
        drop_range(request.environ),
        response_class=Response,
        mimetype=media_type,
        download_name=name,
        etag=etag,
        conditional=True,
    )
    assert isinstance(response, Response)
    if media_type == HTML.media_type:
        response.headers["Content-Security-Policy"] = _ALONE
    textual = media_type.startswith(_TEXTUAL)
    response.content_type = f"{media_type}{'; charset=utf-8' if textual else ''}"
    return response
