"""A release as files under addresses that last: by version, by hash, and the latest.

https://www.rfc-editor.org/rfc/rfc9110#name-range-requests and
https://www.rfc-editor.org/rfc/rfc8246 (immutable responses)
"""

import json
from typing import Final

from flask import Blueprint, Response, g, render_template

from jjjkg.rdf.formats import GRAPHS
from jjjkg.release.manifest import LATEST, media_type_of
from jjjkg.web.archive import Release, group_files
from jjjkg.web.http import caching, files
from jjjkg.web.http.headers import ALONE
from jjjkg.web.http.request import HTML, JSON, Refusal
from jjjkg.web.pages.signposts import sign_file
from jjjkg.web.site import Site

_FORMATS: Final = (HTML, JSON)


def make_blueprint(site: Site) -> Blueprint:
    """The files of releases, each under its addresses; /dumps/ is an older name of the latest."""
    blueprint = Blueprint("releases", __name__)

    @blueprint.get("/dumps/")
    @blueprint.get("/releases/")
    @blueprint.get("/releases/<which>/")
    def list_files(which: str = LATEST) -> Response:
        return _list(site, which)

    @blueprint.get("/dumps/<name>")
    @blueprint.get("/releases/<which>/<name>")
    def get_file(name: str, which: str = LATEST) -> Response:
        return _send(site, _find(site, which), name, which)

    @blueprint.get("/ontology/<version>")
    def get_ontology(version: str) -> Response:
        return _lead_to_ontology(site, version)

    return blueprint


def _find(site: Site, which: str) -> Release:
    release = site.archive.find(which)
    if release is None:
        raise Refusal(404, "problems.no_release", which=which)
    return release


def _list(site: Site, which: str) -> Response:
    """The files of a release, and the releases before it."""
    release = _find(site, which)
    format = g.client.require(_FORMATS)
    earlier = site.archive.earlier if release is site.archive.latest else ()
    if format is HTML:
        page = render_template(
            "release.html",
            which=which,
            release=release,
            sections=group_files(release.files, g.client.language),
            earlier=earlier,
        )
        return Response(page)
    listed = {
        **_name(release),
        "files": [vars(release.files[name]) for name in sorted(release.files)],
        "earlier": [_name(before) for before in earlier],
    }
    return Response(json.dumps(listed, indent=2) + "\n", content_type="application/json")


def _name(release: Release) -> dict[str, str]:
    return {"version": release.version, "address": f"/releases/{release.name}/"}


def _send(site: Site, release: Release, name: str, which: str) -> Response:
    """A file of a release, as it is stored or as its packed copy is."""
    if name not in release.digests:
        raise Refusal(404, "problems.no_dump", name=name)
    has_packed = f"{name}.gz" in release.digests
    coding = "gzip" if has_packed and g.client.takes_gzip else None
    stored = f"{name}.gz" if coding else name
    try:
        path = release.find_file(stored)
    except OSError as error:
        raise Refusal(503, "problems.lost_file", name=name) from error
    # A media type of our own: a guess would also claim that a .gz is merely encoded.
    etag = caching.code_etag(release.digests[stored][:32], coding)
    response = files.send(path, media_type_of(name), etag, name)
    if coding:
        response.headers["Content-Encoding"] = coding
    g.negotiated = False
    g.freshness = caching.FOREVER if which == release.name else caching.LATEST
    if response.mimetype == HTML.media_type:
        response.headers["Content-Security-Policy"] = ALONE
    if links := sign_file(site.dataset):
        response.headers["Link"] = links
    if which != release.name:
        response.headers["Content-Location"] = f"/releases/{release.name}/{name}"
    return response


def _lead_to_ontology(site: Site, version: str) -> Response:
    """Lead to the ontology of a version: what its version IRI stands for.

    It is a file of the release or, where what is served is of that version, in a format that the
    release has no file of, what is served.
    """
    release = _find(site, version)
    own = tuple(f for f in (HTML, *GRAPHS) if f"ontology{f.suffix}" in release.digests)
    formats = (HTML, *GRAPHS) if own and release is site.archive.latest else own
    if version != release.version or not formats:
        raise Refusal(404, "problems.no_release", which=version)
    chosen = g.client.require(formats)
    name = f"ontology{chosen.suffix}"
    location = f"/releases/{version}/{name}" if name in release.digests else f"/{name}"
    return Response(status=303, headers={"Location": location})
