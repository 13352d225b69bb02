"""What a connected system lists of itself, in its own numbers: whoever maps it to the practice's files reads this."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from types import MappingProxyType


@dataclass(frozen=True, kw_only=True, slots=True)
class Listed:
    """Something of the system: its number there, as text, and what people there call it.

    `active` False: kept for old visits; nothing new is booked with it.
    """

    number: str
    name: str
    active: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class ListedService:
    """A kind of visit. `length` None: the system does not say how long it takes.

    `lengths`: those of practitioners who take another time, by their number. `practitioners`: the numbers of who may
    do it; None where the system does not say. `bookable`: whether the system itself lets patients book it online;
    None where it does not say.
    """

    number: str
    name: str
    active: bool = True
    length: timedelta | None = None
    lengths: Mapping[str, timedelta] = field(default_factory=lambda: MappingProxyType({}))
    practitioners: tuple[str, ...] | None = None
    bookable: bool | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Catalogue:
    """Everything listed. An empty tuple where the system knows no such thing; `payers` are insurances."""

    locations: tuple[Listed, ...] = ()
    practitioners: tuple[Listed, ...] = ()
    services: tuple[ListedService, ...] = ()
    rooms: tuple[Listed, ...] = ()
    payers: tuple[Listed, ...] = ()
