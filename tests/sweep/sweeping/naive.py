"""A copy as a quick script makes it, to show that the sweeps catch what is wrong with it. It is not used otherwise.

    python naive.py ingest CARD --archive DIR --json ...

It writes under the final name, believes in any file that is there, does not flush, and commits row by row.
"""

import json
import shutil
import sqlite3
import sys
from pathlib import Path

from xxhash import xxh3_128

BLOCK = 16 << 10


def copy(source: Path, target: Path) -> None:
    """Copy in small pieces, as any program does with a large file."""
    with source.open("rb") as read, target.open("wb", buffering=0) as write:
        shutil.copyfileobj(read, write, BLOCK)


def say(**event: object) -> None:
    """A line of JSON."""
    print(json.dumps(event), flush=True)


def ingest(card: Path, archive: Path) -> None:
    """Copy every clip that is not there, and write down what was copied and where it was seen."""
    db = sqlite3.connect(archive / "archive.db", isolation_level=None)
    db.execute("PRAGMA synchronous = NORMAL")
    done = []
    for source in sorted(path for path in card.iterdir() if path.suffix != ".xml"):
        target = archive / "originals" / source.name
        if not target.exists():
            copy(source, target)
        digest = xxh3_128(source.read_bytes()).hexdigest()
        if db.execute("SELECT 1 FROM clips WHERE hash = ?", [digest]).fetchone() is None:
            row = [digest, source.name, f"originals/{source.name}", source.stat().st_size]
            db.execute("INSERT INTO clips (hash, name, path, size) VALUES (?, ?, ?, ?)", row)
            see(db, source, digest)
            done.append(str(source))
        say(event="step", path=str(source), step="copy", state="done")
    db.close()
    say(event="summary", done=done, present=[], failed=[], skipped=[])


def see(db: sqlite3.Connection, source: Path, digest: str) -> None:
    """Note where a clip was seen, whatever that column is called in this version."""
    columns = [row[1] for row in db.execute("PRAGMA table_info(sources)")][:7]
    status = source.stat()
    times = (status.st_mtime_ns, status.st_ctime_ns)
    insert = f"INSERT INTO sources ({', '.join(columns)}) VALUES (?, ?, ?, ?, ?, ?, ?)"  # noqa: S608 - as SQLite names them
    db.execute(insert, (str(source), digest, status.st_dev, status.st_ino, status.st_size, *times))


if __name__ == "__main__":
    ingest(Path(sys.argv[2]), Path(sys.argv[4]))
