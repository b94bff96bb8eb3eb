"""The poster: one picture of a clip, taken from the proxy's keyframes."""

from pathlib import Path

from media.ffmpeg import Node, address

CANDIDATES = 12


def graph(keyframes: Node, count: int, target: Path) -> Node:
    """The output node of the poster: the most typical of some keyframes from a tenth of the clip on.

    The first frames show a slate, a hand before the lens, or black.

    Args:
        keyframes: the stream of the proxy's keyframes.
        count: how many there are.
        target: the JPEG to write.
    """
    first = count // 10
    chosen = keyframes.filter("select", f"gte(n,{first})").filter("thumbnail", CANDIDATES)
    return chosen.output(address(target), **{"frames:v": 1, "update": 1, "q:v": 4, "format": "image2"})
