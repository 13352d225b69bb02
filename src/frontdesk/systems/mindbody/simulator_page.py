"""A page on which people see the simulated book, week by week, and move or cancel a visit as the front desk would."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from html import escape

from frontdesk.standards.simulating.http import Request, Response, decoded
from frontdesk.standards.simulating.refusals import Refusal
from frontdesk.systems.mindbody.simulator_appointments import by_start
from frontdesk.systems.mindbody.simulator_front_desk import FrontDesk
from frontdesk.systems.mindbody.simulator_hours import blocks, hours, of
from frontdesk.systems.mindbody.simulator_rows import Row, number, text, yes
from frontdesk.systems.mindbody.simulator_site import OFF, Site, name_of

PAGE = "/__page"
STYLE = """
body{font:15px/1.45 system-ui,sans-serif;margin:2rem;color:#1c2330;background:#f6f7f9}
h1{font-size:1.3rem;margin:0 0 .2rem}p{margin:.2rem 0 1rem;color:#556}
table{border-collapse:collapse;width:100%;background:#fff}
th,td{border:1px solid #dfe3ea;padding:.5rem;vertical-align:top;text-align:left}th{background:#eef1f6}
.visit{border-left:4px solid #2f7f79;background:#ecf6f5;padding:.3rem .5rem;margin:.3rem 0;border-radius:4px}
.visit.Cancelled,.visit.LateCancelled,.visit.NoShow{border-color:#b3261e;background:#fdecea}
.hours{color:#667;font-size:.85em}form{display:inline}input,select,button{font:inherit;font-size:.85em}a{color:#2457b3}
"""


def page(site: Site, desk: FrontDesk, request: Request) -> Response:
    """The book of the week that holds ?date=, or of the present one; after a change, the way back to it."""
    back = f'<p><a href="{PAGE}">The book</a></p>'
    if request.path != PAGE or request.method not in ("GET", "POST"):
        return _html(404, "There is nothing here.", back)
    try:
        if request.method == "POST":
            return _act(desk, _form(request.body.decode()))
        asked = _form(request.query).get("date")
        on = date.fromisoformat(asked) if asked else site.wall().date()
    except (ValueError, KeyError):
        return _html(400, "That is not a day or a visit.", back)
    except Refusal as refusal:
        return _html(refusal.status, escape(refusal.says), back)
    return _html(200, f"{escape(site.world.name)}: the book", _week(site, on - timedelta(days=on.weekday())))


def _act(desk: FrontDesk, form: Mapping[str, str]) -> Response:
    visit = int(form["Id"])
    if form["act"] == "cancel":
        desk.cancel(visit)
        back = date.fromisoformat(form["back"])
    else:
        at = datetime.fromisoformat(form["at"])
        desk.move(visit, at=at, staff=int(form["StaffId"]))
        back = at.date()
    return Response(status=303, headers={"location": f"{PAGE}?date={back}"})


def _week(site: Site, monday: date) -> str:
    days = [monday + timedelta(days=count) for count in range(7)]
    staff = [row for row in site.staff if yes(row, "active") and yes(row, "AppointmentInstructor")]
    head = "".join(f"<th scope='col'>{one:%a %b %-d}</th>" for one in days)
    rows = "".join(
        f"<tr><th scope='row'>{escape(name_of(who))}</th>"
        + "".join(f"<td>{_cell(site, who, one, staff)}</td>" for one in days)
        + "</tr>"
        for who in staff
    )
    before, after = (f"{PAGE}?date={monday + timedelta(days=step)}" for step in (-7, 7))
    return (
        f"<p>It is {site.wall():%A, %B %-d, %Y, %H:%M} at the site. "
        f"<a href='{before}'>Week before</a> · <a href='{after}'>Week after</a></p>"
        f"<table><tr><th></th>{head}</tr>{rows}</table>"
    )


def _cell(site: Site, who: Row, on: date, staff: list[Row]) -> str:
    mine = number(who, "Id")
    lines = [(row, _place(site, row)) for row in hours(site, mine)]
    lines += [(row, text(row, "Description")) for row in blocks(site, mine)]
    written = "".join(
        f"<div class='hours'>{of(row).start:%H:%M}-{of(row).end:%H:%M} {escape(says)}</div>"
        for row, says in lines
        if of(row).start.date() == on
    )
    visits = [row for row in by_start(site) if row["StaffId"] == mine and of(row).start.date() == on]
    return written + "".join(_visit(site, row, staff) for row in visits)


def _place(site: Site, row: Row) -> str:
    place = site.locations.get(number(row, "location"))
    return text(place, "Name") if place else ""


def _visit(site: Site, row: Row, staff: list[Row]) -> str:
    whole, status = of(row), text(row, "Status")
    service = site.session_types.get(number(row, "SessionTypeId"))
    who = "".join(
        f"<option value='{one['Id']}'{' selected' if one['Id'] == row['StaffId'] else ''}>"
        f"{escape(text(one, 'FirstName'))}</option>"
        for one in staff
    )
    number_ = f"<input type='hidden' name='Id' value='{row['Id']}'>"
    forms = (
        f"<form method='post' action='{PAGE}'>{number_}<input type='hidden' name='act' value='move'>"
        f"<input type='datetime-local' name='at' value='{whole.start:%Y-%m-%dT%H:%M}' aria-label='New time'>"
        f"<select name='StaffId' aria-label='Staff member'>{who}</select><button>Move</button></form> "
        f"<form method='post' action='{PAGE}'>{number_}<input type='hidden' name='act' value='cancel'>"
        f"<input type='hidden' name='back' value='{whole.start:%Y-%m-%d}'><button>Cancel</button></form>"
    )
    return (
        f"<div class='visit {escape(status)}'><b>{whole.start:%H:%M}-{whole.end:%H:%M}</b> "
        f"{escape(name_of(site.client_of(row)))}<br>#{row['Id']} · {escape(text(service, 'Name') if service else '')}"
        f" · {escape(status)}<br>{'' if status in OFF else forms}</div>"
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
            f"<h1>{title}</h1><p>A simulated Mindbody. Nothing here is a real business or a real person.</p>{content}"
        ),
    )
