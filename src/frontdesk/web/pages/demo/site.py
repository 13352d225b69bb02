"""A clinic's own website as the demo imagines it, with the widget put in by its one script tag."""

from dataclasses import dataclass
from datetime import timedelta

from fastapi import APIRouter, Request
from starlette.responses import Response

from frontdesk.domain.practice import Location, Practice, Weekday
from frontdesk.domain.time import DayTime
from frontdesk.web.desk import desk_of
from frontdesk.web.pages.demo.practice import demo_practice, is_open, local_now
from frontdesk.web.pages.families import Family, family_of
from frontdesk.web.phones import pretty
from frontdesk.web.rendering import page
from frontdesk.web.security import content_policy

router = APIRouter()


@router.get("/demo/site")
async def site(request: Request) -> Response:
    """The landing page, from the practice's own document."""
    desk = desk_of(request)
    practice = await demo_practice(desk)
    location = practice.locations[0]
    facts = {
        "practice": practice,
        "location": location,
        "menu": menu(practice),
        "hours": opening_lines(location),
        "phone": pretty(location.phone),
        "is_open": is_open(location, desk.clock.now()),
        "year": local_now(desk, practice).year,
    }
    headers = {
        "Content-Security-Policy": content_policy(frames="'self'"),
        "Permissions-Policy": "camera=(), microphone=(self), geolocation=(), payment=()",  # for the chat in its frame
    }
    return page("demo/site.html", facts, headers=headers)


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """A service on the price list; `more` is what its price says beyond a figure."""

    name: str
    about: str
    length: str
    price: str
    more: str


def menu(practice: Practice) -> list[tuple[Family, list[Line]]]:
    """The price list: what can be booked, by family."""
    listed: dict[Family, list[Line]] = {}
    for service in practice.services:
        if service.bookable:
            price, _, more = service.price.partition("; ")
            line = Line(name=service.name, about=service.about, length=minutes(service.length), price=price, more=more)
            listed.setdefault(family_of(practice, service), []).append(line)
    return list(listed.items())


def minutes(length: timedelta) -> str:
    """A length as a price list has it: "45 min", "1 h 30 min"."""
    hours, rest = divmod(int(length.total_seconds()) // 60, 60)
    return " ".join([f"{hours} h"] * bool(hours) + [f"{rest} min"] * bool(rest))


def opening_lines(location: Location) -> list[tuple[str, str]]:
    """The week's opening hours, days with the same hours together: ("Monday - Wednesday", "9 AM - 6 PM")."""
    lines: list[tuple[list[str], str]] = []
    for weekday in Weekday:
        hours = ", ".join(map(_stretch, location.hours.get(weekday, ()))) or "Closed"
        if lines and lines[-1][1] == hours:
            lines[-1][0].append(weekday.name.title())
        else:
            lines.append(([weekday.name.title()], hours))
    return [(days[0] if len(days) == 1 else f"{days[0]} – {days[-1]}", hours) for days, hours in lines]


def _stretch(hours: DayTime) -> str:
    def shown(hour: int, minute: int) -> str:
        return f"{hour % 12 or 12}{f':{minute:02}' if minute else ''} {'AM' if hour < 12 else 'PM'}"

    return f"{shown(hours.start.hour, hours.start.minute)} – {shown(hours.end.hour, hours.end.minute)}"
