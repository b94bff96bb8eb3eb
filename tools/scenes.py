"""The rooms in which the sample interviews are held, and the people who sit in them, as silhouettes."""

from collections.abc import Callable
from dataclasses import dataclass
from math import cos, pi, sin

import numpy as np
from drawing import HEIGHT, WIDTH, Colour, Point, box, colour, dome, ellipse, glow, paint, ring, slope, stroke

Prop = Callable[[np.ndarray, float, Colour], None]


@dataclass(frozen=True, slots=True)
class Room:
    """One place of a conversation.

    Attributes:
        light: the wall's colour near the window.
        shade: the wall's colour in the far corner.
        ink: of people and things.
        rim: of the light on a person's edge.
        window: the middle of the window's light on the wall.
        guest: where the guest's head is.
        guest_size: radius of that head.
        hair: ellipses around that head: right and down from its middle, then radii, in head sizes.
        asker: whether the interviewer's shoulder is in the picture.
        prop: draws what the place is about, at a time in seconds.
    """

    light: Colour
    shade: Colour
    ink: Colour
    rim: Colour
    window: Point
    guest: Point
    guest_size: float
    hair: tuple[tuple[float, float, float, float], ...]
    asker: bool
    prop: Prop


def wall(room: Room) -> np.ndarray:
    """Return the wall and the floor, the same in every frame, with a grain that keeps slopes from banding."""
    picture = slope(room.light, room.shade)
    floor = box((WIDTH / 2, HEIGHT + 30), (WIDTH, 62), soft=3)
    paint(picture, floor, room.ink, 0.28)
    grain = np.random.default_rng(7).uniform(-1, 1, (HEIGHT, WIDTH, 1)).astype(np.float32)
    return picture + grain * np.float32(0.7 / 255)


def frame(room: Room, still: np.ndarray, second: float, asking: float, answering: float) -> np.ndarray:
    """Return one picture as (HEIGHT, WIDTH, 3) bytes.

    Args:
        room: where.
        still: what `wall` gave.
        second: since the interview began.
        asking: how loud the interviewer speaks, 0 to 1.
        answering: how loud the guest speaks, 0 to 1.
    """
    picture = still.copy()
    _sunlight(picture, room, second)
    room.prop(picture, second, room.ink)
    _guest(picture, room, second, answering)
    if room.asker:
        _asker(picture, room, second, asking)
    return (picture.clip(0, 1) * 255 + 0.5).astype(np.uint8)


def _sunlight(picture: np.ndarray, room: Room, second: float) -> None:
    """Four panes of light that wander along the wall as a cloud comes and goes."""
    left, top = room.window[0] + 10 * sin(second / 17), room.window[1] + 2 * sin(second / 11)
    strength = 0.30 + 0.08 * sin(second / 5.3) * sin(second / 8.9)
    for across in (-31, 31):
        for down in (-44, 44):
            lean = -0.12 * down
            pane = box((left + across + lean, top + down), (27, 40), turn=0.07, soft=7, corner=3)
            paint(picture, pane, (1.0, 0.96, 0.82), strength)


def _guest(picture: np.ndarray, room: Room, second: float, speaking: float) -> None:
    """A head, a neck and shoulders, drawn twice: the first, a little nearer the light, leaves a lit edge."""
    sway = 2.2 * sin(second / 2.9) + 1.2 * sin(second / 1.7)
    right = sway + 3.4 * speaking * sin(second * 2.1)
    down = 4.5 * speaking * sin(second * 3.7)
    breath = 1.2 * sin(second * 1.4) - 3 * speaking
    for offset, ink in ((0.0, room.rim), (2.2, room.ink)):
        head = (room.guest[0] + right - offset, room.guest[1] + down + offset / 2)
        body = (room.guest[0] + sway / 2 - offset, HEIGHT + 12 + breath + offset / 2)
        _person(picture, room, head, body, ink)


def _person(picture: np.ndarray, room: Room, head: Point, body: Point, ink: Colour) -> None:
    size = room.guest_size
    rise = HEIGHT + 12 - (room.guest[1] + size * 1.22)
    paint(picture, ellipse(body, (size * 2.02, rise)), ink)
    paint(picture, stroke(head, (body[0], head[1] + size * 1.9), size * 0.9), ink)
    paint(picture, ellipse(head, (size * 0.86, size * 1.06), soft=1.2), ink)
    for across, below, wide, high in room.hair:
        lock = (head[0] + across * size, head[1] + below * size)
        paint(picture, ellipse(lock, (wide * size, high * size), soft=1.2), ink)


def _asker(picture: np.ndarray, room: Room, second: float, speaking: float) -> None:
    """The interviewer's head and shoulder from behind, close to the camera and out of focus."""
    nod = 4 * speaking * sin(second * 3.9)
    across = WIDTH - 42 + 2 * sin(second / 3.7) + 3 * speaking * sin(second * 2.3)
    head = ellipse((across, HEIGHT - 128 + nod), (58, 68), soft=9)
    shoulder = ellipse((across + 40, HEIGHT + 40), (150, 128), soft=10)
    red, green, blue = room.ink
    for part in (head, shoulder):
        paint(picture, part, (red * 0.55, green * 0.55, blue * 0.55))


