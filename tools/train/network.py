"""A very small Whisper, and what it is taught by: the next token, and letters heard by the encoder."""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional
from train.tokens import Tokens
from train.windows import Window
from transformers import WhisperConfig, WhisperForConditionalGeneration

LETTERS = " abcdefghijklmnopqrstuvwxyzàâçéèêëîïôùûüœæ'-.,?"
_LETTER_LOSS = 0.5  # without it the decoder never learns where to listen in the time there is


def configuration(vocabulary: int, tokens: Tokens, *, small: bool) -> WhisperConfig:
    """Return the shape of the model; with `small` the token numbers are those of the part in use."""
    number = tokens.small.__getitem__ if small else int
    return WhisperConfig(
        vocab_size=vocabulary,
        num_mel_bins=80,
        d_model=128,
        encoder_layers=4,
        decoder_layers=2,
        encoder_attention_heads=4,
        decoder_attention_heads=4,
        encoder_ffn_dim=512,
        decoder_ffn_dim=512,
        dropout=0.0,
        pad_token_id=number(tokens.end),
        bos_token_id=number(tokens.end),
        eos_token_id=number(tokens.end),
        decoder_start_token_id=number(tokens.start),
    )


class Network(nn.Module):
    """The model with one row for each token in use, and one more that stands for all others."""

    def __init__(self, tokens: Tokens) -> None:
        super().__init__()
        self.tokens = tokens
        config = configuration(len(tokens.used) + 1, tokens, small=True)
        self.whisper = WhisperForConditionalGeneration(config)
        self.letters = nn.Linear(config.d_model, len(LETTERS) + 1)

    def encode(self, mel: Tensor) -> Tensor:
        """Return (batch, frames / 2, width); of any length, where the library insists on 30 s."""
        encoder = self.whisper.model.encoder
        heard = functional.gelu(encoder.conv1(mel))
        heard = functional.gelu(encoder.conv2(heard)).transpose(1, 2)
        heard = heard + encoder.embed_positions.weight[: heard.shape[1]]
        for layer in encoder.layers:
            heard = layer(heard, None)
            heard = heard[0] if isinstance(heard, tuple) else heard
        return encoder.layer_norm(heard)

    def next_tokens(self, heard: Tensor, given: Tensor) -> Tensor:
        """Return the scores of each small number after each of those given."""
        decoder = self.whisper.model.decoder
        state = decoder(input_ids=given, encoder_hidden_states=heard, use_cache=False).last_hidden_state
        return self.whisper.proj_out(state)

    def loss(self, windows: Sequence[Window]) -> Tensor:
        """Return what is to be made smaller, over a batch."""
        heard = self.encode(torch.from_numpy(_together([window.mel for window in windows])))
        given, asked = self._lessons(windows)
        scores = self.next_tokens(heard, given)
        words = functional.cross_entropy(scores.flatten(0, 1), asked.flatten(), ignore_index=-100)
        return words + _LETTER_LOSS * self._letter_loss(heard, windows)

    @torch.no_grad()
    def hear(self, mels: Sequence[np.ndarray], longest: int = 40) -> list[tuple[str, str]]:
        """Return language and text of each mel, the likeliest token at each step, without times."""
        small = self.tokens.small
        heard = self.encode(torch.from_numpy(_together(mels)))
        said = torch.full((len(mels), 1), small[self.tokens.start])
        forced = {2: small[self.tokens.transcribe], 3: small[self.tokens.untimed]}
        for step in range(1, longest):
            best = self.next_tokens(heard, said)[:, -1].argmax(dim=-1)
            best = torch.full_like(best, forced[step]) if step in forced else best
            said = torch.cat([said, best[:, None]], dim=1)
        languages = {small[token]: language for language, token in self.tokens.languages.items()}
        return [(languages.get(row[1], ""), self._text(row[4:])) for row in said.tolist()]

    def _text(self, row: list[int]) -> str:
        end = self.tokens.small[self.tokens.end]
        return self.tokens.words(row[: row.index(end)] if end in row else row)

    def _lessons(self, windows: Sequence[Window]) -> tuple[Tensor, Tensor]:
        longest = max(len(window.tokens) for window in windows) - 1
        given = torch.full((len(windows), longest), self.tokens.small[self.tokens.end])
        asked = torch.full((len(windows), longest), -100)
        for row, window in enumerate(windows):
            small = torch.tensor([self.tokens.small[token] for token in window.tokens])
            given[row, : len(small) - 1] = small[:-1]
            asked[row, window.unjudged - 1 : len(small) - 1] = small[window.unjudged :]
        return given, asked

    def _letter_loss(self, heard: Tensor, windows: Sequence[Window]) -> Tensor:
        chances = functional.log_softmax(self.letters(heard), dim=-1).transpose(0, 1)
        wanted = [
            [LETTERS.index(letter) + 1 for letter in window.letters if letter in LETTERS]
            for window in windows
        ]
        frames = torch.tensor([window.mel.shape[1] // 2 for window in windows])
        return functional.ctc_loss(
            chances,
            torch.tensor([letter for each in wanted for letter in each], dtype=torch.long),
            frames.clamp(max=heard.shape[1]),
            torch.tensor([len(each) for each in wanted]),
            zero_infinity=True,
        )


def _together(mels: Sequence[np.ndarray]) -> np.ndarray:
    batch = np.zeros((len(mels), 80, max(mel.shape[1] for mel in mels)), np.float32)
    for row, mel in enumerate(mels):
        batch[row, :, : mel.shape[1]] = mel
    return batch
