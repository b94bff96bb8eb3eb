"""Reads transcripts in JSON: openai-whisper's, which faster-whisper's programs and WhisperX write as well, and ours.

Whisper's shape: {"text", "segments": [{"start", "end", "text", "words": [{"word", "start", "end", "probability"}]}],
"language"}, in seconds; words keep the space before them. WhisperX adds "speaker" and leaves the times of numbers out.
"""

import json
import re
from dataclasses import dataclass, replace
from typing import Annotated, Literal

from pydantic import BaseModel, Field, ValidationError

from ingest.errors import NoTranscript
from ingest.pieces import is_unspaced
from ingest.revised import Line
from ingest.transcript import Segment, Word, is_spaced

_LATEST = 10_000_000  # seconds
Seconds = Annotated[float, Field(ge=0, le=_LATEST, allow_inf_nan=False)]
Milliseconds = Annotated[int, Field(ge=0, le=_LATEST * 1000)]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]


@dataclass(frozen=True, slots=True)
class Recognised:
    """What a file in JSON says.

    Attributes:
        segments: with a time a word; empty where the file has none of those.
        lines: with a time a segment.
        language: ISO 639-1, where the file says so.
        machine: whether a recogniser wrote it, and nobody has looked at it since.
        state: of ours, how far people had looked at it.
        reviewed_ms: of ours, up to where.
        author: of ours, who.
    """

    segments: tuple[Segment, ...] = ()
    lines: tuple[Line, ...] = ()
    language: str | None = None
    machine: bool = True
    state: Literal["machine", "corrected", "checked", "approved"] = "machine"
    reviewed_ms: int | None = None
    author: str | None = None


class _WhisperWord(BaseModel):
    word: str
    start: Seconds | None = None
    end: Seconds | None = None
    probability: Share | None = None
    score: Share | None = None


class _WhisperSegment(BaseModel):
    start: Seconds
    end: Seconds
    text: str
    words: list[_WhisperWord] = []
    speaker: str | None = None


class _Whisper(BaseModel):
    segments: list[_WhisperSegment]
    language: str | None = None


class _OurWord(BaseModel):
    text: Annotated[str, Field(min_length=1)]
    start_ms: Milliseconds
    end_ms: Milliseconds
    probability: Share = 1.0


class _OurSegment(BaseModel):
    text: str
    words: Annotated[list[_OurWord], Field(min_length=1)]
    speaker: str | None = None
    language: str | None = None
    start_ms: Milliseconds | None = None
    end_ms: Milliseconds | None = None


class _Ours(BaseModel):
    segments: list[_OurSegment]
    language: str | None = None
    state: Literal["machine", "corrected", "checked", "approved"] = "machine"
    reviewed_ms: Milliseconds | None = None
    author: str | None = None


def read(text: str, name: str) -> Recognised:
    """What a file in JSON says.

    Args:
        text: of the whole file.
        name: of the file, for errors.

    Raises:
        NoTranscript: it is no JSON, of another shape, or has a segment that ends before it begins; says where.
    """
    try:
        found = json.loads(text)
        segments = found.get("segments") if isinstance(found, dict) else None
        first = segments[0] if isinstance(segments, list) and segments else {}
        ours = isinstance(first, dict) and "start" not in first
        return (
            _ours(_Ours.model_validate(found), name)
            if ours
            else _whisper(_Whisper.model_validate(found), name)
        )
    except ValidationError as error:
        first_of = error.errors()[0]
        place = ".".join(map(str, first_of["loc"])) or "the whole of it"
        raise _wrong(name, f"{place}: {first_of['msg']}") from None
    except RecursionError:
        raise _wrong(name, "its brackets lie in each other too deep") from None
    except ValueError as error:
        raise _wrong(name, str(error)) from None


def _wrong(name: str, why: str) -> NoTranscript:
    return NoTranscript(
        f"{name} is no transcript in JSON ({why}).",
        "What Whisper's programs write is read, and what archive transcript export --to json writes.",
    )


def _must_end_behind(name: str, place: int, start: float | None, end: float | None) -> None:
    if start is not None and end is not None and end < start:
        raise NoTranscript(
            f"{name}, segments.{place}: the segment ends before it begins.", "Mend its times and start again."
        )


def _ours(found: _Ours, name: str) -> Recognised:
    for place, one in enumerate(found.segments):
        _must_end_behind(name, place, one.start_ms, one.end_ms)
    return Recognised(
        tuple(_our_segment(each, found.language) for each in found.segments),
        language=found.language,
        machine=False,
        state=found.state,
        reviewed_ms=found.reviewed_ms,
        author=found.author,
    )


def _our_segment(found: _OurSegment, language: str | None) -> Segment:
    words = tuple(
        Word(word.text, word.start_ms, max(word.end_ms, word.start_ms), word.probability)
        for word in found.words
    )
    return Segment(
        words,
        speaker=found.speaker,
        spaced=is_spaced(found.text, words),
        language=found.language if found.language != language else None,
    )


def _whisper(found: _Whisper, name: str) -> Recognised:
    for place, one in enumerate(found.segments):
        _must_end_behind(name, place, one.start, one.end)
    said = sorted((each for each in found.segments if each.text.strip()), key=lambda each: each.start)
    code = found.language if found.language and re.fullmatch("[a-z]{2,3}", found.language) else None
    if said and all(each.words and all(_is_timed(word) for word in each.words) for each in said):
        return Recognised(tuple(_segment(each) for each in said), language=code)
    lines = (Line(tuple(each.text.split()), each.speaker, _ms(each.start), _ms(each.end)) for each in said)
    return Recognised((), tuple(lines), code)


def _is_timed(word: _WhisperWord) -> bool:
    return word.start is not None and word.end is not None and bool(word.word.strip())


def _segment(found: _WhisperSegment) -> Segment:
    spaced = not is_unspaced(found.text)
    # Without the space before it a word goes on with the one before, unless none of them has one.
    glued = spaced and any(word.word.startswith(" ") for word in found.words)
    words: list[Word] = []
    for word in found.words:
        new = _word(word)
        if glued and words and not word.word.startswith(" "):
            words[-1] = replace(words[-1], text=words[-1].text + new.text, end_ms=new.end_ms)
        else:
            words.append(new)
    return Segment(tuple(words), speaker=found.speaker, spaced=spaced)


def _word(word: _WhisperWord) -> Word:
    start = _ms(word.start or 0)
    sure = (word.probability, word.score, 1.0)
    return Word(
        "".join(word.word.split()),
        start,
        max(_ms(word.end or 0), start),
        next(each for each in sure if each is not None),
    )


def _ms(seconds: float) -> int:
    return round(seconds * 1000)
