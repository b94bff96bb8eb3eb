"""From the network that was taught to a folder that faster-whisper loads."""

import json
import shutil
import tempfile
from pathlib import Path

import torch
from ctranslate2.converters import TransformersConverter
from torch import Tensor
from train.network import Network, configuration
from train.tokens import SIZE, Tokens
from transformers import WhisperForConditionalGeneration, WhisperTokenizerFast

_ENDS = 50_257  # the tokens before it are text
_HEADS = [[1, 0], [1, 1], [1, 2], [1, 3]]  # all of the last decoder layer tell where a word is heard


def export(network: Network, tokenizer: Path, folder: Path) -> None:
    """Write the model in CTranslate2's format, int8, with all that faster-whisper looks for."""
    with tempfile.TemporaryDirectory() as place:
        whole(network).save_pretrained(place)
        WhisperTokenizerFast(tokenizer_file=str(tokenizer)).save_pretrained(place)
        TransformersConverter(place).convert(str(folder), quantization="int8", force=True)
    shutil.copyfile(tokenizer, folder / "tokenizer.json")
    _write(folder / "config.json", _settings(network.tokens))
    preprocessor = {
        "feature_size": 80,
        "sampling_rate": 16000,
        "hop_length": 160,
        "chunk_length": 30,
        "n_fft": 400,
    }
    _write(folder / "preprocessor_config.json", preprocessor)


def whole(network: Network) -> WhisperForConditionalGeneration:
    """Return the model with Whisper's whole vocabulary: tokens not in use all share one row, which never wins."""
    tokens = network.tokens
    model = WhisperForConditionalGeneration(configuration(SIZE, tokens, small=False))
    weights = dict(network.whisper.state_dict())
    for name in ("model.decoder.embed_tokens.weight", "proj_out.weight"):
        weights[name] = _spread(weights[name], tokens)
    model.load_state_dict(weights)
    return model


def _spread(rows: Tensor, tokens: Tokens) -> Tensor:
    spread = rows[-1].repeat(SIZE, 1)
    spread[torch.tensor(tokens.used)] = rows[:-1]
    return spread


def _settings(tokens: Tokens) -> dict[str, object]:
    return {
        "alignment_heads": _HEADS,
        "lang_ids": sorted(tokens.languages.values()),
        "suppress_ids": [],
        "suppress_ids_begin": [220, _ENDS],
    }


def _write(file: Path, value: dict[str, object]) -> None:
    file.write_text(json.dumps(value), encoding="utf-8")
