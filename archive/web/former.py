"""Where links lead that were made before interviews were arranged anew.

A server never sees which moment a link names (`#t=`), so the page's script looks in which stretch it lies.
"""

import sqlite3
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

from datasette.utils.asgi import Request, Response

from archive.catalogue import former


def redirect(db: sqlite3.Connection, slug: str, request: Request, ending: str = "") -> Response | None:
    """The answer for a slug that an interview had before; None for one that none had."""
    heir = former.heir(db, slug)
    if heir is None:
        return None
    asked = {name: request.args[name] for name in request.args}
    if not ending:
        asked["from"] = slug
    query = f"?{urlencode(asked)}" if asked else ""
    # Not kept by browsers: when a merged interview is split again, its slug is its own again.
    headers = {"cache-control": "no-cache"}
    return Response.redirect(f"/interviews/{quote(heir, safe='')}{ending}{query}", 301, headers)


def leading(db: sqlite3.Connection, slug: str, request: Request) -> Mapping[str, Any]:
    """What the page's script needs: the page's own address, and where moments are that its link may name."""
    (number,) = db.execute("SELECT time_line FROM interviews WHERE slug = ?", [slug]).fetchone()
    asked = request.args.get("line") or "0"
    line = int(asked) if asked.isdecimal() and len(asked) < 7 else 0
    led = former.leads(db, request.args.get("from") or slug, line)
    moved = [
        {
            "start": each.start_ms,
            "end": each.end_ms,
            "address": former.address(each.slug, each.time_line),
            "shift": each.shift_ms,
        }
        for each in led
    ]
    return {"address": former.address(slug, number), "line": number, "moved": moved}
