"""The gate as the house itself asks it, of many passages at once: what is withheld is neither found nor shown."""

from collections.abc import Sequence
from datetime import date

from archive.catalogue import Reader, releases
from archive.catalogue.releases import Consent
from archive.catalogue.transcripts import is_heard
from archive.release import Span, may_go, open_words, reaches


class Gate:
    """What of the catalogue may be seen inside the house; most interviews are open, and nothing is asked of them."""

    def __init__(self, db: Reader, *, form_first: bool = False) -> None:
        """Look which interviews have limits; `form_first` as in `may_go`, from archive.toml."""
        self._consents = releases.limited(db, without_form=form_first)
        self._form_first = form_first
        self._heard: dict[int, bool] = {}

    @property
    def limited(self) -> frozenset[int]:
        """The rows of the interviews of which not all may be seen."""
        return frozenset(self._consents)

    def why_shut(self, interview: int) -> str:
        """Why nothing of an interview may be seen, as a sentence; empty where something may."""
        return may_go(self._of(interview), "desk", date.today(), form_first=self._form_first).why

    def lets(self, interview: int, start_ms: int, end_ms: int) -> bool:
        """Whether all of a passage may be seen; milliseconds on the interview's time line."""
        passage = start_ms, max(end_ms, start_ms + 1)  # a word that lasts no time lies where it begins
        return may_go(self._of(interview), "desk", date.today(), passage, form_first=self._form_first).may

    def lets_segments(self, db: Reader, interview: int, transcript: int, positions: range) -> bool:
        """Whether all that segments say, which follow one another in a transcript, may be seen."""
        if interview not in self._consents:
            return True
        beside = range(max(positions.start - 1, 0), positions.stop + 1)
        spans = db.execute(
            "SELECT start_ms, end_ms FROM segments WHERE transcript_id = ? AND position BETWEEN ? AND ?"
            " ORDER BY position",
            [transcript, beside.start, beside.stop - 1],
        ).fetchall()
        if transcript not in self._heard:
            self._heard[transcript] = is_heard(db, transcript)
        if not self._heard[transcript]:
            spans = [*reaches([(start, end) for start, end in spans])]
        chosen = [span for place, span in zip(beside, spans, strict=False) if place in positions]
        return self.lets(interview, min(start for start, _ in chosen), max(end for _, end in chosen))

    def open_words(
        self, interview: int, segments: Sequence[Sequence[Span]], *, exact: bool
    ) -> Sequence[Sequence[range]]:
        """The stretches of words of each segment that may be seen, as `archive.release.open_words` has them."""
        return open_words(self._of(interview), segments, exact=exact)

    def withheld(self, interview: int) -> tuple[tuple[int, int], ...]:
        """From when to when something is withheld, in milliseconds on the time line."""
        return tuple((each.start_ms, each.end_ms) for each in self._of(interview).withheld)

    def _of(self, interview: int) -> Consent:
        return self._consents.get(interview, Consent())
