"""The gate as the house itself asks it, of many passages at once: what is withheld is neither found nor shown."""

from datetime import date

from archive.catalogue import Reader, releases
from archive.release import may_go


class Gate:
    """What of the catalogue may be seen inside the house; most interviews are open, and nothing is asked of them."""

    def __init__(self, db: Reader, *, form_first: bool = False) -> None:
        """Look which interviews have limits; `form_first` as in `may_go`, from archive.toml."""
        self._consents = releases.limited(db, without_form=form_first)
        self._form_first = form_first

    @property
    def limited(self) -> frozenset[int]:
        """The rows of the interviews of which not all may be seen."""
        return frozenset(self._consents)

    def why_shut(self, interview: int) -> str:
        """Why nothing of an interview may be seen, as a sentence; empty where something may."""
        consent = self._consents.get(interview)
        if consent is None:
            return ""
        return may_go(consent, "desk", date.today(), form_first=self._form_first).why

    def lets(self, interview: int, start_ms: int, end_ms: int) -> bool:
        """Whether all of a passage may be seen; milliseconds on the interview's time line."""
        consent = self._consents.get(interview)
        if consent is None:
            return True
        passage = start_ms, max(end_ms, start_ms + 1)  # a word that lasts no time lies where it begins
        return may_go(consent, "desk", date.today(), passage, form_first=self._form_first).may
