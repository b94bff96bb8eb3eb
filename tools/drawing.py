"""Soft shapes on a picture of 0-to-1 floats: a mask from the distance to an edge, and paint through it."""

from dataclasses import dataclass
from math import cos, sin

import numpy as np

WIDTH, HEIGHT = 640, 360
Y, X = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32) + np.float32(0.5)

Colour = tuple[float, float, float]
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Mask:
    """Where a shape is: 0 outside to 1 inside, for the part of the picture that it can touch."""

    part: tuple[slice, slice]
    cover: np.ndarray


def colour(code: str) -> Colour:
    """Return "#c8c46a" as three floats."""
    red, green, blue = (int(code[place : place + 2], 16) / 255 for place in (1, 3, 5))
    return red, green, blue


def ellipse(centre: Point, radii: Point, turn: float = 0.0, soft: float = 1.0) -> Mask:
    """Return a filled ellipse turned by `turn` radians."""
    part = _part(centre, max(radii) + soft)
    across, down = _turned(part, centre, turn)
    stretch = np.hypot(across / radii[0], down / radii[1])
    return Mask(part, _covered((stretch - 1) * min(radii), soft))


def box(centre: Point, half: Point, turn: float = 0.0, soft: float = 1.0, corner: float = 0.0) -> Mask:
    """Return a rectangle with rounded corners; `half` is half its width and height."""
    part = _part(centre, sum(half) + soft)
    across, down = _turned(part, centre, turn)
    beyond_x = np.abs(across) - half[0] + corner
    beyond_y = np.abs(down) - half[1] + corner
    outside = np.hypot(np.maximum(beyond_x, 0), np.maximum(beyond_y, 0))
    inside = np.minimum(np.maximum(beyond_x, beyond_y), 0)
    return Mask(part, _covered(outside + inside - corner, soft))


def stroke(start: Point, end: Point, width: float, soft: float = 1.0) -> Mask:
    """Return a line with round ends."""
    along_x, along_y = end[0] - start[0], end[1] - start[1]
    middle = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
    part = _part(middle, (abs(along_x) + abs(along_y) + width) / 2 + soft)
    across, down = X[part] - start[0], Y[part] - start[1]
    place = np.clip((across * along_x + down * along_y) / max(along_x**2 + along_y**2, 1e-6), 0, 1)
    distance = np.hypot(across - place * along_x, down - place * along_y) - width / 2
    return Mask(part, _covered(distance, soft))


def ring(centre: Point, radius: float, width: float, soft: float = 1.0) -> Mask:
    """Return a circle's line."""
    part = _part(centre, radius + width + soft)
    distance = np.abs(np.hypot(X[part] - centre[0], Y[part] - centre[1]) - radius) - width / 2
    return Mask(part, _covered(distance, soft))


def dome(centre: Point, radii: Point, turn: float = 0.0) -> Mask:
    """Return the upper half of an ellipse."""
    whole = ellipse(centre, radii, turn)
    return Mask(whole.part, whole.cover * (Y[whole.part] < centre[1] + 1))


def glow(centre: Point, radius: float) -> Mask:
    """Return light that fades towards `radius`."""
    part = _part(centre, radius)
    near = 1 - np.hypot(X[part] - centre[0], (Y[part] - centre[1]) * 1.25) / radius
    return Mask(part, np.clip(near, 0, 1) ** 2)


def paint(picture: np.ndarray, mask: Mask, ink: Colour, strength: float = 1.0) -> None:
    """Lay a colour over the picture, in place, where the mask is."""
    under = picture[mask.part]
    under += (np.array(ink, np.float32) - under) * (mask.cover[..., None] * np.float32(strength))


def slope(top: Colour, bottom: Colour, turn: float = 1.2) -> np.ndarray:
    """Return a picture that runs from one colour to another along a direction in radians."""
    place = X / WIDTH * cos(turn) + Y / HEIGHT * sin(turn)
    place = ((place - place.min()) / (place.max() - place.min()))[..., None]
    smooth = place * place * (3 - 2 * place)
    return np.array(top, np.float32) * (1 - smooth) + np.array(bottom, np.float32) * smooth


def _covered(distance: np.ndarray, soft: float) -> np.ndarray:
    return np.clip(0.5 - distance / soft, 0, 1)


def _part(centre: Point, reach: float) -> tuple[slice, slice]:
    rows = slice(max(0, int(centre[1] - reach)), max(0, int(centre[1] + reach) + 2))
    return rows, slice(max(0, int(centre[0] - reach)), max(0, int(centre[0] + reach) + 2))


def _turned(part: tuple[slice, slice], centre: Point, turn: float) -> tuple[np.ndarray, np.ndarray]:
    right, below = X[part] - centre[0], Y[part] - centre[1]
    return right * cos(turn) + below * sin(turn), below * cos(turn) - right * sin(turn)
