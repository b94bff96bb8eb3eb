"""Transcripts from elsewhere, read from files: with a time a word, a time a caption, or none."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from ingest import ohms, plain
from ingest.engines import captions
from ingest.errors import NoTranscript
from ingest.given import document, recognised, written
from ingest.given.recognised import Recognised
from ingest.ohms import Point
from ingest.revised import Line

TYPED = (".txt", ".text", ".md")
ENDINGS = (".srt", ".vtt", ".json", *TYPED, ".docx", ".xml")
# A dot in a name is none: "Garden 2024.04.02", "Talk with Dr. Rossi".
_ENDING = re.compile(r"\.[a-z]\w*")


@dataclass(frozen=True, slots=True)
class Given:
    """What a file says.

    Attributes:
        name: of the file.
        lines: what is said, in order; each with the times that the file gives it.
        recognised: segments with a time for each word, instead of lines, of files that have them.
        language: as the file says.
        apart: whether its lines are segments, as those of a transcript that was exported and edited.
        index: what OHMS says of passages.
    """

    name: str
    lines: tuple[Line, ...] = ()
    recognised: Recognised | None = None
    language: str | None = None
    apart: bool = False
    index: tuple[Point, ...] = ()

    @property
    def timed(self) -> bool:
        """Whether it says of all its lines when they are said."""
        return self.recognised is not None or all(line.start_ms is not None for line in self.lines)


def read(path: Path, known: Collection[str] = ()) -> Given:
    """Read a transcript: SubRip, WebVTT, JSON of Whisper's kind or ours, Word's .docx, OHMS XML, or plain text.

    Args:
        path: its ending says what it is; without one it is read as plain text. What is named so and begins as XML
            is read as OHMS.
        known: names of speakers, which are known before a colon however they are written.

    Raises:
        NoTranscript: it cannot be read, or says nothing.
    """
    found = _found(path, known)
    written.must_be_text(_words(found), path.name)
    if not (found.recognised or found.index or any(line.words for line in found.lines)):
        raise NoTranscript(
            f"{path.name}: nothing is said in it.", f"Files that are read: {', '.join(ENDINGS)}."
        )
    return found


def _found(path: Path, known: Collection[str]) -> Given:
    ending = path.suffix.lower()
    if ending in {".srt", ".vtt"}:
        return _captions(path, known, markup=ending == ".vtt")
    if ending == ".json":
        return _recognised(path)
    if ending == ".docx":
        return _typed(path.name, "\n".join(document.paragraphs(path)), known)
    if ending == ".xml":
        return _ohms(path, known)
    if ending not in TYPED and _ENDING.fullmatch(ending):
        raise NoTranscript(
            f"{path.name}: a transcript is not read from {ending} files.",
            f"Save it as .docx or as plain text (.txt). Files that are read: {', '.join(ENDINGS)}.",
        )
    text = written.text(path)
    return _ohms(path, known) if written.is_xml(text) else _typed(path.name, text, known)


def _words(found: Given) -> Iterator[str]:
    for line in found.lines:
        yield from (line.speaker or "", *line.words)
    for segment in found.recognised.segments if found.recognised else ():
        yield from (segment.speaker or "", *(word.text for word in segment.words))


def _recognised(path: Path) -> Given:
    said = recognised.read(written.text(path), path.name)
    lines = () if said.segments else said.lines
    return Given(path.name, lines, said if said.segments else None, said.language)


def _captions(path: Path, known: Collection[str], *, markup: bool) -> Given:
    text = written.text(path)
    cues = [cue for cue in captions.cues(text, path.name, markup=markup) if cue.text]
    named = any(cue.voice for cue in cues)
    lines, speaker = [], None
    for cue in sorted(cues, key=lambda each: each.start_ms):
        label, said = (cue.voice, cue.text) if named else captions.labelled(cue.text)
        if label and not named and not plain.is_name(label, known):
            label, said = None, cue.text
        # Subtitles name whoever begins; what nobody is named for goes on.
        speaker = cue.voice if named else None if label == "" else label or speaker
        lines.append(Line(tuple(captions.seen(said).split()), speaker, cue.start_ms, cue.end_ms))
    return Given(path.name, tuple(lines), language=captions.language(text))


def _ohms(path: Path, known: Collection[str]) -> Given:
    found = ohms.read(path, known)
    lines = tuple(
        Line(tuple(each.text.split()), each.speaker, each.start_ms, each.end_ms if found.exact else None)
        for each in found.segments
    )
    return Given(path.name, lines, language=found.language, apart=True, index=found.points)


def _typed(name: str, text: str, known: Collection[str]) -> Given:
    lines = [line for line in plain.lines(text, known) if line.words]
    apart = any(line.start_ms is not None for line in lines)
    if lines and not apart:
        written.must_have_letters((word for line in lines for word in line.words), name)
    return Given(name, tuple(lines if apart else _going_on(lines)), apart=apart)


def _going_on(lines: list[Line]) -> Iterator[Line]:
    """A paragraph without a name goes on with what the one before it says."""
    speaker = None
    for line in lines:
        speaker = line.speaker or speaker
        yield Line(line.words, speaker)
