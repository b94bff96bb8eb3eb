"""Cards, and every file that is kept of them below originals/."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlite_utils import Database

from archive.catalogue.paths import named, stored


@dataclass(frozen=True, slots=True)
class Card:
    """A card or folder that was read.

    Attributes:
        id: its row.
        name: its folder below originals/, and below the folder of every second copy.
        root: where it was read from.
    """

    id: int
    name: str
    root: Path


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that is kept below originals/.

    Attributes:
        path: below the archive's folder; below a second copy's folder the same without its first part.
        card: the row of its card; None for what came before cards were kept whole.
        name: below the card's root, as the card has it.
        hash: xxh3-128 of its content.
        size: bytes.
        generation: of the card's MHL history that lists it first; None until that is written.
    """

    path: Path
    card: int | None
    name: str
    hash: str
    size: int
    generation: int | None

    @property
    def below(self) -> Path:
        """Its path below the originals' folder, and below the folder of every second copy."""
        return Path(*self.path.parts[1:])


def cards(db: Database) -> list[Card]:
    """Every card, in the order in which they came."""
    rows = db.execute("SELECT id, name, root FROM cards ORDER BY id").fetchall()
    return [Card(number, named(name), Path(named(root))) for number, name, root in rows]


def add_card(db: Database, name: str, root: Path) -> Card:
    """A card that is read for the first time."""
    row = db.execute(
        "INSERT INTO cards (name, root) VALUES (?, ?) RETURNING id", [stored(name), stored(str(root))]
    ).fetchone()
    return Card(row[0], name, root)


def files(db: Database) -> list[Kept]:
    """Every file that is kept, in the order in which they came."""
    rows = db.execute("SELECT path, card, name, hash, size, generation FROM files ORDER BY rowid").fetchall()
    return [Kept(Path(named(path)), card, named(name), *rest) for path, card, name, *rest in rows]


def keep(db: Database, file: Kept) -> None:
    """A file that lies below originals/ now; one that is known stays as it is."""
    db.execute(
        "INSERT OR IGNORE INTO files (path, card, name, hash, size) VALUES (?, ?, ?, ?, ?)",
        [stored(str(file.path)), file.card, stored(file.name), file.hash, file.size],
    )


def listed(db: Database, files: Sequence[Kept], generation: int) -> None:
    """These files stand in that generation of their card's MHL history, and in none before."""
    for file in files:
        db.execute("UPDATE files SET generation = ? WHERE path = ?", [generation, stored(str(file.path))])


def unlisted(db: Database, files: Sequence[Kept]) -> None:
    """These files stand in no generation any more: their card's MHL history began anew without them."""
    for file in files:
        db.execute("UPDATE files SET generation = NULL WHERE path = ?", [stored(str(file.path))])


def copies(db: Database) -> dict[tuple[Path, str], str]:
    """When each file was last found whole on each volume: by its path and the volume's id, ISO 8601."""
    rows = db.execute("SELECT path, volume, verified FROM copies").fetchall()
    return {(Path(named(path)), volume): verified for path, volume, verified in rows}


def proofs(db: Database) -> dict[tuple[Path, str], int | None]:
    """The ctime that each file had when it was found whole on each volume, in nanoseconds since 1970."""
    rows = db.execute("SELECT path, volume, ctime_ns FROM copies").fetchall()
    return {(Path(named(path)), volume): ctime_ns for path, volume, ctime_ns in rows}


def unproven(db: Database, volume: str) -> None:
    """Nothing was found whole on a volume: it is another folder by now."""
    db.execute("DELETE FROM copies WHERE volume = ?", [volume])


def proven(db: Database, path: Path, volume: str, when: str, ctime_ns: int) -> None:
    """A file was read back on a volume and is whole there; it has this ctime, in nanoseconds since 1970."""
    db.execute(
        "INSERT OR REPLACE INTO copies (path, volume, verified, ctime_ns) VALUES (?, ?, ?, ?)",
        [stored(str(path)), volume, when, ctime_ns],
    )
