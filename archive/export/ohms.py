"""OHMS XML, for those who work with the Oral History Metadata Synchronizer: its index, transcript and time sync.

Version 6.0, https://www.weareavp.com/nunncenter/ohms/ohms.xsd, which wants its elements in this order. A chapter is a
point of the index; its themes are subjects, its organisations keywords, its places the names of points on a map. The
transcript is there twice: as text with a mark a minute, as every version of OHMS reads it, and as WebVTT, a cue a
segment. What OHMS has no room for (milliseconds, ends of chapters) stands in processing instructions, which it passes
over; people who were neither asked nor asking are left out.
"""

from collections.abc import Iterable, Sequence
from datetime import date

from archive.catalogue.chapters import Chapter
from archive.catalogue.texts import SpokenSegment
from archive.export import xml
from archive.export.material import Material
from archive.export.ohms_text import laid_out
from archive.export.said import state
from archive.export.vtt import escape
from ingest.ohms import NAMESPACE, OURS
from ingest.transcript import is_spaced
from media.webvtt import clock

_ASKED = frozenset({"interviewee", "narrator"})
_OPENING = 200  # characters of what is said in a chapter, by which people know it again


def write(found: Material) -> bytes:
    """An interview's index and transcript, and what OHMS keeps of what is known about it."""
    root = xml.root(NAMESPACE, "ROOT", {None: NAMESPACE}, f"{NAMESPACE} {NAMESPACE}/ohms.xsd")
    record = xml.child(root, NAMESPACE, "record")
    record.set("id", str(found.interview.id))
    record.set("dt", _day(found))
    xml.instruction(record, OURS, {"speakers": "in each cue"})
    segments = found.transcript.segments if found.transcript else ()
    text, sync = laid_out(segments)
    kind = "video" if any(clip.kind == "video" for clip in found.interview.clips) else "audio"
    _describe(record, found)
    _add(record, [("sync", sync), ("translate", "0")])
    _add(xml.child(record, NAMESPACE, "mediafile"), [("host", "Other"), ("clip_format", kind)])
    language = found.transcript.language if found.transcript else found.interview.language
    _add(record, [("language", language), ("user_notes", f"Review: {state(found)}")])
    index = xml.child(record, NAMESPACE, "index")
    for chapter in found.chapters:
        _point(xml.child(index, NAMESPACE, "point"), chapter, segments)
    _add(record, [("description", found.interview.abstract)])
    _add(record, [("transcript", text), ("vtt_transcript", _webvtt(segments))])
    _add(record, [("rights", _rights(found)), ("fmt", kind), ("userestrict", "0")])
    return xml.written(root)


def _describe(record: xml.Element, found: Material) -> None:
    interview = found.interview
    _add(record, [("version", "6.0")])
    day = xml.child(record, NAMESPACE, "date")
    day.set("value", interview.date or "")
    day.set("format", "yyyy-mm-dd")
    length = clock(interview.duration_ms).partition(".")[0]
    _add(record, [("title", interview.title), ("accession", interview.identifier), ("duration", length)])
    _add(record, [("series_name", interview.series)])
    _add(record, [("subject", theme) for theme in interview.themes])
    _add(record, [("interviewee", each.name) for each in found.people if each.role in _ASKED])
    _add(record, [("interviewer", each.name) for each in found.people if each.role == "interviewer"])


def _point(point: xml.Element, chapter: Chapter, segments: Sequence[SpokenSegment]) -> None:
    xml.instruction(point, OURS, {"start_ms": str(chapter.start_ms), "end_ms": str(chapter.end_ms)})
    said = _opening(segments, chapter.start_ms, chapter.end_ms)
    _add(
        point,
        [("time", str(chapter.start_ms // 1000)), ("title", chapter.title), ("partial_transcript", said)],
    )
    _add(point, [("synopsis", chapter.synopsis), ("keywords", _list(chapter.organisations))])
    _add(point, [("subjects", _list(chapter.themes))])
    for place in chapter.places:
        spot = xml.child(point, NAMESPACE, "gpspoints")
        for name, text in (("gps", None), ("gps_zoom", None), ("gps_text", place)):
            xml.child(spot, NAMESPACE, name, text)


def _add(parent: xml.Element, texts: Iterable[tuple[str, str | None]]) -> None:
    for name, text in texts:
        if text:
            xml.child(parent, NAMESPACE, name, text)


def _list(names: Iterable[str]) -> str:
    return ";".join(name.replace(";", ",") for name in names)


def _opening(segments: Sequence[SpokenSegment], start: int, end: int) -> str:
    said = ""
    for segment in segments:
        words = [word.text for word in segment.words if start <= word.start_ms < end]
        if words:
            said += (" " if said else "") + (" " if is_spaced(segment.text, segment.words) else "").join(
                words
            )
        if len(said) > _OPENING:
            return said[:_OPENING].rpartition(" ")[0] or said[:_OPENING]
    return said


def _webvtt(segments: Sequence[SpokenSegment]) -> str | None:
    cues = "".join(f"{block}\n\n" for block in map(_cue, segments))
    return f"WEBVTT\n\nNOTE\nTRANSCRIPTION BEGIN\n\n{cues}NOTE\nTRANSCRIPTION END\n" if cues else None


def _cue(segment: SpokenSegment) -> str:
    voice = f"<v {escape(segment.speaker)}>" if segment.speaker else ""
    return f"{clock(segment.start_ms)} --> {clock(segment.end_ms)}\n{voice}{escape(segment.text)}"


def _rights(found: Material) -> str | None:
    release = found.consent.release
    return release.licence if release else None


def _day(found: Material) -> str:
    """The day on which what is said was last changed; OHMS wants one."""
    known = found.transcript.created[:10] if found.transcript else found.interview.date
    return known or date.today().isoformat()
