import os
import signal
import subprocess
import sys
import threading
import time
import wave
from pathlib import Path

import pytest

from ingest.errors import ModelMissing, RecogniserDied, StepFailed
from ingest.executors.local import LocalRecogniser
from media.errors import Stopped

ROOT = Path(__file__).parents[2]
TINY = ROOT / "archive" / "demo" / "model"


@pytest.fixture(scope="module")
def talk(footage, tmp_path_factory) -> Path:
    """Half a minute of sentences."""
    samples, _ = footage.sound(
        [(f"en-{number:02}", 0.3 + 4 * number, 0) for number in range(1, 7)], length=29
    )
    path = tmp_path_factory.mktemp("talk") / "sound.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16_000)
        file.writeframes((samples[:, 0] * 32767).astype("<i2").tobytes())
    return path


@pytest.fixture
def recogniser():
    with LocalRecogniser(TINY, device="cpu") as recogniser:
        yield recogniser


def child(recogniser: LocalRecogniser) -> subprocess.Popen[bytes]:
    assert recogniser._child
    return recogniser._child._process


def for_ever(recogniser: LocalRecogniser, sound: Path, stop: threading.Event | None = None) -> None:
    while True:
        recogniser.recognise(sound, (0, 28_000), "en", (), stop)


def test_one_process_answers_every_question(recogniser, talk):
    assert recogniser.detect(talk, [(4000, 9000)])[0]["en"] > 0.9
    pid = child(recogniser).pid
    block = recogniser.recognise(talk, (8000, 12_000), "en")
    assert " ".join(word.text for word in block.words) == "We started with twelve families in Toronto."
    assert child(recogniser).pid == pid != os.getpid()


def test_a_stop_is_heard_within_a_second_while_it_recognises(recogniser, talk):
    recogniser.detect(talk, [(0, 1000)])
    stop = threading.Event()
    threading.Timer(0.3, stop.set).start()
    started = time.monotonic()
    with pytest.raises(Stopped):
        for_ever(recogniser, talk, stop)
    assert time.monotonic() - started < 1.5


@pytest.mark.fault(
    "recogniser",
    "the recogniser aborts in C in the middle of a clip",
    "told; the next question finds a fresh one",
)
def test_its_death_is_told_and_the_next_question_finds_a_fresh_one(recogniser, talk):
    recogniser.detect(talk, [(0, 1000)])
    dead = child(recogniser)
    threading.Timer(0.2, dead.kill).start()
    with pytest.raises(RecogniserDied, match="was ended by signal 9"):
        for_ever(recogniser, talk)
    assert recogniser.detect(talk, [(4000, 9000)])[0]["en"] > 0.9
    assert child(recogniser).pid != dead.pid


def test_ctrl_c_in_the_terminal_does_not_reach_it(recogniser, talk):
    recogniser.detect(talk, [(0, 1000)])
    child(recogniser).send_signal(signal.SIGINT)
    assert recogniser.detect(talk, [(4000, 9000)])[0]["en"] > 0.9
    assert os.getpgid(child(recogniser).pid) != os.getpgid(0)


def test_a_missing_model_is_told_as_such(tmp_path, talk):
    with LocalRecogniser(tmp_path) as recogniser, pytest.raises(ModelMissing, match=r"no model\.bin"):
        recogniser.detect(talk, [(0, 1000)])


@pytest.mark.fault("recogniser", "a language that the model does not know", "told as that")
def test_a_language_that_the_model_does_not_know_is_told_as_such(recogniser, talk):
    with pytest.raises(StepFailed, match="knows no language 'english'"):
        recogniser.recognise(talk, (0, 1000), "english")


@pytest.mark.fault(
    "recogniser", "the sound file goes away under the recogniser", "that clip fails; the model stays loaded"
)
def test_a_sound_file_that_is_gone_costs_no_process(recogniser, tmp_path, talk):
    with pytest.raises(RecogniserDied, match="FileNotFoundError"):
        recogniser.detect(tmp_path / "gone.wav", [(0, 1000)])
    pid = child(recogniser).pid
    recogniser.detect(talk, [(0, 1000)])
    assert child(recogniser).pid == pid


@pytest.mark.fault("kill", "`kill -9` while the recogniser works", "it ends with us")
def test_it_ends_when_whoever_started_it_is_killed_and_prints_nothing(talk):
    """Started from a program read from standard input, which has no file to be imported again."""
    program = f"""
import sys; sys.path.insert(0, {str(ROOT)!r})
from pathlib import Path
from ingest.executors.local import LocalRecogniser
recogniser = LocalRecogniser(Path({str(TINY)!r}), device="cpu")
recogniser.detect(Path({str(talk)!r}), [(0, 1000)])
print(recogniser._child._process.pid, flush=True)
while True: recogniser.recognise(Path({str(talk)!r}), (0, 28000), "en")
"""
    parent = subprocess.Popen(
        [sys.executable, "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert parent.stdin
    assert parent.stdout
    parent.stdin.write(program)
    parent.stdin.close()
    parent.stdin = None
    pid = int(parent.stdout.readline())
    parent.kill()
    assert parent.communicate() == ("", "")
    until = time.monotonic() + 5
    while time.monotonic() < until and _runs(pid):
        time.sleep(0.05)
    assert not _runs(pid)


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{pid}/stat")  # a killed child of nobody may still be listed
    return not (status.exists() and status.read_text().rpartition(")")[2].split()[0] == "Z")
