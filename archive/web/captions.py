"""Captions for the browser: a WebVTT file made from a transcript.

Format: https://www.w3.org/TR/webvtt1/. Times are whole milliseconds throughout: rounding seconds is how
writers of captions come to cues that end before they begin.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from media.webvtt import clock

LONGEST_MS = 6000  # a cue that stands longer is cut at a word, so that it can be read while it is heard
WIDEST = 84  # characters: two lines of 42, as subtitlers have it


@dataclass(frozen=True, slots=True)
class Said:
    """A stretch by one speaker: its words as (text, start_ms, end_ms), and who says them."""

    words: tuple[tuple[str, int, int], ...]
    speaker: str | None = None


def webvtt(
    passages: Iterable[Said], *, from_ms: int = 0, to_ms: int | None = None, language: str | None = None
) -> str:
    """A whole WebVTT file of the words that begin at or after `from_ms` and before `to_ms`.

    Times in the file count from `from_ms`, so that a later clip of an interview gets captions of its own.
    """
    head = ["WEBVTT"] + ([f"Language: {language}"] if language else [])
    cues = [
        f"{clock(max(start - from_ms, 0))} --> {clock(max(end, start + 1) - from_ms)}\n{voice}{escape(text)}"
        for passage in passages
        for start, end, text, voice in _cues(passage, from_ms, to_ms)
    ]
    return "\n\n".join(["\n".join(head), *cues]) + "\n"


def escape(text: str) -> str:
    """Text that a WebVTT reader takes as text; a line break would end the cue, so it becomes a space."""
    one_line = " ".join(text.split())
    return one_line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _cues(passage: Said, from_ms: int, to_ms: int | None) -> Iterator[tuple[int, int, str, str]]:
    voice = f"<v {escape(passage.speaker)}>" if passage.speaker else ""
    for line in _lines(
        word for word in passage.words if from_ms <= word[1] and (to_ms is None or word[1] < to_ms)
    ):
        yield line[0][1], line[-1][2], "".join(word[0] for word in line), voice


def _lines(words: Iterable[tuple[str, int, int]]) -> Iterator[list[tuple[str, int, int]]]:
    """Words in cues that are short enough to read, ended early after a sentence that fills half of one."""
    line: list[tuple[str, int, int]] = []
    for word in words:
        length = sum(len(text) for text, _, _ in line)
        if line and (length + len(word[0].strip()) > WIDEST or word[2] - line[0][1] > LONGEST_MS):
            yield line
            line = []
        line.append(word)
        if word[0].rstrip().endswith((".", "?", "!", "…")) and length > WIDEST // 2:
            yield line
            line = []
    if line:
        yield line
