"""The dumps of a snapshot as files. https://www.rfc-editor.org/rfc/rfc9110#name-conditional-requests"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Final

from flask import Blueprint, Response, abort, g, json, render_template, request, send_file

from jjjkg.mediatypes import QUADS, TRIPLES, Format
from jjjkg.web.negotiation import HTML, choose_format, content_type
from jjjkg.web.words import say

_JSON: Final = Format("json", "application/json", ".json", "https://www.rfc-editor.org/rfc/rfc8259")
_GZIP: Final = Format("gzip", "application/gzip", ".gz", "https://www.rfc-editor.org/rfc/rfc1952")
_FORMATS: Final[Mapping[str, Format]] = {format.suffix: format for format in (*TRIPLES, *QUADS)}


@dataclass(frozen=True)
class Dump:
    """One file that can be fetched: its size in bytes, as it is and compressed."""

    name: str
    media_type: str
    size: int
    compressed: int | None
    modified: str


def make_dumps_blueprint(folder: Path) -> Blueprint:
    """The list of the files in a folder, and the files; a .gz beside one is its compressed form."""
    blueprint = Blueprint("dumps", __name__, url_prefix="/dumps")
    files = {file.name: file for file in sorted(folder.iterdir()) if file.suffix in _FORMATS}

    @cache
    def digest(file: Path) -> str:
        """The dumps never change while they are served, so one reading is enough."""
        with file.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()[:32]

    @blueprint.get("/")
    def list_dumps() -> Response:
        dumps = [_describe(file) for file in files.values()]
        chosen = choose_format(request, (HTML, _JSON))
        if chosen is HTML:
            page = render_template("dumps.html", dumps=dumps)
            return Response(page, content_type=content_type(HTML))
        if chosen is None:
            abort(406, "the list of dumps is to be had as text/html and as application/json")
        body = json.dumps([vars(dump) for dump in dumps], indent=2)
        return Response(body + "\n", content_type="application/json")

    @blueprint.get("/<name>")
    def get_dump(name: str) -> Response:
        plain = name.removesuffix(".gz")
        file = files.get(plain)
        packed = folder / f"{plain}.gz"
        if file is None or (name != plain and not packed.is_file()):
            abort(404, say("no_dump", g.language, name=name))
        if name != plain:
            return _send(packed, name, _GZIP, digest(packed))
        zips = packed.is_file() and request.accept_encodings.quality("gzip") > 0
        chosen = packed if zips else file
        response = _send(
            chosen, name, _FORMATS[file.suffix], digest(chosen) + ("-gzip" if zips else "")
        )
        if zips:
            response.headers["Content-Encoding"] = "gzip"
        response.vary.add("Accept-Encoding")
        return response

    return blueprint


def _send(file: Path, name: str, format: Format, etag: str) -> Response:
    # A media type of our own: a guess would also claim that a .gz is merely encoded.
    response = send_file(
        file, mimetype=format.media_type, download_name=name, etag=etag, conditional=True
    )
    response.content_type = content_type(format)
    return response


def _describe(file: Path) -> Dump:
    packed = file.with_name(file.name + ".gz")
    status = file.stat()
    return Dump(
        file.name,
        _FORMATS[file.suffix].media_type,
        status.st_size,
        packed.stat().st_size if packed.is_file() else None,
        datetime.fromtimestamp(status.st_mtime, UTC).isoformat(timespec="seconds"),
    )
