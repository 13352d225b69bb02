"""Where the marks of a plot of shares stand in its picture; the page draws them as SVG by itself."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 640, 240
LEFT, RIGHT, TOP, BOTTOM = 48, 28, 12, 32
_STEPS = (0.05, 0.1, 0.2, 0.25, 0.5, 1.0)


@dataclass(frozen=True, kw_only=True, slots=True)
class Mark:
    """One share with its interval; `along` is where it stands from left to right, `name` what stands below it.

    With a diagonal `along` is a share too, and the scale stands below instead of names.
    """

    along: float
    value: float
    low: float
    high: float
    name: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Placed:
    """The same in pixels of the picture."""

    x: float
    y: float
    top: float
    bottom: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Plot:
    """A picture: marks, the lines of the scale with their words, and the diagonal where told and came are compared.

    `below` are the words under the floor.
    """

    width: int
    height: int
    left: int
    right: int
    floor: float
    marks: tuple[Placed, ...]
    lines: tuple[tuple[float, str], ...]
    below: tuple[tuple[float, str], ...]
    diagonal: tuple[float, float, float, float] | None


def plotted(marks: Sequence[Mark], *, most_along: float, diagonal: bool = False) -> Plot:
    """The picture. The scale from nothing upward ends at the first round share above every interval."""
    most = max((one.high for one in marks), default=0.0)
    top = 1.0 if diagonal else next((step for step in _STEPS if step >= most), 1.0)
    wide, high = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM

    def x(along: float) -> float:
        return round(LEFT + wide * along / most_along, 1)

    def y(share: float) -> float:
        return round(TOP + high * (1 - share / top), 1)

    return Plot(
        width=WIDTH,
        height=HEIGHT,
        left=LEFT,
        right=WIDTH - RIGHT,
        floor=y(0),
        marks=tuple(Placed(x=x(one.along), y=y(one.value), top=y(one.high), bottom=y(one.low)) for one in marks),
        below=tuple((x(part / 4), f"{part / 4:.0%}") for part in range(5))
        if diagonal
        else tuple((x(one.along), one.name) for one in marks),
        lines=tuple((y(top * part / 4), f"{top * part / 4:.0%}") for part in range(5)),
        diagonal=(x(0), y(0), x(most_along), y(top)) if diagonal else None,
    )
