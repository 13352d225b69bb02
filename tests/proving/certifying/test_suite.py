"""The suite tells a connector that keeps its word from one that does not."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest

from frontdesk.domain.appointment import Appointment, Cancellation, Slot
from frontdesk.domain.ids import AppointmentId, PatientId
from frontdesk.ports.system import Booked, Cancelled, Missing, SlotRequest, Taken
from frontdesk.proving.certifying import ability_checks, booking_checks, chart_checks, fault_checks, times_checks
from frontdesk.proving.certifying.check import Check, Failed, Open, Passed, Skipped, check
from frontdesk.proving.certifying.desk import Desk, NotProven, Setting, a_desk
from frontdesk.proving.certifying.fault_checks import Point, books, points_of, struck
from frontdesk.proving.certifying.suite import Certificate, Depth, certificate, every_check, result_of, results
from frontdesk.proving.certifying.suite import opening as the_usual
from frontdesk.proving.certifying.what_holds import USUAL
from frontdesk.reception.connected import Connected
from frontdesk.sample.practice import smile
from frontdesk.standards.simulating.faults import CutsConnection, When
from frontdesk.storage.calendar import Calendar
from frontdesk.storage.database import Storage
from frontdesk.storage.practices import Practices
from frontdesk.systems.manifest import Ability, Manifest, connector, manifests

SAMPLE = smile()
MANIFEST, _ = connector("opendental")
LIGHTEST = min(manifests(), key=lambda one: len(one.can)).key
"""The connector that can least."""


PARTS: dict[str, tuple[Check, ...]] = {
    "times": times_checks.CHECKS,
    "visits": booking_checks.CHECKS,
    "the rest": (*chart_checks.CHECKS, *ability_checks.CHECKS),
    **{one.name: (one,) for one in fault_checks.fault_checks(all_of_them=False)},
}
"""The suite in parts, so that no single test is long and they may run beside each other."""
STRUCK = frozenset({"opendental", "mindbody", "epic", "simplepractice"})
"""The connectors struck by faults in every run of the tests, one of each kind; the others by `systems certify`."""
FAULTS = frozenset(one.name for one in fault_checks.fault_checks(all_of_them=False))


def able(manifest: Manifest, checks: Iterable[Check]) -> list[Check]:
    """The checks that say something of a connector."""
    return [one for one in checks if one.needs <= set(manifest.whole.can)]


@pytest.mark.timeout(600)  # on a busy machine; on a quiet one none takes a tenth of it
@pytest.mark.parametrize(
    ("system", "part"),
    [
        (one.key, part)
        for part, checks in PARTS.items()
        for one in manifests()
        if able(one, checks)
        if part not in FAULTS or one.key in STRUCK
    ],
)
async def test_every_connector_keeps_what_its_manifest_says(storage: Storage, system: str, part: str) -> None:
    manifest, _ = connector(system)

    found = [await result_of(one, manifest.whole, the_usual(system, storage)) for one in PARTS[part]]

    assert [f"{one.check.name}: {one.seen}" for one in found if isinstance(one, Failed)] == []


def test_the_parts_are_the_whole_suite() -> None:
    parted = [(one.name, one.needs, one.proves) for checks in PARTS.values() for one in checks]

    assert parted == [(one.name, one.needs, one.proves) for one in every_check(long=False)]


@pytest.mark.parametrize("manifest", manifests(), ids=lambda one: one.key)
def test_each_ability_a_manifest_claims_is_shown_by_a_check(manifest: Manifest) -> None:
    passed = tuple(Passed(check=one, seen="") for one in able(manifest, every_check(long=False)))

    assert Certificate(manifest=manifest.whole, results=passed).unproven == ()


async def test_the_suite_runs_whole_and_each_result_is_of_its_check(storage: Storage) -> None:
    found = [one async for one in results(LIGHTEST, storage, long=False)]

    done = certificate(LIGHTEST, found)
    assert [one.check.name for one in found] == [one.name for one in every_check(long=False)]
    assert done.failed == ()
    assert done.unproven == ()


@dataclass
class Wrapped:
    """The connector that is there, with one thing spoiled by whoever derives from it."""

    inner: object

    def __getattr__(self, name: str) -> object:
        return getattr(self.inner, name)


class ForgetsItsVisits(Wrapped):
    """Never finds what an intent has made."""

    async def look_up(self, slot: Slot, *, patient: PatientId, key: str) -> Appointment | Missing:
        return Missing()


class SaysBookedAlways(Wrapped):
    """Tells a time that is taken as booked."""

    async def book(self, slot: Slot, *, patient: PatientId, key: str, held: AppointmentId | None) -> Booked | Taken:
        outcome = await self.inner.book(slot, patient=patient, key=key, held=held)  # type: ignore[attr-defined]
        if isinstance(outcome, Booked):
            self.last = outcome
            return outcome
        return self.last

    async def read(self, id: AppointmentId) -> Appointment | Missing:
        return self.last.appointment if hasattr(self, "last") else await self.inner.read(id)  # type: ignore[attr-defined,no-any-return]


class OffersEverything(Wrapped):
    """Offers the times of a fortnight ago, with what has been booked since."""

    first: list[Slot]

    async def find_slots(self, wanted: SlotRequest) -> list[Slot]:
        if not hasattr(self, "first"):
            self.first = await self.inner.find_slots(wanted)  # type: ignore[attr-defined]
        return self.first


class CancelsInWordsAlone(Wrapped):
    """Says that it cancelled, and does nothing."""

    async def cancel(self, id: AppointmentId, *, reason: Cancellation) -> Cancelled | Missing:
        found = await self.inner.read(id)  # type: ignore[attr-defined]
        return found if isinstance(found, Missing) else Cancelled(appointment=found)


def opening(storage: Storage, spoiled: type[Wrapped] | None = None) -> Open:
    @asynccontextmanager
    async def open_desk(setting: Setting) -> AsyncIterator[Desk]:
        async with a_desk(storage, "opendental", SAMPLE, setting) as desk:
            if spoiled is not None:
                desk.connector = spoiled(desk.connector)  # type: ignore[assignment]
                holds = Calendar(storage, Practices(), desk.practice.id, desk.hands)
                desk.system = Connected(desk.connector, holds, storage, desk.practice.id, desk.hands)
            yield desk

    return open_desk


async def test_a_time_that_is_offered_over_a_visit_is_found(storage: Storage) -> None:
    with pytest.raises(NotProven, match="still offered"):
        await times_checks.freed_is_offered_again(opening(storage, OffersEverything))


async def test_words_without_deeds_are_found(storage: Storage) -> None:
    with pytest.raises(NotProven, match=r"could not be cancelled|still stands"):
        await booking_checks.cancelled_once_and_for_all(opening(storage, CancelsInWordsAlone))


async def test_a_visit_that_its_key_does_not_find_is_found(storage: Storage) -> None:
    with pytest.raises(NotProven, match="not found by its key"):
        await booking_checks.the_same_key_acts_once(opening(storage, ForgetsItsVisits))


async def test_a_time_told_to_two_is_found(storage: Storage) -> None:
    with pytest.raises(NotProven):
        await booking_checks.moved_whole_or_not_at_all(opening(storage, SaysBookedAlways))


async def test_a_booking_whose_read_back_is_cut_ends_well(storage: Storage) -> None:
    point = Point(call="GET /appointments/{AptNum}", passed=0, fault=CutsConnection(when=When.AFTER_COMMIT))

    assert await struck(opening(storage), books, point)


async def test_the_points_of_a_saga_are_its_own_calls_each_with_every_fault(storage: Storage) -> None:
    points = await points_of(opening(storage), books)

    calls = {point.call for point in points}
    assert len(points) >= 40
    assert "POST /appointments" in calls
    assert len(points) == len({(point.call, point.passed) for point in points}) * len(fault_checks.FAULTS)


async def test_a_fault_where_none_was_expected_is_a_failure_and_no_traceback(storage: Storage) -> None:
    async def run(open_desk: Open) -> str:
        async with open_desk(USUAL) as desk:
            await desk.connector.hold((await desk.slots())[0], key="k", until=desk.hands.now())
        return ""

    result = await result_of(check("holds", run, Ability.BOOK), MANIFEST, opening(storage))

    assert isinstance(result, Failed)
    assert result.seen.startswith("Refused: ")


def a_certificate(*passed: Ability, failed: tuple[Ability, ...] = ()) -> Certificate:
    async def run(_: Open) -> str:
        return ""

    good = [Passed(check=check("good", run, one), seen="") for one in passed]
    bad = [Failed(check=check("bad", run, one), seen="no") for one in failed]
    skipped = Skipped(check=check("skipped", run, Ability.HOLD), lacks=frozenset({Ability.HOLD}))
    return Certificate(manifest=MANIFEST, results=(*good, *bad, skipped))


def test_the_depth_is_what_passed() -> None:
    write = (Ability.FIND_SLOTS, Ability.BOOK, Ability.CANCEL)

    assert a_certificate().depth is Depth.MESSAGE
    assert a_certificate(Ability.BUSY).depth is Depth.READ
    assert a_certificate(*write).depth is Depth.WRITE
    assert a_certificate(*write, Ability.CHANGES).depth is Depth.TWO_WAY
    assert a_certificate(*write, failed=(Ability.CANCEL,)).depth is Depth.READ


def test_an_ability_that_one_check_refutes_is_not_proven() -> None:
    done = a_certificate(Ability.FIND_SLOTS, Ability.BOOK, failed=(Ability.BOOK,))

    assert done.proven == {Ability.FIND_SLOTS}
    assert Ability.BOOK in done.unproven
    assert not done.holds


def test_what_the_vendor_does_not_say_is_listed() -> None:
    assert all(one.confidence.value != "documented" for one in a_certificate().unverified)
    assert len(a_certificate().unverified) > 2
