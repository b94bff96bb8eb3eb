"""Reads a caption file beside a clip (SubRip .srt, WebVTT .vtt) as its transcript.

SubRip has no standard; WebVTT is https://www.w3.org/TR/webvtt1/.
"""

import codecs
import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise, takewhile
from pathlib import Path

from ingest.errors import StepFailed
from ingest.pieces import is_unspaced, pieces
from ingest.transcript import Segment, Transcript, Word
from media import card
from media.amounts import bytes_of

LARGEST = 16_000_000  # bytes; a day of talk takes two million
TIME = r"(?:(\d{1,4}):)?(\d{1,2}):(\d{2})(?:[.,](\d{1,3}))?"
TIMING = re.compile(rf"\s*{TIME}\s*-->\s*{TIME}(?:\s.*)?")
# No part of these can match in two ways: a line of dots or of "<v" takes no longer than any other.
VOICE = re.compile(r"<v(?:\.[^\s<>.]*)*\s([^<>]*)>")
TAG = re.compile(r"</?[A-Za-z][^<>]*>|<\d[\d:.]*>|\{\\[^{}]*\}")

# An invisible character without width (word joiner): we put it into what looks like markup or a name and is none.
UNSEEN = "\u2060"
HIDDEN = re.compile(rf"(?<=[<{{]){UNSEEN}|(?<=--){UNSEEN}(?=>)|^{UNSEEN}|{UNSEEN}(?=\s*:\s)")
LANGUAGE = re.compile(
    r"\AWEBVTT[^\n]*\r?\n(?:[^\n]+\n)*?Language:[ \t]*([A-Za-z-]+)|-->[^\n]* language:([A-Za-z-]+)"
)
# "Amina: " before what she says.
LABEL = re.compile(rf"([^\s:{UNSEEN}](?:[^:{UNSEEN}]|[:<{{-]{UNSEEN}){{0,79}}?)\s*:\s+")


@dataclass(frozen=True, slots=True)
class Cue:
    """One caption: when, by whom, what.

    Attributes:
        start_ms: when it appears.
        end_ms: when it goes.
        voice: who speaks, where the file says so.
        text: without tags, lines joined.
    """

    start_ms: int
    end_ms: int
    voice: str | None
    text: str


def read(path: Path, language: str | None = None) -> Transcript:
    """Read a caption file as a transcript: a segment for each caption, its words spread over it by length.

    Args:
        path: a .srt or .vtt file: UTF-8, UTF-16 with a byte order mark, or else Windows-1252.
        language: ISO 639-1 code, where it is known.

    Raises:
        StepFailed: it is too large, holds no caption, or has a line that cannot be read; names the line.
    """
    markup = path.suffix.lower() == ".vtt"
    shown = cues(text(path), path.name, markup=markup)
    found = [replace(cue, text=seen(cue.text)) for cue in shown if cue.text]
    if not found:
        raise StepFailed(
            "transcribe",
            f"{path.name}: there is no caption in it",
            "Mend or remove the file and start again.",
        )
    spaced = not is_unspaced("".join(cue.text for cue in found))
    segments = [Segment(_words(cue, spaced), speaker=cue.voice, spaced=spaced) for cue in found]
    return Transcript(language, tuple(sorted(segments, key=lambda each: each.start_ms)), kind="captions")


def beside(clip: Path) -> Path | None:
    """The caption file beside a clip: the same name with .vtt or .srt; a drone's flight log is none."""
    return card.scan([clip]).captions.get(clip)


def cues(text: str, name: str, *, markup: bool) -> Iterator[Cue]:
    """The captions of a file in its order; one with several voices is several.

    Args:
        text: of the whole file.
        name: of the file, for errors.
        markup: whether it is WebVTT, in which "&amp;" is "&".

    Raises:
        StepFailed: a line with "-->" holds no two times in order.
    """
    lines = [line.strip() for line in re.split(r"\r\n|\r|\n", text)]
    timings = [number for number, line in enumerate(lines) if "-->" in line]
    for number, following in pairwise([*timings, len(lines)]):
        start, end = _times(lines[number], f"{name}, line {number + 1}")
        said = takewhile(bool, lines[number + 1 : following])
        yield from _voices(start, end, " ".join(said), markup=markup)


