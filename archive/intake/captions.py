"""Caption files that came with clips: kept by the clip, so that one that was mended takes the first one's place."""

import filecmp
from pathlib import Path

from archive.catalogue.originals import Original
from archive.config import Archive
from ingest.engines import captions
from media import card, disk


def of(archive: Archive, clip: Original) -> Path | None:
    """The caption file of a clip: the one that is kept for it, else the one that lies beside it."""
    folder = archive.captions / clip.hash[:12]
    kept = (folder / Path(clip.name).with_suffix(f".{ending}") for ending in card.CAPTION_ENDINGS)
    return next((path for path in kept if path.is_file()), None) or captions.beside(
        archive.folder / clip.path
    )


def keep(archive: Archive, clip: Original, beside: Path) -> None:
    """Keep a copy of the caption file that lies beside a clip.

    Raises:
        OSError: it cannot be read or written.
    """
    kept = archive.captions / clip.hash[:12] / Path(clip.name).with_suffix(beside.suffix.lower())
    if not (kept.exists() and filecmp.cmp(beside, kept, shallow=False)):
        disk.make_folder(kept.parent)
        disk.write(kept, beside.read_bytes())
