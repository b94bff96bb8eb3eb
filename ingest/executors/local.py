"""Recognises speech in a process of its own: the model is loaded once, and its death takes nothing with it."""

import json
import queue
import subprocess
import sys
import tempfile
import threading
import weakref
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO, Any

from ingest import errors as ingest_errors
from ingest.engines.recogniser import Heard, Stretch
from ingest.errors import RecogniserDied, StepFailed
from ingest.steps import Step
from ingest.transcript import Block, Note, Word
from media import errors as media_errors
from media.errors import Problem, Stopped

CHECK_EVERY = 0.2  # seconds between two looks at `stop`
KEPT = 2000  # characters of the end of what a dead child said

# Where to import from is told by us: -P keeps the current folder out, which may hold anybody's files.
START = "import sys, json; sys.path[:] = json.loads(sys.argv[1]); from ingest.executors.child import serve; serve()"


class LocalRecogniser:
    """A `Recogniser` in a child process, started at the first question and again after a death.

    One thread asks at a time. The child ends when its input does, so also when we are killed.
    """

    def __init__(self, folder: Path, *, device: str = "auto", compute_type: str = "auto") -> None:
        """Remember the model; nothing is loaded yet.

        Args:
            folder: of the model.
            device: as `FasterWhisper`.
            compute_type: as `FasterWhisper`.
        """
        self._model = {"folder": str(folder), "device": device, "compute_type": compute_type}
        self._child: _Child | None = None

    def __enter__(self) -> "LocalRecogniser":
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def detect(
        self, sound: Path, stretches: Sequence[Stretch], stop: threading.Event | None = None
    ) -> list[Heard]:
        """The language of each of these stretches."""
        return list(self._ask("detect", sound, {"stretches": list(stretches)}, stop))

    def recognise(
        self,
        sound: Path,
        stretch: Stretch,
        language: str,
        vocabulary: Sequence[str] = (),
        stop: threading.Event | None = None,
    ) -> Block:
        """The words of one stretch."""
        question = {"stretch": stretch, "language": language, "vocabulary": list(vocabulary)}
        return _block(stretch, language, self._ask("recognise", sound, question, stop))

    def translate(
        self, sound: Path, stretch: Stretch, language: str, stop: threading.Event | None = None
    ) -> Block:
        """What is said in one stretch, in English."""
        question = {"stretch": stretch, "language": language}
        return _block(stretch, language, self._ask("translate", sound, question, stop))

    def close(self) -> None:
        """End the child, if there is one."""
        if self._child:
            self._child.end()
            self._child = None

    def _ask(self, what: str, sound: Path, question: dict[str, Any], stop: threading.Event | None) -> Any:  # noqa: ANN401
        if self._child is None or not self._child.alive:
            self.close()
            self._child = _Child(self._model)
        # JSON has no place for names that are no UTF-8 except as Python escapes them.
        self._child.tell({"what": what, "sound": str(sound), **question})
        try:
            answer = self._child.answer(stop)
        except (Stopped, RecogniserDied):
            self.close()
            raise
        if "error" in answer:
            raise _raised("translate" if what == "translate" else "transcribe", **answer["error"])
        return answer["found"]


class _Child:
    """One process that recognises: a line of JSON for each question, and one for each answer."""

    def __init__(self, model: dict[str, str]) -> None:
        self._said = tempfile.TemporaryFile()  # noqa: SIM115  # lives as long as the child
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-c", START, json.dumps(sys.path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._said,
            process_group=0,  # Ctrl-C in a terminal is for us; we end the child
        )
        self._answers: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        reader = threading.Thread(
            target=_read_lines, args=(_pipe(self._process.stdout), self._answers.put), daemon=True
        )
        reader.start()
        self.end: Callable[[], object] = weakref.finalize(self, _end, self._process, reader, self._said)
        self.tell(model)

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def tell(self, question: dict[str, Any]) -> None:
        try:
            pipe = _pipe(self._process.stdin)
            pipe.write(json.dumps(question).encode() + b"\n")
            pipe.flush()
        except BrokenPipeError:
            pass  # it is dead, which `answer` finds out and explains

    def answer(self, stop: threading.Event | None) -> dict[str, Any]:
        while True:
            try:
                line = self._answers.get(timeout=CHECK_EVERY)
            except queue.Empty:
                if stop and stop.is_set():
                    raise Stopped(
                        "Recognising was stopped.", "Start again; finished blocks are kept."
                    ) from None
                continue
            if line:
                return json.loads(line)  # type: ignore[no-any-return]
            raise self._death()

    def _death(self) -> RecogniserDied:
        code = self._process.wait()
        how = f"ended with code {code}" if code >= 0 else f"was ended by signal {-code}"
        self._said.seek(0)
        last = self._said.read().decode(errors="replace")[-KEPT:].strip().splitlines()[-1:]
        return RecogniserDied(
            f"The speech recogniser {how}{': ' + last[0] if last else ''}",
            "Run `archive ingest` again; finished blocks are kept. If it happens again, "
            "there may be too little memory: choose a smaller model with --model.",
        )


def _block(stretch: Stretch, language: str, answer: dict[str, Any]) -> Block:
    words = tuple(Word(*word) for word in answer["words"])
    return Block(*stretch, language, words, tuple(Note(*note) for note in answer["notes"]), answer["sounds"])


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    assert pipe is not None  # Popen was asked for it
    return pipe


def _read_lines(pipe: IO[bytes], put: Callable[[bytes], None]) -> None:
    for line in pipe:
        put(line)
    put(b"")


def _end(process: subprocess.Popen[bytes], reader: threading.Thread, said: IO[bytes]) -> None:
    process.kill()
    process.wait()
    reader.join()
    for pipe in (process.stdin, process.stdout, said):
        try:
            if pipe:
                pipe.close()
        except BrokenPipeError:  # what was still to be written has no reader any more
            pass


def _raised(step: Step, kind: str, message: str, remedy: str) -> Problem:
    """The error that the child met, as ours; one of no class of ours means that it failed at its work."""
    if kind == "StepFailed":
        return StepFailed(step, message, remedy)
    found = getattr(ingest_errors, kind, None) or getattr(media_errors, kind, None)
    if isinstance(found, type) and issubclass(found, Problem):
        return found(message, remedy)
    return RecogniserDied(f"The speech recogniser failed: {kind}: {message}", "Run `archive ingest` again.")
