"""The pages: a Datasette plugin, found by its entry point. Here are its hooks, each a door to a module."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, TypeVar

import datasette as plugins
from datasette.utils.asgi import Request, Response
from jinja2 import Environment

from archive.web import media, pages, site, views

if TYPE_CHECKING:
    # Only for the types: Datasette loads this plugin while its own modules are still loading.
    from datasette.app import Datasette

Hook = TypeVar("Hook", bound=Callable[..., Any])
hookimpl: Callable[[Hook], Hook] = plugins.hookimpl


@hookimpl
def register_routes(datasette: "Datasette") -> list[tuple[str, Callable[..., Any]]]:
    """Our pages, where an archive is served; a Datasette over other databases keeps its own front page."""
    return list(views.ROUTES) if site.of(datasette) else []


@hookimpl
def asgi_wrapper(datasette: "Datasette") -> Callable[[media.App], media.App]:
    """Renditions with Range, in front of everything else."""
    return media.wrapper(datasette)


@hookimpl
def handle_exception(
    datasette: "Datasette", request: Request, exception: Exception
) -> Awaitable[Response] | None:
    """A page that is not there, in our look."""
    return pages.not_found(datasette, request, exception) if site.of(datasette) else None


@hookimpl
def menu_links(datasette: "Datasette") -> list[dict[str, str]]:
    """The way back from Datasette's own pages."""
    return (
        [{"href": "/", "label": "Front page"}, {"href": "/interviews", "label": "Interviews"}]
        if site.of(datasette)
        else []
    )


@hookimpl
def prepare_jinja2_environment(env: Environment) -> None:
    """Times and words for our templates."""
    pages.add_filters(env)
