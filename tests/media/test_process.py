import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from media import process
from media.limits import Limits, shell

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


@pytest.mark.fault("kill", "`kill -9` while ffmpeg works", "ffmpeg ends with us")
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
    assert not started


@pytest.mark.skipif(not process.LINUX, reason="only Linux refuses memory")
def test_memory_beyond_the_limit_is_refused():
    said, _ = ended([sys.executable, "-c", "held = bytearray(400 << 20)"], Limits(memory=200 << 20))
    assert b"MemoryError" in said


@pytest.mark.skipif(not Path("/bin/ps").exists(), reason="there is no /bin/ps")
def test_memory_is_measured_where_it_is_not_refused(monkeypatch):
    assert not process.exceeds(os.getpid(), 1 << 20) or not process.LINUX
    monkeypatch.setattr(process, "LINUX", False)
    assert process.exceeds(os.getpid(), 1 << 20)
    assert not process.exceeds(os.getpid(), 1 << 40)


def test_a_file_beyond_the_limit_ends_the_program(tmp_path):
    code = "import sys; open(sys.argv[1], 'wb').write(bytes(3 << 20))"
    grown = tmp_path / "grown"
    _, status = ended(
        [sys.executable, "-c", f"import signal; signal.signal(25, 0); {code}", str(grown)],
        Limits(written=1 << 20),
    )
    assert status == -signal.SIGXFSZ
    assert grown.stat().st_size in (1 << 20, 2 << 20)


def test_more_open_files_than_the_limit_are_refused():
    said, _ = ended([sys.executable, "-c", "held = [open('/dev/null') for _ in range(64)]"], Limits(files=32))
    assert b"Too many open files" in said


def test_computing_beyond_the_limit_ends_the_program():
    _, status = ended([sys.executable, "-c", "while True: pass"], Limits(computing=1))
    assert status == -signal.SIGXCPU


def test_a_limit_that_is_lower_already_stays():
    """No word of the shell about it, and no failure."""
    more = ["/bin/sh", "-c", 'ulimit -n 64; exec "$@"', "sh", "/bin/sh", "-c", f"{shell(Limits())} ulimit -n"]
    done = subprocess.run(more, capture_output=True, text=True, check=True)
    assert (done.stdout.strip(), done.stderr) == ("64", "")


def ended(arguments: list[str], limits: Limits) -> tuple[bytes, int]:
    """What a program said on its standard error, and its exit status."""
    running = process.start(arguments, limits=limits)
    with running.output, running.error:
        said = running.error.read()
        running.program.wait()
        return said, running.end()
