"""What of an interview may go to a use today: the only place where the gate meets the database."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from archive import release
from archive.catalogue import Reader, chapters, interviews, public_names, releases, transcripts
from archive.catalogue.chapters import Chapter
from archive.catalogue.folding import fold
from archive.catalogue.interviews import Interview
from archive.catalogue.people import Person
from archive.catalogue.releases import Consent
from archive.catalogue.texts import SpokenSegment
from archive.catalogue.transcripts import SavedTranscript
from archive.errors import UserError
from archive.export.naming import Naming
from archive.export.timed_index import open_chapters, untouched
from archive.release import Where
from ingest.transcript import Word

OUTSIDE: frozenset[Where] = frozenset({"web", "education", "data"})


@dataclass(frozen=True, slots=True)
class Material:
    """An interview without what must not go where it goes; what an exporter writes, and all that it knows.

    Attributes:
        interview: what is known of it. Outside the house people have their public names, in every text.
        transcript: in one language, without what is withheld; None before there is any.
        chapters: cut to what is open; outside the house only those of which nothing is withheld.
        consent: outside the house without the form, its note, and why something is withheld.
        use: where it goes.
        warnings: sentences that a person should read all the same.
    """

    interview: Interview
    transcript: SavedTranscript | None
    chapters: tuple[Chapter, ...]
    consent: Consent
    use: Where
    warnings: tuple[str, ...] = ()

    @property
    def people(self) -> tuple[Person, ...]:
        """Who is in it, as they may be called there."""
        return self.interview.people


def material(
    db: Reader, slug: str, use: Where, today: date, *, language: str | None = None, form_first: bool = False
) -> Material:
    """What of an interview may go to a use today.

    Args:
        db: the catalogue.
        slug: the interview.
        use: where it is to go.
        today: the day for which this is asked.
        language: ISO 639-1, of the transcript; without it the interview's own.
        form_first: nothing passes without a release, inside the house either (archive.toml).

    Raises:
        UserError: it may not go there, and why; or there is no such interview, or no transcript in that language.
    """
    consent = releases.of_interview(db, slug)
    answer = release.may_go(consent, use, today, form_first=form_first)
    if not answer.may:
        where = "leave the archive" if use == "desk" else f"go to {use}"
        raise UserError(
            f"{slug} may not {where}: {answer.why}",
            f"What its people agreed to is shown by: archive release {slug}",
        )
    spoken = transcripts.current(db, slug, language)
    known = chapters.of_interview(db, slug)
    told = untouched(known, consent) if use in OUTSIDE else known
    parts = [part for each in open_chapters(told, consent) for part in each]
    found = Material(
        interviews.find(db, slug),
        spoken and _without(spoken, consent),
        tuple(parts),
        consent,
        use,
        (*answer.warnings, *_left_out(spoken, consent)),
    )
    return _outside(db, slug, found) if use in OUTSIDE else found


def _outside(db: Reader, slug: str, found: Material) -> Material:
    everybody, speakers = public_names.of_everybody(db), public_names.of_speakers(db, slug)
    present = {person.name for person in found.people} & everybody.keys()
    consent = replace(
        found.consent,
        release=found.consent.release
        and replace(found.consent.release, form=None, form_hash=None, note=None),
        withheld=tuple(replace(each, why=None) for each in found.consent.withheld),
    )
    named = Naming({**everybody, **speakers}, {*present, *speakers}).of(replace(found, consent=consent))
    slug = "-".join(fold(named.interview.slug))
    return replace(
        named,
        interview=replace(named.interview, slug=slug),
        transcript=named.transcript and replace(named.transcript, interview=slug),
        warnings=found.warnings,
    )


def _without(spoken: SavedTranscript, consent: Consent) -> SavedTranscript:
    pieces = zip(spoken.segments, _runs(spoken, consent), strict=True)
    kept = tuple(part for segment, runs in pieces for part in _open(segment, runs))
    return replace(spoken, segments=kept, notes=())  # a note says what was heard there


def _open(segment: SpokenSegment, runs: Sequence[range]) -> Iterator[SpokenSegment]:
    """Stretches of a segment: it ends where something is withheld, and another one begins behind that."""
    for run in runs:
        whole = len(run) == len(segment.words)
        yield segment if whole else _of(segment, segment.words[run.start : run.stop])


def _runs(spoken: SavedTranscript, consent: Consent) -> Sequence[Sequence[range]]:
    spans = [[(word.start_ms, word.end_ms) for word in segment.words] for segment in spoken.segments]
    return release.open_words(consent, spans, exact=spoken.heard)


def _of(segment: SpokenSegment, words: Sequence[Word]) -> SpokenSegment:
    space = " " if segment.text == " ".join(word.text for word in segment.words) else ""
    return replace(
        segment,
        text=space.join(word.text for word in words),
        start_ms=words[0].start_ms,
        end_ms=words[-1].end_ms,
        words=tuple(words),
    )


def _left_out(spoken: SavedTranscript | None, consent: Consent) -> list[str]:
    if spoken is None:
        return []
    said = sum(len(each.words) for each in spoken.segments)
    count = said - sum(len(run) for runs in _runs(spoken, consent) for run in runs)
    return [f"{count} words that are withheld are left out."] if count else []
