"""Times, booking, moving and cancelling: what a connector must do on a good day, and against other people."""

import asyncio
from dataclasses import replace
from datetime import timedelta

from frontdesk.domain.appointment import Appointment, Cancellation
from frontdesk.ports.faults import Fault
from frontdesk.ports.system import Booked, Held, Missing, Moved, Taken
from frontdesk.proving.certifying.check import Check, Open, check
from frontdesk.proving.certifying.desk import NotProven
from frontdesk.proving.certifying.what_holds import USUAL, busy_weeks, must, well
from frontdesk.reception.saga import Lost, Stands
from frontdesk.systems.manifest import Ability


async def offered_can_be_booked(open_desk: Open) -> str:
    """Times that are offered can be booked as they stand, one after another."""
    async with open_desk(replace(USUAL, visits=busy_weeks)) as desk:
        done = 0
        for service in desk.peer.services:
            slots = await desk.slots(service, days=10)
            if not slots:
                continue
            slot = slots[len(slots) // 2]
            visit = await desk.booked(slot, await desk.patient())
            standing = desk.ours().get(visit)
            must(standing is not None, f"{service} was booked, and the book does not show it")
            assert standing is not None
            must(
                (standing.during, standing.practitioner) == (slot.during, slot.practitioner),
                f"{service} was offered for {slot.during} and stands at {standing.during}",
            )
            again = [one for one in await desk.slots(service, days=10) if one.practitioner == slot.practitioner]
            must(
                not any(one.during.overlaps(slot.during) for one in again),
                f"{service} at {slot.during.start} is still offered after it was booked",
            )
            done += 1
        must(done > 0, "nothing could be booked")
        await well(desk)
        return f"{done} services booked"


async def the_same_key_acts_once(open_desk: Open) -> str:
    """The same intent, carried out twice, leaves one visit; looked up, it is that visit."""
    async with open_desk(USUAL) as desk:
        slot, person = (await desk.slots())[2], await desk.patient()
        first = await desk.system.book(slot, patient=person.id, key="intent:1", held=None)
        again = await desk.system.book(slot, patient=person.id, key="intent:1", held=None)
        must(type(first) is type(again) and not isinstance(first, Taken), f"{first} and then {again}")
        found = await desk.system.look_up(slot, patient=person.id, key="intent:1")
        standing = list(desk.ours())
        must(len(standing) == 1, f"one intent has made {len(standing)} visits")
        must(isinstance(found, Appointment) and found.id == standing[0], "the intent's visit is not found by its key")
        nothing = await desk.system.look_up((await desk.slots())[9], patient=person.id, key="intent:2")
        must(isinstance(nothing, Missing), "a visit is found for an intent that was never carried out")
        return "one visit, found by its key"


async def who_was_first_keeps_it(open_desk: Open) -> str:
    """A time that staff took a moment ago is taken; of two of our patients at once, one has it."""
    async with open_desk(USUAL) as desk:
        slots = await desk.slots()
        must(desk.peer.book(slots[0]) is not None, "the simulated front desk could not book a free time")
        late = await desk.book(slots[0], await desk.patient())
        must(not isinstance(late, Stands), "a time that staff had was told as booked")
        rest = [one for one in await desk.slots() if not one.during.overlaps(slots[0].during)]
        one, other = await desk.patient(), await desk.patient()
        both = await asyncio.gather(desk.book(rest[0], one), desk.book(rest[0], other))
        stands = sum(isinstance(outcome, Stands) for outcome in both)
        must(stands <= 1, "two patients were told the same time")
        await well(desk)
        return f"staff first: {_said(late)}; two at once: {stands} has it"


async def moved_whole_or_not_at_all(open_desk: Open) -> str:
    """A visit gets its new time and frees the old one; where the new time is taken, it stays as it was."""
    async with open_desk(USUAL) as desk:
        slots, person = await desk.slots(), await desk.patient()
        visit = await desk.booked(slots[0], person)
        later = [one for one in await desk.slots() if not one.during.overlaps(slots[0].during)]
        taken, free = later[0], next(one for one in later if not one.during.overlaps(later[0].during))
        must(desk.peer.book(taken) is not None, "the simulated front desk could not book a free time")
        refused = await desk.move(visit, taken, person)
        must(not isinstance(refused, Stands), "a visit was moved onto somebody else's")
        must([one.during for one in desk.ours().values()] == [slots[0].during], "a refused move changed the visit")
        moved = await desk.move(visit, free, person)
        must(isinstance(moved, Stands), f"a free time could not be moved to: {_said(moved)}")
        must([one.during for one in desk.ours().values()] == [free.during], "the visit is not at its new time alone")
        back = [(one.during, one.practitioner) for one in await desk.slots()]
        must((slots[0].during, slots[0].practitioner) in back, "the old time is not free")
        await well(desk)
        return "moved, and stays where the new time is taken"


async def moved_in_place(open_desk: Open) -> str:
    """The system itself gives a visit its new time: one call of the port, and never two visits in the book."""
    async with open_desk(USUAL) as desk:
        slots, person = await desk.slots(), await desk.patient()
        visit = await desk.booked(slots[0], person)
        later = [one for one in await desk.slots() if not one.during.overlaps(slots[0].during)]
        for _ in range(2):
            moved = await desk.connector.move(visit, later[0], key="move:1", held=None)
            must(isinstance(moved, Moved), f"a free time could not be moved to: {moved}")
        must([one.during for one in desk.ours().values()] == [later[0].during], "it is not at its new time alone")
        must(desk.peer.book(later[-1]) is not None, "the simulated front desk could not book a free time")
        [now] = desk.ours()
        must(
            isinstance(await desk.connector.move(now, later[-1], key="move:2", held=None), Taken), "moved onto another"
        )
        must([one.during for one in desk.ours().values()] == [later[0].during], "a refused move changed the visit")
        return "moved there, once"


async def held_for_one(open_desk: Open) -> str:
    """A time that the system holds is nobody else's; given back it is free again; out of it a visit is booked."""
    async with open_desk(USUAL) as desk:
        slots = await desk.slots()
        until = desk.hands.now() + timedelta(minutes=10)
        held = await desk.connector.hold(slots[0], key="hold:1", until=until)
        if not isinstance(held, Held):
            raise NotProven(f"a free time could not be held: {held}")
        other = await desk.connector.hold(slots[0], key="hold:2", until=until)
        must(isinstance(other, Taken), "a time is held for two")
        await desk.connector.release(held.appointment.id)
        again = await desk.connector.hold(slots[0], key="hold:3", until=until)
        if not isinstance(again, Held):
            raise NotProven("a time that was given back cannot be held")
        person = await desk.patient()
        booked = await desk.connector.book(slots[0], patient=person.id, key="book:1", held=again.appointment.id)
        must(isinstance(booked, Booked), f"a held time could not be booked: {booked}")
        must(len(desk.ours()) == 1, f"{len(desk.ours())} visits stand")
        return "held, given back, held and booked"


async def cancelled_once_and_for_all(open_desk: Open) -> str:
    """A cancelled visit stands no more and frees its time; cancelled again it is cancelled."""
    async with open_desk(USUAL) as desk:
        slots, person = await desk.slots(), await desk.patient()
        visit = await desk.booked(slots[1], person)
        out = await desk.cancel(visit, person)
        must(isinstance(out, Stands), f"a visit could not be cancelled: {_said(out)}")
        must(not desk.ours(), "the visit still stands in the book")
        again = await desk.system.cancel(visit, reason=Cancellation.PATIENT)
        must(not isinstance(again, Missing), "a cancelled visit cannot be cancelled again")
        now = await desk.system.read(visit)
        must(isinstance(now, Missing) or not now.status.takes_time, "a cancelled visit is read as standing")
        back = [(one.during, one.practitioner) for one in await desk.slots()]
        must((slots[1].during, slots[1].practitioner) in back, "its time is not free again")
        await well(desk)
        return "off the book, its time free"


async def staffs_word_is_read(open_desk: Open) -> str:
    """What staff do to a visit is read back: moved, cancelled, and whether the patient came."""
    async with open_desk(USUAL) as desk:
        slots = await desk.slots()
        apart = [slots[0]]
        for one in slots:
            if not any(one.during.overlaps(other.during) for other in apart):
                apart.append(one)
        moved, cancelled = (
            await desk.booked(apart[0], await desk.patient()),
            await desk.booked(apart[1], await desk.patient()),
        )
        desk.peer.cancel(str(cancelled))
        gone = await desk.system.read(cancelled)
        must(
            isinstance(gone, Missing) or not gone.status.takes_time, "a visit that staff cancelled is read as standing"
        )
        seen = "cancelled"
        if desk.peer.move(str(moved), apart[3]):
            now = await desk.system.read(moved)
            fresh = {one.during for one in desk.ours().values()}
            at = now.during if isinstance(now, Appointment) and now.status.takes_time else None
            must(at in fresh or (at is None and bool(fresh)), f"staff moved a visit; it is read at {at}")
            seen = "moved and cancelled"
        await desk.settle()
        return seen


async def seen_again_by_patient(open_desk: Open) -> str:
    """Every visit of a patient is listed, cancelled ones too, and nobody else's."""
    async with open_desk(replace(USUAL, visits=busy_weeks)) as desk:
        person, other = await desk.patient(), await desk.patient()
        slots = await desk.slots()
        mine: list[object] = []
        for slot in slots[:: max(1, len(slots) // 5)][:4]:
            outcome = await desk.book(slot, person)
            mine += [outcome.appointment.id] if isinstance(outcome, Stands) else []
        must(len(mine) >= 2, "fewer than two visits could be booked for one patient")
        await desk.booked((await desk.slots())[0], other)
        listed = await desk.system.appointments_of([person.id])
        standing = [one.id for one in listed if one.status.takes_time]
        must(
            sorted(map(str, standing)) == sorted(map(str, mine)),
            f"{len(mine)} visits were booked, {len(standing)} listed",
        )
        must(
            [one.during for one in listed] == sorted(one.during for one in listed), "they are not listed soonest first"
        )
        return f"{len(mine)} visits of one patient"


def _said(outcome: object) -> str:
    if isinstance(outcome, Fault):
        return f"{type(outcome).__name__}: {outcome}"
    return "no" if isinstance(outcome, Lost) else type(outcome).__name__


FIND, BOOK, CANCEL = Ability.FIND_SLOTS, Ability.BOOK, Ability.CANCEL
CHECKS: tuple[Check, ...] = (
    check("what is offered can be booked", offered_can_be_booked, FIND, BOOK),
    check("the same intent acts once", the_same_key_acts_once, BOOK, needs=(FIND,)),
    check("whoever was first keeps the time", who_was_first_keeps_it, BOOK, needs=(FIND,)),
    check("moved whole or not at all", moved_whole_or_not_at_all, BOOK, CANCEL, needs=(FIND,)),
    check("moved in place", moved_in_place, Ability.RESCHEDULE, needs=(FIND, BOOK)),
    check("a held time is one patient's", held_for_one, Ability.HOLD, needs=(FIND, BOOK)),
    check("cancelled once and for all", cancelled_once_and_for_all, CANCEL, needs=(FIND, BOOK)),
    check("what staff do is read", staffs_word_is_read, BOOK, needs=(FIND,)),
    check("a patient's visits are listed", seen_again_by_patient, BOOK, needs=(FIND,)),
)
