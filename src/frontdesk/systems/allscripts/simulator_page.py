"""A page on which people see the simulated book, week by week, and move or cancel a visit as the front desk would."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from html import escape

from frontdesk.standards.simulating.http import Request, Response, decoded
from frontdesk.systems.allscripts.simulator_appointments import WORDS, by_start, kind_of
from frontdesk.systems.allscripts.simulator_front_desk import FrontDesk
from frontdesk.systems.allscripts.simulator_practice import OFF, Practice, patient_name
from frontdesk.systems.allscripts.simulator_rows import Row, during, number, text
from frontdesk.systems.allscripts.simulator_times import blocks_of, hours_of

PAGE = "/__page"
STYLE = """
body{font:15px/1.45 system-ui,sans-serif;margin:2rem;color:#1c2330;background:#f6f7f9}
h1{font-size:1.3rem;margin:0 0 .2rem}p{margin:.2rem 0 1rem;color:#556}
table{border-collapse:collapse;width:100%;background:#fff}
th,td{border:1px solid #dfe3ea;padding:.5rem;vertical-align:top;text-align:left}th{background:#eef1f6}
.visit{border-left:4px solid #2f7f79;background:#ecf6f5;padding:.3rem .5rem;margin:.3rem 0;border-radius:4px}
.visit.X,.visit.B,.visit.N{border-color:#b3261e;background:#fdecea}
.hours{color:#667;font-size:.85em}form{display:inline}input,select,button{font:inherit;font-size:.85em}a{color:#2457b3}
"""


def page(practice: Practice, desk: FrontDesk, request: Request) -> Response:
    """The book of the week that holds ?date=, or of the present one; after a change, the way back to it."""
    back = f'<p><a href="{PAGE}">The book</a></p>'
    if request.path != PAGE or request.method not in ("GET", "POST"):
        return _html(404, "There is nothing here.", back)
    try:
        if request.method == "POST":
            return _act(practice, desk, _form(request.body.decode()))
        asked = _form(request.query).get("date")
        on = date.fromisoformat(asked) if asked else practice.wall().date()
    except (ValueError, KeyError):
        return _html(400, "That is not a day or a visit.", back)
    return _html(200, f"{escape(practice.world.name)}: the book", _week(practice, on - timedelta(days=on.weekday())))


def _act(practice: Practice, desk: FrontDesk, form: Mapping[str, str]) -> Response:
    visit = number(practice.appointments.at(int(form["id"])), "Appointment_ID")
    if form["act"] == "cancel":
        back = date.fromisoformat(form["back"])
        desk.cancel(visit)
    else:
        at = datetime.fromisoformat(form["at"])
        desk.move(visit, at=at, resource=number(practice.resources.at(int(form["resource"])), "Resource_ID"))
        back = at.date()
    return Response(status=303, headers={"location": f"{PAGE}?date={back}"})


def _week(practice: Practice, monday: date) -> str:
    days = [monday + timedelta(days=count) for count in range(7)]
    head = "".join(f"<th scope='col'>{one:%a %b %-d}</th>" for one in days)
    rows = "".join(
        f"<tr><th scope='row'>{escape(text(resource, 'Description'))}</th>"
        + "".join(f"<td>{_cell(practice, resource, one)}</td>" for one in days)
        + "</tr>"
        for resource in practice.resources
    )
    before, after = (f"{PAGE}?date={monday + timedelta(days=step)}" for step in (-7, 7))
    return (
        f"<p>It is {practice.wall():%A, %B %-d, %Y, %H:%M} at the practice. "
        f"<a href='{before}'>Week before</a> · <a href='{after}'>Week after</a></p>"
        f"<table><tr><th></th>{head}</tr>{rows}</table>"
    )


def _cell(practice: Practice, resource: Row, on: date) -> str:
    mine = number(resource, "Resource_ID")
    lines = [(row, _place(practice, row)) for row in hours_of(practice, mine, on)]
    lines += [(row, text(row, "says")) for row in blocks_of(practice, mine) if during(row).start.date() == on]
    written = "".join(
        f"<div class='hours'>{during(row).start:%H:%M}-{during(row).end:%H:%M} {escape(says)}</div>"
        for row, says in lines
    )
    visits = [row for row in by_start(practice) if row["Resource_ID"] == mine and during(row).start.date() == on]
    return written + "".join(_visit(practice, row) for row in visits)


def _place(practice: Practice, row: Row) -> str:
    return text(practice.locations.at(number(row, "location")), "Description")


def _visit(practice: Practice, row: Row) -> str:
    whole, status = during(row), text(row, "status")
    where = "".join(
        f"<option value='{one['Resource_ID']}'{' selected' if one['Resource_ID'] == row['Resource_ID'] else ''}>"
        f"{escape(text(one, 'Abbreviation'))}</option>"
        for one in practice.resources
    )
    number_ = f"<input type='hidden' name='id' value='{row['Appointment_ID']}'>"
    forms = (
        f"<form method='post' action='{PAGE}'>{number_}<input type='hidden' name='act' value='move'>"
        f"<input type='datetime-local' name='at' value='{whole.start:%Y-%m-%dT%H:%M}' aria-label='New time'>"
        f"<select name='resource' aria-label='Resource'>{where}</select><button>Move</button></form> "
        f"<form method='post' action='{PAGE}'>{number_}<input type='hidden' name='act' value='cancel'>"
        f"<input type='hidden' name='back' value='{whole.start:%Y-%m-%d}'><button>Cancel</button></form>"
    )
    return (
        f"<div class='visit {escape(status)}'><b>{whole.start:%H:%M}-{whole.end:%H:%M}</b> "
        f"{escape(patient_name(practice.patient_of(row)))}<br>#{row['Appointment_ID']} · "
        f"{escape(text(kind_of(practice, row), 'Description'))} · {escape(WORDS[status])}"
        f"<br>{'' if status in OFF else forms}</div>"
    )


def _form(sent: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in sent.split("&") if part)
    return {decoded(name): decoded(value) for name, _, value in pairs}


def _html(status: int, title: str, content: str) -> Response:
    return Response(
        status=status,
        headers={"content-type": "text/html; charset=utf-8", "cache-control": "no-store"},
        body=(
            f"<!doctype html><html lang='en'><meta charset='utf-8'><title>{title}</title><style>{STYLE}</style>"
            f"<h1>{title}</h1><p>A simulated practice. Nothing here is a real practice or a real person.</p>{content}"
        ),
    )
