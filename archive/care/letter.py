"""The README.txt of a bag: what it is, for somebody who has nothing but its files."""

from datetime import UTC, datetime

from archive.config import Archive

_LETTER = """\
{title}
{line}

This is an archive of filmed interviews, packed as a bag: a folder whose files are listed with their digests, after
BagIt 1.0 (RFC 8493). It was made on {date}. Any program for BagIt says whether it is whole; so do
    sha256sum -c manifest-sha256.txt
    sha512sum -c manifest-sha512.txt

IT HOLDS EVERYTHING, also what must not leave the house: passages that were withheld, interviews that were withdrawn or
are under embargo, real names of people who go by another name outside, signed forms. Keep it as you keep those. It is
for keeping, not for passing on: what may be passed on is exported from the archive, which asks what people agreed to.

data/archive.db      the catalogue: one SQLite database. All there is to know stands in it: interviews, people, every
                     revision of every transcript with the time of every word, what people agreed to.
data/README.txt      how to read it, with nothing but the program sqlite3 (where the archive has that file)
data/archive.toml    the archive's title and settings
data/captions/       caption files that came with clips
data/releases/       signed forms, a folder an interview
data/portraits/      pictures of people
data/transcripts/    what is said in each interview, as WebVTT and as plain text, made from the database; a translation
                     has its language in its name
data/metadata/       what each interview is, as Dublin Core XML, made from the database
{footage}
A file whose name could not stand in a list as it is has U+FFFD and two hex digits instead of each byte that is no
UTF-8, of line breaks and of per cent signs. `archive restore` gives it its own name back.

To make an archive of it again: archive restore BAG FOLDER
"""

_WITH = """\
data/originals/      the footage as the cameras wrote it, a folder a card; in each an ASC MHL history (ascmhl/), which
                     lists its files with their digests since they came
data/renditions/     what was made from it for the browser; it can be made again
"""
_WITHOUT = """\
The footage is not in this bag, nor what was made from it. data/archive.db lists its files with their digests
(xxh3-128).
"""


def letter(archive: Archive, now: datetime, *, with_originals: bool) -> str:
    """What the README.txt of a bag says."""
    title = " ".join(archive.config.title.split())
    return _LETTER.format(
        title=title,
        line="=" * len(title),
        date=f"{now.astimezone(UTC):%Y-%m-%d}",
        footage=_WITH if with_originals else _WITHOUT,
    )
