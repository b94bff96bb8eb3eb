"""Train a model like the tiny one from nothing, and write it as a folder that faster-whisper loads.

    .venv-train/bin/python tools/train_tiny_whisper.py FOLDER [--minutes 130] [--sentences 12000] [--threads 2]

Needs espeak-ng, and an environment of its own: see README.md beside this file.
"""

import argparse
import json
import math
import random
import re
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from train import windows
from train.corpus import Spoken, corpus
from train.export import export
from train.network import Network
from train.tokens import Tokens

HERE = Path(__file__).parent
SHIPPED = HERE.parent / "archive" / "demo" / "model"
KEPT = HERE.parent / ".cache" / "train"
HELD_OUT = 40
FIRST_PHASE = 0.55  # share of the time with short windows, before those of 30 s
RATES = (1.5e-3, 8e-4)
BATCH = 16


def main() -> None:
    """Make the speech, train for the time given, write the model; a line of figures every minute or so."""
    wanted = arguments()
    torch.set_num_threads(wanted.threads)
    torch.manual_seed(wanted.seed)
    tokens = Tokens(SHIPPED / "tokenizer.json")
    pool = corpus(KEPT / f"speech-{wanted.sentences}.npz", wanted.sentences, wanted.seed)
    unheard = corpus(KEPT / f"held-out-{HELD_OUT}.npz", HELD_OUT, wanted.seed + 1)
    texts = {sentence.text for sentence in unheard}
    network = Network(tokens)
    train(network, [each for each in pool if each.text not in texts], unheard, wanted)
    export(network, SHIPPED / "tokenizer.json", wanted.folder)


def arguments() -> argparse.Namespace:
    """Return what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="where the model is written")
    parser.add_argument(
        "--minutes", type=float, default=130, help="how long to train, without making the speech"
    )
    parser.add_argument("--sentences", type=int, default=12_000, help="how many to say")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


def train(
    network: Network, pool: Sequence[Spoken], unheard: Sequence[Spoken], wanted: argparse.Namespace
) -> None:
    """Teach the network until the time is over."""
    chance = random.Random(wanted.seed)
    optimizer = torch.optim.AdamW(network.parameters(), lr=RATES[0], betas=(0.9, 0.98), weight_decay=0.01)
    began, told, losses, step = time.monotonic(), 0.0, [], 0
    while (share := (time.monotonic() - began) / (60 * wanted.minutes)) < 1:
        for group in optimizer.param_groups:
            group["lr"] = rate(share, step)
        loss = network.loss(batch(pool, network.tokens, share, chance))
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        losses.append(loss.item())
        step += 1
        if share * wanted.minutes - told >= min(1.0, wanted.minutes / 10):
            told = share * wanted.minutes
            report(network, unheard, step, told, losses)
            losses.clear()
    report(network, unheard, step, wanted.minutes, losses)


def rate(share: float, step: int) -> float:
    """Return the learning rate: a cosine in each phase, after a short rise."""
    late = share >= FIRST_PHASE
    place = (share - FIRST_PHASE) / (1 - FIRST_PHASE) if late else share / FIRST_PHASE
    return RATES[late] * min(1, (step + 1) / 100) * (0.05 + 0.95 * (1 + math.cos(math.pi * place)) / 2)


def batch(
    pool: Sequence[Spoken], tokens: Tokens, share: float, chance: random.Random
) -> list[windows.Window]:
    """Return windows for one step: single sentences first, then up to 20 s, then 30 s as they are really heard."""
    if share >= FIRST_PHASE:
        return [windows.full(pool, tokens, chance) for _ in range(BATCH // 2)]
    longest = 4 + 16 * max(0.0, share / FIRST_PHASE - 0.4) / 0.6
    return [windows.short(pool, tokens, longest, chance) for _ in range(BATCH)]


def report(
    network: Network, unheard: Sequence[Spoken], step: int, minutes: float, losses: Sequence[float]
) -> None:
    """Print one line of JSON: the loss of late, and what it makes of sentences that it never learned."""
    network.eval()
    heard = network.hear([windows.alone(sentence) for sentence in unheard])
    network.train()
    wrong = sum(edits(words(each.text), words(text)) for each, (_, text) in zip(unheard, heard, strict=True))
    right = sum(each.language == language for each, (language, _) in zip(unheard, heard, strict=True))
    figures = {
        "minutes": round(minutes, 1),
        "steps": step,
        "loss": round(float(np.mean(losses)), 3) if losses else None,
        "word_error": round(wrong / sum(len(words(each.text)) for each in unheard), 3),
        "language_right": f"{right}/{len(unheard)}",
        "example": [unheard[0].text, heard[0][1]],
    }
    print(json.dumps(figures, ensure_ascii=False), flush=True)


def words(text: str) -> list[str]:
    """Return a text's words without case and punctuation."""
    return re.findall(r"[\w'-]+", text.lower())


def edits(said: list[str], heard: list[str]) -> int:
    """Return how many words have to be put in, taken out or changed."""
    above = list(range(len(heard) + 1))
    for row, word in enumerate(said, 1):
        here = [row]
        for column, other in enumerate(heard, 1):
            here.append(min(here[-1] + 1, above[column] + 1, above[column - 1] + (word != other)))
        above = here
    return above[-1]


if __name__ == "__main__":
    main()
