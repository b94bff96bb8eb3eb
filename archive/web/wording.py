"""Times, lengths, dates and languages as people read them on a page."""

from datetime import date

from media.timecode import clock

LANGUAGES = {
    "ar": "Arabic", "ca": "Catalan", "cs": "Czech", "da": "Danish", "de": "German", "el": "Greek",
    "en": "English", "es": "Spanish", "eu": "Basque", "fa": "Persian", "fi": "Finnish", "fr": "French",
    "he": "Hebrew", "hi": "Hindi", "hu": "Hungarian", "it": "Italian", "ja": "Japanese", "ko": "Korean",
    "nl": "Dutch", "no": "Norwegian", "pl": "Polish", "pt": "Portuguese", "ro": "Romanian", "ru": "Russian",
    "sv": "Swedish", "tr": "Turkish", "uk": "Ukrainian", "vi": "Vietnamese", "zh": "Chinese",
}  # fmt: skip
RIGHT_TO_LEFT = {"ar", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"}
NBSP = "\N{NO-BREAK SPACE}"  # a number and its unit stay on one line
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def length(ms: int) -> str:
    """How long something lasts: 45 s, 31 min, 2 h 10 min."""
    if ms < 60_000:
        return f"{ms // 1000}{NBSP}s"  # as the clock beside it counts
    hours, minutes = divmod(round(ms / 60_000), 60)
    if not hours:
        return f"{minutes}{NBSP}min"
    return f"{hours}{NBSP}h {minutes}{NBSP}min" if minutes else f"{hours}{NBSP}h"


def day(iso: str | None) -> str:
    """A date in words, or the text as it is where it is none."""
    try:
        found = date.fromisoformat(iso or "")
    except ValueError:
        return iso or ""
    return f"{found.day} {MONTHS[found.month - 1]} {found.year}"


def language(code: str | None) -> str:
    """A language's English name, or its code where we do not know it."""
    return LANGUAGES.get(code or "", code or "")


def direction(code: str) -> str:
    """How a language is written: rtl or ltr."""
    return "rtl" if code in RIGHT_TO_LEFT else "ltr"


def review(state: str, reviewed_ms: int | None, author: str | None) -> str:
    """How far people have looked at a transcript: `Not corrected yet`, `Corrected up to 41:10 by Ada`."""
    said = {"machine": "Not corrected yet", "approved": "Approved by the narrator"}
    if state == "machine":
        return said[state]
    up_to = "" if reviewed_ms is None else f" up to {clock(reviewed_ms)}"
    noted = f", noted by {author}" if state == "approved" else f" by {author}"
    return f"{said.get(state, state.capitalize())}{up_to}{noted if author else ''}"


def reviewed(state: str) -> str:
    """The same of a state alone."""
    return review(state, None, None)


def made(kind: str, model: str | None, *, translation: bool) -> str:
    """Who wrote a transcript down first."""
    by = f" ({model})" if model else ""
    if kind == "machine":
        return f"{'Translated' if translation else 'Written down'} by a machine{by}."
    return {"captions": "From a caption file.", "imported": "From a file."}.get(kind, "")


def plural(number: int, word: str) -> str:
    """`1 interview`, `1,204 interviews`."""
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def utf16(words: tuple[tuple[int, int, int], ...], text: str) -> str:
    """Where words stand in a text and when they are said, for a script: `PLACE:START:LENGTH` each.

    Places count UTF-16 units, as JavaScript does; times are milliseconds, each start from the one before.
    """
    plain = text.isascii()
    parts, before = [], 0
    for place, start, end in words:
        units = place if plain else len(text[:place].encode("utf-16-le")) // 2
        parts.append(f"{units}:{start - before}:{end - start}")
        before = start
    return " ".join(parts)
