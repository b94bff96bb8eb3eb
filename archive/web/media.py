"""Renditions over HTTP, with Range, before Datasette's router (which sends whole files only).

Only files that the catalogue lists as renditions for the browser leave; originals have no address. Those of a clip
leave as long as one of its interviews may be seen.
"""

import re
import sqlite3
from collections.abc import Awaitable, Callable, MutableMapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.responses import FileResponse, PlainTextResponse, Response

from archive.catalogue import releases
from archive.release import may_go
from archive.web import site

if TYPE_CHECKING:
    # Only for the types: Datasette loads this plugin while its own modules are still loading.
    from datasette.app import Datasette

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

ADDRESS = re.compile(r"/media/(?P<clip>[0-9a-f]{32})/(?P<name>[a-z0-9_-]+\.(?P<ending>mp4|m4a|jpg|vtt|json))")
TYPES = {
    "mp4": "video/mp4",
    "m4a": "audio/mp4",
    "jpg": "image/jpeg",
    "vtt": "text/vtt; charset=utf-8",
    "json": "application/json",
}
SHOWN = ("proxy", "audio", "poster", "thumbnails", "peaks")  # the recogniser's sound stays where it is
FOR_EVER = "public, max-age=31536000, immutable"


def wrapper(datasette: "Datasette") -> Callable[[App], App]:
    """What Datasette's `asgi_wrapper` hook wants: answers /media/ itself and hands on everything else."""

    def wrap(app: App) -> App:
        async def answer(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] == "http" and scope["path"].startswith("/media/") and site.of(datasette):
                await (await _response(datasette, scope))(scope, receive, send)
            else:
                await app(scope, receive, send)

        return answer

    return wrap


async def _response(datasette: "Datasette", scope: Scope) -> Response:
    if scope["method"] not in ("GET", "HEAD"):
        return PlainTextResponse("Only GET and HEAD.", 405, {"allow": "GET, HEAD"})
    path = await _file(datasette, scope["path"])
    if path is None:
        # Not kept anywhere: an interview that was withdrawn may be opened again.
        return PlainTextResponse("There is no such rendition.", 404, {"cache-control": "no-store"})
    stat = path.stat()
    headers = {
        "etag": f'"{stat.st_mtime_ns:x}-{stat.st_size:x}"',
        # An address with a version is never used again for other content; without one a browser has to ask.
        "cache-control": FOR_EVER if b"v=" in scope["query_string"] else "no-cache",
        "x-content-type-options": "nosniff",
    }
    if _asked(scope, b"if-none-match") == headers["etag"]:
        return Response(status_code=304, headers=headers)
    return FileResponse(path, headers=headers, media_type=TYPES[path.suffix[1:]], stat_result=stat)


async def _file(datasette: "Datasette", address: str) -> Path | None:
    """The rendition at an address, or None: unknown, shut, gone, or led out of the renditions folder by a link."""
    named = ADDRESS.fullmatch(address)
    archive = site.of(datasette)
    if named is None or archive is None:
        return None
    clip, name = named["clip"], named["name"]
    form_first = site.form_first(datasette)
    if not await site.read(
        datasette, lambda db: _listed(db, clip, name) and not shut(db, clip, form_first=form_first)
    ):
        return None
    path = (archive.renditions / clip / name).resolve()
    return path if path.is_relative_to(archive.renditions.resolve()) and path.is_file() else None


def shut(db: sqlite3.Connection, clip: str, *, form_first: bool) -> bool:
    """Whether nothing of a clip may be seen, as it has interviews and none of them may.

    Every range of a video asks this, so only these few interviews are looked at, not all that have limits.

    Args:
        db: the catalogue.
        clip: its hash.
        form_first: as in `may_go`, from archive.toml.
    """
    rows = db.execute("SELECT DISTINCT interview_id FROM interview_clips WHERE clip = ?", (clip,))
    consents = releases.of_interviews(db, [number for (number,) in rows])
    answers = [may_go(each, "desk", date.today(), form_first=form_first) for each in consents]
    return bool(answers) and not any(answer.may for answer in answers)


def _listed(db: sqlite3.Connection, clip: str, name: str) -> bool:
    rows = db.execute("SELECT kind, path FROM renditions WHERE clip = ?", (clip,))
    listed = {kind: path.rsplit("/", 1)[-1] for kind, path in rows if kind in SHOWN}
    # The index of the thumbnails is listed; the sheets that it names lie beside it.
    return name in listed.values() or (
        "thumbnails" in listed and bool(re.fullmatch(r"thumbnails-\d+\.jpg", name))
    )


def _asked(scope: Scope, header: bytes) -> str:
    return next((value.decode("latin-1") for name, value in scope["headers"] if name == header), "")
