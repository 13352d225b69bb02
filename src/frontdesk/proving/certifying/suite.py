"""The whole suite on one connector, and what is concluded from it: abilities that are proven, and the depth."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from enum import Enum

from frontdesk.ports.faults import Fault
from frontdesk.proving.certifying import ability_checks, booking_checks, chart_checks, times_checks
from frontdesk.proving.certifying.check import Check, Failed, Open, Passed, Result, Skipped
from frontdesk.proving.certifying.desk import Desk, NotProven, Setting, a_desk
from frontdesk.proving.certifying.fault_checks import fault_checks
from frontdesk.sample.practice import smile
from frontdesk.standards.manifests import Confidence, Fact
from frontdesk.storage.database import Storage
from frontdesk.systems.manifest import Ability, Manifest, connector


class Depth(Enum):
    """How far a practice's calendar is reached: computed from what passed, never typed."""

    MESSAGE = "message"
    """Staff are told and enter the visit themselves."""
    READ = "read"
    """Free or busy times are read; staff enter the visit."""
    WRITE = "write"
    """Visits are booked and cancelled there."""
    TWO_WAY = "two-way"
    """And what staff change there is followed."""


@dataclass(kw_only=True, slots=True)
class Tally:
    """What the suite has put a connector through so far. `faults`: how many calls were struck by one."""

    faults: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Certificate:
    """What came of the suite on one connector. `manifest` is what it says where every part of it is set up."""

    manifest: Manifest
    results: tuple[Result, ...]

    @property
    def failed(self) -> tuple[Failed, ...]:
        """What is not as the manifest says."""
        return tuple(one for one in self.results if isinstance(one, Failed))

    @property
    def proven(self) -> frozenset[Ability]:
        """The abilities that a check has shown, and none has refuted; an ability no check speaks for is not proven."""
        refuted = {ability for one in self.failed for ability in one.check.proves}
        shown = {ability for one in self.results if isinstance(one, Passed) for ability in one.check.proves}
        return frozenset(shown - refuted)

    @property
    def unproven(self) -> tuple[Ability, ...]:
        """What the manifest says it can, and no check has shown."""
        return tuple(ability for ability in self.manifest.can if ability not in self.proven)

    @property
    def holds(self) -> bool:
        """Whether everything that the manifest says has been shown."""
        return not self.failed and not self.unproven

    @property
    def depth(self) -> Depth:
        """How far the calendar is reached."""
        proven = self.proven
        if {Ability.BOOK, Ability.CANCEL, Ability.FIND_SLOTS} <= proven:
            return Depth.TWO_WAY if proven & {Ability.CHANGES, Ability.NOTICES} else Depth.WRITE
        return Depth.READ if proven & {Ability.FIND_SLOTS, Ability.BUSY, Ability.CHANGES} else Depth.MESSAGE

    @property
    def unverified(self) -> tuple[Fact, ...]:
        """What the connector relies on and the vendor's own pages do not say."""
        return tuple(fact for fact in self.manifest.facts if fact.confidence is not Confidence.DOCUMENTED)


def every_check(*, long: bool) -> tuple[Check, ...]:
    """All of them; `long`: every fault at every call, instead of some drawn."""
    return (
        *times_checks.CHECKS,
        *booking_checks.CHECKS,
        *chart_checks.CHECKS,
        *ability_checks.CHECKS,
        *fault_checks(all_of_them=long),
    )


async def results(system: str, storage: Storage, *, long: bool, tally: Tally | None = None) -> AsyncIterator[Result]:
    """Each check as it ends, on a simulated system of its own each time. Raises: LookupError (no such connector)."""
    manifest, _ = connector(system)
    for check in every_check(long=long):
        yield await result_of(check, manifest.whole, opening(system, storage, tally))


def certificate(system: str, found: Sequence[Result]) -> Certificate:
    """What is concluded. Raises: LookupError."""
    manifest, _ = connector(system)
    return Certificate(manifest=manifest.whole, results=tuple(found))


async def result_of(check: Check, manifest: Manifest, opening: Open) -> Result:
    """What came of one check. A fault that it did not expect is a failure."""
    lacks = check.needs - set(manifest.can)
    if lacks:
        return Skipped(check=check, lacks=frozenset(lacks))
    try:
        return Passed(check=check, seen=await check.run(opening))
    except NotProven as seen:
        return Failed(check=check, seen=str(seen))
    except Fault as fault:  # where the check did not expect one, the connector did not do what it says
        return Failed(check=check, seen=f"{type(fault).__name__}: {fault}")


def opening(system: str, storage: Storage, tally: Tally | None = None) -> Open:
    """Opens desks on the sample practice, connected to a simulated system of that name."""
    sample = smile()

    @asynccontextmanager
    async def open_desk(setting: Setting) -> AsyncIterator[Desk]:
        async with a_desk(storage, system, sample, setting) as desk:
            try:
                yield desk
            finally:
                if tally is not None:
                    tally.faults += desk.peer.faults.struck

    return open_desk
