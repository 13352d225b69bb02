"""The times that are offered: free, whole, and right on the clock."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import time, timedelta

from frontdesk.domain.appointment import Slot
from frontdesk.domain.practice import Practice, Weekday
from frontdesk.domain.time import DayTime, Period, wall
from frontdesk.proving.certifying.check import Check, Open, check
from frontdesk.proving.certifying.desk import Setting
from frontdesk.proving.certifying.what_holds import AUTUMN, MANY, MONDAY, SPRING, USUAL, busy_weeks, must, well
from frontdesk.sample.visits import plausible_visits
from frontdesk.systems.manifest import Ability


async def times_are_free(open_desk: Open) -> str:
    """No time is offered that anything in the book overlaps, and each lasts as long as its practitioner takes."""
    async with open_desk(replace(USUAL, visits=busy_weeks)) as desk:
        book = [one for one in desk.peer.visits() if one.status.takes_time]
        must(len(book) > 20, f"the book holds {len(book)} visits, too few to be in the way")
        seen = 0
        for service in desk.peer.services:
            known = desk.practice.service(service)
            for slot in await desk.slots(service, days=14):
                seen += 1
                must(
                    slot.during.length == known.length_with(slot.practitioner),
                    f"{service} with {slot.practitioner} is offered for {slot.during.length}",
                )
                clash = [
                    one.number
                    for one in book
                    if one.practitioner == slot.practitioner and one.during.overlaps(slot.during)
                ]
                must(not clash, f"{service} at {slot.during.start} is offered over visit {clash[:1]}")
        must(seen > 50, f"only {seen} times are offered in two weeks")
        return f"{seen} times of {len(desk.peer.services)} services beside {len(book)} visits"


async def freed_is_offered_again(open_desk: Open) -> str:
    """A time that staff book is offered no more, and is again once they cancel it."""
    async with open_desk(USUAL) as desk:
        slot = (await desk.slots())[3]
        number = desk.peer.book(slot)
        must(number is not None, "the simulated front desk could not book a free time")
        assert number is not None
        desk.hands.turn(timedelta(minutes=6))
        gone = [one for one in await desk.slots() if one.practitioner == slot.practitioner]
        must(not any(one.during.overlaps(slot.during) for one in gone), "a time that staff booked is still offered")
        desk.peer.cancel(number)
        desk.hands.turn(timedelta(minutes=6))
        back = [(one.during, one.practitioner) for one in await desk.slots()]
        must((slot.during, slot.practitioner) in back, "a time that staff freed is not offered again")
        return "gone when booked, back when freed"


async def past_three_pages(open_desk: Open) -> str:
    """A book of many pages is read whole: nothing in it is offered over."""
    async with open_desk(replace(USUAL, visits=_many, days=40)) as desk:
        book = [one for one in desk.peer.visits() if one.status.takes_time]
        must(len(book) >= MANY, f"the book holds {len(book)} visits; {MANY} were wanted")
        slots = await desk.slots(days=30)
        for slot in slots:
            clash = any(one.practitioner == slot.practitioner and one.during.overlaps(slot.during) for one in book)
            must(not clash, f"{slot.during.start} is offered over a visit of a later page")
        return f"{len(book)} visits, {len(slots)} times left"


def _many(practice: Practice) -> Sequence[Slot]:
    """Visits side by side, day after day."""
    found: list[Slot] = []
    for ahead in range(0, 28, 7):
        found += [
            one.slot
            for one in plausible_visits(practice, now=MONDAY + timedelta(days=ahead), seed=ahead)
            if one.slot.during.start > MONDAY + timedelta(days=ahead)
        ]
    kept: list[Slot] = []
    for slot in sorted(found, key=lambda one: one.during):
        near = (one for one in kept[-40:] if one.during.overlaps(slot.during))
        if not any(one.practitioner == slot.practitioner or one.room == slot.room for one in near):
            kept.append(slot)
    return kept


async def both_nights(open_desk: Open) -> str:
    """On both nights of a change of the clock every time offered is booked as it was meant, or is not offered."""
    seen = []
    for now in (SPRING, AUTUMN):
        async with open_desk(Setting(now=now, days=10, change=by_night)) as desk:
            zone = desk.practice.locations[0].zone
            sunday = wall(now, zone).date() + timedelta(days=2)
            slots = [one for one in await desk.slots(days=5) if wall(one.during.start, zone).date() == sunday]
            done = 0
            taken: list[Period] = []
            for slot in slots:
                if wall(slot.during.start, zone).hour > 4 or any(slot.during.overlaps(one) for one in taken):
                    continue
                visit = await desk.booked(slot, await desk.patient())
                taken.append(slot.during)
                there = desk.ours()[visit].during
                must(there == slot.during, f"{slot.during} was booked and stands at {there}")
                done += 1
            must(done > 0, f"nothing is offered in the night of {sunday}")
            await well(desk)
            seen.append(f"{done} in {'spring' if now == SPRING else 'autumn'}")
    return ", ".join(seen)


def by_night(practice: Practice) -> Practice:
    """The same practice, open on Sundays from midnight to five in the morning as well."""
    night = DayTime(start=time(0), end=time(5))
    locations = tuple(replace(one, hours={**one.hours, Weekday.SUNDAY: (night,)}) for one in practice.locations)
    people = tuple(
        replace(
            one,
            shifts=(
                *(replace(shift, weekdays=shift.weekdays - {Weekday.SUNDAY}) for shift in one.shifts),
                replace(one.shifts[0], weekdays=frozenset({Weekday.SUNDAY}), during=night, breaks=(), lunch=None),
            ),
        )
        for one in practice.practitioners
    )
    return replace(practice, locations=locations, practitioners=people)


FIND, BOOK = Ability.FIND_SLOTS, Ability.BOOK
CHECKS: tuple[Check, ...] = (
    check("no time is offered over a visit", times_are_free, FIND),
    check("a freed time is offered again", freed_is_offered_again, FIND),
    check("a book of many pages is read whole", past_three_pages, FIND),
    check("both nights of a change of the clock", both_nights, FIND, BOOK),
)
