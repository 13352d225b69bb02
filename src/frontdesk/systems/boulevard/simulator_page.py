"""A page on which people see the simulated book, week by week, and move or cancel a visit as the front desk would."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from html import escape
from zoneinfo import ZoneInfo

from frontdesk.standards.simulating.http import Request, Response, decoded
from frontdesk.standards.simulating.refusals import Refusal
from frontdesk.systems.boulevard.simulator_business import Business, name_of, works_at
from frontdesk.systems.boulevard.simulator_front_desk import FrontDesk
from frontdesk.systems.boulevard.simulator_hours import shifts_on
from frontdesk.systems.boulevard.simulator_rows import Row, moment, rows_in, text, uuid_of, yes

PAGE = "/__page"
STYLE = """
body{font:15px/1.45 system-ui,sans-serif;margin:2rem;color:#1c2330;background:#f6f7f9}
h1{font-size:1.3rem;margin:0 0 .2rem}h2{font-size:1.1rem}p{margin:.2rem 0 1rem;color:#556}
table{border-collapse:collapse;width:100%;background:#fff}
th,td{border:1px solid #dfe3ea;padding:.5rem;vertical-align:top;text-align:left}th{background:#eef1f6}
.visit{border-left:4px solid #2f7f79;background:#ecf6f5;padding:.3rem .5rem;margin:.3rem 0;border-radius:4px}
.visit.CANCELLED{border-color:#b3261e;background:#fdecea}
.hours{color:#667;font-size:.85em}form{display:inline}input,select,button{font:inherit;font-size:.85em}a{color:#2457b3}
"""


def page(business: Business, desk: FrontDesk, request: Request) -> Response:
    """The book of the week that holds ?date=, or of the present one; after a change, the way back to it."""
    back = f'<p><a href="{PAGE}">The book</a></p>'
    if request.path != PAGE or request.method not in ("GET", "POST"):
        return _html(404, "There is nothing here.", back)
    try:
        if request.method == "POST":
            return _act(desk, _form(request.body.decode()))
        asked = _form(request.query).get("date")
        on = date.fromisoformat(asked) if asked else business.now().astimezone(ZoneInfo(business.world.tz)).date()
    except (ValueError, KeyError):
        return _html(400, "That is not a day or a visit.", back)
    except Refusal as refusal:
        return _html(404, escape(refusal.says), back)
    return _html(200, f"{escape(business.world.name)}: the book", _week(business, on - timedelta(days=on.weekday())))


def _act(desk: FrontDesk, form: Mapping[str, str]) -> Response:
    if form["act"] == "cancel":
        desk.cancel(form["id"])
        back = date.fromisoformat(form["back"])
    else:
        at = datetime.fromisoformat(form["at"])
        desk.move(form["id"], at=at, staff=form["staffId"])
        back = at.date()
    return Response(status=303, headers={"location": f"{PAGE}?date={back}"})


def _week(business: Business, monday: date) -> str:
    days = [monday + timedelta(days=count) for count in range(7)]
    before, after = (f"{PAGE}?date={monday + timedelta(days=step)}" for step in (-7, 7))
    now = business.now().astimezone(ZoneInfo(business.world.tz))
    places = "".join(_place(business, place, days) for place in business.locations)
    return (
        f"<p>It is {now:%A, %B %-d, %Y, %H:%M} at the business. "
        f"<a href='{before}'>Week before</a> · <a href='{after}'>Week after</a></p>{places}"
    )


def _place(business: Business, place: Row, days: list[date]) -> str:
    staff = [row for row in business.staff if works_at(row, text(place, "id"))]
    head = "".join(f"<th scope='col'>{one:%a %b %-d}</th>" for one in days)
    rows = "".join(
        f"<tr><th scope='row'>{escape(name_of(who))}</th>"
        + "".join(f"<td>{_cell(business, place, who, one, staff)}</td>" for one in days)
        + "</tr>"
        for who in staff
    )
    return f"<h2>{escape(text(place, 'name'))}</h2><table><tr><th></th>{head}</tr>{rows}</table>"


def _cell(business: Business, place: Row, who: Row, on: date, staff: list[Row]) -> str:
    zone, mine = ZoneInfo(text(place, "tz")), text(who, "id")
    lines = [f"{_clock(one.start, zone)}-{_clock(one.end, zone)}" for one in shifts_on(business, mine, place, on)]
    for row in business.timeblocks:
        start = moment(row, "startAt").astimezone(zone)
        if row["staffId"] == mine and start.date() == on and not yes(row, "cancelled"):
            says = escape(str(row["title"] or "Blocked"))
            lines.append(f"{start:%H:%M}-{_clock(moment(row, 'endAt'), zone)} {says}")
    visits = [
        row
        for row in sorted(business.appointments, key=lambda row: text(row, "startAt"))
        if row["locationId"] == place["id"]
        and moment(row, "startAt").astimezone(zone).date() == on
        and mine in [one["staffId"] for one in rows_in(row, "appointmentServices")]
    ]
    hours = "".join(f"<div class='hours'>{line}</div>" for line in lines)
    return hours + "".join(_visit(business, row, staff, zone) for row in visits)


def _visit(business: Business, row: Row, staff: list[Row], zone: ZoneInfo) -> str:
    start, state = moment(row, "startAt").astimezone(zone), text(row, "state")
    services = rows_in(row, "appointmentServices")
    client = business.clients.get(text(row, "clientId"))
    names = [business.services.get(text(one, "serviceId")) for one in services]
    who = "".join(
        f"<option value='{one['id']}'{' selected' if one['id'] == services[0]['staffId'] else ''}>"
        f"{escape(text(one, 'firstName'))}</option>"
        for one in staff
    )
    id_ = f"<input type='hidden' name='id' value='{row['id']}'>"
    forms = (
        f"<form method='post' action='{PAGE}'>{id_}<input type='hidden' name='act' value='move'>"
        f"<input type='datetime-local' name='at' value='{start:%Y-%m-%dT%H:%M}' aria-label='New time'>"
        f"<select name='staffId' aria-label='Staff member'>{who}</select><button>Move</button></form> "
        f"<form method='post' action='{PAGE}'>{id_}<input type='hidden' name='act' value='cancel'>"
        f"<input type='hidden' name='back' value='{start:%Y-%m-%d}'><button>Cancel</button></form>"
    )
    return (
        f"<div class='visit {escape(state)}'><b>{start:%H:%M}-{_clock(moment(row, 'endAt'), zone)}</b> "
        f"{escape(name_of(client) if client else '')}<br>"
        f"{escape(', '.join(text(one, 'name') for one in names if one))} · {escape(state)} · "
        f"{uuid_of(text(row, 'id'))[-4:]}<br>{'' if yes(row, 'cancelled') else forms}</div>"
    )


def _clock(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%H:%M}"


def _form(sent: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in sent.split("&") if part)
    return {decoded(name): decoded(value) for name, _, value in pairs}


def _html(status: int, title: str, content: str) -> Response:
    return Response(
        status=status,
        headers={"content-type": "text/html; charset=utf-8", "cache-control": "no-store"},
        body=(
            f"<!doctype html><html lang='en'><meta charset='utf-8'><title>{title}</title><style>{STYLE}</style>"
            f"<h1>{title}</h1><p>A simulated Boulevard. Nothing here is a real business or a real person.</p>{content}"
        ),
    )
