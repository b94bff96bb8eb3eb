"""Damaged clips: refused, or used as far as they can be read where somebody asked for that."""

import json
from collections.abc import Mapping

from media.errors import Damaged
from media.length import OnDamage, refuse

_ACCEPTED = "accept_damaged"


def settings(of_step: Mapping[str, object], *, accept: bool) -> dict[str, object]:
    """The settings of a step that decodes a clip, with what is to be done about damage.

    They say it only where it is accepted, so that clips without damage are not made again for the question.
    """
    return {**of_step, _ACCEPTED: True} if accept else {**of_step}


def is_accepted(settings: str) -> bool:
    """Whether settings in canonical form accept damage."""
    return bool(json.loads(settings).get(_ACCEPTED))


class Damage:
    """What a step found damaged, if that is accepted."""

    def __init__(self, settings: str) -> None:
        """Begin a step with these settings, in canonical form."""
        self._found: list[Damaged] = []
        self.on_damage: OnDamage = self._found.append if is_accepted(settings) else refuse

    @property
    def message(self) -> str:
        """What was found first; "" where nothing was."""
        return self._found[0].message if self._found else ""
