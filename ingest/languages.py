"""Which language is spoken where in a clip: listened to turn by turn, and decided over all of them.

Whisper tells a language over one window of 30 s, and of a window that holds two the one that is heard first. So it is
asked for turns. A single short turn misleads it, so a turn counts for as much as it is long and sure, and a change
of language has a price: the cheapest way through all turns is taken (Viterbi's algorithm).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from math import log

from ingest.engines.recogniser import Heard, Stretch
from ingest.turns import Turn

# Turns that are listened to before it is known whether a clip speaks several languages: one for each minute or so.
FEWEST, FIRST, EACH_MS = 5, 24, 56_000
SHORTEST_MS = 1000  # of a shorter turn no language is told
LONG_MS = 2500  # a turn that is so long counts in full
SURE = 0.8  # from this on a turn is in another language

LEAST = 0.005  # what no turn is less probable than, so that none decides alone
# What each of these costs, in natural logarithms of how much less probable it is.
CHANGE = 1.2  # of language,
CHANGE_OF_VOICE = 0.5  # the same where another microphone goes on,
UNEXPECTED = 0.25  # and a turn in another language than the clip's
EARLIER_MS = 10_000  # the language of an earlier clip counts for as much as so much speech


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is known of the languages of a clip before anybody listens.

    Attributes:
        given: what the crew said; nothing else is listened for, unless `among` names it.
        among: those that may be spoken; any where it is empty.
        earlier: what an earlier clip of the interview speaks.
    """

    given: str | None = None
    among: tuple[str, ...] = ()
    earlier: str | None = None

    @property
    def only(self) -> str | None:
        """The language, where no other one can be."""
        known = {*self.among, *([self.given] if self.given else [])}
        return next(iter(known)) if len(known) == 1 else None

    def limited(self, heard: Heard) -> Heard:
        """The same probabilities of these languages alone; none where none of them was heard at all."""
        if not self.among:
            return heard
        known = {*self.among, self.given} - {None}
        left = {language: share for language, share in heard.items() if language in known}
        total = sum(left.values())
        return {language: share / total for language, share in left.items()} if total > 0 else {}


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of a clip in one language.

    Attributes:
        language: ISO 639-1 code.
        start_ms: where its first turn begins.
        end_ms: where its last turn ends.
    """

    language: str
    start_ms: int
    end_ms: int


def passages(
    turns: Sequence[Turn],
    listen: Callable[[Sequence[Stretch]], Sequence[Heard]],
    wanted: Wanted,
    *,
    thorough: bool = False,
) -> tuple[Passage, ...]:
    """The languages of a clip, in order.

    First a few turns are listened to, spread over the clip; where these speak more than one language, every turn is.

    Args:
        turns: of the clip, at least one.
        listen: tells the languages of stretches.
        wanted: what is known already.
        thorough: every turn is listened to in any case.
    """
    if wanted.only:
        return (Passage(wanted.only, turns[0].start_ms, turns[-1].end_ms),)
    audible = [place for place, turn in enumerate(turns) if turn.length_ms >= SHORTEST_MS]
    audible = audible or [max(range(len(turns)), key=lambda place: turns[place].length_ms)]
    heard: dict[int, Heard] = {}

    def hear(places: Sequence[int]) -> None:
        found = listen([(turns[place].start_ms, turns[place].end_ms) for place in places])
        heard.update(zip(places, map(wanted.limited, found), strict=True))

    hear(audible if thorough else _spread(audible, sum(turn.length_ms for turn in turns)))
    main = wanted.given or _main(turns, heard, wanted)
    if any(surprising(shares, main, wanted) for shares in heard.values()):
        hear([place for place in audible if place not in heard])
        return _joined(turns, told(turns, heard, main))
    return (Passage(main, turns[0].start_ms, turns[-1].end_ms),)


def told(turns: Sequence[Turn], heard: Mapping[int, Heard], main: str) -> list[str]:
    """The language of each turn.

    Args:
        turns: in order.
        heard: the probabilities of the languages of those that were listened to, by their place.
        main: what most of the clip is expected to be in.
    """
    languages = [main, *sorted({_most(shares) for shares in heard.values() if shares} - {main})]
    by_channel = _by_channel(turns, heard, languages)
    costs = [
        _cost(turn, heard.get(place), by_channel[turn.channel], main) for place, turn in enumerate(turns)
    ]
    changes = [
        CHANGE if turn.channel == following.channel else CHANGE_OF_VOICE
        for turn, following in pairwise(turns)
    ]
    return _cheapest(costs, changes)


def _cheapest(costs: Sequence[dict[str, float]], changes: Sequence[float]) -> list[str]:
    """A language for each turn, so that all costs and changes together are least; of equals the first."""
    best = costs[0]
    came: list[dict[str, str]] = []
    for change, cost in zip(changes, costs[1:], strict=True):
        cheapest = _least(best)
        stays = {language: best[language] <= best[cheapest] + change for language in best}
        came.append({language: language if stays[language] else cheapest for language in best})
        best = {language: min(best[language], best[cheapest] + change) + cost[language] for language in best}
    path = [_least(best)]
    for before in reversed(came):
        path.append(before[path[-1]])
    return path[::-1]


def surprising(heard: Heard, language: str, wanted: Wanted) -> bool:
    """Whether what was taken for one language surely sounds like another one that it may be."""
    limited = {} if wanted.only else wanted.limited(heard)
    return bool(limited) and _most(limited) != language and max(limited.values()) >= SURE


def _cost(turn: Turn, heard: Heard | None, of_channel: Heard, main: str) -> dict[str, float]:
    """What it costs that a turn is in each language: more the surer it sounds like another one."""
    weight = min(1.0, turn.length_ms / LONG_MS)
    return {
        language: (-weight * log(max(heard.get(language, 0.0), LEAST)) if heard else 0.0)
        - log(share)
        + (UNEXPECTED if language != main else 0.0)
        for language, share in of_channel.items()
    }


def _by_channel(
    turns: Sequence[Turn], heard: Mapping[int, Heard], languages: Sequence[str]
) -> dict[int, dict[str, float]]:
    """The share that each language has in what a microphone hears; all the same where there is only one."""
    if len({turn.channel for turn in turns}) == 1:
        return {turns[0].channel: dict.fromkeys(languages, 1.0)}
    spoken = {turn.channel: dict.fromkeys(languages, float(SHORTEST_MS)) for turn in turns}
    for place, shares in heard.items():
        turn = turns[place]
        for language in languages:
            spoken[turn.channel][language] += turn.length_ms * shares.get(language, 0.0)
    return {
        channel: {language: length / sum(lengths.values()) for language, length in lengths.items()}
        for channel, lengths in spoken.items()
    }


def _main(turns: Sequence[Turn], heard: Mapping[int, Heard], wanted: Wanted) -> str:
    """The language of most of what was listened to."""
    spoken: dict[str, float] = {}
    if wanted.earlier and (not wanted.among or wanted.earlier in wanted.among):
        spoken[wanted.earlier] = EARLIER_MS
    for place, shares in heard.items():
        for language, share in shares.items():
            spoken[language] = spoken.get(language, 0.0) + share * turns[place].length_ms
    return _most(spoken) if spoken else wanted.among[0]


def _least(costs: Mapping[str, float]) -> str:
    return min(costs, key=lambda language: costs[language])


def _most(shares: Heard) -> str:
    return max(shares, key=lambda language: shares[language])


def _spread(places: Sequence[int], length_ms: int) -> list[int]:
    """Some of them, evenly over all: more of a long clip."""
    count = min(len(places), FIRST, max(FEWEST, length_ms // EACH_MS))
    return [places[len(places) * number // count] for number in range(count)]


def _joined(turns: Sequence[Turn], languages: Sequence[str]) -> tuple[Passage, ...]:
    parts = groupby(zip(languages, turns, strict=True), key=lambda each: each[0])
    groups = [(language, [turn for _, turn in part]) for language, part in parts]
    return tuple(Passage(language, part[0].start_ms, part[-1].end_ms) for language, part in groups)
