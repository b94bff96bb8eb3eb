import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from media import process

ROOT = Path(process.__file__).parents[1]


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{pid}/stat")
    # What nobody has waited for yet is still listed; in a container nobody may ever do.
    return not (status.exists() and status.read_text().rpartition(")")[2].split()[0] == "Z")


def ends_within(pid: int, seconds: float) -> bool:
    until = time.monotonic() + seconds
    while is_running(pid):
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True


def python(code: str) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, cwd=ROOT)


def line(child: subprocess.Popen[str]) -> str:
    assert child.stdout
    return child.stdout.readline().strip()


def test_kill_9_of_the_parent_ends_the_program_too():
    with python(
        "import time; from media import process\n"
        "print(process.start(['/bin/sleep', '60']).program.pid, flush=True); time.sleep(60)"
    ) as parent:
        program = int(line(parent))
        assert is_running(program)
        parent.kill()
    assert ends_within(program, 5)


def test_a_program_outlives_the_thread_that_started_it():
    started: list[process.Guarded] = []
    thread = threading.Thread(target=lambda: started.append(process.start(["/bin/sleep", "60"])))
    thread.start()
    thread.join()
    time.sleep(0.2)
    running = started[0]
    assert running.program.poll() is None
    with running.output, running.error:
        assert running.end() == -signal.SIGKILL


def test_what_the_program_started_ends_with_it():
    running = process.start(["/bin/sh", "-c", "sleep 60 & echo $!; wait"])
    with running.output, running.error:
        grandchild = int(running.output.readline())
        running.end()
    assert ends_within(grandchild, 5)
    assert ends_within(running.guard.pid, 5)


def test_a_program_that_is_done_keeps_its_exit_status():
    running = process.start(["/bin/sh", "-c", "echo out; echo err >&2; exit 7"])
    with running.output, running.error:
        assert (running.output.read(), running.error.read()) == (b"out\n", b"err\n")
        assert running.end() == 7


def test_a_program_that_is_not_there_leaves_no_guard_behind(monkeypatch):
    started = []

    class Noted(subprocess.Popen):
        def __init__(self, *args, **options):
            started.append(self)
            super().__init__(*args, **options)

    monkeypatch.setattr(process.subprocess, "Popen", Noted)
    with pytest.raises(FileNotFoundError):
        process.start(["/nowhere/ffmpeg"])
    guard, _ = started
    assert guard.returncode is not None


@pytest.mark.skipif(not process.LINUX, reason="only Linux refuses memory to another process")
def test_memory_beyond_the_limit_is_refused():
    code = "input(); held = bytearray(400 << 20)"
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stderr=subprocess.PIPE
    ) as child:
        more = process.limit_memory(child.pid, 200 << 20)
        assert not more()
        _, said = child.communicate(b"\n")
    assert b"MemoryError" in said


@pytest.mark.skipif(not Path("/bin/ps").exists(), reason="there is no /bin/ps")
def test_memory_is_measured_where_it_is_not_refused(monkeypatch):
    monkeypatch.setattr(process, "LINUX", False)
    assert process.limit_memory(os.getpid(), 1 << 20)()
    assert not process.limit_memory(os.getpid(), 1 << 40)()


def test_a_limit_on_a_program_that_has_ended_is_no_error():
    child = subprocess.Popen(["/bin/sh", "-c", "exit"])
    child.wait()
    assert not process.limit_memory(child.pid, 1 << 20)()
