"""`archive new`: what it asks a person, and that it asks nobody else."""

import os
import pty
import subprocess
import sys
import tomllib
from contextlib import suppress
from pathlib import Path
from select import select

import pytest

COMMAND = [sys.executable, "-m", "archive", "new"]

CTRL_C = "\x03"
# Who leads a session and opens a terminal gets its Ctrl-C.
AT_A_TERMINAL = """
import os, sys
os.close(os.open(os.ttyname(0), os.O_RDWR))
os.execv(sys.executable, [sys.executable, "-m", "archive", "new", *sys.argv[1:]])
"""


@pytest.fixture
def asked(tmp_path: Path):
    """Make an archive at a terminal; returns how it ended, its settings and what was shown."""

    def make(*options: str, typed: str) -> tuple[int, dict, str]:
        ours, theirs = pty.openpty()
        command = [sys.executable, "-c", AT_A_TERMINAL, str(tmp_path / "Our Cities"), *options]
        shown = b""
        with subprocess.Popen(
            command, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True
        ) as done:
            os.close(theirs)
            answers, stops = typed.removesuffix(CTRL_C), typed.endswith(CTRL_C)
            os.write(ours, answers.encode())
            with suppress(OSError):  # how a terminal on Linux says that the other side has gone
                while select([ours], [], [], 60)[0] and (piece := os.read(ours, 4096)):
                    shown += piece
                    if stops and shown.count(b": ") > answers.count("\n"):
                        stops = bool(os.write(ours, CTRL_C.encode()) < 1)  # once the next question is asked
            os.close(ours)
        settings = tmp_path / "Our Cities" / "archive.toml"
        said = tomllib.loads(settings.read_text(encoding="utf-8")) if settings.exists() else {}
        return done.returncode, said, shown.decode()

    return make


def test_a_person_is_asked_for_title_languages_names_and_model(asked):
    code, settings, _ = asked(typed='Cities That Share\nen, FR\nAnna Rossi, Forno "Comune"\nsmall\n')
    assert code == 0
    assert settings["title"] == "Cities That Share"
    assert settings["transcribe"] == {
        "model": "small",
        "vocabulary": ["Anna Rossi", 'Forno "Comune"'],
        "languages": ["en", "fr"],
        "translate": [],
    }


def test_enter_takes_what_stands_there(asked):
    code, settings, shown = asked(typed="\n\n\n\n")
    assert (code, settings["title"], "[Our Cities]" in shown) == (0, "Our Cities", True)
    assert settings["transcribe"] == {"model": "auto", "vocabulary": [], "languages": [], "translate": []}


def test_what_the_command_says_is_not_asked(asked):
    _, settings, shown = asked("--title", "Ours", typed="en\n\n\n")
    assert (settings["title"], settings["transcribe"]["languages"]) == ("Ours", ["en"])
    assert "called" not in shown


@pytest.mark.fault(
    "names",
    "an answer to `archive new` that is no language code, or no speech model",
    "that is said, and the question asked again; nothing is made before all is answered",
)
def test_an_answer_that_cannot_be_is_asked_again(asked):
    code, settings, shown = asked(typed="\nEnglish\nen\n\nhuge\nsmall\n")
    assert (code, settings["transcribe"]["languages"], settings["transcribe"]["model"]) == (
        0,
        ["en"],
        "small",
    )
    assert "'english' is no language code" in shown
    assert "huge: there is no such folder, and no model of that name" in shown


@pytest.mark.fault("names", "Ctrl-C at a question of `archive new`", "no archive is made")
def test_who_stops_at_a_question_has_made_nothing(asked):
    code, settings, shown = asked(typed=f"Ours\n{CTRL_C}")
    assert (code != 0, settings, "Traceback" in shown) == (True, {}, False)


def test_a_folder_that_is_an_archive_is_refused_before_anything_is_asked(asked):
    asked(typed="\n\n\n\n")
    code, _, shown = asked(typed="")
    assert (code, "is an archive already" in shown, "called" in shown) == (2, True, False)


def test_without_a_terminal_nothing_is_asked(tmp_path):
    done = subprocess.run(
        [*COMMAND, tmp_path / "ours"], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True
    )
    assert done.stderr.startswith(f"{tmp_path / 'ours'} is ready.")
    assert (tmp_path / "ours/archive.toml").exists()
