"""Version 2: cards with all their files, the volumes on which these lie, and when each was last found whole."""

TABLES = """
CREATE TABLE cards (                  -- a card or folder, as it was read
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,        -- its folder below originals/, and below the folder of every second copy
    root TEXT NOT NULL                -- where it was read from
);
CREATE TABLE files (                  -- every file kept below originals/: clips, and what lay beside them
    path TEXT PRIMARY KEY,            -- below the archive's folder
    card INTEGER REFERENCES cards(id),  -- NULL for what came before cards were kept whole
    name TEXT NOT NULL,               -- below the card's root, as the card has it
    hash TEXT NOT NULL,               -- xxh3-128 of its content, 32 hex digits
    size INTEGER NOT NULL,            -- bytes
    generation INTEGER                -- of the card's MHL history that lists it first; NULL until it is written
);
CREATE INDEX files_hash ON files(hash);
CREATE TABLE volumes (                -- the folder of the originals, and those of second copies
    id TEXT PRIMARY KEY,              -- as the file at the root of the folder says
    role TEXT NOT NULL CHECK (role IN ('originals', 'copy')),
    path TEXT NOT NULL                -- where it was seen last; "originals" is below the archive's folder
);
CREATE TABLE copies (                 -- what was read back and found whole, where, and when last
    path TEXT NOT NULL REFERENCES files(path),
    volume TEXT NOT NULL REFERENCES volumes(id),
    verified TEXT NOT NULL,
    ctime_ns INTEGER,                 -- of the copy then: one that was touched since has to be read again
    PRIMARY KEY (path, volume)
);
ALTER TABLE renditions ADD COLUMN hash TEXT;  -- xxh3-128 of its content; NULL for what was made before
INSERT INTO files (path, name, hash, size) SELECT path, name, hash, size FROM clips WHERE NOT in_place;
CREATE TABLE seen (                   -- each file that was read on a card, and what it looked like then
    path TEXT PRIMARY KEY,
    hash TEXT NOT NULL,
    volume INTEGER NOT NULL,
    inode INTEGER NOT NULL,
    size INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL,
    ctime_ns INTEGER NOT NULL,
    read TEXT                         -- when its content was read last; NULL where that was not noted
);
INSERT INTO seen (path, hash, volume, inode, size, mtime_ns, ctime_ns)
    SELECT path, clip, volume, inode, size, mtime_ns, ctime_ns FROM sources ORDER BY rowid;
DROP TABLE sources;
ALTER TABLE seen RENAME TO sources;
CREATE INDEX sources_hash ON sources(hash);
"""
