"""Everything of athenaOne that can be mapped, and what has changed of visits."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import structlog

from frontdesk.domain.time import wall
from frontdesk.ports.catalogue import Catalogue, Listed, ListedService
from frontdesk.ports.faults import Refused
from frontdesk.systems.athenahealth.client import NAME, Client
from frontdesk.systems.athenahealth.mapping import Visit, visit
from frontdesk.systems.athenahealth.schedule import Schedule
from frontdesk.wire.foreign import Foreign, Unreadable
from frontdesk.wire.together import together

_log = structlog.get_logger()

_AT_ONCE = 8
"""Questions side by side; the vendor names no figure, others ask up to 100 a second in production and 5 in preview."""
_WESTERNMOST = ZoneInfo("Pacific/Honolulu")
_LATE = timedelta(minutes=10)
"""How late a change may show with the time it was made at; also what the two clocks may differ."""
_BACK, _AHEAD = timedelta(days=30), timedelta(days=366)
"""Visits whose day lies so far back or ahead are followed."""


async def listed(client: Client) -> Catalogue:
    """Departments, providers, appointment types and visit reasons. A service's number says which of the last two."""
    departments, providers, types = await together(client.departments(), client.providers(), client.appointment_types())
    return Catalogue(
        locations=tuple(_listed(row, "departmentid", ("patientdepartmentname", "name")) for row in departments),
        practitioners=tuple(_listed(row, "providerid", ("displayname", "schedulingname")) for row in providers),
        services=(*map(_type, types), *(await _reasons(client, departments, providers))),
    )


async def _reasons(client: Client, departments: list[Foreign], providers: list[Foreign]) -> list[ListedService]:
    """What patients may choose, with who does it; each pair of department and provider must be asked about."""
    pairs = iter(
        [
            (place.integer("departmentid"), who.integer("providerid"))
            for place in departments
            for who in providers
            if _is_there(place, who)
        ]
    )
    names: dict[int, str] = {}
    people: dict[int, dict[str, None]] = {}
    while some := list(islice(pairs, _AT_ONCE)):
        found = await together(*(client.reasons(*pair) for pair in some))
        for (_, who), rows in zip(some, found, strict=True):
            for row in rows:
                number = row.integer("reasonid")
                names[number] = row.text("reason")
                people.setdefault(number, {})[str(who)] = None
    return [
        ListedService(number=f"reason {number}", name=name, practitioners=tuple(people[number]), bookable=True)
        for number, name in names.items()
    ]


def _is_there(place: Foreign, who: Foreign) -> bool:
    """Whether a provider may have visits at a department; all may where it lists none."""
    listed = place.fields.get("providerlist")
    return not isinstance(listed, list) or not listed or str(who.integer("providerid")) in map(str, listed)


def _listed(row: Foreign, id: str, names: tuple[str, ...]) -> Listed:
    number = str(row.integer(id))
    return Listed(number=number, name=next((row.text(name) for name in names if row.has(name)), number))


def _type(row: Foreign) -> ListedService:
    template = row.has("templatetypeonly") and row.yes("templatetypeonly")
    minutes = row.integer("duration") if row.has("duration") else 0
    return ListedService(
        number=f"type {row.integer('appointmenttypeid')}",
        name=row.text("name"),
        active=not template,  # shown on the schedule, replaced by another when it is booked
        length=timedelta(minutes=minutes) if minutes > 0 else None,
    )


async def changed(schedule: Schedule, since: str | None, *, now: datetime) -> list[Visit]:
    """The visits that were changed since; None: all from a day ago on. Nothing is marked as read there.

    The vendor's queue of changes is not used: what is read from it is gone from it, for everybody with the same key.
    Raises: Refused (`since` is none of ours), Unreachable, NotPermitted.
    """
    first = (now - timedelta(days=1) if since is None else _moment(since) - _BACK).date()
    modified = None if since is None else _written(_moment(since) - _LATE)
    parts = await together(
        *(
            schedule.client.modified(first, (now + _AHEAD).date(), department=department, since=modified)
            for department in schedule.numbers.departments.values()
        )
    )
    return list(_visits((row for rows in parts for row in rows), schedule))


def _visits(rows: Iterator[Foreign], schedule: Schedule) -> Iterator[Visit]:
    for row in rows:
        try:
            found = visit(row, schedule.numbers, schedule.practice)
        except Unreadable as strange:
            _tell(strange)
            continue
        if found is not None and found.strange is not None:
            _tell(found.strange)
        elif found is not None and found.is_visit:
            yield found


def _tell(strange: Unreadable) -> None:
    _log.warning("a row was not understood and is not followed", system=NAME, row=strange.row, field=strange.field)


def _moment(since: str) -> datetime:
    try:
        moment = datetime.fromisoformat(since)
    except ValueError:
        raise Refused("Changes are asked for since something that is no time; begin anew.") from None
    if moment.tzinfo is None:
        raise Refused("Changes are asked for since a time without a zone; begin anew.")
    return moment


def _written(moment: datetime) -> str:
    """An instant as the filter wants it. On whose clock is not published, so it is written on the westernmost one.

    Read on any other clock of the country it is earlier, and a few hours of changes come again.
    """
    return f"{wall(moment, _WESTERNMOST):%m/%d/%Y %H:%M:%S}"
