"""Open times by layer 2: days of slots that can be booked, and one day's raw template."""

from collections.abc import Iterator
from datetime import date, timedelta

from frontdesk.systems.epic.simulator_calls import Answer, Asked, Call, Surface, asking
from frontdesk.systems.epic.simulator_errors import not_layer2
from frontdesk.systems.epic.simulator_hospital import Hospital
from frontdesk.systems.epic.simulator_ids import (
    DEPARTMENT_IDS,
    PROVIDER_IDS,
    VISIT_TYPE_IDS,
    department_by,
    provider_by,
    shown,
    typed,
    visit_type_by,
)
from frontdesk.systems.epic.simulator_openings import held, left, open_times, start_of_piece, template
from frontdesk.systems.epic.simulator_reading import TYPED, Given, a_list, an_object, hyphens, needed, slashes, words
from frontdesk.systems.epic.simulator_rows import Row, clock, lines, text

LONGEST = timedelta(days=366)


def schedule_days(hospital: Hospital, asked: Asked) -> Answer:
    """One provider's open times by day, department and visit type. Seen [one-provider-per-call].

    Seen [wall-clock-slots]: `Time` is HH:MM:SS on the department's wall. Guess [display-time]: `DisplayTime` is
    what patients read, and `ArrivalTime` the same as `Time`. Guess [only-days-with-slots].
    """
    given = asked.given
    provider = provider_by(hospital, *typed(given, "ProviderID"))
    needed(given, "StartDate", "EndDate", "DepartmentIDs", "VisitTypeIDs")
    departments = [department_by(hospital, *_pair(one)) for one in given.many("DepartmentIDs")]
    kinds = [visit_type_by(hospital, *_pair(one)) for one in given.many("VisitTypeIDs")]
    first, last = given.day("StartDate"), given.day("EndDate")
    if first is None or last is None or not timedelta(0) <= last - first <= LONGEST:
        raise not_layer2("days-in-order", "EndDate comes after StartDate, within a year.")
    days = []
    for count in range((last - first).days + 1):
        for department in departments:
            for kind in kinds:
                day = first + timedelta(days=count)
                slots = list(_slots(hospital, provider, department, kind, day, asked.behind))
                if slots:
                    days.append(_day(day, department, kind, slots))
    body = {
        "Provider": {"DisplayName": provider["name"], "IDs": shown(provider, PROVIDER_IDS)},
        "Departments": [department_shown(one) for one in departments],
        "VisitTypes": [visit_type_shown(one) for one in kinds],
        "ScheduleDays": days,
    }
    return Answer(body=body)


def provider_schedule(hospital: Hospital, asked: Asked) -> Answer:
    """One day's template, piece by piece. Seen [template-grain]: `Length` is the grain, not a visit's length.

    Seen [schedule-shows-blocks]: what is held or unavailable is there, with why. Guess [unavailable-has-none-open].
    Guess [overbook-openings]: none.
    """
    given = asked.address
    provider = provider_by(hospital, *typed(given, "ProviderID"))
    department = department_by(hospital, *typed(given, "DepartmentID"))
    visit_type_by(hospital, *typed(given, "VisitTypeID"))
    typed(given, "UserID")
    needed(given, "Date")
    day, then = given.day("Date") or date.min, hospital.now() - asked.behind
    pieces = template(hospital, text(provider, "provider"), text(department, "department"), day)
    slots = []
    for piece in pieces:
        why = held(piece, then)
        closed = why or piece["unavailable"]
        start = hospital.wall(text(department, "department"), start_of_piece(hospital, piece))
        slots.append(
            {
                "StartTime": clock(start),
                "Length": str(piece["minutes"]),
                "AvailableOpenings": "0" if closed else str(left(hospital, piece, then)),
                "OriginalOpenings": str(piece["openings"]),
                "OverbookOpenings": "0",
                "Public": "1" if piece["public"] else "0",
                "UnavailableTimeReason": piece["unavailable"],
                "HeldTimeReason": why,
                "HeldTimeAllDay": "0",
            }
        )
    return Answer(body={"ScheduleSlots": slots, "UnavailableDayReason": "", "ProviderMessages": [], "Error": ""})


def department_shown(row: Row) -> dict[str, object]:
    """A department. Seen [zone-of-a-department]: `OfficialTimeZone` stands here and in bookings, and nowhere else.

    Guess [zone-number]: `Number` is a number of Epic's own; `Title` and `Abbreviation` are words.
    """
    place = {"Street": [row["street"]], "City": row["city"], "State": row["state"], "ZipCode": row["zip"]}
    return {
        "Name": row["name"],
        "IDs": shown(row, DEPARTMENT_IDS),
        "Address": place,
        "Phones": [{"Number": row["phone"], "Type": "General"}],
        "Specialty": row["specialty"],
        "OfficialTimeZone": {"Number": "1", "Title": row["zonetitle"], "Abbreviation": row["zoneshort"]},
    }


def visit_type_shown(row: Row) -> dict[str, object]:
    """A visit type; how long it lasts is not said here. Seen [length-after-choosing]."""
    return {
        "Name": row["name"],
        "DisplayName": row["shown"],
        "PatientInstructions": lines(row, "advice"),
        "IDs": shown(row, VISIT_TYPE_IDS)[:1],
    }


def _slots(
    hospital: Hospital, provider: Row, department: Row, kind: Row, day: date, behind: timedelta
) -> Iterator[dict[str, str]]:
    where = text(department, "department")
    for opening in open_times(
        hospital,
        provider=text(provider, "provider"),
        department=where,
        visit_type=text(kind, "visittype"),
        day=day,
        behind=behind,
    ):
        start = hospital.wall(where, opening.start)
        exact = f"{start:%H:%M:%S}"
        yield {"Time": exact, "DisplayTime": clock(start).strip(), "ArrivalTime": exact}


def _day(day: date, department: Row, kind: Row, slots: list[dict[str, str]]) -> dict[str, object]:
    return {
        "Date": day.isoformat(),
        "Department": shown(department, DEPARTMENT_IDS)[0],
        "VisitType": shown(kind, VISIT_TYPE_IDS)[0],
        "Slots": slots,
    }


def _pair(given: Given) -> tuple[str, str]:
    needed(given, "ID", "Type")
    return given.text("ID"), given.text("Type")


IDS = a_list(an_object(TYPED))
USER = {"UserID": words, "UserIDType": words}

CALLS: tuple[Call, ...] = (
    asking(
        "/2017/PatientAccess/External/GetScheduleDaysForProvider2/Scheduling/Open/Provider/GetScheduleDays2",
        schedule_days,
        {
            **USER,
            "ProviderID": words,
            "ProviderIDType": words,
            "StartDate": hyphens,
            "EndDate": hyphens,
            "DepartmentIDs": IDS,
            "VisitTypeIDs": IDS,
        },
    ),
    Call(
        method="POST",
        path="/2012/Scheduling/Provider/GETPROVIDERSCHEDULE/Schedule",
        answer=provider_schedule,
        surface=Surface.LAYER2,
        scope="Scheduling.read",
        address={
            **USER,
            **dict.fromkeys(("ProviderID", "ProviderIDType", "DepartmentID", "DepartmentIDType"), words),
            **dict.fromkeys(("VisitTypeID", "VisitTypeIDType"), words),
            "Date": slashes,
        },
    ),
)
"""Seen [schedule-by-query]: GETPROVIDERSCHEDULE is posted without a body, its fields in the query."""
