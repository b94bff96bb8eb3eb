"""The README.txt in every archive's folder: how to read it with nothing but its files and the program sqlite3."""

from contextlib import suppress

from archive.config import Archive
from media import disk

NAME = "README.txt"
HEADING = "HOW TO READ THIS FOLDER"

TEXT = f"""{HEADING}
=======================

This folder is an archive of filmed interviews: the footage, what was said in it word by word, and what its people
agreed to. A program called Interview Archive made it. Should that be gone, nothing is lost: all of it is plain files
and one SQLite database (https://sqlite.org), which the program sqlite3 opens. This text is all that one needs to know.
The program writes it anew when there is more to say; put notes of your own into another file.

Read archive.toml first: it says whose archive this is. Before you pass anything on, look what its people agreed to:
the tables releases and withheld, and the column status of interviews.


FOLDERS

archive.db     the database: everything that is known. With archive.db-wal beside it, keep the two together.
archive.toml   title and settings, to be read in any editor
originals/     the footage as the cameras wrote it, a folder a card; also the files that lay beside it on the card.
               CARD/ascmhl/ is the card's ASC Media Hash List: XML, the digest of every file since it came.
renditions/    made from the footage, a folder a clip, named by the clip's hash: a small film or sound file for
               browsers, a picture, thumbnails, the sound as it was transcribed. All of it can be made again.
captions/      caption files that came with clips
releases/      the forms that people signed, a folder an interview
portraits/     pictures of people
logs/          what the program did, a file a day


TABLES THAT MATTER

interviews        a conversation: slug (its name for machines), title, date (YYYY-MM-DD), language (ISO 639-1), status
interview_clips   which clips it consists of, and where each lies on its one time line; clip_in and clip_out where
                  only a part of a clip belongs to it, in seconds of the clip
clips             a file of footage: hash (xxh3-128 of its content), path, duration and rate (fractions), timecode
people, interview_people   who is in it, and as what; places, organisations, themes, series, shoots beside them
transcripts       revisions of what is said; the ones with current = 1 count, one a language. translation = 1: a
                  translation. state and reviewed_ms say how far people have corrected it.
segments          what is said, a row a stretch of one speaker: start_ms, end_ms, text
words             a view: one row a word, with its times
chapters          passages with a title; chapter_themes says what they are about
releases          what people agreed to, each time they did; the last row of an interview counts
withheld          passages that must not leave this house
former_slugs      what an interview was called before; former_moments says where its moments are now
names, spellings  how names are spelt here, and what was written instead
files             every file below originals/, with its size and hash

The database says of most columns what they hold: sqlite3 archive.db .schema


QUESTIONS TO ASK

Run each with: sqlite3 -readonly -header archive.db "..."

All interviews, with who is in them:

    SELECT interviews.slug, interviews.title, interviews.date, interviews.status,
           interviews.duration_ms / 60000 AS minutes, group_concat(people.name, '; ') AS people
    FROM interviews
    LEFT JOIN interview_people ON interview_people.interview_id = interviews.id
    LEFT JOIN people ON people.id = interview_people.person_id
    GROUP BY interviews.id ORDER BY interviews.date, interviews.slug;

What is said in one of them, with the time and who speaks (write its slug in the place of SLUG):

    SELECT printf('%d:%02d:%02d', start_ms / 3600000, start_ms / 60000 % 60, start_ms / 1000 % 60) AS at,
           speakers.name AS speaker, segments.text
    FROM segments
    JOIN transcripts ON transcripts.id = segments.transcript_id
    JOIN interviews ON interviews.id = transcripts.interview_id
    LEFT JOIN speakers ON speakers.id = segments.speaker_id
    WHERE interviews.slug = 'SLUG' AND transcripts.current = 1 AND transcripts.translation = 0
    ORDER BY segments.position;

Where a word is said, in all of them (write the word in the place of WORD):

    SELECT interviews.slug, segments.start_ms, segments.text
    FROM segments
    JOIN transcripts ON transcripts.id = segments.transcript_id
    JOIN interviews ON interviews.id = transcripts.interview_id
    WHERE transcripts.current = 1 AND segments.text LIKE '%WORD%'
    ORDER BY interviews.slug, segments.start_ms;

Which files an interview was made from, and where each begins on its time line:

    SELECT interviews.slug, clips.path, interview_clips.offset, interview_clips.pace, interview_clips.clip_in,
           interview_clips.clip_out, clips.duration, clips.start_timecode, clips.rate
    FROM interview_clips
    JOIN interviews ON interviews.id = interview_clips.interview_id
    JOIN clips ON clips.hash = interview_clips.clip
    ORDER BY interviews.slug, interview_clips.position;

What must not leave this house, and what people agreed to:

    SELECT interviews.slug, interviews.status, interviews.until, withheld.start_ms, withheld.end_ms, withheld.why,
           (SELECT uses FROM releases WHERE interview_id = interviews.id ORDER BY id DESC LIMIT 1) AS uses
    FROM interviews LEFT JOIN withheld ON withheld.interview_id = interviews.id
    ORDER BY interviews.slug, withheld.start_ms;


HOW TIMES ARE COUNTED

Columns that end in _ms are whole milliseconds from the start of the interview's time line. Durations, offsets and
rates are exact fractions: a rate of 30000/1001 is 29.97 frames a second, an offset of 5/2 is two and a half seconds.
A moment of the interview, in seconds, is this moment of a clip's file: (moment - offset) / pace.

A timecode is the camera's clock, as hours, minutes, seconds and frames: 10:00:03:12. It counts frames, not seconds: at
a rate of 30000/1001 an hour of timecode is 3.6 seconds longer than an hour. With ";" before the frames (10:00:03;12) it
is drop-frame timecode: frame numbers 00 and 01 are passed over at the start of each minute but every tenth, so that it
keeps up with the clock. (At a rate of 60000/1001 it is the numbers 00 to 03.) start_timecode is that of the first frame
of the file. It counts timecode_rate frames a second where that is given, else rate.

In names and paths a byte that is no UTF-8 is written as the character U+FFFD and two hex digits.
"""  # noqa: S608 - for people to read


def write(archive: Archive) -> None:
    """Put the README.txt into an archive's folder, or today's in the place of an earlier one.

    A file of that name that is not ours stays as it is. Where it cannot be written there is none: no run ends for that.
    """
    place = archive.folder / NAME
    with suppress(OSError):
        known = place.read_bytes() if place.exists() else None
        ours = known is None or known.startswith(HEADING.encode())
        if ours and known != TEXT.encode():
            disk.write(place, TEXT.encode())
