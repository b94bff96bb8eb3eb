"""How a page is made: template in, response out, with the headers that every page of ours has."""

import hashlib
from collections.abc import Awaitable
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from datasette import NotFound
from datasette.utils.asgi import Request, Response
from jinja2 import Environment

from archive.web import site, wording
from media.timecode import clock

if TYPE_CHECKING:
    # Only for the types: Datasette loads this plugin while its own modules are still loading.
    from datasette.app import Datasette

STATIC = Path(__file__).parent / "static"
PLUGIN = "interview-archive"  # the distribution: Datasette serves our static files under its name
# Nothing from elsewhere, nothing inline: a title that smuggles a script in has nowhere to run it.
POLICY = "; ".join(
    (
        "default-src 'none'",
        *(f"{kind}-src 'self'" for kind in ("script", "style", "img", "media", "font", "connect")),
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'self'",
    )
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
}


async def page(
    datasette: "Datasette",
    request: Request,
    template: str,
    status: int = 200,
    **context: object,
) -> Response:
    """A page of ours, made from `templates/archive/TEMPLATE.html`."""
    archive = site.of(datasette)
    shared = {
        "site_title": archive.config.title if archive else "",
        "version": _version(),
        "static": lambda path: datasette.urls.static_plugins(PLUGIN, path),
    }
    html = await datasette.render_template(f"archive/{template}.html", {**shared, **context}, request=request)
    return Response.html(html, status=status, headers=HEADERS)


async def missing(datasette: "Datasette", request: Request, what: str) -> Response:
    """The page for something that is not there; `what` is a sentence."""
    return await page(datasette, request, "missing", status=404, what=what)


def not_found(datasette: "Datasette", request: Request, exception: Exception) -> Awaitable[Response] | None:
    """Our page for an address that leads nowhere; None for other errors, which stay Datasette's."""
    if not isinstance(exception, NotFound) or request.path.endswith(".json"):
        return None
    return missing(datasette, request, "There is nothing at this address.")


def add_filters(env: Environment) -> None:
    """The words and times of our templates as Jinja filters."""
    env.filters["archive_clock"] = clock
    for name in ("length", "day", "language", "direction", "plural", "utf16"):
        env.filters[f"archive_{name}"] = getattr(wording, name)


@lru_cache(maxsize=1)
def _version() -> str:
    """Changes with any of our static files, so that a browser never pairs an old script with a new page."""
    digest = hashlib.sha256()
    for path in sorted(STATIC.glob("*.*")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:10]