def unlabelled(text: str) -> str:
    """Text before which no name stands, so that `labelled` finds none."""
    found = LABEL.match(text)
    return f"{text[: found.end(1)]}{UNSEEN}{text[found.end(1) :]}" if found else text


def labelled(text: str) -> tuple[str | None, str]:
    """The name before what is said, and what is said; None without one, empty where it says that nobody is named."""
    if text.startswith(UNSEEN):
        return "", text.removeprefix(UNSEEN)
    found = LABEL.match(text)
    return (seen(found[1].replace(f":{UNSEEN}", ":")), text[found.end() :]) if found else (None, text)


def seen(text: str) -> str:
    """Text without what was put into it so that it looks like no markup and no name."""
    return HIDDEN.sub("", text)


def language(text: str) -> str | None:
    """The language that a file says it is in, as those do that we write; ISO 639-1."""
    found = LANGUAGE.search(text[:2000])
    said = (found[1] or found[2]).lower() if found else "und"
    return None if said == "und" else said


def text(path: Path) -> str:
    """What stands in a file: UTF-8, UTF-16 with a byte order mark, or else Windows-1252.

    Raises:
        StepFailed: it cannot be read, or is too large.
    """
    try:
        with path.open("rb") as file:
            raw = file.read(LARGEST + 1)
    except OSError as error:
        raise StepFailed(
            "transcribe", f"{path.name}: cannot be read ({error.strerror})", "See whether it may be read."
        ) from error
    if len(raw) > LARGEST:
        raise StepFailed(
            "transcribe",
            f"{path.name}: is larger than {bytes_of(LARGEST)}, too large for captions or a transcript",
            "Remove it and start again.",
        )
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return raw.decode("utf-16", errors="replace")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace")


def _times(line: str, where: str) -> tuple[int, int]:
    found = TIMING.fullmatch(line)
    if not found:
        raise StepFailed(
            "transcribe", f"{where}: not two times: {line.strip()[:60]}", "Mend the line and start again."
        )
    start, end = _ms(*found.groups()[:4]), _ms(*found.groups()[4:])
    if end < start:
        raise StepFailed(
            "transcribe", f"{where}: the caption ends before it begins", "Mend the line and start again."
        )
    return start, end


def _ms(hours: str | None, minutes: str, seconds: str, fraction: str | None) -> int:
    whole = (int(hours or 0) * 60 + int(minutes)) * 60 + int(seconds)
    return whole * 1000 + int((fraction or "").ljust(3, "0"))


def _voices(start: int, end: int, said: str, *, markup: bool) -> Iterator[Cue]:
    """Part what several people say in one caption, each with a share of its time by length."""
    parts = VOICE.split(said)  # text before any voice, then voice and text by turns
    spoken = [(None, parts[0]), *zip(parts[1::2], parts[2::2], strict=True)]
    clean = [(voice, _plain(text, markup=markup)) for voice, text in spoken]
    told = [(voice, text) for voice, text in clean if text]
    edges = _spread(start, end, [len(text) for _, text in told])
    for (voice, text), first, last in zip(told, edges, edges[1:], strict=False):
        yield Cue(first, last, _plain(voice, markup=markup) if voice else None, text)


def _plain(text: str, *, markup: bool) -> str:
    bare = TAG.sub("", text)
    return " ".join((html.unescape(bare) if markup else bare).split())


def _words(cue: Cue, spaced: bool) -> tuple[Word, ...]:
    texts = cue.text.split()
    if not spaced:
        texts = [piece for text in texts for piece in pieces(text)]
    edges = _spread(cue.start_ms, cue.end_ms, [len(text) + 1 for text in texts])
    return tuple(Word(text, first, last) for text, first, last in zip(texts, edges, edges[1:], strict=False))


def _spread(start: int, end: int, lengths: list[int]) -> list[int]:
    """The edges of parts of these lengths between two times."""
    total = sum(lengths) or 1
    return [start + (end - start) * done // total for done in accumulate(lengths, initial=0)]
