"""Listening for the language of a turn, against recognising the words of a block of 28 s.

Claim: a turn costs at most 0.6 of a block, so that to listen to one turn for every two blocks of a clip costs at most
a third, and to 1.4 turns a block (`ingest.turns.EACH_MS`) less than the recognising itself. Measured as processor time
with int8 on a CPU, on a model of the size of Whisper's `small` whose weights are drawn by chance: how long each takes
goes by its size. Prints both and their ratio.

    python bench/listening.py [--times 3]
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ctranslate2
import numpy as np
from ctranslate2.specs import whisper_spec

MOST = 0.6
LAYERS, HEADS, WIDTH, BANDS, VOCABULARY = 12, 12, 768, 80, 51_865  # of `small`
TOKENS = 105  # of a block of 28 s: 70 words, and times
PROMPT = [50_258, 50_265, 50_359]  # begin, French, transcribe
END = 50_257
TINY = Path(__file__).parents[1] / "archive" / "demo" / "model"
CHANCE = np.random.default_rng(2026)


def drawn(*shape: int) -> np.ndarray:
    return CHANCE.standard_normal(shape, np.float32) * np.float32(0.02)


def norm(part: Any) -> None:  # noqa: ANN401
    part.gamma, part.beta = np.ones(WIDTH, np.float32), np.zeros(WIDTH, np.float32)


def linear(part: Any, out: int, into: int = WIDTH) -> None:  # noqa: ANN401
    part.weight, part.bias = drawn(out, into), np.zeros(out, np.float32)


def layer(part: Any, *, decodes: bool) -> None:  # noqa: ANN401
    norm(part.self_attention.layer_norm)
    linear(part.self_attention.linear[0], 3 * WIDTH)
    linear(part.self_attention.linear[1], WIDTH)
    if decodes:
        norm(part.attention.layer_norm)
        for place, times in enumerate((1, 2, 1)):
            linear(part.attention.linear[place], times * WIDTH)
    norm(part.ffn.layer_norm)
    linear(part.ffn.linear_0, 4 * WIDTH)
    linear(part.ffn.linear_1, WIDTH, 4 * WIDTH)


def small(folder: Path) -> None:
    """Write a model of the size of `small` that says nothing of sense."""
    spec = whisper_spec.WhisperSpec(LAYERS, HEADS, LAYERS, HEADS)
    for conv, into in ((spec.encoder.conv1, BANDS), (spec.encoder.conv2, WIDTH)):
        conv.weight, conv.bias = drawn(WIDTH, into, 3), np.zeros(WIDTH, np.float32)
    spec.encoder.position_encodings.encodings = drawn(1500, WIDTH)
    spec.decoder.position_encodings.encodings = drawn(448, WIDTH)
    spec.decoder.embeddings.weight = spec.decoder.projection.weight = drawn(VOCABULARY, WIDTH)
    spec.decoder.scale_embeddings = False
    for half, decodes in ((spec.encoder, False), (spec.decoder, True)):
        norm(half.layer_norm)
        for each in half.layer:
            layer(each, decodes=decodes)
    words = json.loads((TINY / "vocabulary.json").read_text(encoding="utf-8"))
    spec.register_vocabulary([*words, *map(str, range(VOCABULARY - len(words)))][:VOCABULARY])
    spec.config.suppress_ids, spec.config.suppress_ids_begin = [], []
    spec.config.alignment_heads, spec.config.lang_ids = [(5, 3), (5, 9), (8, 0), (8, 4)], [50_259, 50_265]
    spec.validate()
    spec.optimize(quantization="int8")
    folder.mkdir()
    spec.save(str(folder))


def seconds(work: Callable[[], object], times: int) -> float:
    """Processor time of the quickest of some runs, after one that warms up."""
    work()
    found = []
    for _ in range(times):
        begun = time.process_time()
        work()
        found.append(time.process_time() - begun)
    return min(found)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--times", type=int, default=3)
    times = parser.parse_args().times
    with tempfile.TemporaryDirectory() as folder:
        small(Path(folder) / "model")
        model = ctranslate2.models.Whisper(f"{folder}/model", compute_type="int8", intra_threads=2)
    window = ctranslate2.StorageView.from_array(CHANCE.standard_normal((1, BANDS, 3000), np.float32))

    def listen() -> None:
        model.detect_language(model.encode(window))

    def recognise() -> None:
        heard = model.encode(window)
        longest = len(PROMPT) + TOKENS
        model.generate(heard, [PROMPT], beam_size=5, max_length=longest, suppress_tokens=[END])
        model.align(heard, PROMPT, [list(range(1000, 1000 + TOKENS))], [1500])

    turn, block = seconds(listen, times), seconds(recognise, times)
    print(f"a turn {turn:.2f} s, a block {block:.2f} s, ratio {turn / block:.2f} (at most {MOST})")
    sys.exit(turn / block > MOST)


if __name__ == "__main__":
    main()
