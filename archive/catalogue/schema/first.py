"""Version 1: clips, interviews, who and what they are about, transcripts, and the ledger."""

# In names and paths a byte that is no UTF-8 is written as U+FFFD and two hex digits (archive.catalogue.paths).
TABLES = """
CREATE TABLE clips (
    hash TEXT PRIMARY KEY,            -- xxh3-128 of its content, 32 hex digits: what a clip is known by
    name TEXT NOT NULL,               -- the file's name as the camera gave it
    path TEXT NOT NULL,               -- below the archive's folder, or absolute where in_place is 1
    in_place INTEGER NOT NULL DEFAULT 0,
    size INTEGER NOT NULL,            -- bytes
    kind TEXT CHECK (kind IN ('video', 'audio')),      -- NULL until it was probed
    duration TEXT,                    -- seconds as an exact fraction, "2572/100"
    rate TEXT,                        -- frames a second as a fraction, "30000/1001"; NULL for sound
    variable_rate INTEGER,            -- 1 where frames are not evenly spaced
    start_timecode TEXT,              -- HH:MM:SS:FF, or HH:MM:SS;FF for drop-frame
    timecode_rate TEXT,               -- frames a second that it counts: some count half at 50; NULL as `rate`
    reel TEXT,                        -- the tape or card name that the camera wrote
    camera TEXT,
    recorded TEXT,                    -- ISO 8601, as the camera's clock had it
    streams TEXT                      -- JSON: every stream as probed
);
CREATE TABLE sources (                -- where each clip's file was seen, and what it looked like then
    path TEXT PRIMARY KEY,
    clip TEXT NOT NULL REFERENCES clips(hash),
    volume INTEGER NOT NULL,
    inode INTEGER NOT NULL,
    size INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL,
    ctime_ns INTEGER NOT NULL
);
CREATE INDEX sources_clip ON sources(clip);
CREATE TABLE renditions (
    clip TEXT NOT NULL REFERENCES clips(hash),
    kind TEXT NOT NULL CHECK (kind IN ('proxy', 'audio', 'poster', 'thumbnails', 'peaks', 'sound', 'levels')),
    path TEXT NOT NULL,               -- below the archive's folder
    size INTEGER NOT NULL,
    PRIMARY KEY (clip, kind)
);
CREATE TABLE steps (                  -- the ledger: a step that is not recorded did not happen
    clip TEXT NOT NULL REFERENCES clips(hash),
    step TEXT NOT NULL CHECK (step IN ('copy', 'probe', 'sound', 'renditions', 'transcribe')),
    settings TEXT NOT NULL,           -- canonical JSON; other settings than today's make the step stale
    state TEXT NOT NULL CHECK (state IN ('done', 'failed')),
    result TEXT,                      -- JSON: what later steps need of it
    error TEXT,
    remedy TEXT,
    permanent INTEGER NOT NULL DEFAULT 0,
    finished TEXT NOT NULL,
    PRIMARY KEY (clip, step)
);
CREATE TABLE blocks (                 -- an unfinished transcription, block by block
    clip TEXT NOT NULL REFERENCES clips(hash),
    settings TEXT NOT NULL,
    position INTEGER NOT NULL,
    result TEXT NOT NULL,
    PRIMARY KEY (clip, settings, position)
);
CREATE TABLE runs (                   -- an ingest that has not come to its end: what it was asked
    id INTEGER PRIMARY KEY,
    request TEXT NOT NULL UNIQUE      -- JSON
);
CREATE TABLE places (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    latitude REAL,
    longitude REAL
);
CREATE TABLE organisations (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE themes (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE interviews (
    id INTEGER PRIMARY KEY,
    slug TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL,
    language TEXT,                    -- given by the crew, or detected; NULL where nobody speaks
    language_given INTEGER NOT NULL DEFAULT 0,
    date TEXT,                        -- YYYY-MM-DD
    place_id INTEGER REFERENCES places(id),
    organisation_id INTEGER REFERENCES organisations(id),
    duration_ms INTEGER NOT NULL DEFAULT 0,
    created TEXT NOT NULL
);
CREATE TABLE interview_clips (        -- an interview's clips in order on its one time line
    interview_id INTEGER NOT NULL REFERENCES interviews(id),
    clip TEXT NOT NULL REFERENCES clips(hash),
    position INTEGER NOT NULL,
    offset TEXT NOT NULL,             -- seconds from the start of the interview, an exact fraction
    PRIMARY KEY (interview_id, clip)
);
CREATE INDEX interview_clips_clip ON interview_clips(clip);
CREATE TABLE interview_people (
    interview_id INTEGER NOT NULL REFERENCES interviews(id),
    person_id INTEGER NOT NULL REFERENCES people(id),
    role TEXT NOT NULL,
    position INTEGER NOT NULL,
    PRIMARY KEY (interview_id, person_id, role)
);
CREATE TABLE interview_themes (
    interview_id INTEGER NOT NULL REFERENCES interviews(id),
    theme_id INTEGER NOT NULL REFERENCES themes(id),
    PRIMARY KEY (interview_id, theme_id)
);
CREATE TABLE speakers (               -- who speaks in an interview: one a voice channel, or a name in captions
    id INTEGER PRIMARY KEY,
    interview_id INTEGER NOT NULL REFERENCES interviews(id),
    name TEXT NOT NULL,
    channel INTEGER,                  -- place among the voice channels, from 0
    person_id INTEGER REFERENCES people(id),
    UNIQUE (interview_id, name)
);
CREATE TABLE transcripts (
    id INTEGER PRIMARY KEY,
    interview_id INTEGER NOT NULL REFERENCES interviews(id),
    language TEXT,
    kind TEXT NOT NULL CHECK (kind IN ('machine', 'captions')),
    model TEXT,
    version TEXT,                     -- of the recogniser
    revision INTEGER NOT NULL,        -- from 1
    current INTEGER NOT NULL,         -- 1 for the revision that is searched and shown
    notes TEXT NOT NULL DEFAULT '[]', -- JSON array of sentences: guards that struck
    created TEXT NOT NULL,
    UNIQUE (interview_id, revision)
);
CREATE TABLE segments (
    id INTEGER PRIMARY KEY,
    transcript_id INTEGER NOT NULL REFERENCES transcripts(id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    start_ms INTEGER NOT NULL,        -- on the interview's time line
    end_ms INTEGER NOT NULL,
    speaker_id INTEGER REFERENCES speakers(id),
    text TEXT NOT NULL,
    words TEXT NOT NULL,              -- JSON, a word: [place of its first letter, start_ms, end_ms, % sure]
    UNIQUE (transcript_id, position)
);
CREATE VIEW words AS                  -- one row a word, for people with plain SQL
SELECT segments.id AS segment_id, words.key AS position,
       trim(substr(segments.text, 1 + json_extract(words.value, '$[0]'),
                   coalesce(json_extract(segments.words, '$[' || (words.key + 1) || '][0]'),
                            length(segments.text))
                   - json_extract(words.value, '$[0]'))) AS text,
       json_extract(words.value, '$[1]') AS start_ms, json_extract(words.value, '$[2]') AS end_ms,
       json_extract(words.value, '$[3]') / 100.0 AS probability
FROM segments, json_each(segments.words) AS words;
CREATE TABLE folded (                 -- what quotes are searched in: the current transcripts, one row each
    transcript_id INTEGER PRIMARY KEY REFERENCES transcripts(id) ON DELETE CASCADE,
    text TEXT NOT NULL                -- a line a segment: its words without accents, capitals and punctuation
);
CREATE VIRTUAL TABLE folded_fts USING fts5(
    text, content='folded', content_rowid='transcript_id', tokenize='ascii', prefix='2 3'
);
"""

# A row an interview finds phrases over the borders of segments, and is half the size of a row a segment. The
# text is folded already, so the index takes it as it stands: every character beyond ASCII belongs to a token.
FOLDED_TRIGGERS = """
CREATE TRIGGER folded_ai AFTER INSERT ON folded BEGIN
    INSERT INTO folded_fts (rowid, text) VALUES (new.transcript_id, new.text);
END;
CREATE TRIGGER folded_ad AFTER DELETE ON folded BEGIN
    INSERT INTO folded_fts (folded_fts, rowid, text) VALUES ('delete', old.transcript_id, old.text);
END;
CREATE TRIGGER folded_au AFTER UPDATE ON folded BEGIN
    INSERT INTO folded_fts (folded_fts, rowid, text) VALUES ('delete', old.transcript_id, old.text);
    INSERT INTO folded_fts (rowid, text) VALUES (new.transcript_id, new.text);
END;
"""
