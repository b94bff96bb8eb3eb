"""The pages: front page, interviews, one interview with its captions; `results` has the search."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote, urlencode

from datasette.utils.asgi import Request, Response

from archive.export.cues import Said
from archive.export.vtt import webvtt
from archive.web import (
    cards,
    former,
    index,
    inside,
    moments,
    pages,
    pictures,
    records,
    results,
    site,
    waves,
    wording,
)
from archive.web.records import Clip, Interview
from media.timecode import in_seconds

if TYPE_CHECKING:
    # Only for the types: Datasette loads this plugin while its own modules are still loading.
    from datasette.app import Datasette

LATEST = 6
PAGE = 24
CAPTIONS = "/captions.vtt"


async def front(datasette: "Datasette", request: Request) -> Response:
    """Search, numbers, a quote, the latest interviews; or how to begin where there are none."""
    numbers = await site.read(datasette, cards.numbers)
    form_first = site.form_first(datasette)
    moment = await site.read(datasette, lambda db: moments.moment(db, form_first=form_first))
    return await pages.page(
        datasette,
        request,
        "front",
        numbers=numbers,
        moment=moment,
        picture=await _picture(datasette, moment.card.slug, moment.start_ms) if moment else None,
        cards=await site.read(datasette, lambda db: cards.cards(db, {}, limit=LATEST)),
        facets=await site.read(datasette, cards.facets),
        folder=archive.folder if (archive := site.of(datasette)) else "",
    )


async def interviews(datasette: "Datasette", request: Request) -> Response:
    """All interviews, or those of a place, a theme, a person or a language."""
    wanted = {name: request.args[name] for name in cards.FILTERS if request.args.get(name)}
    number = _number(request.args.get("page"))
    found = await site.read(datasette, lambda db: cards.count(db, wanted))
    chosen = await site.read(
        datasette, lambda db: cards.cards(db, wanted, limit=PAGE, skip=(number - 1) * PAGE)
    )
    return await pages.page(
        datasette,
        request,
        "interviews",
        cards=chosen,
        wanted=wanted,
        found=found,
        facets=await site.read(datasette, cards.facets),
        link=lambda name, value: _link("/interviews", {**wanted, name: value}),
        without=lambda name: _link(
            "/interviews", {key: value for key, value in wanted.items() if key != name}
        ),
        earlier=_link("/interviews", {**wanted, "page": str(number - 1)}) if number > 1 else None,
        later=_link("/interviews", {**wanted, "page": str(number + 1)}) if found > number * PAGE else None,
    )


async def interview(datasette: "Datasette", request: Request) -> Response:
    """One interview: picture, wave, and words that follow."""
    slug = unquote(request.url_vars["slug"])
    language = request.args.get("language")
    shown = await _shown(datasette, slug, language)
    if shown and shown.shut:
        return await pages.missing(datasette, request, f"Nothing of this interview is shown. {shown.shut}")
    if shown is None:
        led = await site.read(datasette, lambda db: former.redirect(db, slug, request))
        return led or await pages.missing(datasette, request, "There is no interview at this address.")
    leading = await site.read(datasette, lambda db: former.leading(db, slug, request))
    chapters = await site.read(datasette, lambda db: index.entries(db, slug))
    typed = request.args.get("q") or ""
    passages = shown.passages or ()
    found = inside.find(passages, typed)
    marked: dict[int, list[inside.Found]] = {}
    for stretch in found:
        marked.setdefault(stretch.passage, []).append(stretch)
    archive = site.of(datasette)
    return await pages.page(
        datasette,
        request,
        "interview",
        interview=shown,
        card=shown.card,
        playing=[clip for clip in shown.clips if clip.plays],
        stage=_stage(shown),
        talk=_talk(shown),
        player={**_player(shown), **leading},
        languages=_languages(shown, typed, leading["line"]) if len(shown.languages) > 1 else [],
        captions=lambda number=0: _captions(shown, number),
        part_of=lambda ms: _part_of(shown, ms),
        chapters=index.folded(chapters),
        headings=index.headings(chapters, passages),
        wave=waves.outline(archive.renditions, shown.clips, shown.card.duration_ms) if archive else None,
        typed=typed,
        found=found,
        pieces=[
            inside.pieces(passage.text, marked.get(number, ())) for number, passage in enumerate(passages)
        ],
    )


async def captions_track(datasette: "Datasette", request: Request) -> Response:
    """The words as WebVTT: of the whole interview, or with `?clip=2` of its second clip, from its start.

    With `?language=en` those of the transcript in that language.
    """
    slug = unquote(request.url_vars["slug"])
    language = request.args.get("language")
    shown = await _shown(datasette, slug, language)
    if shown is None and (
        led := await site.read(datasette, lambda db: former.redirect(db, slug, request, CAPTIONS))
    ):
        return led
    wanted = request.args.get("clip")
    number = _number(wanted) if wanted else None
    if (
        shown is None
        or shown.shut
        or (number and number > len(shown.clips))
        or (language and language not in dict(shown.languages))
    ):
        return Response.text("There are no such captions.", status=404)
    clip = shown.clips[number - 1] if number else None
    text = webvtt(
        (Said(passage.spoken, passage.speaker) for passage in shown.passages or ()),
        from_ms=clip.start_ms - clip.from_ms if clip else 0,
        to_ms=clip.end_ms if clip and clip is not shown.clips[-1] else None,
        language=shown.language,
    )
    return Response(
        text, content_type="text/vtt; charset=utf-8", headers={"x-content-type-options": "nosniff"}
    )


ROUTES = (
    (r"^/$", front),
    (r"^/interviews$", interviews),
    (r"^/interviews/(?P<slug>[^/]+)$", interview),
    (r"^/interviews/(?P<slug>[^/]+)/captions\.vtt$", captions_track),
    (r"^/search$", results.page),
    (r"^/search\.(?P<format>json|csv)$", results.data),
)


async def _shown(datasette: "Datasette", slug: str, language: str | None) -> Interview | None:
    form_first = site.form_first(datasette)
    return await site.read(datasette, lambda db: records.interview(db, slug, language, form_first=form_first))


def _stage(shown: Interview) -> str:
    """What stands where the picture belongs: "picture", "sound", "failed" or "pending"."""
    playing = [clip for clip in shown.clips if clip.plays]
    if playing:
        return "picture" if any(clip.pictured for clip in playing) else "sound"
    return "failed" if _failed(shown.clips, ("copy", "probe", "sound", "renditions")) else "pending"


def _talk(shown: Interview) -> str:
    """What stands where the words belong: "words", "silent", "failed" or "pending"."""
    if shown.passages is not None:
        return "words" if shown.passages else "silent"
    return "failed" if _failed(shown.clips, ("copy", "probe", "sound", "transcribe")) else "pending"


def _failed(clips: tuple[Clip, ...], steps: tuple[str, ...]) -> bool:
    return any(failure.step in steps for clip in clips for failure in clip.failures)


def _player(shown: Interview) -> Mapping[str, Any]:
    """What the script needs to play several clips as one."""
    parts = [
        {"src": clip.plays, "start": clip.start_ms, "end": clip.end_ms, "picture": clip.pictured}
        | {"from": clip.from_ms, "cut": clip.ends_early}
        | ({"poster": clip.files["poster"]} if "poster" in clip.files else {})
        | ({"captions": _captions(shown, number)} if shown.passages else {})
        for number, clip in enumerate(shown.clips, 1)
        if clip.plays
    ]
    return {"duration": shown.card.duration_ms, "parts": parts, "withheld": shown.withheld}


def _captions(shown: Interview, number: int = 0) -> str:
    """The address of the captions in the language that is shown: of a clip by its number from 1, or of all."""
    asked = {"clip": str(number)} if number else {}
    return _link(
        f"/interviews/{quote(shown.card.slug)}{CAPTIONS}", asked | _in(shown.language, shown.translation)
    )


def _languages(shown: Interview, typed: str, line: int) -> list[dict[str, Any]]:
    """The languages to choose from, each with the address of the page in it."""
    search = ({"q": typed} if typed else {}) | ({"line": str(line)} if line else {})
    return [
        {
            "label": wording.language(language) or "As it was said",
            "code": language,
            "translation": translation,
            "chosen": (language or shown.language, translation) == (shown.language, shown.translation),
            "link": _link(f"/interviews/{quote(shown.card.slug)}", search | _in(language, translation)),
        }
        for language, translation in shown.languages
    ]


def _in(language: str | None, translation: bool) -> dict[str, str]:
    return {"language": language} if translation and language else {}


def _part_of(shown: Interview, ms: int) -> str | None:
    """Where a browser without scripts plays a moment: the clip's own file, from there."""
    clip = records.holding([clip for clip in shown.clips if clip.plays], ms)
    return f"{clip.plays}#t={in_seconds(clip.inside(ms))}" if clip else None


async def _picture(datasette: "Datasette", slug: str, ms: int) -> pictures.Picture | None:
    archive = site.of(datasette)
    clips = await site.read(datasette, lambda db: records.clips(db, [slug]))
    return pictures.at(archive.renditions, clips[slug], ms) if archive else None


def _number(text: str | None) -> int:
    return max(int(text), 1) if text and text.isdecimal() and len(text) < 7 else 1


def _link(path: str, query: Mapping[str, str]) -> str:
    return f"{path}?{urlencode(query)}" if query else path
