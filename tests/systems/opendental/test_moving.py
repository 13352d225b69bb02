"""A visit moved in place over a real socket: whole or not at all, once, and never onto somebody else's time."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

import pytest
from tests.clinic import ALEX, BOTOX, DANA, HAIR, MAIN, ROOM_1, ROOM_2, a_practice, a_slot, at
from tests.systems.opendental.a_book import MARIA, NUMBERS, Book, Office, a_row, an_office, once, payload, visits_of
from tests.wire.loopback import Asked, HangsUp, Reply, Says

from frontdesk.domain.appointment import Slot, Subject
from frontdesk.domain.ids import AppointmentId
from frontdesk.ports.faults import NotPermitted, OutcomeUnknown, Refused, Unreachable
from frontdesk.ports.system import Booked, Missing, Moved, Taken
from frontdesk.systems.opendental.place import Place, moved, place, place_in
from frontdesk.wire.foreign import Unreadable

SIX = a_slot()
"""Thursday May 28 at 18:00 with Dana in Room 1; the visit stands at 10."""
OLD, NEW = "2026-05-28 10:00:00", "2026-05-28 18:00:00"
STAFF = "Prefers the window.\\nAllergic to latex."


def a_standing_visit(**rest: object) -> Book:
    """Maria's visit 18, with a note of staff's."""
    fields = {"PatNum": 48, "Note": STAFF, **{name: rest.pop(name) for name in list(rest) if name[0].isupper()}}
    return Book(appointments=[a_row(**fields)], patients=[payload("patient")], **rest)


async def move(office: Office, slot: Slot = SIX, *, key: str = "move:1") -> Moved | Taken | Missing:
    office.charts.kept[MARIA.id] = "48"
    return await office.system.move(AppointmentId("18"), slot, key=key, held=None)


def puts(office: Office) -> int:
    return office.asked("PUT", "/appointments/18")


def when(method: str, path: str, do: Callable[[], object], *, passing: int = 0) -> Callable[[Asked], Reply | None]:
    """Does something once, right before such a call is answered."""
    left = [passing]

    def answer(asked: Asked) -> Reply | None:
        if (asked.method, asked.path) == (method, f"/api/v1{path}"):
            left[0] -= 1
            if left[0] == -1:
                do()
        return None

    return answer


async def test_a_moved_visit_keeps_its_number_and_what_staff_wrote() -> None:
    async with an_office(a_standing_visit()) as office:
        outcome = await move(office)

    assert isinstance(outcome, Moved)
    assert outcome.appointment.id == "18"
    assert (outcome.appointment.during, outcome.appointment.patient) == (SIX.during, MARIA.id)
    [row] = office.book.appointments
    assert (row["AptDateTime"], row["Op"], row["ProvNum"], row["Pattern"]) == (NEW, 5, 1, "XXXXXX")
    assert row["Note"].startswith(STAFF)
    assert f"moves from {OLD}, Op 5, ProvNum 1" in row["Note"]


async def test_the_same_key_again_moves_once() -> None:
    async with an_office(a_standing_visit()) as office:
        first = await move(office)
        again = await move(office)

    assert first == again
    assert puts(office) == 1


async def test_a_visit_that_staff_moved_on_since_is_left_where_they_put_it() -> None:
    async with an_office(a_standing_visit()) as office:
        await move(office)
        office.book.row(18)["AptDateTime"] = "2026-05-29 11:00:00"
        again = await move(office)

    assert isinstance(again, Moved)
    assert again.appointment.during == at("2026-05-29 11:00", minutes=30)
    assert puts(office) == 1


async def test_a_visit_that_the_patient_moved_back_since_is_not_moved_again_by_the_first_key() -> None:
    async with an_office(a_standing_visit()) as office:
        await move(office, key="move:1")
        back = await move(office, a_slot(at("2026-05-28 10:00", minutes=30)), key="move:2")
        again = await move(office, key="move:1")

    assert isinstance(back, Moved)
    assert again == back
    assert office.book.row(18)["AptDateTime"] == OLD
    assert puts(office) == 2


async def test_a_visit_that_stands_there_already_is_not_touched() -> None:
    async with an_office(a_standing_visit(AptDateTime=NEW)) as office:
        assert isinstance(await move(office), Moved)

    assert office.book.row(18)["Note"] == STAFF
    assert puts(office) == 0


async def test_a_later_start_that_overlaps_the_old_one_is_free() -> None:
    async with an_office(a_standing_visit()) as office:
        outcome = await move(office, a_slot(at("2026-05-28 10:15", minutes=30)))

    assert isinstance(outcome, Moved)
    assert office.book.row(18)["AptDateTime"] == "2026-05-28 10:15:00"


async def test_a_time_that_somebody_has_is_not_moved_to() -> None:
    async with an_office(a_standing_visit()) as office:
        office.book.enter(AptDateTime="2026-05-28 17:45:00", PatNum=99)
        outcome = await move(office)

    assert outcome == Taken(by=Subject.PRACTITIONER)
    assert (office.book.row(18)["AptDateTime"], office.book.row(18)["Note"]) == (OLD, STAFF)
    assert puts(office) == 0


async def test_whoever_came_a_moment_before_keeps_the_time_and_the_visit_goes_back() -> None:
    book = a_standing_visit()
    book.before = when("PUT", "/appointments/18", lambda: book.enter(AptDateTime=NEW, PatNum=99))
    async with an_office(book) as office:
        outcome = await move(office)
        again = await move(office)

    assert outcome == again == Taken(by=Subject.PRACTITIONER)
    row = office.book.row(18)
    assert (row["AptDateTime"], row["Op"], row["ProvNum"], row["Pattern"]) == (OLD, 5, 1, "XXXXXX")
    assert row["Note"].startswith(STAFF)
    assert "somebody else had the new time first" in row["Note"]


async def test_whoever_is_entered_after_the_move_does_not_drive_it_away() -> None:
    book = a_standing_visit()
    later = {"AptDateTime": NEW, "PatNum": 99, "SecDateTEntry": "2026-05-26 21:48:01"}
    book.after = when("PUT", "/appointments/18", lambda: book.enter(**later))
    async with an_office(book) as office:
        outcome = await move(office)

    assert isinstance(outcome, Moved)
    assert office.book.row(18)["AptDateTime"] == NEW


async def test_whoever_takes_the_old_time_meanwhile_is_told_to_staff() -> None:
    book = a_standing_visit()

    def both() -> None:
        book.enter(AptDateTime=NEW, PatNum=99)
        book.enter(AptDateTime=OLD, PatNum=98)

    book.before = when("PUT", "/appointments/18", both)
    async with an_office(book) as office:
        outcome = await move(office)

    assert isinstance(outcome, Taken)
    assert office.book.row(18)["AptDateTime"] == OLD
    assert "given away meanwhile; please look" in office.book.row(18)["Note"]


async def test_of_two_visits_moved_to_one_time_at_once_not_both_have_it() -> None:
    rows = [a_row(AptNum=18, PatNum=48), a_row(AptNum=19, PatNum=49, AptDateTime="2026-05-28 11:00:00")]
    async with an_office(Book(appointments=rows, seconds=0.05)) as office:
        outcomes = await asyncio.gather(
            *(office.system.move(AppointmentId(id), SIX, key=f"move:{id}", held=None) for id in ("18", "19"))
        )

    there = [row["AptNum"] for row in office.book.standing() if row["AptDateTime"] == NEW]
    assert puts(office) > 0
    assert len(there) <= 1
    assert [str(number) for number in there] == [one.appointment.id for one in outcomes if isinstance(one, Moved)]


async def test_of_a_move_and_a_booking_to_one_time_at_once_not_both_have_it() -> None:
    moving = a_row(AptNum=18, PatNum=49)
    async with an_office(Book(appointments=[moving], patients=[payload("patient")], seconds=0.05)) as office:
        outcomes = await asyncio.gather(
            office.system.move(AppointmentId("18"), SIX, key="move:1", held=None),
            office.system.book(SIX, patient=MARIA.id, key="book:1", held=None),
        )

    there = [row["AptNum"] for row in office.book.standing() if row["AptDateTime"] == NEW]
    assert len(there) <= 1
    assert len(there) == sum(isinstance(one, Moved | Booked) for one in outcomes)


async def test_a_run_that_was_cut_short_after_the_move_still_gives_way() -> None:
    def spoiled(asked: Asked) -> Reply | None:
        moved_already = book.row(18)["AptDateTime"] == NEW
        return Says(status=401) if moved_already and cut and asked.method == "GET" else None

    cut = [True]
    book = a_standing_visit(before=spoiled)
    async with an_office(book) as office:
        with pytest.raises(NotPermitted):
            await move(office)
        cut.clear()
        book.enter(AptDateTime=NEW, PatNum=99, SecDateTEntry="2026-05-26 21:46:59")
        outcome = await move(office)

    assert outcome == Taken(by=Subject.PRACTITIONER)
    assert office.book.row(18)["AptDateTime"] == OLD


async def test_a_lost_reply_to_the_move_is_read_back() -> None:
    async with an_office(a_standing_visit(after=once("PUT", "/appointments/18", HangsUp()))) as office:
        outcome = await move(office)

    assert isinstance(outcome, Moved)
    assert puts(office) == 1


@pytest.mark.parametrize("path", ["/appointments/18", "/appointments/18/Note"])
async def test_a_move_of_which_nothing_shows_is_unknown_and_found_again(path: str) -> None:
    async with an_office(a_standing_visit(before=once("PUT", path, HangsUp()))) as office:
        with pytest.raises(OutcomeUnknown):
            await move(office)
        stood = office.book.row(18)["AptDateTime"]
        again = await move(office)

    assert stood == OLD
    assert isinstance(again, Moved)
    assert office.book.row(18)["Note"].count("moves from") == 1


async def test_a_move_that_is_said_to_be_done_and_does_not_show_is_not_told() -> None:
    async with an_office(a_standing_visit(before=once("PUT", "/appointments/18", Says()))) as office:
        with pytest.raises(OutcomeUnknown, match="stands where it was"):
            await move(office)


async def test_a_visit_that_staff_change_while_it_is_to_be_moved_is_looked_at_again() -> None:
    book = a_standing_visit()
    book.before = when("GET", "/schedules", lambda: book.row(18).update(AptDateTime="2026-05-28 12:00:00"))
    async with an_office(book) as office:
        with pytest.raises(Unreachable, match="was changed"):
            await move(office)

    assert puts(office) == 0


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"AppointmentTypeNum": 4}, "not known to be for"),
        ({"AppointmentTypeNum": 0}, "not known to be for"),
        ({"Pattern": "XXXXXXXXX"}, "a length of its own"),
        ({"ProvHyg": 2, "PatternSecondary": "///XX/"}, "two providers"),
    ],
)
async def test_a_visit_that_is_more_than_a_slot_says_is_for_a_person(fields: dict[str, object], says: str) -> None:
    async with an_office(a_standing_visit(**fields)) as office:
        with pytest.raises(Refused, match=says):
            await move(office)

    assert office.book.row(18)["AptDateTime"] == OLD


@pytest.mark.parametrize("status", ["Complete", "Broken", "UnschedList", "PtNote"])
async def test_a_visit_that_is_not_booked_any_more_is_missing(status: str) -> None:
    async with an_office(a_standing_visit(AptStatus=status)) as office:
        assert await move(office) == Missing()
        assert await office.system.move(AppointmentId("x"), SIX, key="move:2", held=None) == Missing()


async def test_a_visit_of_an_unknown_status_is_reported() -> None:
    async with an_office(a_standing_visit(AptStatus="Teleported")) as office:
        with pytest.raises(Unreadable, match="appointment 18"):
            await move(office)


def test_a_move_to_a_hygienist_in_another_clinic_changes_what_must_be_and_goes_back_by_its_note() -> None:
    practice = a_practice()
    numbers = replace(NUMBERS, clinics={MAIN: 7})
    before = place(visits_of(a_row(ProvHyg=3, ClinicNum=2))[0])
    slot = replace(a_slot(at("2026-05-28 11:00", minutes=45), practitioner=ALEX, room=ROOM_2), service=HAIR)

    there = moved(before, slot, numbers=numbers, practice=practice)

    assert there.fields == {
        "AptDateTime": "2026-05-28 11:00:00",
        "Op": 6,
        "ProvNum": 1,
        "ProvHyg": 2,
        "IsHygiene": "true",
        "Pattern": "XXXXXXXXX///",
        "ClinicNum": 7,
    }
    assert place_in(f"By hand. Frontdesk 1f2e: moves from {before.words} more words", "Frontdesk 1f2e") == before
    back = moved(there, a_slot(), numbers=numbers, practice=practice)
    assert (back.by_hygienist, back.provider, back.operatory) == (False, 1, 5)
    assert (a_slot().practitioner, a_slot().room, a_slot().service) == (DANA, ROOM_1, BOTOX)


@pytest.mark.parametrize("note", ["", "Frontdesk 1f2e", "Frontdesk 1f2e: moves from somewhere", "moves from 2026"])
def test_a_note_that_staff_rewrote_names_no_place(note: str) -> None:
    assert place_in(note, "Frontdesk 1f2e") is None


def test_of_two_places_in_a_note_the_last_counts() -> None:
    first = place(visits_of(a_row())[0])
    last = replace(first, operatory=6)
    note = " ".join(f"Frontdesk 1f2e: moves from {one.words}" for one in (first, last))

    found = place_in(note, "Frontdesk 1f2e")

    assert isinstance(found, Place)
    assert found == last
