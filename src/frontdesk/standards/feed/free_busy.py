"""A published VFREEBUSY (RFC 5545 3.6.4): periods without a word about what they are."""

from collections.abc import Iterator

from frontdesk.standards.feed.moment import Clocks, moments
from frontdesk.standards.feed.text import Bad, Component
from frontdesk.standards.feed.told import uid_of
from frontdesk.standards.feed.values import Key, Occurrence, Standing

_MOST_PERIODS = 10_000


def busy(component: Component, clocks: Clocks) -> Iterator[Occurrence]:
    """Each period that is not FREE; a FBTYPE that RFC 5545 does not know is busy, as it asks for.

    Raises: Bad, OverflowError.
    """
    uid = uid_of(component)
    count = 0
    for line in component.all("FREEBUSY"):
        kind = line.parameters.get("FBTYPE", "BUSY").upper()
        for start, length in moments(line, clocks):
            count += 1
            if length is None or start.is_day:
                raise Bad("FREEBUSY holds something that is no period")
            if count > _MOST_PERIODS:
                raise Bad(f"more than {_MOST_PERIODS} periods are listed")
            if kind != "FREE":
                yield Occurrence(
                    key=Key(uid=uid, original=start.instant),
                    start=start.instant,
                    end=length.end_of(start),
                    standing=Standing.TENTATIVE if kind == "BUSY-TENTATIVE" else Standing.CONFIRMED,
                )
