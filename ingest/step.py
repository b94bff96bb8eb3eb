"""What a step is: a function from a clip to a clip that knows more."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ingest.clip import Clip
from ingest.transcript import Block


@dataclass(frozen=True, slots=True)
class Context:
    """What a step is given besides its clip.

    Attributes:
        settings: the step's settings in canonical form.
        blocks: for `transcribe` and `translate`, what an earlier run finished.
        keep: for these, called with each block as it is finished.
        progress: called with 0 to 1.
        stop: set when everything should end.
    """

    settings: str
    blocks: Mapping[int, Block]
    keep: Callable[[int, Block], None]
    progress: Callable[[float], None]
    stop: threading.Event


StepFunction = Callable[[Clip, Context], Clip]
