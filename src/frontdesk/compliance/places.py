"""Where somebody who is contacted may be: by their address, else by their number's area code, else anywhere."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from zoneinfo import ZoneInfo

import yaml

_TERRITORIES = frozenset({"US-AS", "US-GU", "US-MP", "US-PR", "US-VI"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """A state ("US-TX") and a zone in it."""

    state: str
    zone: ZoneInfo


class KnownBy(Enum):
    """What tells where somebody is."""

    ADDRESS = "address"
    AREA_CODE = "area code"
    NOTHING = "nothing, so whatever holds in any state"


@dataclass(frozen=True, kw_only=True, slots=True)
class Whereabouts:
    """Every place that somebody may be in. What they are told has to be allowed in each.

    `of_number` are the places of their number, where these are in another state than their address.
    """

    places: tuple[Place, ...]
    by: KnownBy
    of_number: tuple[Place, ...] = ()

    @property
    def zone(self) -> str:
        """The zone's name, as decisions keep it; "" where several are possible."""
        zones = {place.zone.key for place in self.places}
        return zones.pop() if len(zones) == 1 else ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Atlas:
    """Zones by state, state and zones by area code ("512")."""

    states: Mapping[str, tuple[ZoneInfo, ...]]
    area_codes: Mapping[str, tuple[str, tuple[ZoneInfo, ...]]]

    def where(self, *, state: str | None, phone: str | None) -> Whereabouts:
        """Where somebody may be whose address is in `state` (None: unknown) and whose number is `phone` (E.164).

        An address counts more than a number, which people keep when they move. In a state of two zones the area code
        says which, as far as it is one of that state's.
        """
        code = phone[2:5] if phone and re.fullmatch(r"\+1\d{10}", phone) else ""
        of_number, zones = self.area_codes.get(code, (None, ()))
        if state in self.states:
            assert state is not None
            found = zones if of_number == state else self.states[state]
            elsewhere = [Place(state=of_number, zone=zone) for zone in zones] if of_number not in {None, state} else []
            return Whereabouts(
                places=tuple(Place(state=state, zone=zone) for zone in found),
                by=KnownBy.ADDRESS,
                of_number=tuple(elsewhere),
            )
        if of_number is not None:
            return Whereabouts(places=tuple(Place(state=of_number, zone=zone) for zone in zones), by=KnownBy.AREA_CODE)
        anywhere = [one for one in self.states if one not in _TERRITORIES]
        return Whereabouts(
            places=tuple(Place(state=one, zone=zone) for one in anywhere for zone in self.states[one]),
            by=KnownBy.NOTHING,
        )


def read_atlas(text: str) -> Atlas:
    """The atlas from its file's text."""
    listed = yaml.safe_load(text)
    states = {state: tuple(ZoneInfo(zone) for zone in told["zones"]) for state, told in listed.items()}
    codes = {
        str(code): (state, tuple(ZoneInfo(zone) for zone in zones.split()))
        for state, told in listed.items()
        for zones, of_them in told.get("area_codes", {}).items()
        for code in of_them
    }
    return Atlas(states=states, area_codes=codes)


_ZIP = re.compile(r"\b([A-Z]{2})\.?,?\s+\d{5}(?:-\d{4})?\b")


def state_of_address(address: str) -> str | None:
    """The state ("US-TX") that a postal address names before its ZIP code; None where it names none."""
    found = _ZIP.findall(address)
    return f"US-{found[-1]}" if found else None
