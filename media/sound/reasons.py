"""What was chosen and why, in a sentence for a sound recordist."""

from collections.abc import Sequence

from media.sound.model import Channel
from media.sound.triage import DEAD_DB, Choice


def reason(channels: Sequence[Channel], choice: Choice, counts: Sequence[int]) -> str:
    """Say which channels carry the voices and what is on the others.

    Args:
        channels: as measured.
        choice: what was chosen.
        counts: how many channels each stream has; channels are counted through all streams from 1.
    """
    total = len(channels)
    over = f" of {total}" + (f" in {len(counts)} streams" if len(counts) > 1 else "")
    rest = _rest(channels, choice)
    if not choice.voices:
        said = "Nobody speaks" if total == 1 else f"Nobody speaks on any channel{over}"
        return f"{said}{_after(rest)}."
    if total == 1:
        return f"The only channel carries the voice ({_level(channels[0])})."
    if len(choice.voices) == 1:
        chosen = choice.voices[0]
        return f"Channel {chosen + 1}{over} carries the voice ({_level(channels[chosen])}){_after(rest)}."
    levels = _listed([_level(channels[i]) for i in choice.voices])
    listed = numbers(choice.voices)
    return f"Channels {listed}{over} carry a voice each ({levels}), combined at equal level{_after(rest)}."


def numbers(places: Sequence[int]) -> str:
    """Channel numbers as people write them: "1 to 4 and 6"."""
    runs: list[list[int]] = []
    for place in sorted(places):
        if runs and place == runs[-1][-1] + 1:
            runs[-1].append(place)
        else:
            runs.append([place])
    return _listed([word for run in runs for word in _run(run)])


def _listed(words: list[str]) -> str:
    return " and ".join(part for part in (", ".join(words[:-1]), words[-1]) if part)


def _run(run: list[int]) -> list[str]:
    if len(run) < 3:
        return [str(place + 1) for place in run]
    return [f"{run[0] + 1} to {run[-1] + 1}"]


def _rest(channels: Sequence[Channel], choice: Choice) -> list[str]:
    """What is on the channels that were not chosen, a clause for each kind."""
    dead = [i for i, channel in enumerate(channels) if channel.peak_db <= DEAD_DB]
    repeats = [i for i, kept in enumerate(choice.same) if kept != i]
    noise = [i for i in range(len(channels)) if i not in (*choice.voices, *choice.together, *dead, *repeats)]
    clauses = [
        _clause(dead, "is silent", "are silent"),
        _clause(noise, "carries no voice", "carry no voice") if choice.voices or dead else "",
        _clause(list(choice.together), "hears the same voices", "hear the same voices"),
    ]
    for kept in sorted({choice.same[i] for i in repeats}):
        for turned in (False, True):
            group = [i for i in repeats if choice.same[i] == kept and (i in choice.turned) is turned]
            phase = " in opposite phase" if turned else ""
            clauses.append(_clause(group, f"repeats {kept + 1}{phase}", f"repeat {kept + 1}{phase}"))
    return [clause for clause in clauses if clause]


def _clause(places: list[int], one: str, many: str) -> str:
    return f"{numbers(places)} {one if len(places) == 1 else many}" if places else ""


def _after(clauses: list[str]) -> str:
    return f"; {', '.join(clauses)}" if clauses else ""


def _level(channel: Channel) -> str:
    return f"{channel.level_db:.0f} dBFS"
