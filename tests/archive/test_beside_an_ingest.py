"""The pages, search, list, verify and a backup, all asked again and again while a real ingest runs."""

import contextlib
import json
import subprocess
import sys
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

PATIENCE = 120


def _archive(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "archive", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)


@contextlib.contextmanager
def _served(archive: Path):
    command = [sys.executable, "-m", "archive", "serve", "--port", "0", "--archive", str(archive)]
    served = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        yield served.stdout.readline().strip()
    finally:
        served.kill()
        served.communicate()


def _browsed(address: str, ingest: Future[subprocess.CompletedProcess[str]]) -> tuple[int, set[str]]:
    """How often a page was asked for until the ingest was over, and what was not answered."""
    asked, wrong = 0, set()
    with httpx.Client(base_url=address, timeout=PATIENCE, follow_redirects=True) as browser:
        while not ingest.done():
            for page in ("/", "/search?q=library", "/archive/interviews.json"):
                answer = browser.get(page)
                asked += 1
                if answer.status_code != 200 or "locked" in answer.text:
                    wrong.add(f"{page}: {answer.status_code} {answer.text[-300:]}")
    return asked, wrong


def _commanded(
    archive: Path, backups: Path, ingest: Future[subprocess.CompletedProcess[str]]
) -> tuple[int, set[str]]:
    asked, wrong = 0, set()
    while not ingest.done():
        for command in (("search", "library"), ("list",), ("verify",), ("backup", backups)):
            answer = _archive(*command, "--json", "--archive", archive)
            asked += 1
            if answer.returncode or answer.stderr:
                wrong.add(f"{command[0]}: {answer.returncode} {answer.stdout[-300:]} {answer.stderr[-300:]}")
    return asked, wrong


@pytest.mark.fault(
    "two at once",
    "pages, search, list, verify and backup, again and again while an ingest runs",
    'all of them answer, none with an error or "database is locked"; the ingest ends well',
)
def test_everything_that_reads_goes_on_while_an_ingest_runs(footage, tmp_path):
    card, archive = tmp_path / "CARD", tmp_path / "archive"
    card.mkdir()
    for number, sentence in enumerate(("en-02", "en-05", "en-01")):
        footage.clip(card / f"A00{number}.mp4", [(sentence, 0.3, 0)])
    assert _archive("new", archive, "--title", "Busy").returncode == 0
    options = ("--archive", archive, "--model", "demo", "--json")
    assert _archive("ingest", card / "A000.mp4", *options).returncode == 0
    with _served(archive) as address, ThreadPoolExecutor() as people:
        ingest = people.submit(_archive, "ingest", card, *options)
        pages = people.submit(_browsed, address, ingest)
        asked, wrong = _commanded(archive, tmp_path / "backups", ingest)
        browsed, unanswered = pages.result()
        assert not wrong | unanswered
        assert asked > 3
        assert browsed > 3
        assert ingest.result().returncode == 0
        assert len(json.loads(ingest.result().stdout.splitlines()[-1])["done"]) == 2
        assert len(httpx.get(f"{address}archive/interviews.json", timeout=PATIENCE).json()["rows"]) == 3
