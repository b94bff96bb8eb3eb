"""Version 3: interviews as people think of them: described, with passages, corrected by people, and released."""

TABLES = """
ALTER TABLE people ADD COLUMN public_name TEXT;       -- stands for the name in everything that leaves
ALTER TABLE people ADD COLUMN biography TEXT;
ALTER TABLE people ADD COLUMN portrait TEXT;          -- a file below the archive's folder
ALTER TABLE people ADD COLUMN links TEXT NOT NULL DEFAULT '[]';         -- JSON array of addresses
ALTER TABLE people ADD COLUMN told TEXT;              -- JSON: what shoot.toml said last; what it says anew is taken
ALTER TABLE organisations ADD COLUMN about TEXT;
ALTER TABLE organisations ADD COLUMN links TEXT NOT NULL DEFAULT '[]';
CREATE TABLE initiatives (            -- what an organisation does, and interviews are about
    id INTEGER PRIMARY KEY,
    organisation_id INTEGER NOT NULL REFERENCES organisations(id),
    name TEXT NOT NULL,
    about TEXT,
    UNIQUE (organisation_id, name)
);
ALTER TABLE places ADD COLUMN country TEXT;           -- ISO 3166-1, two letters
ALTER TABLE themes ADD COLUMN broader_id INTEGER REFERENCES themes(id);
CREATE TABLE theme_names (            -- what a theme is called in other languages
    theme_id INTEGER NOT NULL REFERENCES themes(id),
    language TEXT NOT NULL,           -- ISO 639-1
    name TEXT NOT NULL,
    PRIMARY KEY (theme_id, language)
);
CREATE TABLE series (id INTEGER PRIMARY KEY, title TEXT NOT NULL UNIQUE);
CREATE TABLE shoots (                 -- one outing of the crew
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    date TEXT,                        -- YYYY-MM-DD
    place_id INTEGER REFERENCES places(id)
);
ALTER TABLE interviews ADD COLUMN identifier TEXT;    -- the institution's own
ALTER TABLE interviews ADD COLUMN abstract TEXT;
ALTER TABLE interviews ADD COLUMN series_id INTEGER REFERENCES series(id);
ALTER TABLE interviews ADD COLUMN episode INTEGER;
ALTER TABLE interviews ADD COLUMN shoot_id INTEGER REFERENCES shoots(id);
ALTER TABLE interviews ADD COLUMN initiative_id INTEGER REFERENCES initiatives(id);
ALTER TABLE interviews ADD COLUMN status TEXT NOT NULL DEFAULT 'draft'
    CHECK (status IN ('draft', 'desk', 'embargoed', 'public', 'withdrawn'));
ALTER TABLE interviews ADD COLUMN until TEXT;         -- YYYY-MM-DD: the last day of an embargo
ALTER TABLE interviews ADD COLUMN told TEXT;          -- JSON: what shoot.toml said last; what it says anew is taken
CREATE TABLE former_slugs (           -- what an interview was called before; leads to it for ever
    slug TEXT PRIMARY KEY,
    interview_id INTEGER NOT NULL REFERENCES interviews(id),
    was TEXT NOT NULL                 -- JSON: what was noted of who had it; `merged`: what both had, for a split
);
ALTER TABLE interviews ADD COLUMN arranged INTEGER NOT NULL DEFAULT 0;  -- how often it was merged, split, reordered
-- The number of its time line: one more each time that moments of it moved.
ALTER TABLE interviews ADD COLUMN time_line INTEGER NOT NULL DEFAULT 0;
CREATE TABLE former_moments (         -- where a moment lies now that a link names which was made before
    slug TEXT NOT NULL,               -- as the link has it: the interview's own, or a former one
    time_line INTEGER NOT NULL,       -- on which the link counts
    start_ms INTEGER NOT NULL,
    end_ms INTEGER NOT NULL,
    interview_id INTEGER NOT NULL REFERENCES interviews(id),
    shift_ms INTEGER NOT NULL,        -- to be added
    PRIMARY KEY (slug, time_line, start_ms)
);
-- Where a clip holds more than one interview: from when to when it belongs to this one, in seconds of the clip as
-- exact fractions; NULL is its start or its end. `offset` is where the clip itself would begin, then before 0.
ALTER TABLE interview_clips ADD COLUMN clip_in TEXT;
ALTER TABLE interview_clips ADD COLUMN clip_out TEXT;
ALTER TABLE interview_clips ADD COLUMN voices TEXT;   -- JSON array: who speaks on its channels, where others do
-- Of a clip on the time line: a second of it lasts so long there, an exact fraction; a recorder's clock may run away.
ALTER TABLE interview_clips ADD COLUMN pace TEXT NOT NULL DEFAULT '1';
ALTER TABLE interview_clips ADD COLUMN track INTEGER NOT NULL DEFAULT 0;  -- 0 is what plays; others lie beside it
ALTER TABLE interview_clips ADD COLUMN heard INTEGER NOT NULL DEFAULT 1;  -- 1 where its sound is what is transcribed
ALTER TABLE interview_clips ADD COLUMN why TEXT;      -- how its place was found; NULL where a person said it
CREATE TABLE chapters (               -- passages with a title: the timed index
    id INTEGER PRIMARY KEY,
    interview_id INTEGER NOT NULL REFERENCES interviews(id),
    start_ms INTEGER NOT NULL,        -- on the interview's time line
    end_ms INTEGER NOT NULL CHECK (end_ms > start_ms),
    title TEXT NOT NULL,
    synopsis TEXT,
    UNIQUE (interview_id, start_ms, title)
);
CREATE TABLE chapter_themes (
    chapter_id INTEGER NOT NULL REFERENCES chapters(id) ON DELETE CASCADE,
    theme_id INTEGER NOT NULL REFERENCES themes(id),
    PRIMARY KEY (chapter_id, theme_id)
);
CREATE TABLE chapter_places (
    chapter_id INTEGER NOT NULL REFERENCES chapters(id) ON DELETE CASCADE,
    place_id INTEGER NOT NULL REFERENCES places(id),
    PRIMARY KEY (chapter_id, place_id)
);
CREATE TABLE chapter_organisations (
    chapter_id INTEGER NOT NULL REFERENCES chapters(id) ON DELETE CASCADE,
    organisation_id INTEGER NOT NULL REFERENCES organisations(id),
    PRIMARY KEY (chapter_id, organisation_id)
);
CREATE TABLE releases (               -- what its people agreed to, each time they did; the last one counts
    id INTEGER PRIMARY KEY,
    interview_id INTEGER NOT NULL REFERENCES interviews(id),
    uses TEXT NOT NULL DEFAULT '[]',  -- JSON array of film, web, education, data
    licence TEXT,                     -- SPDX identifier
    signed_by TEXT,
    signed TEXT,                      -- YYYY-MM-DD
    form TEXT,                        -- the signed file, below the archive's folder
    form_hash TEXT,                   -- xxh3-128 of it
    note TEXT,
    recorded TEXT NOT NULL,
    partial INTEGER NOT NULL DEFAULT 0  -- 1: of a part of the interview there is none yet
);
CREATE TABLE withheld (               -- passages that go nowhere
    id INTEGER PRIMARY KEY,
    interview_id INTEGER NOT NULL REFERENCES interviews(id),
    start_ms INTEGER NOT NULL,
    end_ms INTEGER NOT NULL CHECK (end_ms > start_ms),
    why TEXT,
    recorded TEXT NOT NULL
);
CREATE TABLE texts (
    id INTEGER PRIMARY KEY,
    interview_id INTEGER NOT NULL REFERENCES interviews(id),
    language TEXT,
    translation INTEGER NOT NULL DEFAULT 0,  -- 1: says in another language what the interview's own transcript says
    kind TEXT NOT NULL CHECK (kind IN ('machine', 'captions', 'corrected', 'imported')),
    model TEXT,
    version TEXT,                     -- of the recogniser
    revision INTEGER NOT NULL,        -- from 1, over all languages
    parent INTEGER,                   -- the revision that it was made from
    current INTEGER NOT NULL,         -- 1 for the revision that is searched and shown; one a language
    author TEXT,                      -- who corrected or brought it; NULL for machines
    reason TEXT,
    state TEXT NOT NULL DEFAULT 'machine' CHECK (state IN ('machine', 'corrected', 'checked', 'approved')),
    reviewed_ms INTEGER,              -- up to where it was corrected; NULL for all of it
    clips TEXT NOT NULL DEFAULT '[]', -- JSON array: the clips that a person's revision speaks for, by hash
    notes TEXT NOT NULL DEFAULT '[]', -- JSON array of sentences: guards that struck
    created TEXT NOT NULL,
    UNIQUE (interview_id, revision)
);
INSERT INTO texts (id, interview_id, language, kind, model, version, revision, current, notes, created)
    SELECT id, interview_id, language, kind, model, version, revision, current, notes, created FROM transcripts;
DROP TABLE transcripts;
ALTER TABLE texts RENAME TO transcripts;
CREATE TABLE ledger (
    clip TEXT NOT NULL REFERENCES clips(hash),
    step TEXT NOT NULL CHECK (step IN ('copy', 'probe', 'sound', 'renditions', 'transcribe', 'translate')),
    settings TEXT NOT NULL,           -- canonical JSON; other settings than today's make the step stale
    state TEXT NOT NULL CHECK (state IN ('done', 'failed')),
    result TEXT,                      -- JSON: what later steps need of it
    error TEXT,
    remedy TEXT,
    permanent INTEGER NOT NULL DEFAULT 0,
    finished TEXT NOT NULL,
    PRIMARY KEY (clip, step)
);
INSERT INTO ledger SELECT clip, step, settings, state, result, error, remedy, permanent, finished FROM steps;
DROP TABLE steps;
ALTER TABLE ledger RENAME TO steps;
ALTER TABLE segments ADD COLUMN language TEXT;        -- where it is another one than the transcript's
CREATE INDEX segments_language ON segments(transcript_id, position, language) WHERE language IS NOT NULL;
CREATE TABLE name_fixes (             -- each time a name was put right in all transcripts
    id INTEGER PRIMARY KEY,
    wrong TEXT NOT NULL,
    name TEXT NOT NULL,
    author TEXT,
    created TEXT NOT NULL,
    undone TEXT                       -- when it was taken back
);
CREATE TABLE name_fix_revisions (     -- the revisions that it made
    fix_id INTEGER NOT NULL REFERENCES name_fixes(id),
    transcript_id INTEGER NOT NULL REFERENCES transcripts(id) ON DELETE CASCADE,
    PRIMARY KEY (fix_id, transcript_id)
);
CREATE TABLE names (                  -- how names are spelt here; the recogniser is told them
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    fix_id INTEGER REFERENCES name_fixes(id)  -- what brought it; NULL where a person put it on the list
);
CREATE TABLE spellings (              -- what was written instead of a name
    name_id INTEGER NOT NULL REFERENCES names(id) ON DELETE CASCADE,
    spelling TEXT NOT NULL,
    fix_id INTEGER REFERENCES name_fixes(id),
    PRIMARY KEY (name_id, spelling)
);
"""
