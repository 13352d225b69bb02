"""Streets, states and postcode areas, read once from the file beside this one."""

from functools import cache
from pathlib import Path
from typing import TypedDict, cast

from frontdesk.language.lists import read_lists


class Places(TypedDict):
    """What the file holds: words of each kind of street, states with their ZIP codes, British postcode areas."""

    streets: dict[str, str]
    states: list[str]
    gb_areas: str


@cache
def places() -> Places:
    """The file's lists."""
    return cast("Places", read_lists(Path(__file__).parent / "places.yaml"))
