"""A page on which people see the simulated book, day by day, and move or cancel a visit as the front desk would."""

from collections.abc import Mapping
from datetime import date, timedelta
from html import escape

from frontdesk.standards.simulating.http import Request, Response
from frontdesk.standards.simulating.refusals import Refusal
from frontdesk.systems.athenahealth.simulator_appointments import in_order
from frontdesk.systems.athenahealth.simulator_front_desk import FrontDesk
from frontdesk.systems.athenahealth.simulator_practice import FUTURE, OPEN, Practice
from frontdesk.systems.athenahealth.simulator_rows import Row, number, text
from frontdesk.systems.athenahealth.simulator_tokens import form_of

PAGE = "/__page"
WORDS = {"o": "open", "f": "to come", "2": "checked in", "3": "checked out", "4": "charged", "x": "cancelled"}
STYLE = """
body{font:15px/1.45 system-ui,sans-serif;margin:2rem;color:#1c2330;background:#f6f7f9}
h1{font-size:1.3rem;margin:0 0 .2rem}h2{font-size:1.05rem;margin:1.2rem 0 .4rem}p{margin:.2rem 0 1rem;color:#556}
table{border-collapse:collapse;width:100%;background:#fff}
th,td{border:1px solid #dfe3ea;padding:.5rem;vertical-align:top;text-align:left}th{background:#eef1f6}
.visit{border-left:4px solid #3b6fd4;background:#eef4ff;padding:.3rem .5rem;margin:.3rem 0;border-radius:4px}
.visit.x{border-color:#b3261e;background:#fdecea}.open{color:#667;font-size:.9em}
form{display:inline}select,button{font:inherit;font-size:.85em}a{color:#2457b3}
"""


def page(practice: Practice, desk: FrontDesk, request: Request) -> Response:
    """The book of ?date=, or of the present day; after a change, the way back to it."""
    if request.path != PAGE or request.method not in ("GET", "POST"):
        return _html(404, "There is nothing here.", f'<p><a href="{PAGE}">The book</a></p>')
    try:
        if request.method == "POST":
            return _act(desk, dict(form_of(request.body.decode())))
        asked = dict(form_of(request.query)).get("date")
        on = date.fromisoformat(asked) if asked else practice.now().date()
    except (ValueError, KeyError, LookupError, Refusal):
        return _html(400, "That is not a day, or not a visit to move.", f'<p><a href="{PAGE}">The book</a></p>')
    return _html(200, f"{escape(practice.world.name)}: {on:%A, %B %-d, %Y}", _day(practice, on))


def _act(desk: FrontDesk, form: Mapping[str, str]) -> Response:
    visit, back = int(form["appointmentid"]), date.fromisoformat(form["back"])
    if form["act"] == "cancel":
        desk.cancel(visit)
    else:
        desk.move(visit, slot=int(form["slot"]))
    return Response(status=303, headers={"location": f"{PAGE}?date={back}"})


def _day(practice: Practice, on: date) -> str:
    before, after = (f"{PAGE}?date={on + timedelta(days=step)}" for step in (-1, 1))
    parts = [f"<p><a href='{before}'>Day before</a> · <a href='{after}'>Day after</a></p>"]
    for department in practice.tables["departments"]:
        of = number(department, "departmentid")
        here = [row for row in practice.appointments if row["departmentid"] == of and row["day"] == on.isoformat()]
        wall = practice.wall(of)
        parts.append(
            f"<h2>{escape(text(department, 'patientdepartmentname'))}</h2>"
            f"<p>It is {wall:%H:%M} on {wall:%B %-d} on its wall.</p>"
        )
        cells = []
        for who in practice.tables["providers"]:
            rows = in_order([row for row in here if row["providerid"] == who["providerid"]])
            if rows:
                shown = "".join(_row(practice, row, on) for row in rows)
                cells.append(f"<tr><th scope='row'>{escape(text(who, 'displayname'))}</th><td>{shown}</td></tr>")
        parts.append(f"<table>{''.join(cells)}</table>" if cells else "<p>Nothing.</p>")
    return "".join(parts)


def _row(practice: Practice, row: Row, on: date) -> str:
    kind = escape(text(practice.type(number(row, "appointmenttypeid")), "name"))
    if row["status"] == OPEN:
        held = " · held" if row["frozen"] else "" if row["opened"] == "web" else " · not for the web"
        return f"<div class='open'>{row['time']} {kind}, {row['duration']} min{held} · #{row['appointmentid']}</div>"
    patient = practice.patients.get(number(row, "patientid"))
    name = f"{text(patient, 'firstname')} {text(patient, 'lastname')}" if patient else "somebody"
    return (
        f"<div class='visit {row['status']}'><b>{row['time']}</b> {escape(name)} · {kind}, {row['duration']} min · "
        f"#{row['appointmentid']} · {WORDS[text(row, 'status')]}{_forms(practice, row, on)}</div>"
    )


def _forms(practice: Practice, row: Row, on: date) -> str:
    if row["status"] != FUTURE:
        return ""
    others = [
        one
        for one in practice.appointments
        if one["status"] == OPEN and one["providerid"] == row["providerid"] and not one["frozen"]
    ]
    slots = "".join(
        f"<option value='{one['appointmentid']}'>{one['day']} {one['time']}</option>" for one in in_order(others)
    )
    hidden = f"<input type='hidden' name='appointmentid' value='{row['appointmentid']}'>"
    hidden += f"<input type='hidden' name='back' value='{on}'>"
    begins = f"<form method='post' action='{PAGE}'>{hidden}"
    return (
        f"<br>{begins}<input type='hidden' name='act' value='move'>"
        f"<select name='slot' aria-label='New time'>{slots}</select><button>Move</button></form> "
        f"{begins}<input type='hidden' name='act' value='cancel'><button>Cancel</button></form>"
    )


def _html(status: int, title: str, content: str) -> Response:
    return Response(
        status=status,
        headers={"content-type": "text/html; charset=utf-8", "cache-control": "no-store"},
        body=(
            f"<!doctype html><html lang='en'><meta charset='utf-8'><title>{title}</title><style>{STYLE}</style>"
            f"<h1>{title}</h1><p>A simulated athenaOne. Nothing here is a real practice or a real person.</p>{content}"
        ),
    )
