"""What was recorded of each conversation, from the clips of a run: its clips on one time line, and why they are one."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path

from archive.catalogue.ledger import CatalogueLedger
from archive.intake import sync, together
from archive.intake.together import Heard, Laid
from media import spanning
from media.spanning import Group, Shot


@dataclass(frozen=True, slots=True)
class Placed:
    """A clip on the time line of a recording.

    Attributes:
        hash: which clip.
        offset: seconds from the start of the time line.
        length: of the clip, in seconds.
        pace: how long a second of it lasts there.
        track: 0 for what plays.
        heard: whether its sound is what is transcribed.
        why: how its place was found.
    """

    hash: str
    offset: Fraction
    length: Fraction
    pace: Fraction = Fraction(1)
    track: int = 0
    heard: bool = True
    why: str | None = None

    @property
    def end(self) -> Fraction:
        """Where it ends on the time line, in seconds."""
        return self.offset + self.length * self.pace


@dataclass(frozen=True, slots=True)
class Recording:
    """What was recorded of one conversation.

    Attributes:
        title: from the name of its first file.
        clips: in the order of their tracks and of their time line.
        date: `YYYY-MM-DD` by the camera's clock, where it set one.
    """

    title: str
    clips: tuple[Placed, ...]
    date: str | None


class Clips:
    """Clips of a run that could be probed, as the recordings that they are parts of."""

    def __init__(
        self, ledger: CatalogueLedger, paths: Iterable[tuple[Path, str]], new: Collection[tuple[Path, str]]
    ) -> None:
        """Look at clips, of each the path and the hash.

        Args:
            ledger: knows what each was found to be.
            paths: all.
            new: those in no interview yet. Only they are put together with others than what the camera split:
                a person may have arranged the rest.
        """
        self._ledger = ledger
        probed = [(path, digest, ledger.probe(digest)) for path, digest in paths]
        self._hashes = {path: digest for path, digest, probe in probed if probe}
        self._groups = spanning.joined([Shot(path, probe) for path, _, probe in probed if probe])
        fresh = {path for path, _ in new}
        self._fresh = [group for group in self._groups if all(shot.path in fresh for shot in group.shots)]

    def to_hear(self) -> list[str]:
        """The clips whose sound has to be heard before it is known what belongs together."""
        return [self._hashes[shot.path] for group in together.doubtful(self._fresh) for shot in group.shots]

    def recordings(self, note: Callable[[str], None]) -> list[Recording]:
        """What was recorded of each conversation, in the order of their first files; `note` is told why."""
        known = [(Laid(group),) for group in self._groups if group not in self._fresh]
        found = []
        for laid in (*known, *together.conversations(self._fresh, cache(self._heard), note)):
            first = laid[0].group.shots[0]
            for one in laid:
                if one.why:
                    note(
                        f"{one.group.shots[0].path.name} and {first.path.name} are one conversation, {one.why}"
                    )
                for reason in one.group.reasons:
                    note(reason)
            began = first.probe.recorded
            clips = tuple(clip for one in laid for clip in self._placed(one))
            found.append(Recording(laid[0].group.title, clips, began.date().isoformat() if began else None))
        return found

    def _heard(self, group: Group) -> Heard:
        sounds = [self._ledger.sound(self._hashes[shot.path]) for shot in group.shots]
        files = [
            (sound.path, start)
            for sound, start in zip(sounds, group.starts, strict=True)
            if sound and sound.path
        ]
        return Heard(
            sync.recording([(path, start) for path, start in files if path.is_file()]),
            max((len(sound.voices) for sound in sounds if sound), default=0),
            sum(end - start for sound in sounds if sound for start, end in sound.speech) / 1000,
        )

    def _placed(self, laid: Laid) -> Iterable[Placed]:
        reasons: Sequence[str | None] = (laid.why, *laid.group.reasons)
        for shot, start, why in zip(laid.group.shots, laid.group.starts, reasons, strict=True):
            offset = laid.offset + start * laid.pace
            length = shot.probe.duration
            yield Placed(self._hashes[shot.path], offset, length, laid.pace, laid.track, laid.heard, why)
