"""People who come together are offered times that leave room for all of them."""

from collections.abc import Sequence
from datetime import timedelta
from typing import cast

from tests.clinic import ALEX, BOTOX, DANA, HAIR, NOW, ROOM_2, a_practice, a_slot, at

from frontdesk.domain.appointment import Slot
from frontdesk.domain.ids import ServiceId
from frontdesk.ports.system import SlotRequest, System
from frontdesk.reception.company import Company

TEN, HALF_PAST, ELEVEN, THREE = (at(f"2026-05-28 {clock}") for clock in ("10:00", "10:30", "11:00", "15:00"))
FRIDAY, AFTER = at("2026-05-29 10:00"), at("2026-05-29 10:30")


class Book:
    """A calendar that is asked for free times, and no more."""

    def __init__(self, free: Sequence[Slot]) -> None:
        self.free = free
        self.asked: list[SlotRequest] = []

    async def find_slots(self, wanted: SlotRequest) -> list[Slot]:
        self.asked.append(wanted)
        return [one for one in self.free if one.service == wanted.service and wanted.within.contains(one.during)]


async def found(
    book: Book, firsts: Sequence[Slot], *services: ServiceId, count: int = 2
) -> list[tuple[Slot, tuple[Slot, ...]]]:
    company = Company(system=cast(System, book), practice=a_practice(), services=services, now=NOW)
    return await company.with_room(firsts, count=count)


async def test_the_other_comes_at_the_same_time_where_somebody_else_can_take_them() -> None:
    dana, alex = a_slot(TEN), a_slot(TEN, practitioner=ALEX, room=ROOM_2)

    assert await found(Book([dana, alex]), [dana], BOTOX) == [(dana, (alex,))]


async def test_the_other_comes_right_after_where_one_practitioner_takes_both() -> None:
    free = [a_slot(during) for during in (TEN, HALF_PAST, ELEVEN)]

    [(first, others)] = await found(Book(free), free[:1], BOTOX, BOTOX)

    assert [one.during.start - first.during.start for one in others] == [timedelta(minutes=30), timedelta(hours=1)]


async def test_two_are_not_put_into_one_room_at_once() -> None:
    dana, alex = a_slot(TEN, practitioner=DANA), a_slot(TEN, practitioner=ALEX)  # both in the one room

    assert await found(Book([dana, alex]), [dana], BOTOX) == []


async def test_a_day_without_room_for_all_is_left_out_and_hours_apart_is_not_together() -> None:
    alone, far, friday, after = (a_slot(during) for during in (TEN, THREE, FRIDAY, AFTER))

    assert await found(Book([alone, far, friday, after]), [alone, friday], BOTOX) == [(friday, (after,))]


async def test_times_close_together_come_before_those_that_are_not() -> None:
    wide, late, friday, after = (a_slot(during) for during in (TEN, at("2026-05-28 11:45"), FRIDAY, AFTER))
    free = [wide, late, friday, after]

    assert await found(Book(free), [wide, friday], BOTOX, count=1) == [(friday, (after,))]
    assert [first for first, _ in await found(Book(free), [wide, friday], BOTOX)] == [wide, friday]


async def test_each_has_their_own_service_and_a_day_is_asked_for_once() -> None:
    free = [a_slot(TEN), a_slot(HALF_PAST)]
    book = Book(free)

    assert await found(book, free, HAIR) == []
    assert [one.service for one in book.asked] == [HAIR]