def tools_on_a_board(picture: np.ndarray, second: float, ink: Colour) -> None:
    """A board with a saw, hammers, a spanner and a coil of rope; one of them still swings on its nail."""
    paint(picture, box((440, 108), (128, 62), soft=1.5, corner=5), ink, 0.16)
    for place, length in enumerate((56, 46, 62)):
        left = 352 + place * 36
        lean = 0.10 * sin(second * 1.9) if place == 1 else 0.02
        foot = (left - length * sin(lean), 66 + length * cos(lean))
        paint(picture, stroke((left, 66), foot, 5), ink, 0.6)
        paint(picture, box((left, 67), (13, 6), turn=lean, corner=2), ink, 0.6)
    paint(picture, ring((478, 100), 24, 6), ink, 0.5)
    paint(picture, ring((478, 102), 15, 4), ink, 0.5)
    paint(picture, stroke((532, 72), (532, 142), 7), ink, 0.6)
    paint(picture, ring((532, 66), 9, 6), ink, 0.6)


def plants(picture: np.ndarray, second: float, ink: Colour) -> None:
    """Tall leaves that move in a draught, in front of the wall."""
    green = (ink[0] * 0.9, ink[1] * 1.45, ink[2] * 0.95)
    for place in range(7):
        foot = 378 + place * 34
        height = 120 + 34 * sin(place * 2.1)
        lean = 0.16 * sin(place * 1.3) + 0.035 * sin(second * 0.9 + place)
        top = (foot + height * sin(lean), 330 - height * cos(lean))
        paint(picture, stroke((foot, 334), top, 3), green, 0.75)
        for leaf in range(3):
            share = 0.45 + 0.26 * leaf
            middle = (foot + (top[0] - foot) * share, 334 + (top[1] - 334) * share)
            side = 1 if (leaf + place) % 2 else -1
            turn = lean + side * (0.75 + 0.04 * sin(second * 1.3 + leaf + place)) - pi / 2
            tip = (middle[0] + 19 * cos(turn), middle[1] + 19 * sin(turn))
            paint(picture, ellipse(tip, (23, 8), turn), green, 0.75)


def wheels(picture: np.ndarray, second: float, ink: Colour) -> None:
    """Two bicycle wheels on the wall; the upper one was spun and takes long to stop."""
    for centre, radius, turn in (((398, 118), 66, second * 0.22), ((516, 176), 50, 0.4)):
        paint(picture, ring(centre, radius, 6), ink, 0.62)
        paint(picture, ring(centre, radius - 7, 1.6), ink, 0.45)
        for spoke in range(9):
            angle = turn + spoke * pi * 2 / 9
            end = (centre[0] + (radius - 4) * cos(angle), centre[1] + (radius - 4) * sin(angle))
            paint(picture, stroke(centre, end, 1.5), ink, 0.42)
        paint(picture, ellipse(centre, (7, 7)), ink, 0.62)


def kitchen(picture: np.ndarray, second: float, ink: Colour) -> None:
    """A shelf of pots, and two lamps that swing a little on their wires."""
    paint(picture, box((486, 196), (118, 4), corner=2), ink, 0.6)
    for left, width, height in ((400, 22, 15), (452, 17, 25), (506, 26, 19), (566, 20, 28)):
        paint(picture, box((left, 192 - height), (width, height), corner=5), ink, 0.55)
        paint(
            picture, stroke((left - width - 5, 185 - height), (left + width + 5, 185 - height), 5), ink, 0.55
        )
    for left, length, pace in ((414, 84, 1.1), (536, 62, 1.3)):
        lean = 0.05 * sin(second * pace)
        lamp = (left + length * sin(lean), length * cos(lean))
        paint(picture, stroke((left, -4), lamp, 2), ink, 0.6)
        paint(picture, glow((lamp[0], lamp[1] + 16), 92), (1.0, 0.88, 0.58), 0.5)
        paint(picture, dome((lamp[0], lamp[1] + 12), (27, 21), -lean), ink, 0.8)


_BUN = ((0.1, -1.2, 0.42, 0.36), (0.05, -0.2, 0.95, 0.98))
_CAP = ((0.0, -0.74, 1.0, 0.5), (0.62, -0.52, 0.82, 0.16))
_CURLS = (
    (-0.45, -0.72, 0.5, 0.46),
    (0.0, -0.92, 0.55, 0.46),
    (0.48, -0.68, 0.5, 0.46),
    (0.78, -0.2, 0.34, 0.42),
    (-0.78, -0.22, 0.34, 0.42),
)

ROOMS = {
    "shed": Room(
        *map(colour, ("#cfc27a", "#74502f", "#3b2a20", "#8a6a42")),
        (150, 120), (236, 178), 50, _BUN, True, tools_on_a_board,
    ),
    "garden": Room(
        *map(colour, ("#d9cfa4", "#5f6b46", "#2f3425", "#8f9160")),
        (128, 116), (250, 184), 50, _CAP, True, plants,
    ),
    "wheels": Room(
        *map(colour, ("#e0b88c", "#7b3f33", "#3a2026", "#b06a4c")),
        (140, 126), (232, 180), 50, (), True, wheels,
    ),
    "kitchen": Room(
        *map(colour, ("#b9c3c0", "#5a4a55", "#2c2731", "#8d8a90")),
        (132, 124), (254, 176), 54, _CURLS, False, kitchen,
    ),
}  # fmt: skip
