"""Cards and files whose names are as long as a disk allows, and that have to be told apart."""

import json
import subprocess
import sys

import pytest

COMMAND = [sys.executable, "-m", "archive"]


@pytest.mark.fault(
    "names",
    "two cards, and two versions of a file, of the same name of 255 bytes",
    "all are kept; the later ones get a number in a shorter name",
)
@pytest.mark.parametrize("letter", ["c", "\N{CYRILLIC SMALL LETTER ZHE}", "\N{GRINNING FACE}"])
def test_names_of_255_bytes_get_a_number(tmp_path, letter):
    long, clip = letter * (255 // len(letter.encode())), letter * (251 // len(letter.encode())) + ".MP4"
    archive = tmp_path / "archive"
    subprocess.run([*COMMAND, "new", str(archive)], check=True, capture_output=True)
    for number, folder in enumerate(("one", "two", "three")):
        card = tmp_path / folder / long
        card.mkdir(parents=True)
        (card / clip).write_bytes(folder.encode() * 1000)
        (card / "papers.txt").write_bytes(folder.encode() * 10)
        command = [
            *COMMAND,
            "ingest",
            str(card),
            "--also",
            str(tmp_path / "second"),
            "--archive",
            str(archive),
        ]
        done = subprocess.run(
            [*command, "--only", "copy", "--json"], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        (verdict,) = [each for each in map(json.loads, done.stdout.splitlines()) if each["event"] == "card"]
        assert verdict["safe_to_format"]
        assert len([*archive.glob("originals/*/*.MP4")]) == number + 1
    (tmp_path / "three" / long / "papers.txt").write_bytes(b"changed since")
    subprocess.run([*command, "--only", "copy"], check=True, capture_output=True)
    for root in (archive / "originals", tmp_path / "second"):
        assert sorted(each.read_bytes()[:3] for each in root.glob("*/*.MP4")) == [b"one", b"thr", b"two"]
        assert b"changed since" in {each.read_bytes() for each in root.glob("*/papers*")}
    assert subprocess.run([*COMMAND, "verify", "--archive", str(archive)], check=False).returncode == 0
