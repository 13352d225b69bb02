"""A page on which people see the simulated calendar, week by week, and type a visit in, move it or call it off."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from html import escape

from frontdesk.standards.simulating.http import Request, Response, decoded
from frontdesk.systems.simplepractice.simulator_front_desk import FrontDesk
from frontdesk.systems.simplepractice.simulator_practice import OFF, Practice, Status, name_of, stands
from frontdesk.systems.simplepractice.simulator_rows import Row, Table, number, text, yes

PAGE = "/__page"
Shows = Callable[[Row], str]
"""What a row is called in a list."""

STYLE = """
body{font:15px/1.45 system-ui,sans-serif;margin:2rem;color:#1c2330;background:#f6f7f9}
h1{font-size:1.3rem;margin:0 0 .2rem}h2{font-size:1.05rem;margin:1.4rem 0 .4rem}p{margin:.2rem 0 1rem;color:#556}
table{border-collapse:collapse;width:100%;background:#fff}
th,td{border:1px solid #dfe3ea;padding:.5rem;vertical-align:top;text-align:left}th{background:#eef1f6}
.visit{border-left:4px solid #6a4fb3;background:#f2effa;padding:.3rem .5rem;margin:.3rem 0;border-radius:4px}
.visit.off{border-color:#b3261e;background:#fdecea}.event{color:#667;font-size:.85em}
form{display:inline}input,select,button{font:inherit;font-size:.85em}a{color:#2457b3}code{font-size:.85em}
"""


def page(practice: Practice, desk: FrontDesk, request: Request) -> Response:
    """The calendar of the week that holds ?date=, or of the present one; after a change, the way back to it."""
    back = f'<p><a href="{PAGE}">The calendar</a></p>'
    if request.path != PAGE or request.method not in ("GET", "POST"):
        return _html(404, "There is nothing here.", back)
    try:
        if request.method == "POST":
            on = _act(desk, _form(request.body.decode()))
            return Response(status=303, headers={"location": f"{PAGE}?date={on}"})
        asked = _form(request.query).get("date")
        on = date.fromisoformat(asked) if asked else practice.wall().date()
    except (ValueError, LookupError) as wrong:
        return _html(400, "That cannot be done.", f"<p>{escape(str(wrong))}</p>{back}")
    monday = on - timedelta(days=on.weekday())
    content = _week(practice, monday) + _new(practice) + _requests(practice, desk) + _links(practice)
    return _html(200, f"{escape(practice.world.name)}: the calendar", content)


def _act(desk: FrontDesk, form: Mapping[str, str]) -> date:
    """Do what a form says; the day to show then."""
    match form["act"]:
        case "book":
            return _book(desk, form)
        case "move":
            at = datetime.fromisoformat(form["at"])
            desk.move(int(form["id"]), at=at, clinician=int(form["clinician"]))
            return at.date()
        case "cancel":
            desk.cancel(int(form["id"]), status=Status(form["status"]))
        case "restore":
            desk.restore(int(form["id"]))
        case "leave":
            first, last = date.fromisoformat(form["first"]), date.fromisoformat(form["last"])
            desk.leave(int(form["clinician"]), first=first, last=last)
            return first
        case "unblock":
            desk.unblock(int(form["id"]))
        case "accept":
            desk.requests.accept(int(form["id"]))
        case "decline":
            desk.requests.decline(int(form["id"]))
        case other:
            raise ValueError(f"nobody here knows how to {other}")
    return date.fromisoformat(form["back"])


def _book(desk: FrontDesk, form: Mapping[str, str]) -> date:
    at, times = datetime.fromisoformat(form["at"]), int(form["times"])
    clinician, service, office = (int(form[name]) for name in ("clinician", "service", "office"))
    client = _client(desk, form)
    if times > 1:
        desk.book_series(client=client, clinician=clinician, service=service, office=office, at=at, times=times)
    else:
        desk.book(client=client, clinician=clinician, service=service, office=office, at=at)
    return at.date()


def _client(desk: FrontDesk, form: Mapping[str, str]) -> int:
    if form.get("first") and form.get("last"):
        return desk.add_client(form["first"], form["last"], clinician=int(form["clinician"]))
    return int(form["client"])


def _week(practice: Practice, monday: date) -> str:
    days = [monday + timedelta(days=count) for count in range(7)]
    head = "".join(f"<th scope='col'>{one:%a %b %-d}</th>" for one in days)
    rows = "".join(
        f"<tr><th scope='row'>{escape(_clinician(who))}</th>"
        + "".join(f"<td>{_cell(practice, who, one)}</td>" for one in days)
        + "</tr>"
        for who in practice.clinicians
    )
    before, after = (f"{PAGE}?date={monday + timedelta(days=step)}" for step in (-7, 7))
    return (
        f"<p>It is {practice.wall():%A, %B %-d, %Y, %H:%M} at the practice. "
        f"<a href='{before}'>Week before</a> · <a href='{after}'>Week after</a></p>"
        f"<table><tr><th></th>{head}</tr>{rows}</table>"
    )


def _cell(practice: Practice, who: Row, on: date) -> str:
    mine = [row for row in practice.appointments if row["clinician"] == who["id"]]
    visits = sorted(
        (row for row in mine if practice.on_the_wall(row, "start").date() == on), key=lambda row: text(row, "start")
    )
    events = [row for row in practice.events if row["clinician"] == who["id"] and _on(practice, row, on)]
    return "".join(_event(practice, row, on) for row in events) + "".join(_visit(practice, row) for row in visits)


def _on(practice: Practice, event: Row, on: date) -> bool:
    if yes(event, "days"):
        return text(event, "start") <= on.isoformat() < text(event, "end")
    return practice.on_the_wall(event, "start").date() == on


def _event(practice: Practice, row: Row, on: date) -> str:
    when = "all day"
    if not yes(row, "days"):
        when = "-".join(f"{practice.on_the_wall(row, name):%H:%M}" for name in ("start", "end"))
    return f"<div class='event'>{when} {escape(text(row, 'says'))} {_button('unblock', row, on, 'Take out')}</div>"


def _visit(practice: Practice, row: Row) -> str:
    start, end = (practice.on_the_wall(row, name) for name in ("start", "end"))
    off = not stands(row)
    client = practice.clients.get(number(row, "client")) or {}
    service = practice.services.get(number(row, "service")) or {}
    if off:
        forms = _button("restore", row, start.date(), "Set to Show")
    else:
        forms = (
            f"<form method='post' action='{PAGE}'>{_hidden(act='move', id=row['id'])}"
            f"<input type='datetime-local' name='at' value='{start:%Y-%m-%dT%H:%M}' aria-label='New time'>"
            f"{_choice('clinician', practice.clinicians, _clinician, row['clinician'])}<button>Move</button></form> "
            f"<form method='post' action='{PAGE}'>{_hidden(act='cancel', id=row['id'], back=start.date())}"
            f"<select name='status' aria-label='Status'>"
            + "".join(f"<option>{status.value}</option>" for status in Status if status in OFF)
            + "</select><button>Call off</button></form>"
        )
    return (
        f"<div class='visit{' off' if off else ''}'><b>{start:%H:%M}-{end:%H:%M}</b> {escape(name_of(client))}<br>"
        f"#{row['id']} · {escape(str(service.get('description', '')))} · {escape(text(row, 'status'))}<br>{forms}</div>"
    )


def _new(practice: Practice) -> str:
    at = f"{practice.wall() + timedelta(days=1):%Y-%m-%dT10:00}"
    return (
        f"<h2>A new appointment</h2><form method='post' action='{PAGE}'>{_hidden(act='book')}"
        f"{_choice('client', practice.clients, _client_shown)} or a new client "
        "<input name='first' placeholder='First name' aria-label='First name'>"
        "<input name='last' placeholder='Last name' aria-label='Last name'> with "
        f"{_choice('clinician', practice.clinicians, _clinician)}"
        f"{_choice('service', practice.services, lambda row: text(row, 'description'))}"
        f"{_choice('office', practice.offices, lambda row: text(row, 'name'))}"
        f"<input type='datetime-local' name='at' value='{at}' aria-label='Time'>, "
        "<input type='number' name='times' value='1' min='1' max='300' aria-label='How many weeks'> weeks "
        "<button>Book</button></form>"
        f"<h2>Out of the office</h2><form method='post' action='{PAGE}'>{_hidden(act='leave')}"
        f"{_choice('clinician', practice.clinicians, _clinician)}"
        "<input type='date' name='first' required aria-label='First day'> to "
        "<input type='date' name='last' required aria-label='Last day'><button>Block</button></form>"
    )


def _requests(practice: Practice, desk: FrontDesk) -> str:
    lines = "".join(
        f"<div class='visit'>{escape(name_of(practice.clients.get(number(row, 'client')) or {}))}, "
        f"{datetime.fromisoformat(text(row, 'at')):%A, %B %-d, %Y, %H:%M} "
        f"{_button('accept', row, datetime.fromisoformat(text(row, 'at')).date(), 'Accept')} "
        f"{_button('decline', row, practice.wall().date(), 'Decline')}</div>"
        for row in desk.requests.pending()
    )
    return f"<h2>Requests</h2>{lines or '<p>None wait.</p>'}"


def _links(practice: Practice) -> str:
    lines = "".join(
        f"<li>{escape(_clinician(row))}: "
        + (f"<code>/ical/{escape(text(row, 'secret'))}</code>, by {row['names']}" if row["secret"] else "not shared")
        + "</li>"
        for row in practice.clinicians
    )
    return f"<h2>Feeds</h2><ul>{lines}</ul>"


def _button(act: str, row: Row, back: date, says: str) -> str:
    fields = _hidden(act=act, id=row["id"], back=back)
    return f"<form method='post' action='{PAGE}'>{fields}<button>{says}</button></form>"


def _hidden(**fields: object) -> str:
    return "".join(
        f"<input type='hidden' name='{name}' value='{escape(str(value))}'>" for name, value in fields.items()
    )


def _choice(field: str, table: Table, shows: Shows, chosen: object = None) -> str:
    options = "".join(
        f"<option value='{row['id']}'{' selected' if row['id'] == chosen else ''}>{escape(shows(row))}</option>"
        for row in table
    )
    return f"<select name='{field}' aria-label='{field.capitalize()}'>{options}</select>"


def _clinician(row: Row) -> str:
    return f"{text(row, 'firstName')} {text(row, 'lastName')}"


def _client_shown(row: Row) -> str:
    """Namesakes are told apart by their number."""
    return f"{name_of(row)} #{row['id']}"


def _form(sent: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in sent.split("&") if part)
    return {decoded(name): decoded(value) for name, _, value in pairs}


def _html(status: int, title: str, content: str) -> Response:
    return Response(
        status=status,
        headers={"content-type": "text/html; charset=utf-8", "cache-control": "no-store"},
        body=(
            f"<!doctype html><html lang='en'><meta charset='utf-8'><title>{title}</title><style>{STYLE}</style>"
            f"<h1>{title}</h1><p>A simulated SimplePractice. Nothing here is a real practice or a real person.</p>"
            f"{content}"
        ),
    )
