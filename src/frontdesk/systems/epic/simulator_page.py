"""A page on which people see the simulated book, day by day, and move or cancel a visit as the front desk would."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from html import escape

from frontdesk.standards.simulating.http import Request, Response, decoded
from frontdesk.systems.epic.simulator_front_desk import FrontDesk
from frontdesk.systems.epic.simulator_hospital import BOOKED, LAYER2_STATUS, Hospital, start_of
from frontdesk.systems.epic.simulator_openings import held, left, template
from frontdesk.systems.epic.simulator_rows import Row, text

PAGE = "/__page"
STYLE = """
body{font:15px/1.45 system-ui,sans-serif;margin:2rem;color:#1c2330;background:#f6f7f9}
h1{font-size:1.3rem;margin:0 0 .2rem}h2{font-size:1.05rem;margin:1.2rem 0 .4rem}p{margin:.2rem 0 1rem;color:#556}
table{border-collapse:collapse;width:100%;background:#fff}
th,td{border:1px solid #dfe3ea;padding:.5rem;vertical-align:top;text-align:left}th{background:#eef1f6}
.visit{border-left:4px solid #3b6fd4;background:#eef4ff;padding:.3rem .5rem;margin:.3rem 0;border-radius:4px}
.visit.cancelled{border-color:#b3261e;background:#fdecea}.open{color:#556;font-size:.9em}
form{display:inline}input,button{font:inherit;font-size:.85em}a{color:#2457b3}
"""


def page(hospital: Hospital, desk: FrontDesk, request: Request) -> Response:
    """The book of ?date=, or of the present day; after a change, the way back to it."""
    if request.path != PAGE or request.method not in ("GET", "POST"):
        return _html(404, "There is nothing here.", f'<p><a href="{PAGE}">The book</a></p>')
    try:
        if request.method == "POST":
            return _act(desk, _form(request.body.decode()))
        asked = _form(request.query).get("date")
        on = date.fromisoformat(asked) if asked else hospital.now().date()
    except (ValueError, KeyError, LookupError):
        return _html(400, "That is not a day, or not a visit to move.", f'<p><a href="{PAGE}">The book</a></p>')
    return _html(200, f"{escape(hospital.world.name)}: {on:%A, %B %-d, %Y}", _day(hospital, on))


def _form(written: str) -> Mapping[str, str]:
    pairs = (part.partition("=") for part in written.split("&") if part)
    return {decoded(name): decoded(value) for name, _, value in pairs}


def _act(desk: FrontDesk, form: Mapping[str, str]) -> Response:
    csn, back = form["csn"], date.fromisoformat(form["back"])
    if form["act"] == "cancel":
        desk.cancel(csn)
    else:
        desk.move(csn, at=f"{datetime.fromisoformat(form['at']):%Y-%m-%dT%H:%M}")
    return Response(status=303, headers={"location": f"{PAGE}?date={back}"})


def _day(hospital: Hospital, on: date) -> str:
    before, after = (f"{PAGE}?date={on + timedelta(days=step)}" for step in (-1, 1))
    parts = [f"<p><a href='{before}'>Day before</a> · <a href='{after}'>Day after</a></p>"]
    for department in hospital.departments:
        where = text(department, "department")
        wall = hospital.wall(where, hospital.now())
        parts.append(
            f"<h2>{escape(text(department, 'name'))}</h2><p>It is {wall:%H:%M} on {wall:%B %-d} on its wall.</p>"
        )
        cells = [_whom(hospital, who, where, on) for who in hospital.providers]
        parts.append(f"<table>{''.join(cells)}</table>" if any(cells) else "<p>Nothing.</p>")
    return "".join(parts)


def _whom(hospital: Hospital, who: Row, where: str, on: date) -> str:
    provider = text(who, "provider")
    booked = [
        visit
        for visit in sorted(hospital.visits.find(provider=provider, department=where), key=start_of)
        if hospital.wall(where, start_of(visit)).date() == on
    ]
    pieces = template(hospital, provider, where, on)
    if not booked and not pieces:
        return ""
    now = hospital.now()
    open_ = [text(piece, "time") for piece in pieces if not held(piece, now) and left(hospital, piece, now)]
    shown = "".join(_visit(hospital, visit, on) for visit in booked)
    times = f"<div class='open'>Open: {', '.join(open_) or 'nothing'}</div>"
    return f"<tr><th scope='row'>{escape(text(who, 'name'))}</th><td>{shown}{times}</td></tr>"


def _visit(hospital: Hospital, visit: Row, on: date) -> str:
    patient = hospital.row(hospital.patients, text(visit, "patient"))
    kind = hospital.row(hospital.visit_types, text(visit, "visittype"))
    wall = hospital.wall(text(visit, "department"), start_of(visit))
    status = text(visit, "status")
    name = escape(f"{patient['first']} {patient['last']}")
    return (
        f"<div class='visit {status}'><b>{wall:%H:%M}</b> {name} · "
        f"{escape(text(kind, 'shown'))}, {visit['minutes']} min · CSN {visit['csn']} · {LAYER2_STATUS[status]}"
        f"{_forms(visit, on, wall) if status == BOOKED else ''}</div>"
    )


def _forms(visit: Row, on: date, wall: datetime) -> str:
    hidden = f"<input type='hidden' name='csn' value='{visit['csn']}'>"
    hidden += f"<input type='hidden' name='back' value='{on}'>"
    begins = f"<form method='post' action='{PAGE}'>{hidden}"
    return (
        f"<br>{begins}<input type='hidden' name='act' value='move'><input type='datetime-local' name='at' "
        f"value='{wall:%Y-%m-%dT%H:%M}' aria-label='New time'><button>Move</button></form> "
        f"{begins}<input type='hidden' name='act' value='cancel'><button>Cancel</button></form>"
    )


def _html(status: int, title: str, content: str) -> Response:
    return Response(
        status=status,
        headers={"content-type": "text/html; charset=utf-8", "cache-control": "no-store"},
        body=(
            f"<!doctype html><html lang='en'><meta charset='utf-8'><title>{title}</title><style>{STYLE}</style>"
            f"<h1>{title}</h1><p>A simulated Epic. Nothing here is a real hospital or a real person.</p>{content}"
        ),
    )
