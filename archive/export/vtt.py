"""WebVTT, for the browser and as an export: https://www.w3.org/TR/webvtt1/."""

from collections.abc import Iterable, Iterator, Sequence

from archive.catalogue.chapters import Chapter
from archive.export.cues import Cue, Said, cut
from archive.export.material import Material
from archive.export.said import beginning, heading, state, stretches
from ingest.engines.captions import UNSEEN, unlabelled
from media.webvtt import clock


def write(found: Material) -> bytes:
    """The transcript as WebVTT; notes say of what it is, how far people have looked at it, and which chapters begin."""
    language = found.transcript.language if found.transcript else None
    notes = (f"Interview: {found.interview.title}", f"Review: {state(found)}")
    return webvtt(stretches(found), language=language or "und", notes=notes, chapters=found.chapters).encode()


def webvtt(
    passages: Iterable[Said],
    *,
    from_ms: int = 0,
    to_ms: int | None = None,
    language: str | None = None,
    notes: Iterable[str] = (),
    chapters: Iterable[Chapter] = (),
) -> str:
    """A whole WebVTT file of the words that begin at or after `from_ms` and before `to_ms`.

    Times in the file count from `from_ms`, so that a later clip of an interview gets captions of its own. Notes are
    lines for whoever opens the file, and so is one before the first cue of each chapter; no reader shows them.
    """
    told = [escape(note) for note in notes]
    blocks = [
        "\n".join(["WEBVTT", *([f"Language: {language}"] if language else [])]),
        *(["\n".join(["NOTE", *told])] if told else []),
        *_blocks(cut(_between(passages, from_ms, to_ms)), from_ms, chapters),
    ]
    return "\n\n".join(blocks) + "\n"


def _blocks(cues: Sequence[Cue], from_ms: int, chapters: Iterable[Chapter]) -> Iterator[str]:
    for place, begun in enumerate(beginning(chapters, [cue.start_ms for cue in cues])):
        yield from (f"NOTE Chapter: {escape(heading(chapter))}" for chapter in begun)
        yield from (_block(cue, from_ms) for cue in cues[place : place + 1])


def escape(text: str) -> str:
    """Text that a WebVTT reader takes as text, on one line."""
    one_line = " ".join(text.split())
    return one_line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _between(passages: Iterable[Said], from_ms: int, to_ms: int | None) -> Iterable[Said]:
    for passage in passages:
        words = (word for word in passage.words if from_ms <= word[1] and (to_ms is None or word[1] < to_ms))
        yield Said(tuple(words), passage.speaker)


def _block(cue: Cue, from_ms: int) -> str:
    # What SubRip and its kin take for an order about the style is one in many readers of WebVTT, too.
    text = "\n".join(map(escape, cue.lines)).replace("{\\", f"{{{UNSEEN}\\")
    said = f"<v {escape(cue.speaker)}>{text}" if cue.speaker else unlabelled(text)
    return f"{clock(cue.start_ms - from_ms)} --> {clock(cue.end_ms - from_ms)}\n{said}"
