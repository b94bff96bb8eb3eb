"""The drill: all that is left is a backup and the second copy of the originals, and the archive works again."""

import json
import shutil
import subprocess
import sys
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urldefrag, urlsplit

import pytest

COMMAND = (sys.executable, "-m", "archive")


def _run(*arguments: object) -> str:
    command = [*COMMAND, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)
    assert "Traceback" not in done.stdout + done.stderr
    assert done.returncode == 0, done.stdout[-1000:] + done.stderr[-2000:]
    return done.stdout


def _played(archive: Path, quote: dict[str, str], clip: str) -> bytes:
    """The first bytes of the film of a quote, whose page is there, as a browser asks for them."""
    command = [*COMMAND, "serve", "--port", "0", "--archive", str(archive)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as served:
        try:
            assert served.stdout
            with closing(HTTPConnection(urlsplit(served.stdout.readline().split()[-1]).netloc)) as site:
                site.request("GET", urldefrag(quote["url"]).url)
                assert clip in site.getresponse().read().decode()
                site.request("GET", f"/media/{clip}/proxy.mp4", headers={"Range": "bytes=0-999"})
                answer = site.getresponse()
                assert answer.status == 206
                return answer.read()
        finally:
            served.terminate()


@pytest.mark.fault(
    "looking after",
    "nothing is left but a backup and the second copy of the originals",
    "restore, repair: the archive says what it said, and plays a quote",
)
def test_a_backup_and_a_second_copy_become_an_archive_that_plays_a_quote(footage, tmp_path):
    card, second, backups, lost, found = (
        tmp_path / name for name in ("CARD", "second", "backups", "lost", "found")
    )
    card.mkdir()
    footage.clip(card / "C0001.MP4", [("en-02", 0.6, 0), ("en-05", 4.6, 0)], timecode="10:00:00:00")
    _run("new", lost)
    _run("ingest", card, "--also", second, "--archive", lost, "--model", "demo", "--place", "Rome")
    before = _run("list", "--json", "--archive", lost)
    words = " ".join(footage.sentences["en-05"].text.split()[:3]).strip(",.")
    (quote,) = json.loads(_run("search", f'"{words}"', "--json", "--archive", lost))
    _run("backup", backups, "--archive", lost)
    shutil.rmtree(lost)
    shutil.rmtree(card)

    absent = json.loads(_run("restore", backups, found, "--json"))["absent"]
    assert absent == ["originals/CARD/C0001.MP4"]
    _run("repair", "--from", second, "--yes", "--archive", found)
    assert _run("list", "--json", "--archive", found) == before
    assert json.loads(_run("search", f'"{words}"', "--json", "--archive", found)) == [quote]
    (clip,) = json.loads(before)[0]["clips"]
    assert b"ftyp" in _played(found, quote, clip["hash"])[:32]
