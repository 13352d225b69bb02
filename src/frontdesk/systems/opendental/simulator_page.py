"""A page on which people see the simulated book, week by week, and move or cancel a visit as the front desk would."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from html import escape

from frontdesk.standards.simulating.http import Request, Response, decoded
from frontdesk.standards.simulating.refusals import Refusal
from frontdesk.systems.opendental.simulator_catalogue import operatories_of
from frontdesk.systems.opendental.simulator_front_desk import FrontDesk
from frontdesk.systems.opendental.simulator_office import Office, sorted_by
from frontdesk.systems.opendental.simulator_rows import Row, day, moment, number, text
from frontdesk.systems.opendental.simulator_slots import length_of, places_of

PAGE = "/__page"
STYLE = """
body{font:15px/1.45 system-ui,sans-serif;margin:2rem;color:#1c2330;background:#f6f7f9}
h1{font-size:1.3rem;margin:0 0 .2rem}p{margin:.2rem 0 1rem;color:#556}
table{border-collapse:collapse;width:100%;background:#fff}
th,td{border:1px solid #dfe3ea;padding:.5rem;vertical-align:top;text-align:left}th{background:#eef1f6}
.visit{border-left:4px solid #3b6fd4;background:#eef4ff;padding:.3rem .5rem;margin:.3rem 0;border-radius:4px}
.visit.Broken{border-color:#b3261e;background:#fdecea}.visit.Complete{border-color:#2e7d32;background:#edf7ed}
.hours{color:#667;font-size:.85em}form{display:inline}input,button{font:inherit;font-size:.85em}
a{color:#2457b3}
"""


def page(office: Office, desk: FrontDesk, request: Request) -> Response:
    """The book of the week that holds ?date=, or of the present one; after a change, the way back to it."""
    if request.path != PAGE or request.method not in ("GET", "POST"):
        return _html(404, "There is nothing here.", f'<p><a href="{PAGE}">The book</a></p>')
    try:
        if request.method == "POST":
            return _act(desk, _form(request.body.decode()))
        asked = _form(request.query).get("date")
        on = date.fromisoformat(asked) if asked else office.wall().date()
    except (ValueError, KeyError):
        return _html(400, "That is not a day or a visit.", f'<p><a href="{PAGE}">The book</a></p>')
    except Refusal as refusal:
        return _html(refusal.status, escape(refusal.says), f'<p><a href="{PAGE}">The book</a></p>')
    return _html(200, f"{_title(office)}: the book", _week(office, on - timedelta(days=on.weekday())))


def _act(desk: FrontDesk, form: Mapping[str, str]) -> Response:
    visit = int(form["AptNum"])
    if form["act"] == "cancel":
        desk.cancel(visit)
        back = form["back"]
    else:
        at = datetime.fromisoformat(form["at"])
        desk.move(visit, at=at, operatory=int(form["Op"]))
        back = at.date().isoformat()
    return Response(status=303, headers={"location": f"{PAGE}?date={date.fromisoformat(back)}"})


def _week(office: Office, monday: date) -> str:
    days = [monday + timedelta(days=count) for count in range(7)]
    rooms = [row for row in sorted_by(office.operatories, "ItemOrder", "OperatoryNum") if row["IsHidden"] == "false"]
    head = "".join(f"<th scope='col'>{one:%a %b %-d}</th>" for one in days)
    rows = "".join(
        f"<tr><th scope='row'>{escape(text(room, 'OpName'))}</th>"
        + "".join(f"<td>{_cell(office, room, one, rooms)}</td>" for one in days)
        + "</tr>"
        for room in rooms
    )
    unscheduled = [row for row in office.appointments if row["AptStatus"] == "UnschedList"]
    waiting = "".join(_visit(office, row, rooms) for row in unscheduled) or "<p>Nobody.</p>"
    before, after = (f"{PAGE}?date={monday + timedelta(days=step)}" for step in (-7, 7))
    return (
        f"<p>It is {office.wall():%A, %B %-d, %Y, %H:%M} on the office's wall. "
        f"<a href='{before}'>Week before</a> · <a href='{after}'>Week after</a></p>"
        f"<table><tr><th></th>{head}</tr>{rows}</table><h2>Unscheduled List</h2>{waiting}"
    )


def _cell(office: Office, room: Row, on: date, rooms: list[Row]) -> str:
    here = [row for row in office.appointments if row["Op"] == room["OperatoryNum"] and day(row, "AptDateTime") == on]
    visits = [row for row in sorted_by(here, "AptDateTime", "AptNum") if row["AptStatus"] != "UnschedList"]
    return _hours(office, room, on) + "".join(_visit(office, row, rooms) for row in visits)


def _hours(office: Office, room: Row, on: date) -> str:
    lines: Iterable[str] = (
        f"{text(row, 'StartTime')[:5]}-{text(row, 'StopTime')[:5]} "
        + (office.name_of(number(row, "BlockoutType")) or office.abbreviation_of(number(row, "ProvNum")))
        for row in sorted_by(office.schedules, "StartTime", "ScheduleNum")
        if day(row, "SchedDate") == on and room["OperatoryNum"] in _places(office, row)
    )
    return "".join(f"<div class='hours'>{escape(line)}</div>" for line in lines)


def _places(office: Office, schedule: Row) -> list[int]:
    return places_of(office, schedule) if schedule["SchedType"] == "Provider" else operatories_of(schedule)


def _visit(office: Office, row: Row, rooms: list[Row]) -> str:
    patient = office.patients.get(number(row, "PatNum"))
    name = f"{text(patient, 'FName')} {text(patient, 'LName')}" if patient else "somebody"
    start = moment(row, "AptDateTime")
    provider = office.abbreviation_of(number(row, "ProvNum"))
    status = "" if row["AptStatus"] == "Scheduled" else f" · {row['AptStatus']}"
    places = "".join(
        f"<option value='{room['OperatoryNum']}'{' selected' if room['OperatoryNum'] == row['Op'] else ''}>"
        f"{escape(text(room, 'OpName'))}</option>"
        for room in rooms
    )
    number_ = f"<input type='hidden' name='AptNum' value='{row['AptNum']}'>"
    return (
        f"<div class='visit {row['AptStatus']}'><b>{start:%H:%M}-{start + length_of(row):%H:%M}</b> {escape(name)}<br>"
        f"#{row['AptNum']} · {escape(provider)} · {escape(office.name_of(number(row, 'Confirmed')))}{status}<br>"
        f"<form method='post' action='{PAGE}'>{number_}<input type='hidden' name='act' value='move'>"
        f"<input type='datetime-local' name='at' value='{start:%Y-%m-%dT%H:%M}' aria-label='New time'>"
        f"<select name='Op' aria-label='Operatory'>{places}</select><button>Move</button></form> "
        f"<form method='post' action='{PAGE}'>{number_}<input type='hidden' name='act' value='cancel'>"
        f"<input type='hidden' name='back' value='{start:%Y-%m-%d}'><button>Cancel</button></form></div>"
    )


def _form(sent: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in sent.split("&") if part)
    return {decoded(name): decoded(value) for name, _, value in pairs}


def _title(office: Office) -> str:
    return escape(office.preference("PracticeTitle") or "Simulated office")


def _html(status: int, title: str, content: str) -> Response:
    return Response(
        status=status,
        headers={"content-type": "text/html; charset=utf-8", "cache-control": "no-store"},
        body=(
            f"<!doctype html><html lang='en'><meta charset='utf-8'><title>{title}</title><style>{STYLE}</style>"
            f"<h1>{title}</h1><p>A simulated Open Dental. Nothing here is a real office or a real person.</p>{content}"
        ),
    )
