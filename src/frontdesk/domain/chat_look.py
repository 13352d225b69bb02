"""How a practice wants its web chat to look: its colour, the name above it, the first words."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from frontdesk.domain.faults import Impossible

COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
LEAST_CONTRAST = 4.5
"""Between letters and what they stand on (WCAG 2.2, 1.4.3, level AA)."""


def contrast_to_white(colour: str) -> float:
    """From 1 (white) to 21 (black), for a colour like "#0f6b5c" (WCAG 2.2, "contrast ratio")."""
    red, green, blue = (_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def is_readable(colour: str) -> bool:
    """Whether it is a colour on which white letters can be read, and which can be read on white."""
    return COLOUR.fullmatch(colour) is not None and contrast_to_white(colour) >= LEAST_CONTRAST


def readable_like(colour: str) -> str:
    """The nearest darker shade of a colour on which white letters can be read; the colour itself where it does."""
    parts = [int(colour[at : at + 2], 16) for at in (1, 3, 5)]
    shades = ("#" + "".join(f"{part * percent // 100:02x}" for part in parts) for percent in range(100, -1, -1))
    return next(shade for shade in shades if is_readable(shade))


@dataclass(frozen=True, kw_only=True, slots=True)
class ChatLook:
    """`name` stands above the chat in place of the practice's own, `greeting` by language in place of the welcome."""

    colour: str = "#0f6b5c"
    name: str = ""
    greeting: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def __post_init__(self) -> None:
        if COLOUR.fullmatch(self.colour) is None:
            raise Impossible(f'the colour "{self.colour}" is not written like #0f6b5c')
        if not is_readable(self.colour):
            raise Impossible(
                f"white letters on {self.colour} have a contrast of {contrast_to_white(self.colour):.1f} to 1, and "
                f"{LEAST_CONTRAST} is needed to read them; {readable_like(self.colour)} is the nearest shade with that"
            )


def _linear(part: float) -> float:
    """A channel of sRGB as light (WCAG 2.2, "relative luminance")."""
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


USUAL_LOOK = ChatLook()
