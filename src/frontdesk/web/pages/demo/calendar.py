"""The clinic's calendar, by day and by week; an open page follows what is booked."""

from datetime import date, datetime, time, timedelta
from functools import cache

from fastapi import APIRouter, Request
from starlette.responses import Response

from frontdesk.domain.ids import PatientId
from frontdesk.domain.patient import Patient
from frontdesk.domain.practice import Practice
from frontdesk.domain.time import Period, instant, wall
from frontdesk.storage.database import Db
from frontdesk.storage.patients import read_patient
from frontdesk.storage.tasks import open_tasks
from frontdesk.web.desk import desk_of
from frontdesk.web.pages.calendar_visits import Shown, shown_within
from frontdesk.web.pages.demo.practice import ENGLISH, demo_practice, desk_time, local_now, zone_of
from frontdesk.web.pages.demo.sheets import MOST_LANES, ROW_MINUTES, Booked, day_sheet, week_sheet
from frontdesk.web.pages.families import families
from frontdesk.web.rendering import page
from frontdesk.web.static_files import FOR_EVER
from frontdesk.web.wall_clock import clock, day, near_day
from frontdesk.wiring import Frontdesk

router = APIRouter()


@router.get("/demo/calendar")
async def calendar(request: Request, on: date | None = None, view: str = "day") -> Response:
    """The whole page."""
    desk = desk_of(request)
    practice = await demo_practice(desk)
    facts = await _facts(desk, practice, on, view)
    return page("demo/calendar.html", facts)


@router.get("/demo/calendar/sheet")
async def sheet(request: Request, on: date | None = None, view: str = "day") -> Response:
    """The sheet and the tasks, as they stand now."""
    desk = desk_of(request)
    facts = await _facts(desk, await demo_practice(desk), on, view)
    return page("demo/sheet.html", facts)


@router.get("/demo/rows.css")
async def rows() -> Response:
    """Where rows and lanes lie, as classes: a strict policy allows no style in the page itself."""
    return Response(_rows(), media_type="text/css", headers={"Cache-Control": FOR_EVER})


async def _facts(desk: Frontdesk, practice: Practice, on: date | None, view: str) -> dict[str, object]:
    now = local_now(desk, practice)
    shown = on or now.date()
    weekly = view == "week"
    monday = shown - timedelta(days=shown.weekday())
    first, count = (monday, 7) if weekly else (shown, 1)
    async with desk.storage.practice(practice.id) as db:
        within = _days(practice, first, count)
        shown_visits = await shown_within(db, practice, desk.joined_of(practice.id), within, now=desk.clock.now())
        booked = await _booked(db, practice, shown_visits)
        tasks = await open_tasks(db)
    step = timedelta(days=7 if weekly else 1)
    return {
        "practice": practice,
        "now": desk_time(desk, practice),
        "view": "week" if weekly else "day",
        "on": shown,
        "is_today": shown == now.date(),
        "today": now.date(),
        "title": _title(shown, monday, weekly=weekly),
        "before": shown - step,
        "after": shown + step,
        "day": None if weekly else day_sheet(booked, shown, now=desk.clock.now()),
        "week": week_sheet(booked, monday) if weekly else None,
        "families": families(practice),
        "copied": _age(shown_visits, practice),
        "tasks": [(task, _when(task.opened, practice, now.date())) for task in tasks],
    }


async def _booked(db: Db, practice: Practice, shown: Shown) -> Booked:
    patients: dict[PatientId, Patient] = {}
    for id in {visit.patient for visit in shown.visits if visit.patient}:
        if (patient := await read_patient(db, id)) is not None:
            patients[id] = patient
    return Booked(
        practice=practice, appointments=shown.visits, patients=patients, nameless=shown.nameless, copied=shown.copied
    )


def _age(shown: Shown, practice: Practice) -> str:
    """As old is what is shown, where it is a copy; "" where it is the calendar itself."""
    if not shown.copied:
        return ""
    if shown.as_of is None:
        return "Nothing was read from the connected system yet."
    return f"As the connected system told it at {clock(shown.as_of, zone_of(practice), ENGLISH)}."


def _days(practice: Practice, first: date, count: int) -> Period:
    zone = zone_of(practice)
    return Period(start=instant(first, time(0), zone), end=instant(first + timedelta(days=count), time(0), zone))


def _title(shown: date, monday: date, *, weekly: bool) -> str:
    if not weekly:
        return day(shown, ENGLISH)
    sunday = monday + timedelta(days=6)
    last = f"{sunday.day}" if sunday.month == monday.month else f"{sunday:%B} {sunday.day}"
    return f"{monday:%B} {monday.day} – {last}"


def _when(opened: datetime, practice: Practice, today: date) -> str:
    zone = zone_of(practice)
    return f"{near_day(wall(opened, zone).date(), today, ENGLISH)}, {clock(opened, zone, ENGLISH)}"


@cache
def _rows() -> str:
    in_a_day = 24 * 60 // ROW_MINUTES
    rules = [f".r{row}{{grid-row-start:{row}}}.s{row}{{grid-row-end:span {row}}}" for row in range(1, in_a_day + 1)]
    for lanes in range(2, MOST_LANES + 1):
        width = 100 / lanes
        rules += [
            f".lane{lane}of{lanes}{{width:{width:.3f}%;margin-left:{(lane - 1) * width:.3f}%}}"
            for lane in range(1, lanes + 1)
        ]
    return "\n".join(rules)
