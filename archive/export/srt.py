"""SubRip (.srt), which has no standard and no comments.

What must be known of the transcript stands behind the times of the first cue, where programs that know the format look
for coordinates of their own or pass over the line's end (tried: FFmpeg, pysrt, srt, pysubs2, webvtt-py). Nothing is
shown of it. There is no way to write a character of markup as text either; U+2060, which is invisible and has no
width, is put into what looks like markup and is none.
"""

import re
from collections.abc import Iterator

from archive.export.cues import Cue, cut
from archive.export.material import Material
from archive.export.said import stretches
from ingest.engines.captions import UNSEEN, unlabelled
from media.webvtt import clock

_MARKUP = re.compile(r"<(?=/?[A-Za-z\d])|\{(?=\\)|--(?=>)")


def write(found: Material) -> bytes:
    """The transcript as SubRip; a speaker's name stands before the first cue of each turn."""
    cues = cut(stretches(found))
    return "".join(_blocks(cues, _about(found))).encode()


def _about(found: Material) -> str:
    spoken = found.transcript
    if spoken is None:
        return ""
    up_to = "" if spoken.reviewed_ms is None else f" reviewed_ms:{spoken.reviewed_ms}"
    return f" language:{spoken.language or 'und'} review:{spoken.state}{up_to}"


def _blocks(cues: list[Cue], about: str) -> Iterator[str]:
    speaker = None
    for number, cue in enumerate(cues, 1):
        times = f"{_clock(cue.start_ms)} --> {_clock(cue.end_ms)}{about if number == 1 else ''}"
        said = _plain("\n".join(cue.lines))
        if cue.speaker != speaker:
            # Where nobody knows who speaks nobody is named: an unseen mark says that the one before does not go on.
            said = f"{_name(cue.speaker)}: {said}" if cue.speaker else f"{UNSEEN}{said}"
        else:
            said = unlabelled(said)
        speaker = cue.speaker
        yield f"{number}\n{times}\n{said}\n\n"


def _plain(text: str) -> str:
    return _MARKUP.sub(rf"\g<0>{UNSEEN}", text)


def _name(speaker: str) -> str:
    return _plain(" ".join(speaker.split())).replace(":", f":{UNSEEN}")


def _clock(ms: int) -> str:
    return clock(ms).replace(".", ",")
