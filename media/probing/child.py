"""The child process of `media.probing`: reads names of files, answers with what they are."""

import json
import os
import sys
from pathlib import Path
from typing import IO, Any

from media.errors import Problem
from media.probe import probe
from media.probing import PROBE


def serve() -> None:
    """Answer each line, a file's name as JSON, with a line of JSON, until there are no more."""
    answers = _private_output()
    for line in sys.stdin.buffer:
        answers.write(json.dumps(_answer(Path(json.loads(line)))).encode() + b"\n")
        answers.flush()


def _answer(path: Path) -> dict[str, Any]:
    try:
        return {"probe": PROBE.dump_json(probe(path)).decode()}
    except Problem as problem:
        system = str(problem.__cause__) if isinstance(problem.__cause__, OSError) else ""
        return {"error": _error(problem, problem.message, problem.remedy, system)}
    except MemoryError as error:
        return {"error": _error(error, f"{path.name}: claims more memory than any clip takes", "", "")}
    except Exception as error:  # an answer, so that one odd file does not cost the loaded libraries
        return {"error": _error(error, f"{path.name}: {type(error).__name__}: {error}", "", "")}


def _error(error: Exception, message: str, remedy: str, system: str) -> dict[str, str]:
    return {"kind": type(error).__name__, "message": message, "remedy": remedy, "system": system}


def _private_output() -> IO[bytes]:
    """Our standard output for answers alone; what a library prints goes nowhere."""
    answers = os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    return answers
