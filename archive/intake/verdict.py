"""Whether a card may be formatted: what stands in the way of it, or when its content was read and found safe."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

ONE_DISK = "; all of it on one disk: delete the folder, but do not format that disk"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is known of one PATH of `archive ingest`.

    Attributes:
        path: as it was given.
        files: how many ordinary files lie at and below it.
        safe: each of them was read, and every copy that was asked for was read back whole and recorded.
        why: the reasons, as one sentence.
    """

    path: str
    files: int
    safe: bool
    why: str

    def __str__(self) -> str:
        """What a crew wants to know before it formats a card."""
        said = "Safe" if self.safe else "NOT safe"
        said += " to format" * (not Path(self.path).is_file())  # a single file is no card
        return f"{said} {self.path} ({self.files} file{'s' * (self.files != 1)}): {self.why}."


@dataclass(slots=True)
class Findings:
    """What is found about one PATH while it is copied.

    Attributes:
        path: as it was given.
        against: why it may not be formatted.
        since: when its content was read, ISO 8601, where this run took all its files for unchanged; else None.
        damaged: the card is not what its own list says it is.
        one_disk: every copy lies on the disk on which the PATH lies, too: it is a folder, and no card.
    """

    path: str
    against: list[str] = field(default_factory=list)
    since: str | None = None
    damaged: bool = False
    one_disk: bool = False

    def verdict(self, files: int, folders: Sequence[Path]) -> Verdict:
        """The verdict over so many files, which lie in these folders now."""
        against = self.against or ([] if files else ["there is no footage on it"])
        where = " and ".join(map(str, folders))
        if against:
            return Verdict(
                self.path, files, False, "; ".join(dict.fromkeys(why.rstrip(".") for why in against))
            )
        if self.since:
            read = datetime.fromisoformat(self.since).astimezone()
            why = f"as of {read:%Y-%m-%d %H:%M}, when it was read; unchanged since; in {where}"
        else:
            why = f"every file was read, copied and read back; in {where}"
        return Verdict(self.path, files, True, why + ONE_DISK * self.one_disk)
