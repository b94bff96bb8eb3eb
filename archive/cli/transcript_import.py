"""`archive transcript import`: a transcript from elsewhere becomes a revision, or a translation."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from archive.cli import transcript_saving as saving
from archive.cli.options import ArchiveOption, InterviewArgument, JsonOption, LanguageOption, language_code
from archive.cli.reading import writing
from archive.display import shown
from archive.errors import UserError
from media.timecode import clock

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlite_utils import Database

    from archive.catalogue.interviews import Interview
    from archive.catalogue.transcripts import SavedTranscript
    from archive.release import Span
    from ingest.given import Given
    from ingest.laid import Laid
    from ingest.transcript import Segment

BEHIND_MS = 10_000  # a caption may begin so much behind the end; more is another interview's


@dataclass(frozen=True, slots=True)
class _Target:
    """Which transcript a file is: its language, and whether it says what the interview's own one says."""

    language: str | None
    translation: bool


def command(
    interview: InterviewArgument,
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE", help="The transcript: .srt, .vtt, .json, .docx, OHMS .xml or plain text."
        ),
    ],
    language: LanguageOption = None,
    author: saving.AuthorOption = None,
    reason: saving.ReasonOption = None,
    state: saving.StateOption = None,
    reviewed_to: saving.ReviewedOption = None,
    archive: ArchiveOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take a transcript from elsewhere: another revision, or in another language a translation.

    Times of words are kept where the file has them. Captions and typed text
    are laid on what was heard; stretches of typed text that do not fit are
    listed. What was there before stays: archive transcript revisions. The index
    of OHMS becomes chapters: archive chapter list.
    """
    from archive.catalogue import interviews
    from archive.intake import index

    asked = saving.state(state)
    with writing(archive) as db, db.atomic():
        about = interviews.find(db, interview)
        given = _read(file, about)
        target, laid, before = _prepared(db, about, given, language)
        said = saving.About(author, reason, asked, saving.up_to(reviewed_to, about.duration_ms))
        passages = () if target.translation else index.chapters_of(db, about.slug, given.index)
        index.add(db, about.slug, passages)
        number = None
        exact = target.translation or given.recognised is not None
        if asked or said.reviewed_ms is not None or not _is_there(laid.segments, before, exact=exact):
            number = _keep(db, about.slug, target, laid, given, before, said)
        told = saving.said(db, about.slug, number) if number else ""
    if as_json:
        typer.echo(json.dumps(_record(about.slug, number, target, laid, len(passages)), indent=2))
        return
    if passages:
        typer.echo(f"{about.slug}: {len(passages)} chapters")
    if told or not passages:
        nothing = f"{about.slug}: it says what is there already; nothing was saved."
        typer.echo(shown(told or nothing), err=not told)
    _show_unfit(laid)


def _show_unfit(laid: "Laid") -> None:
    for each in laid.unfit:
        where = f"{clock(each.start_ms)} to {clock(each.end_ms)}"
        typer.echo(
            shown(f"{where}: heard: {each.heard or '(nothing)'}; written: {each.written or '(nothing)'}")
        )
    if count := len(laid.unfit):
        stretches = "1 stretch does" if count == 1 else f"{count} stretches do"
        typer.echo(f"{stretches} not fit what was heard; listen there.", err=True)


def _read(file: Path, about: "Interview") -> "Given":
    from ingest import given
    from media.errors import Problem

    known = {*about.speakers, *(person.name for person in about.people)}
    try:
        return given.read(file, known)
    except Problem as error:
        raise UserError(error.message, error.remedy or "Mend the file, and import it again.") from error


def _prepared(
    db: "Database", about: "Interview", given: "Given", language: str | None
) -> "tuple[_Target, Laid, tuple[Segment, ...]]":
    """Which transcript it is, with its times, and what was there before."""
    from archive.catalogue import transcripts
    from ingest import laid as laying
    from media.errors import Problem

    own = transcripts.current(db, about.slug)
    target = _target(about, given, language, own)
    original = transcripts.as_segments(own) if own else ()
    there = _current(db, about.slug, target, own)
    before = transcripts.as_segments(there) if there else ()

    def lay(before: "Sequence[Segment]") -> "Laid":
        if target.translation or not before:
            return laying.beside(given, original, before)
        return laying.laid(given, before)

    try:
        laid = laying.with_withheld(lay, before, _left_out(db, about.slug, there))
    except Problem as error:
        raise UserError(error.message, error.remedy) from error
    _must_lie_within(about, given, laid.segments)
    return target, laid, before


def _left_out(db: "Database", slug: str, there: "SavedTranscript | None") -> "Sequence[Span]":
    """From when to when an export of what is there leaves words out."""
    from archive import release
    from archive.catalogue import releases

    consent = releases.of_interview(db, slug)
    if there is None or there.heard:
        return [(each.start_ms, each.end_ms) for each in consent.withheld]
    spans = [(each.start_ms, max(each.end_ms, each.start_ms + 1)) for each in there.segments]
    far = release.reaches(spans)
    return [span for span, reach in zip(spans, far, strict=True) if not release.is_open(consent, *reach)]


def _target(
    about: "Interview", given: "Given", language: str | None, own: "SavedTranscript | None"
) -> _Target:
    said, spoken = given.language, own.language if own else about.language
    if language is None and said and spoken and said != spoken:
        raise UserError(
            f"{given.name} says that it is in '{said}', and in {about.slug} they speak '{spoken}'.",
            f"A translation: --language {said}. Where it is in '{spoken}' all the same: --language {spoken}",
        )
    wanted = language_code(language) if language else spoken or said
    return _Target(wanted, translation=bool(spoken and wanted != spoken))


def _current(
    db: "Database", slug: str, target: _Target, own: "SavedTranscript | None"
) -> "SavedTranscript | None":
    from archive.catalogue import transcripts

    if not target.translation:
        return own
    return (
        transcripts.current(db, slug, target.language)
        if target.language in transcripts.languages(db, slug)
        else None
    )


def _must_lie_within(about: "Interview", given: "Given", segments: "Sequence[Segment]") -> None:
    last = max((each.start_ms for each in segments), default=0)
    if about.duration_ms and last > about.duration_ms + BEHIND_MS:
        raise UserError(
            f"{given.name} goes on at {clock(last)}, and {about.slug} lasts {clock(about.duration_ms)}.",
            "See whether it is of another interview, or counts from another moment than the start.",
        )


def _is_there(segments: "Sequence[Segment]", before: "Sequence[Segment]", *, exact: bool) -> bool:
    """Whether what is there says the same; of a file that has times of its own at the same times."""
    return saving.reads_alike(segments, before) and (not exact or _times(segments) == _times(before))


def _times(segments: "Sequence[Segment]") -> "list[list[Span]]":
    return [[(word.start_ms, word.end_ms) for word in each.words] for each in segments]


def _keep(
    db: "Database",
    slug: str,
    target: _Target,
    laid: "Laid",
    given: "Given",
    before: "Sequence[Segment]",
    about: "saving.About",
) -> int:
    from archive.catalogue import revisions

    state, reviewed_ms, who = about.state, about.reviewed_ms, saving.author(about.author)
    if given.recognised and not state:
        # Nobody can say of words that were changed since that they are still what people said of them.
        alone = given.recognised.machine or not before
        state = given.recognised.state if alone else "corrected"
        reviewed_ms = reviewed_ms if not alone or reviewed_ms is not None else given.recognised.reviewed_ms
        who = about.author or (given.recognised.author if alone else None) or who
    return revisions.keep(
        db,
        slug,
        laid.segments,
        kind="imported",
        author=who,
        reason=about.reason or f"from {given.name}",
        language=target.language,
        translation=target.translation,
        state=state or "corrected",
        reviewed_ms=reviewed_ms,
    )


def _record(slug: str, number: int | None, target: _Target, laid: "Laid", chapters: int) -> dict[str, object]:
    return {
        "interview": slug,
        "revision": number,
        "language": target.language,
        "translation": target.translation,
        "chapters": chapters,
        "words": sum(len(each.words) for each in laid.segments),
        "unfit": [
            {"start_ms": each.start_ms, "end_ms": each.end_ms, "heard": each.heard, "written": each.written}
            for each in laid.unfit
        ],
    }
