"""Open slots: listing them as the web may book them, making, deleting and freezing them."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from frontdesk.standards.simulating.refusals import documented, guess
from frontdesk.systems.athenahealth.simulator_calls import PAGING, Answer, Asked, Call, Rows, writing
from frontdesk.systems.athenahealth.simulator_catalogue import existing_reason, mapped_type
from frontdesk.systems.athenahealth.simulator_errors import NOT_VALID, missing, not_valid, says
from frontdesk.systems.athenahealth.simulator_practice import API, OPEN, Practice
from frontdesk.systems.athenahealth.simulator_reading import (
    Fields,
    a_date,
    a_number,
    needed,
    numbers,
    times,
    yes_or_no,
)
from frontdesk.systems.athenahealth.simulator_rows import Row, Scalar, as_date, number, text

ANY_REASON = -1


def list_open(practice: Practice, asked: Asked) -> Answer:
    """Open slots, soonest first.

    Documented [nothing-without-reason-or-type]: with neither the list is empty. Documented [slots-for-the-web]: only
    those opened to the web, unless ignoreschedulablepermission. Documented [frozen-vanish]: unless showfrozenslots.
    Guess [order-of-slots]: by day, time and number.
    """
    given = asked.given
    needed(given, "departmentid")
    departments, reasons = given.numbers("departmentid"), given.numbers("reasonid")
    for one in departments:
        practice.department(one)
    if "reasonid" in given and "appointmenttypeid" in given:
        raise guess("reason-or-type", 400, says(NOT_VALID, detailedmessage="Either reasonid or appointmenttypeid."))
    if not reasons and "appointmenttypeid" not in given:
        return Answer(body=Rows(plural="appointments", rows=[]))
    if reasons and ANY_REASON not in reasons and not given.numbers("providerid"):
        raise documented("reason-needs-provider", 400, _missing_provider())
    for reason in reasons:
        if reason != ANY_REASON:
            existing_reason(practice, reason)
    if "appointmenttypeid" in given:
        practice.type(given.number("appointmenttypeid"))
    days = {one: _days(practice, one, asked) for one in departments}
    rows = [row for row in practice.appointments if _in_days(row, days)]
    if "providerid" in given:
        providers = given.numbers("providerid")
        rows = [row for row in rows if number(row, "providerid") in providers]
    rows = [row for row in rows if _was_open(practice, row, asked) and _in_time(practice, row, asked)]
    if not given.yes("ignoreschedulablepermission"):
        rows = [row for row in rows if row["opened"] == "web"]
    rows.sort(key=lambda row: (text(row, "day"), text(row, "time"), number(row, "appointmentid")))
    shown = ((row, _for_reasons(practice, row, asked)) for row in rows)
    return Answer(
        body=Rows(plural="appointments", rows=[_shown(practice, row, fits, asked) for row, fits in shown if fits])
    )


def make_slots(practice: Practice, asked: Asked) -> Answer:
    """New slots by their times. Documented [made-slots]: anywhere, over others too; their length is the type's.

    Guess [made-slots-for-the-web]: they are open to the web. Guess [no-slots-in-the-past].
    """
    given = asked.given
    needed(given, "appointmentdate", "appointmenttime", "departmentid", "providerid")
    department, provider = given.number("departmentid"), given.number("providerid")
    practice.department(department)
    practice.provider(provider)
    kind = given.number("appointmenttypeid")
    if "reasonid" in given and not kind:
        reason = number(existing_reason(practice, given.number("reasonid")), "reasonid")
        kind = mapped_type(practice, reason=reason, department=department, provider=provider)
    if not kind:
        raise missing("appointmenttypeid")
    length = number(practice.type(kind), "duration")
    made: dict[str, str] = {}
    for at in given.text("appointmenttime").split(","):
        if datetime.fromisoformat(f"{given.text('appointmentdate')}T{at}") < practice.wall(department):
            raise guess("no-slots-in-the-past", 400, says(NOT_VALID, detailedmessage="That time is past."))
        row: dict[str, Scalar] = {
            "departmentid": department,
            "providerid": provider,
            "day": given.text("appointmentdate"),
            "time": at,
        }
        row |= {"duration": length, "appointmenttypeid": kind, "status": OPEN, "opened": "web", "frozen": False}
        added = practice.add_slot({**row, "patientid": 0, "reasonid": 0, "taken": ""}, by=API)
        made[str(added["appointmentid"])] = at
    return Answer(body={"appointmentids": made})


def delete_slot(practice: Practice, asked: Asked) -> Answer:
    """A slot taken out. Documented [only-open-slots-go]. Guess [deleted-answer]: what it says is not published."""
    row = practice.appointment(asked.number)
    if row["status"] != OPEN:
        raise documented("only-open-slots-go", 400, says("Only open appointment slots can be deleted."))
    practice.appointments.remove(asked.number)
    practice.tell("DeleteAppointment", row)
    return Answer(body={"success": True})


def freeze(practice: Practice, asked: Asked) -> Answer:
    """Hold a slot, or let it go; 200 either way. Seen [freeze-says-no-with-200]. Seen [freeze-for-ever].

    Guess [unfrozen-wording], and that a booked visit is refused in the same way.
    """
    needed(asked.given, "freeze")
    row, wanted = practice.appointment(asked.number), asked.given.yes("freeze")
    if row["status"] != OPEN:
        return _not_frozen("Appointment is not an open slot.")
    if row["frozen"] == wanted:
        return _not_frozen("Appointment is already frozen." if wanted else "Appointment is not frozen.")
    hold(practice, row, wanted=wanted, by=API)
    return Answer(body={"success": True, "errormessage": ""})


def hold(practice: Practice, row: Row, *, wanted: bool, by: str) -> None:
    """Freeze an open slot, or unfreeze it."""
    changes: Row = {"frozen": wanted, "taken": practice.now().isoformat() if wanted else ""}
    practice.change(row, changes, event="FreezeAppointment" if wanted else "UnfreezeAppointment", by=by)


def fills(practice: Practice, kind: int, slot: Row) -> bool:
    """Whether a type may be booked into a slot. Documented [generic-slots]: any type fills a generic slot.

    Guess [template-slots]: and one that is there for the template alone. Guess [short-slots-show]: whatever its
    length, for how athenaOne splits or joins slots is not known.
    """
    own = practice.type(number(slot, "slottypeid"))
    return number(slot, "slottypeid") == kind or bool(own["generic"]) or bool(own["templatetypeonly"])


def _was_open(practice: Practice, row: Row, asked: Asked) -> bool:
    """Whether a slot is open, or was so long ago as the fault of stale slots says."""
    then = practice.now() - asked.behind
    if asked.behind and datetime.fromisoformat(text(row, "made")) > then:
        return False
    if row["status"] == OPEN and (not row["frozen"] or asked.given.yes("showfrozenslots")):
        return True
    return bool(asked.behind and row["taken"]) and datetime.fromisoformat(text(row, "taken")) > then


def _days(practice: Practice, department: int, asked: Asked) -> tuple[str, str]:
    """The days asked for. Documented [week-by-default]: from today to seven days on, both ends in."""
    given = asked.given
    today = practice.wall(department).date()
    first = date.fromisoformat(given.text("startdate")) if "startdate" in given else today
    last = date.fromisoformat(given.text("enddate")) if "enddate" in given else first + timedelta(days=7)
    if last < first:
        raise not_valid("enddate", "it lies before startdate")
    return first.isoformat(), last.isoformat()


def _in_days(row: Row, days: Mapping[int, tuple[str, str]]) -> bool:
    within = days.get(number(row, "departmentid"))
    return within is not None and within[0] <= text(row, "day") <= within[1]


def _in_time(practice: Practice, row: Row, asked: Asked) -> bool:
    """Documented [lead-and-horizon]: 24 hours ahead at least, 90 days at most, lifted by bypassscheduletimechecks.

    Guess [past-with-bypass]: then even slots of today that are past show.
    """
    ahead = practice.start_of(row) - practice.now()
    return practice.world.lead <= ahead <= practice.world.horizon or asked.given.yes("bypassscheduletimechecks")


def _for_reasons(practice: Practice, row: Row, asked: Asked) -> list[str]:
    """The reasons asked for that the slot is good for; "-1" where any will do; [] where it does not fit at all.

    Documented [any-reason]: -1 takes each slot, even one no reason can book, and no reason's own lead time. Documented
    [reason-lead-time]: a reason asks for its own hours ahead and days at most. Guess [bypass-lifts-reasons-too].
    """
    if "appointmenttypeid" in asked.given:
        return [str(ANY_REASON)] if fills(practice, asked.given.number("appointmenttypeid"), row) else []
    if ANY_REASON in asked.given.numbers("reasonid"):
        return [str(ANY_REASON)]
    ahead = practice.start_of(row) - practice.now()
    fitting = []
    for one in asked.given.numbers("reasonid"):
        reason = existing_reason(practice, one)
        ids = {"department": number(row, "departmentid"), "provider": number(row, "providerid")}
        kind = mapped_type(practice, reason=one, **ids)
        least, most = timedelta(hours=number(reason, "schedulingminhours")), number(reason, "schedulingmaxdays")
        in_time = least <= ahead <= timedelta(days=most) or asked.given.yes("bypassscheduletimechecks")
        if kind and in_time and fills(practice, kind, row):
            fitting.append(str(one))
    return fitting


def _shown(practice: Practice, row: Row, reasons: list[str], asked: Asked) -> dict[str, object]:
    kind = practice.type(number(row, "slottypeid"))
    shown: dict[str, object] = {
        "appointmentid": row["appointmentid"],
        "date": as_date(text(row, "day")),
        "starttime": row["time"],
        "duration": row["duration"],
        "departmentid": row["departmentid"],
        "providerid": row["providerid"],
        "localproviderid": row["providerid"],
        "appointmenttype": kind["name"],
        "appointmenttypeid": row["slottypeid"],
        "patientappointmenttypename": kind["patientdisplayname"],
        "reasonid": reasons,
    }
    if asked.given.yes("showfrozenslots"):  # Guess [frozen-when-asked]: the field shows where frozen slots may.
        shown["frozen"] = str(row["frozen"]).lower()
    return shown


def _not_frozen(why: str) -> Answer:
    return Answer(body={"success": False, "errormessage": why})


def _missing_provider() -> str:
    return says("Additional fields are required.", missingfields=["providerid"], invalidfields=[])


LISTING: Fields = {
    **PAGING,
    **dict.fromkeys(("departmentid", "reasonid", "providerid"), numbers),
    **dict.fromkeys(("bypassscheduletimechecks", "ignoreschedulablepermission", "showfrozenslots"), yes_or_no),
    **dict.fromkeys(("startdate", "enddate"), a_date),
    "appointmenttypeid": a_number,
}

CALLS: tuple[Call, ...] = (
    # Documented [paging-of-slots]: 1000 slots unless asked otherwise, 10000 at most.
    Call(method="GET", path="/appointments/open", answer=list_open, fields=LISTING, usual=1000, largest=10_000),
    writing(
        "POST",
        "/appointments/open",
        make_slots,
        {
            "appointmentdate": a_date,
            "appointmenttime": times,
            **dict.fromkeys(("departmentid", "providerid", "appointmenttypeid", "reasonid"), a_number),
        },
    ),
    writing("DELETE", "/appointments/{appointmentid}", delete_slot),
    writing(
        "PUT",
        "/appointments/{appointmentid}/freeze",
        freeze,
        {"freeze": yes_or_no, "requirescancellation": yes_or_no},
    ),
)
