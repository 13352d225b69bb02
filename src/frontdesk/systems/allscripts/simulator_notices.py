"""What the simulated interface tells by HL7 v2: each visit that is made, moved, changed, called off or missed."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum

from frontdesk.ports.faults import Fault
from frontdesk.systems.allscripts.simulator_hl7 import (
    Unreadable,
    composed,
    escaped,
    header,
    read,
    segment,
    stamp,
    written,
)
from frontdesk.systems.allscripts.simulator_practice import (
    ARRIVED,
    BUMPED,
    CANCELLED,
    CONFIRMED,
    NO_SHOW,
    SCHEDULED,
    WAITING,
    Practice,
)
from frontdesk.systems.allscripts.simulator_rows import Row, as_text, during, number, text

Post = Callable[[bytes], Awaitable[bytes]]
"""Sends a message and gives the acknowledgement; raises ConnectionError, TimeoutError or a Fault where none came."""

MOST_TRIES = 5
STATUS = {
    SCHEDULED: "Booked",
    CONFIRMED: "Confirmed",
    ARRIVED: "Arrived",
    CANCELLED: "Cancelled",
    NO_SHOW: "Noshow",
    BUMPED: "Cancelled",
    WAITING: "Waitlist",
}
"""SCH-25. Guess [hl7-status-words]: table 0278's, and two local words."""


class Event(Enum):
    """What became of a visit, as its trigger event. Documented [siu-events]. Guess [bumped-is-s15]."""

    NEW = "S12"
    MOVED = "S13"
    CHANGED = "S14"
    CANCELLED = "S15"
    NO_SHOW = "S26"


@dataclass(kw_only=True, slots=True)
class Mail:
    """How badly notices travel."""

    late: timedelta = timedelta(0)
    newest_first: bool = False


def tell_of_visit(practice: Practice, row: Row, event: Event) -> None:
    """Note that a visit changed, for the interface. Guess [own-changes-too]: what Unity or an order did, as well."""
    _tell(practice, f"SIU^{event.value}^SIU_S12", [*visit_segments(practice, row)])


def tell_of_patient(practice: Practice, row: Row, *, new: bool) -> None:
    """Note that a patient changed. Documented [adt-events]. Guess [person-events]: A28 for a new one, A31 after."""
    event = "A28" if new else "A31"
    at = stamp(practice.wall())
    segments = [segment("EVN", {1: event, 2: at}), patient_segment(row, practice), segment("PV1", {1: "1", 2: "N"})]
    _tell(practice, f"ADT^{event}^ADT_A05", segments)


def visit_segments(practice: Practice, row: Row) -> Sequence[str]:
    """The visit, its patient, place and resource, as the worked example has them.

    Guess [filler-id]: SCH-2 is the Appointment_ID, SCH-1 the id of whoever ordered it. Guess [hl7-codes]: kinds and
    places by abbreviation, a practitioner by Practitioner_ID in AIP, a room or device by abbreviation in AIG. Seen
    [sch-6-empty]: the reason of the event is given for a cancellation alone, though the standard requires it.
    """
    whole = during(row)
    start, minutes = stamp(whole.start), as_text(row["minutes"])
    kind = practice.appointment_types.at(number(row, "Appointment_Type_ID"))
    place = practice.locations.at(number(row, "Scheduling_Location_ID"))
    resource = practice.resources.at(number(row, "Resource_ID"))
    ours, why = practice.world.interface.ours, row["cancellation_reason"]
    reason = practice.cancellation_reasons.get(why if isinstance(why, int) else None)
    sch = {
        1: composed(text(row, "placer"), practice.world.interface.theirs[0]) if row["placer"] else "",
        2: composed(as_text(row["Appointment_ID"]), ours[0]),
        6: composed(text(reason, "Abbreviation"), text(reason, "Description")) if reason else "",
        7: composed("", text(row, "reason")) if row["reason"] else "",
        8: composed(text(kind, "Abbreviation"), text(kind, "Description")),
        9: minutes,
        10: "min",
        11: f"^^{minutes}^{start}^{stamp(whole.end)}",
        16: composed("0", "FRONT", "DESK"),
        20: composed("0", "FRONT", "DESK"),
        25: "Complete" if row["checked_out"] else STATUS[text(row, "status")],
    }
    note = [segment("NTE", {1: "1", 3: escaped(text(row, "comments"))})] if row["comments"] else []
    when = {7: minutes, 8: "min"}
    who = practice.practitioners.get(_known(resource["Practitioner_ID"]))
    person = (
        segment(
            "AIP",
            {
                1: "1",
                2: "A",
                3: composed(as_text(who["Practitioner_ID"]), text(who, "Last_Name"), text(who, "First_Name")),
                6: start,
                9: minutes,
                10: "min",
            },
        )
        if who
        else segment(
            "AIG",
            {
                1: "1",
                2: "A",
                3: composed(text(resource, "Abbreviation"), text(resource, "Description")),
                4: composed(text(resource, "Resource_Type")),
                8: start,
                11: minutes,
                12: "min",
            },
        )
    )
    named = composed(text(place, "Abbreviation"), text(place, "Description"))
    return [
        segment("SCH", sch),
        *note,
        patient_segment(practice.patient_of(row), practice),
        segment("PV1", {1: "1", 2: "O", 3: composed(text(place, "Abbreviation"))}),
        segment("RGS", {1: "1", 2: "A"}),
        segment("AIS", {1: "1", 2: "A", 3: sch[8], 4: start, **when}),
        segment("AIL", {1: "1", 2: "A", 3: named}),
        person,
    ]


