"""The pages: a Datasette plugin, found by its entry point. Here are its hooks, each a door to a module."""

from collections.abc import Callable
from typing import Any, TypeVar

import datasette as plugins

from archive.web import media, pages, site, views

Hook = TypeVar("Hook", bound=Callable[..., Any])
hookimpl: Callable[[Hook], Hook] = plugins.hookimpl


@hookimpl
def register_routes(datasette: Any) -> list[tuple[str, Callable[..., Any]]]:  # noqa: ANN401 - Datasette ships no types
    """Our pages, where an archive is served; a Datasette over other databases keeps its own front page."""
    return list(views.ROUTES) if site.of(datasette) else []


@hookimpl
def asgi_wrapper(datasette: Any) -> Callable[[media.App], media.App]:  # noqa: ANN401
    """Renditions with Range, in front of everything else."""
    return media.wrapper(datasette)


@hookimpl
def handle_exception(datasette: Any, request: Any, exception: Exception) -> Any:  # noqa: ANN401
    """A page that is not there, in our look."""
    return pages.not_found(datasette, request, exception) if site.of(datasette) else None


@hookimpl
def menu_links(datasette: Any) -> list[dict[str, str]]:  # noqa: ANN401
    """The way back from Datasette's own pages."""
    return (
        [{"href": "/", "label": "Front page"}, {"href": "/interviews", "label": "Interviews"}]
        if site.of(datasette)
        else []
    )


@hookimpl
def prepare_jinja2_environment(env: Any) -> None:  # noqa: ANN401
    """Times and words for our templates."""
    pages.add_filters(env)
