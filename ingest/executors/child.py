"""The child process of `ingest.executors.local`: reads questions, answers with what it recognised."""

import json
import os
import signal
import sys
import threading
from collections.abc import Iterator
from dataclasses import astuple
from pathlib import Path
from queue import SimpleQueue
from typing import IO, Any

from ingest.engines.recogniser import Recogniser
from media.errors import Problem


def serve() -> None:
    """Answer questions until there are no more; the first line says which model to load."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever started us decides
    answers = _private_output()
    questions = _questions(sys.stdin.buffer)
    model = json.loads(next(questions))
    recogniser: Recogniser | None = None
    for line in questions:
        try:
            recogniser = recogniser or _load(**model)
            answer = {"found": _found(recogniser, **json.loads(line))}
        except Problem as problem:
            answer = {"error": _error(problem, problem.message, problem.remedy)}
        except Exception as error:  # an answer, so that one bad stretch does not cost the loaded model
            answer = {"error": _error(error, str(error), "")}
        answers.write(json.dumps(answer).encode() + b"\n")
        answers.flush()


def _load(folder: str, device: str, compute_type: str) -> Recogniser:
    from ingest.engines.faster_whisper import FasterWhisper

    return FasterWhisper(Path(folder), device=device, compute_type=compute_type)


def _found(recogniser: Recogniser, what: str, sound: str, **question: Any) -> Any:  # noqa: ANN401
    if what == "detect":
        return recogniser.detect(Path(sound), **question)
    hear = recogniser.translate if what == "translate" else recogniser.recognise
    block = hear(Path(sound), **question)
    return {
        "words": [astuple(word) for word in block.words],
        "notes": [astuple(note) for note in block.notes],
        "sounds": block.sounds,
    }


def _error(error: Exception, message: str, remedy: str) -> dict[str, str]:
    return {"kind": type(error).__name__, "message": message, "remedy": remedy}


def _private_output() -> IO[bytes]:
    """Our standard output for answers alone; whatever a library prints goes to standard error."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return answers


def _questions(pipe: IO[bytes]) -> Iterator[bytes]:
    """Lines as they come. Their end means that whoever asked is gone, killed perhaps: then so are we, at once.

    A thread of its own reads, so that this also ends a long computation. It does not depend on the thread that
    started this process, whose end is all that Linux could tell us (PR_SET_PDEATHSIG).
    """
    lines: SimpleQueue[bytes] = SimpleQueue()

    def read() -> None:
        for line in pipe:
            lines.put(line)
        os._exit(0)

    threading.Thread(target=read, daemon=True).start()
    while True:
        yield lines.get()