def patient_segment(row: Row, practice: Practice) -> str:
    """A patient. Guess [hl7-phones]: home, mobile and e-mail are repetitions of PID-13, with their use."""
    reached = (
        composed(text(row, "HomePhone"), "PRN", "PH") if row["HomePhone"] else "",
        composed(text(row, "Cell_Phone"), "PRN", "CP") if row["Cell_Phone"] else "",
        composed("", "NET", "Internet", text(row, "Email_Address")) if row["Email_Address"] else "",
    )
    lines = ("Street1", "Street2", "City", "State", "Zip_Code")
    name = composed(*(text(row, part) for part in ("Last_Name", "First_Name", "Middle_Initial")))
    return segment(
        "PID",
        {
            1: "1",
            3: composed(as_text(row["Patient_ID"]), "", "", practice.world.interface.ours[0], "PI"),
            5: name,
            7: text(row, "DOB").replace("-", ""),
            8: text(row, "Sex"),
            11: composed(*(text(row, part) for part in lines)),
            13: "~".join(one for one in reached if one),
        },
    )


async def deliver(practice: Practice, mail: Mail, post: Post, *, times: int) -> int:
    """How many messages were sent that were due, each `times` over.

    Documented [hl7-retries]: AA is done with; AE is parked; after AR, or no answer, the very same message is sent
    again the next time, and those behind it wait. Guess [hl7-gives-up]: after five tries it is parked.
    """
    limit, count = practice.now() - mail.late, 0
    due = [one for one in practice.messages if one["state"] == "due" and _made(one) <= limit.timestamp()]
    for row in reversed(due) if mail.newest_first else due:
        answer = ""
        for _ in range(times):
            count += 1
            answer = await _answer(post, text(row, "text"))
        tries = number(row, "tries") + 1
        again = answer not in ("AA", "CA", "AE")
        state = "due" if again and tries < MOST_TRIES else "sent" if answer in ("AA", "CA") else "parked"
        practice.messages.change(number(row, "id"), {"state": state, "tries": tries})
        if state == "due":
            break
    practice.write()
    return count


def _tell(practice: Practice, kind: str, segments: Sequence[str]) -> None:
    interface = practice.world.interface
    if not interface.tells:
        return
    place = practice.messages.last + 1
    first = header(kind, f"N{place:06}", practice.wall(), ours=interface.ours, theirs=interface.theirs)
    made = practice.now().timestamp()
    practice.messages.put({"id": place, "text": written([first, *segments]), "made": made, "state": "due", "tries": 0})


async def _answer(post: Post, message: str) -> str:
    """MSA-1 of what came back about a message; "" for nothing, or for what is about another."""
    try:
        answer = read(await post(message.encode()))
    except (ConnectionError, TimeoutError, Fault, Unreadable):
        return ""
    return answer.value("MSA", 1) if answer.value("MSA", 2) == read(message.encode()).value("MSH", 10) else ""


def _made(row: Row) -> float:
    made = row["made"]
    return made if isinstance(made, int | float) else 0.0


def _known(value: object) -> int | None:
    return value if isinstance(value, int) else None
