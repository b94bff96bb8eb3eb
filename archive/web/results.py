"""The search pages: quotes with their pictures and ways to narrow, and the same as JSON and CSV."""

import io
import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from datasette.utils.asgi import Request, Response

from archive.config import Archive
from archive.errors import UserError
from archive.search import Facets, Filters, Quote, facets, search
from archive.search.gate import Gate
from archive.search.table import record, write_csv
from archive.web import cards, pages, pictures, records, site, wording
from archive.web.cards import Card
from archive.web.pictures import Picture
from archive.web.records import Clip

if TYPE_CHECKING:
    # Only for the types: Datasette loads this plugin while its own modules are still loading.
    from datasette.app import Datasette

SHOWN = 20
MOST = 200
CONTEXT = 130  # characters of what was said before
NARROWED = {"place": "Place", "theme": "Theme", "person": "Who", "language": "Language", "state": "Reviewed"}
LABELS = {"language": wording.language, "state": wording.reviewed}
# How an address names each filter; `from` and `to` are the command's words.
NAMES = {**{name: name for name in NARROWED}, "since": "from", "until": "to"}


@dataclass(frozen=True, slots=True)
class Hit:
    """A quote as the page shows it; `from_ms` and `to_ms` count in the clip that `plays` names."""

    pieces: tuple[tuple[str, bool], ...]
    before: str
    language: str | None
    source: str
    review: str
    timecode: str | None
    start_ms: int
    url: str
    picture: Picture | None
    only_sound: bool
    plays: str | None
    pictured: bool
    from_ms: int
    to_ms: int


async def page(datasette: "Datasette", request: Request) -> Response:
    """Quotes for what was typed, with ways to narrow; advice where there are none."""
    typed, wanted, limit = _asked(request)
    context: dict[str, Any] = {"typed": typed, "wanted": wanted}
    archive = site.of(datasette)
    if typed and archive:
        try:
            context |= await site.read(datasette, lambda db: _context(db, archive, typed, wanted, limit))
        except UserError as problem:
            context["problem"] = problem
    return await pages.page(datasette, request, "search", **context)


async def data(datasette: "Datasette", request: Request) -> Response:
    """The same quotes for a script: an array, or a table with the same columns."""
    typed, wanted, limit = _asked(request)
    try:
        quotes = await site.read(
            datasette,
            lambda db: search(db, typed, _filters(wanted), limit, form_first=site.form_first(datasette)),
        )
    except UserError as problem:
        return Response.json({"ok": False, "error": problem.message, "try": problem.remedy}, status=400)
    if request.url_vars["format"] == "csv":
        headers = {"content-disposition": 'attachment; filename="quotes.csv"'}
        written = io.StringIO()
        write_csv(quotes, written)
        table = written.getvalue()
        return Response(table, content_type="text/csv; charset=utf-8", headers=headers)
    return Response(
        json.dumps([record(quote) for quote in quotes], indent=1),
        content_type="application/json; charset=utf-8",
    )


def _asked(request: Request) -> tuple[str, dict[str, str], int]:
    """What an address asks for: the words, the filters by the names they have in it, how many at most."""
    wanted = {name: value for name in NAMES.values() if (value := request.args.get(name))}
    limit = request.args.get("limit") or ""
    number = int(limit) if limit.isdecimal() and len(limit) < 6 else SHOWN
    return (request.args.get("q") or "").strip()[:500], wanted, min(max(number, 1), MOST)


def _filters(wanted: Mapping[str, str]) -> Filters:
    return Filters(**{field: wanted[name] for field, name in NAMES.items() if name in wanted})


def _context(
    db: sqlite3.Connection, archive: Archive, typed: str, wanted: Mapping[str, str], limit: int
) -> dict[str, Any]:
    filters, form_first = _filters(wanted), archive.config.releases.form_first
    quotes = search(db, typed, filters, limit + 1, form_first=form_first)
    counted = facets(db, typed, filters, form_first=form_first)
    gate = Gate(db, form_first=form_first)
    shown = quotes[:limit]
    about = cards.named(db, sorted({quote.interview for quote in shown}))
    clips = records.clips(db, list(about))
    asked = {"q": typed, **wanted}
    return {
        "hits": [
            _hit(
                quote,
                about[quote.interview],
                clips[quote.interview],
                archive.renditions,
                _before(db, quote, gate),
            )
            for quote in shown
        ],
        "facets": _narrowing(counted, asked),
        "total_text": _total(len(shown), len(quotes) > limit, counted.interviews),
        "more": _link({**asked, "limit": str(limit + SHOWN)})
        if len(quotes) > limit and limit < MOST
        else None,
        "everywhere": _link({"q": typed}),
        "csv": _link(asked, ".csv"),
        "json": _link(asked, ".json"),
    }


