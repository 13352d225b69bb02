"""A page on which people see the simulated book, day by day, and move or cancel a visit as the front desk would."""

from collections.abc import Mapping
from datetime import date, timedelta
from html import escape

from frontdesk.standards.simulating.fhir_values import Resource, id_in, part, text_at
from frontdesk.standards.simulating.http import Request, Response, decoded
from frontdesk.standards.simulating.refusals import Refusal
from frontdesk.systems.cerner.simulator_domain import (
    Domain,
    actors_in,
    end_of,
    location_of,
    patient_of,
    referred,
    start_of,
)
from frontdesk.systems.cerner.simulator_front_desk import FrontDesk

PAGE = "/__page"
STYLE = """
body{font:15px/1.45 system-ui,sans-serif;margin:2rem;color:#1c2330;background:#f6f7f9}
h1{font-size:1.3rem;margin:0 0 .2rem}h2{font-size:1.05rem;margin:1.2rem 0 .4rem}p{margin:.2rem 0 1rem;color:#556}
table{border-collapse:collapse;width:100%;background:#fff}
th,td{border:1px solid #dfe3ea;padding:.5rem;vertical-align:top;text-align:left}th{background:#eef1f6}
.visit{border-left:4px solid #3b6fd4;background:#eef4ff;padding:.3rem .5rem;margin:.3rem 0;border-radius:4px}
.visit.cancelled{border-color:#b3261e;background:#fdecea}.slot{color:#667;font-size:.9em}
form{display:inline}select,button{font:inherit;font-size:.85em}a{color:#2457b3}
"""


def page(domain: Domain, desk: FrontDesk, request: Request) -> Response:
    """The book of ?date=, or of the present day; after a change, the way back to it."""
    if request.path != PAGE or request.method not in ("GET", "POST"):
        return _html(404, "There is nothing here.", f'<p><a href="{PAGE}">The book</a></p>')
    try:
        if request.method == "POST":
            return _act(desk, _form(request.body.decode()))
        asked = _form(request.query).get("date")
        on = date.fromisoformat(asked) if asked else domain.now().astimezone(domain.world.zone).date()
    except (ValueError, KeyError, LookupError, Refusal):
        return _html(400, "That is not a day, or not a visit to move.", f'<p><a href="{PAGE}">The book</a></p>')
    return _html(200, f"{escape(domain.world.name)}: {on:%A, %B %-d, %Y}", _day(domain, on))


def _act(desk: FrontDesk, form: Mapping[str, str]) -> Response:
    visit, back = form["appointment"], date.fromisoformat(form["back"])
    if form["act"] == "cancel":
        desk.cancel(visit)
    else:
        desk.move(visit, slot=form["slot"])
    return Response(status=303, headers={"location": f"{PAGE}?date={back}"})


def _day(domain: Domain, on: date) -> str:
    domain.end_holds()
    before, after = (f"{PAGE}?date={on + timedelta(days=step)}" for step in (-1, 1))
    now = domain.now().astimezone(domain.world.zone)
    parts = [
        f"<p><a href='{before}'>Day before</a> · <a href='{after}'>Day after</a></p>",
        f"<p>It is {now:%H:%M} on {now:%B %-d} there.</p>",
    ]
    visits = [one for one in domain.store.all("Appointment") if "start" in one and _day_of(domain, one) == on]
    slots = [one for one in domain.store.all("Slot") if _day_of(domain, one) == on and one["status"] != "busy"]
    for place in domain.store.all("Location"):
        id = text_at(place, "id")
        people = sorted(
            {who for one in visits if id in referred(one, "Location") for who in actors_in(one)}
            | {who for one in slots if location_of(one) == id for who in domain.actors_of(one)}
        )
        rows = []
        for who in people:
            lines = [
                *((start_of(one), _visit(domain, one, on)) for one in visits if who in actors_in(one)),
                *((start_of(one), _slot(domain, one)) for one in slots if who in domain.actors_of(one)),
            ]
            shown = "".join(line for _, line in sorted(lines))
            rows.append(f"<tr><th scope='row'>{escape(_name(domain, who))}</th><td>{shown}</td></tr>")
        if rows:
            parts.append(f"<h2>{escape(text_at(place, 'name'))}</h2><table>{''.join(rows)}</table>")
    return "".join(parts)


def _slot(domain: Domain, one: Resource) -> str:
    held = " · held" if one["status"] == "busy-tentative" else ""
    kind = escape(text_at(one, "serviceType", 0, "text"))
    return f"<div class='slot'>{_clock(domain, one)} {kind}{held} · #{escape(text_at(one, 'id'))}</div>"


def _visit(domain: Domain, one: Resource, on: date) -> str:
    patient = domain.store.get("Patient", patient_of(one)) or {}
    name = escape(text_at(patient, "name", 0, "text") or "somebody")
    status, kind = text_at(one, "status"), escape(text_at(one, "serviceType", 0, "text"))
    return (
        f"<div class='visit {escape(status)}'><b>{_clock(domain, one)}</b> {name} · {kind} · "
        f"#{escape(text_at(one, 'id'))} · {escape(status)}{_forms(domain, one, on)}</div>"
    )


def _forms(domain: Domain, one: Resource, on: date) -> str:
    if one["status"] != "booked":
        return ""
    others = [
        slot
        for slot in domain.store.all("Slot")
        if slot["status"] == "free"
        and start_of(slot) > domain.now()
        and part(slot, "serviceType", 0) == part(one, "serviceType", 0)
        and domain.actors_of(slot) == actors_in(one)
    ]
    options = "".join(
        f"<option value='{escape(text_at(slot, 'id'))}'>{_day_of(domain, slot)} {_clock(domain, slot)}</option>"
        for slot in sorted(others, key=start_of)
    )
    hidden = f"<input type='hidden' name='appointment' value='{escape(text_at(one, 'id'))}'>"
    hidden += f"<input type='hidden' name='back' value='{on}'>"
    begins = f"<form method='post' action='{PAGE}'>{hidden}"
    return (
        f"<br>{begins}<input type='hidden' name='act' value='move'>"
        f"<select name='slot' aria-label='New time'>{options}</select><button>Move</button></form> "
        f"{begins}<input type='hidden' name='act' value='cancel'><button>Cancel</button></form>"
    )


def _name(domain: Domain, who: str) -> str:
    found = domain.store.get("Practitioner", id_in(who, "Practitioner")) if who.startswith("Practitioner/") else None
    return text_at(found, "name", 0, "text") or who


def _day_of(domain: Domain, one: Resource) -> date:
    return start_of(one).astimezone(domain.world.zone).date()


def _clock(domain: Domain, one: Resource) -> str:
    begins, ends = (when.astimezone(domain.world.zone) for when in (start_of(one), end_of(one)))
    return f"{begins:%H:%M}–{ends:%H:%M}"


def _form(text: str) -> dict[str, str]:
    parts = (one.partition("=") for one in text.split("&") if one)
    return {decoded(name): decoded(value) for name, _, value in parts}


def _html(status: int, title: str, content: str) -> Response:
    return Response(
        status=status,
        headers={"content-type": "text/html; charset=utf-8", "cache-control": "no-store"},
        body=(
            f"<!doctype html><html lang='en'><meta charset='utf-8'><title>{title}</title><style>{STYLE}</style>"
            f"<h1>{title}</h1><p>A simulated Millennium. Nothing here is a real clinic or a real person.</p>{content}"
        ),
    )
