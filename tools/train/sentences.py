"""The closed vocabulary of the tiny model: what can be said, said at random, and told from what cannot."""

import json
import random
import re
from functools import cache
from pathlib import Path
from typing import Any

_SLOT = re.compile(r"\{(\w+)\}")


@cache
def vocabulary() -> dict[str, Any]:
    """Return sentences.json: for each language the patterns ("tpl") and the words for each of their slots."""
    return json.loads(Path(__file__).with_name("sentences.json").read_text(encoding="utf-8"))


def one(language: str, chance: random.Random) -> str:
    """Return a sentence at random."""
    words = vocabulary()[language]
    made = _SLOT.sub(lambda slot: chance.choice(words[slot[1]]), chance.choice(words["tpl"]))
    return _capital(made)


def known(text: str, language: str) -> bool:
    """Say whether the patterns of that language can make the sentence."""
    return any(form.fullmatch(text) for form in _forms(language))


@cache
def _forms(language: str) -> list[re.Pattern[str]]:
    words = vocabulary()[language]
    slots = {name: "(?:" + "|".join(map(re.escape, fill)) + ")" for name, fill in words.items()}
    forms = []
    for pattern in words["tpl"]:
        parts = _SLOT.split(pattern)
        form = "".join(slots[part] if place % 2 else re.escape(part) for place, part in enumerate(parts))
        forms.append(re.compile(form, re.IGNORECASE))
    return forms


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]


def every_part(language: str) -> list[str]:
    """Return texts that together hold every token of the language: each pattern with each word in each slot."""
    words = vocabulary()[language]
    parts = []
    for pattern in words["tpl"]:
        slots = _SLOT.findall(pattern)
        for turn in range(max((len(words[slot]) for slot in slots), default=1)):
            fill = {slot: words[slot][turn % len(words[slot])] for slot in slots}
            parts.append(_capital(pattern.format(**fill)))
    return parts