def _hit(quote: Quote, card: Card, clips: Sequence[Clip], renditions: Path, before: str) -> Hit:
    clip = records.holding(clips, quote.start_ms)
    source = (quote.speaker, quote.title, card.place)
    translated = f"{wording.language(quote.language)} translation" if quote.translation else ""
    review = (translated, wording.review(quote.state, quote.reviewed_ms, quote.reviewed_by))
    return Hit(
        pieces=tuple(_pieces(quote)),
        before=before,
        language=quote.language,
        source=" · ".join(dict.fromkeys(part for part in source if part)),
        review=" · ".join(filter(None, review)),
        timecode=quote.timecode_in,
        start_ms=quote.start_ms,
        url=quote.url,
        picture=pictures.at(renditions, clips, quote.start_ms),
        only_sound=card.only_sound,
        plays=clip.plays if clip else None,
        pictured=clip.pictured if clip else False,
        from_ms=clip.inside(quote.start_ms) if clip else 0,
        to_ms=clip.inside(quote.end_ms) + 600 if clip else 0,
    )


def _pieces(quote: Quote) -> list[tuple[str, bool]]:
    """The text cut up at its marks; marks that only a space parts are one, so that a phrase reads as one."""
    joined: list[tuple[int, int]] = []
    for first, last in sorted(quote.marks):
        if joined and not quote.text[joined[-1][1] : first].strip():
            joined[-1] = (joined[-1][0], last)
        else:
            joined.append((first, last))
    pieces, at = [], 0
    for first, last in joined:
        pieces += [(quote.text[at:first], False), (quote.text[first:last], True)]
        at = last
    return [piece for piece in [*pieces, (quote.text[at:], False)] if piece[0]]


def _before(db: sqlite3.Connection, quote: Quote, gate: Gate) -> str:
    """The end of what was said just before a quote; nothing where something of that is withheld."""
    row = db.execute(
        """
        SELECT segments.text, interviews.id, transcript_id FROM interviews
        JOIN transcripts ON transcripts.interview_id = interviews.id AND current = 1
        JOIN segments ON segments.transcript_id = transcripts.id
        WHERE slug = ? AND segments.position = ? AND translation = ?
            AND (NOT translation OR transcripts.language = ?)
        """,
        (quote.interview, quote.position - 1, quote.translation, quote.language),
    ).fetchone()
    place = range(quote.position - 1, quote.position)
    text = row["text"] if row and gate.lets_segments(db, row["id"], row["transcript_id"], place) else ""
    return text if len(text) <= CONTEXT else "… " + text[-CONTEXT:].partition(" ")[2]


def _narrowing(counted: Facets, asked: Mapping[str, str]) -> list[dict[str, Any]]:
    """The facets that offer a choice, each value with the address that takes it or lets it go."""
    found = []
    for name, heading in NARROWED.items():
        values = [(facet.value, facet.interviews) for facet in getattr(counted, name)]
        chosen = asked.get(name)
        if len(values) > 1 or chosen:
            if chosen and chosen not in dict(values):
                values.append((chosen, 0))
            values.sort(key=lambda value: value[0] != chosen)
            found.append(
                {
                    "heading": heading,
                    "choices": [_value(name, value, number, asked) for value, number in values[:12]],
                }
            )
    return found


def _value(name: str, value: str, number: int, asked: Mapping[str, str]) -> dict[str, Any]:
    chosen = asked.get(name) == value
    others = {key: text for key, text in asked.items() if key != name}
    return {
        "label": LABELS[name](value) if name in LABELS else value,
        "number": None if chosen else number,
        "chosen": chosen,
        "link": _link(others if chosen else {**others, name: value}),
    }


def _total(shown: int, more: bool, interviews: int) -> str:
    quotes = f"The first {wording.plural(shown, 'quote')}" if more else wording.plural(shown, "quote")
    return f"{quotes} from {wording.plural(interviews, 'interview')}"


def _link(query: Mapping[str, str], ending: str = "") -> str:
    return f"/search{ending}?{urlencode(query)}"
