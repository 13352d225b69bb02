"""The hard cases of cases/*.yaml: what a clinic manager expects, against what the desk answers."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from tests.scheduling.case_files import Case, Entry, all_cases

from frontdesk.domain.appointment import Appointment, Slot, Status
from frontdesk.domain.ids import AppointmentId, LocationId, PractitionerId, ServiceId
from frontdesk.domain.time import Period
from frontdesk.scheduling.answer import Answer, answer
from frontdesk.scheduling.busy_time import NOTHING_BUSY, BusyTime
from frontdesk.scheduling.listing import soonest_first
from frontdesk.scheduling.notice import MayChange, may_change
from frontdesk.scheduling.search import Search, search_for
from frontdesk.scheduling.series import Course, plan_course
from frontdesk.scheduling.starts import free_starts
from frontdesk.scheduling.timetable import Timetable, timetable
from frontdesk.scheduling.together import How, Together, find_together
from frontdesk.scheduling.wish_time import wished
from frontdesk.standards.forms import read_length

CASES = list(all_cases())
WAYS = {"in_sequence": How.IN_SEQUENCE, "at_once": How.AT_ONCE, "companions": How.COMPANIONS}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_desk_answers_as_the_clinic_expects(case: Case) -> None:
    unknown = set(case.expect) - {"slots", "starts", "best", "together", "nothing", "change"}
    assert len(case.expect) == 1, "expect one thing"
    assert not unknown, f"{unknown} is nothing that can be expected"
    if "change" in case.expect:
        assert _change(case) == case.expect["change"]
        return
    table, busy = _loaded(case)
    if "together" in case.expect:
        assert_lines(case, case.expect["together"], _together(case, table, busy))
    elif "nothing" in case.expect:
        assert_nothing(case, _answer(case, table, busy))
    elif "best" in case.expect:
        slots = [offer.slot for offer in _answer(case, table, busy).offers]
        assert_lines(case, [case.expect["best"]], [slots])
    elif "starts" in case.expect:
        found = sorted({slot.during.start for slot in _slots(case, table, busy)})
        assert found == [case.line(line)[0] for line in case.expect["starts"]]
    else:
        slots = sorted(_slots(case, table, busy), key=lambda slot: (slot.during.start, slot.practitioner))
        wanted = sorted(case.expect["slots"], key=lambda line: (case.line(line)[0], _person_in(case, line)))
        assert_lines(case, [wanted], [slots])


def test_there_are_cases_and_no_two_have_one_name() -> None:
    assert len(CASES) >= 60
    assert len({case.name for case in CASES}) == len(CASES)


def assert_lines(case: Case, wanted: Sequence[Sequence[object]], found: Sequence[Sequence[Slot]]) -> None:
    told = [[_told(case, slot) for slot in slots] for slots in found]
    assert [[case.line(line)[0] for line in lines] for lines in wanted] == [
        [slot.during.start for slot in slots] for slots in found
    ], told
    for lines, slots in zip(wanted, found, strict=True):
        for line, slot in zip(lines, slots, strict=True):
            assert case.line(line)[1] <= _names(slot), f"{line}; found {_told(case, slot)}"


def assert_nothing(case: Case, found: Answer) -> None:
    wanted: Entry = case.expect["nothing"]
    assert found.nothing is not None, [_told(case, offer.slot) for offer in found.offers]
    assert found.nothing.rule.value == wanted["rule"]
    if "opens" in wanted:
        opens = found.nothing.opens
        told = (opens.start, {opens.practitioner}) if opens else "none"
        assert told == ("none" if wanted["opens"] == "none" else case.line(wanted["opens"]))
    if "change" in wanted:
        change = found.nothing.change
        if change is None:
            assert wanted["change"] == "none"
            return
        kin = change.kin.name.lower().replace("_", " ")
        assert str(wanted["change"]).startswith(kin), kin
        start, names = case.line(str(wanted["change"]).removeprefix(kin).strip())
        assert (change.slot.during.start, names) == (start, {change.slot.practitioner})


def _loaded(case: Case) -> tuple[Timetable, BusyTime]:
    until = _until(case) if "course" in case.wish else case.within.end
    table = timetable(case.practice, Period(start=case.within.start, end=until))
    return table, NOTHING_BUSY.and_of(case.busy, table.ruler)


def _search(case: Case, part: Entry) -> Search:
    service = ServiceId(part["service"]) if "service" in part else case.practice.services[0].id
    patient = part.get("patient", case.wish.get("patient"))
    return search_for(
        case.practice,
        case.practice.service(service),
        case.within,
        now=case.now,
        practitioner=PractitionerId(part["with"]) if "with" in part else None,
        location=LocationId(part["location"]) if "location" in part else None,
        visitor=case.visitor(patient),
        standing=case.standing,
    )


def _slots(case: Case, table: Timetable, busy: BusyTime) -> list[Slot]:
    search = _search(case, case.wish)
    found = []
    for starts in free_starts(search, table, busy) if search.service.bookable else ():
        fit = wished(case.windows, table.clocks[starts.location.id], table.ruler.ticks(starts.length))
        found.append(replace(starts, ticks=starts.ticks & fit))
    return [starts.slot_at(tick, table) for tick, starts in soonest_first(found, table, busy)]


def _answer(case: Case, table: Timetable, busy: BusyTime) -> Answer:
    asked_for = case.wish.get("with")
    wish = replace(case.windows, practitioner=PractitionerId(asked_for) if asked_for else None)
    return answer(_search(case, case.wish), wish, table, busy, count=case.wish.get("best", 1))


def _together(case: Case, table: Timetable, busy: BusyTime) -> list[tuple[Slot, ...]]:
    if "course" in case.wish:
        written = case.wish["course"]
        course = Course(
            visits=written["visits"],
            at_least=read_length(written["at_least"]),
            at_most=read_length(written["at_most"]),
        )
        search, count = _search(case, case.wish), case.wish.get("best", 1)
        return plan_course(search, course, case.windows, table, busy, until=_until(case), count=count)
    way = next(way for way in WAYS if way in case.wish)
    wanted = Together(
        parts=tuple(_search(case, part) for part in case.wish[way]),
        how=WAYS[way],
        longest_wait=read_length(case.wish.get("longest_wait", "0 minutes")),
    )
    return find_together(wanted, case.windows, table, busy, count=case.wish.get("best"))


def _until(case: Case) -> datetime:
    until = case.wish["course"].get("until")
    return case.moment(f"{until} 00:00") if until else case.now + timedelta(days=365)


def _change(case: Case) -> str:
    start = case.moment(case.wish["change"])
    visit = Appointment(
        id=AppointmentId(""),
        service=case.practice.services[0].id,
        location=case.practice.locations[0].id,
        practitioner=None,
        room=None,
        devices=(),
        during=Period(start=start, end=start + timedelta(minutes=30)),
        status=Status.BOOKED,
    )
    allowed = isinstance(may_change(visit, case.practice.policies, now=case.now), MayChange)
    return "allowed" if allowed else "too late"


def _person_in(case: Case, line: object) -> str:
    people = {person.id for person in case.practice.practitioners}
    return next((name for name in str(line).split() if name in people), "")


def _names(slot: Slot) -> set[str]:
    return {slot.practitioner, *slot.assistants, *slot.devices, *({slot.room} if slot.room else set())}


def _told(case: Case, slot: Slot) -> str:
    zone = case.practice.location(slot.location).zone
    return " ".join([f"{slot.during.start.astimezone(zone):%Y-%m-%d %H:%M}", slot.practitioner, *sorted(_names(slot))])
