"""One simulated Millennium domain: its resources, its clock, who is changing what, and which slots are free."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from frontdesk.standards.simulating.fhir_store import Store
from frontdesk.standards.simulating.fhir_values import (
    Json,
    Resource,
    element_at,
    elements_at,
    id_in,
    identity,
    instant_of,
    text_at,
)
from frontdesk.standards.simulating.waiting import Clock
from frontdesk.systems.cerner.simulator_refusals import no_such
from frontdesk.systems.cerner.simulator_world import EXTENSION, LONG_AGO, World

TAKES_TIME = ("booked", "arrived", "checked-in", "fulfilled", "noshow")
"""An appointment in one of these states fills its time."""


def versions(resource: Resource, before: int) -> str:
    """How the domain counts versions. Documented [opaque-versions]: long for slots, 0$0 for coverage, else 0, 1, 2."""
    match resource.get("resourceType"):
        case "Slot" | "Schedule":
            return f"{34 + before}v{79_503_000 + 9834 * before}"
        case "Coverage":
            return f"{before}${before}"
        case _:
            return str(before)


class Domain:
    """The domain while the simulation runs. `keep` names a file that outlives the process."""

    def __init__(self, world: World, *, clock: Clock, keep: Path | None = None) -> None:
        self.world = world
        self._clock = clock
        self.store = Store(_begun(world.resources), clock=self.now, versions=versions, first_id=20_470_000, keep=keep)
        self.locked: set[str] = set()
        """References to what somebody at the hospital has open for change."""
        self.spoiled: set[str] = set()
        """References to what lacks something FHIR requires, so that it cannot be shown."""

    def now(self) -> datetime:
        """The present, in UTC, to the second."""
        return self._clock().astimezone(UTC).replace(microsecond=0)

    def get(self, kind: str, id: str) -> Resource:
        """A resource. Raises: Refusal 404 for none."""
        found = self.store.get(kind, id)
        if found is None:
            raise no_such(kind)
        return found

    def opened(self, reference: str) -> bool:
        """Whether the site opened a practitioner or location to the app. Documented [opened-by-the-site]."""
        return not self.world.opened or reference in self.world.opened

    def actors_of(self, slot: Resource, *, at: datetime | None = None) -> list[str]:
        """Who and what a slot needs: references to practitioners, texts of general resources; not the location."""
        return _actors_on(self.store.get("Schedule", _schedule_of(slot), at=at) or {})

    def refresh(self) -> None:
        """Bring every slot's status in line with what fills its time.

        Guess [overlap-fills]: a slot is busy while an appointment, a block or another slot's hold takes somebody or
        something it needs; and free again afterwards.
        """
        slots, appointments, blocks = (self.store.all(kind) for kind in ("Slot", "Appointment", "Block"))
        for slot, status in _out_of_line(slots, appointments, blocks, self.actors_of):
            self.store.change(slot, {"status": status})

    def end_holds(self) -> None:
        """Let go what was held for too long.

        Guess [hold-life]: a hold ends by itself after `hold_life`, for how long it lasts is not published.
        """
        if self.world.hold_life is None:
            return
        over = [
            one
            for one in self.store.all("Slot")
            if one["status"] == "busy-tentative"
            and instant_of(text_at(one, "meta", "lastUpdated")) + self.world.hold_life <= self.now()
        ]
        for slot in over:
            self.store.change(slot, {"status": "free"})
        if over:
            self.refresh()


def actors_in(appointment: Resource) -> list[str]:
    """Who and what an appointment takes, as `Domain.actors_of` names them."""
    actors = [element_at(one, "actor") for one in elements_at(appointment, "participant")]
    named = [text_at(one, "reference") or text_at(one, "display") for one in actors]
    return [one for one in named if not one.startswith(("Location/", "Patient/"))]


def patient_of(appointment: Resource) -> str:
    """The id of an appointment's patient."""
    return referred(appointment, "Patient")[0]


def referred(appointment: Resource, kind: str) -> list[str]:
    """The ids of an appointment's participants of a type."""
    references = (text_at(one, "actor", "reference") for one in elements_at(appointment, "participant"))
    return [id_in(one, kind) for one in references if one.startswith(f"{kind}/")]


def location_of(slot: Resource) -> str:
    """The id of a slot's location."""
    for one in elements_at(slot, "extension"):
        if one["url"] == f"{EXTENSION}/scheduling-location":
            return id_in(text_at(one, "valueReference", "reference"), "Location")
    return ""


def start_of(resource: Resource) -> datetime:
    """When a slot or an appointment begins, in UTC."""
    start = resource.get("start", "")
    return _instant(start if isinstance(start, str) else "")


def end_of(resource: Resource) -> datetime:
    """When a slot or an appointment ends, in UTC."""
    end = resource.get("end", "")
    return _instant(end if isinstance(end, str) else "")


_instant = lru_cache(maxsize=100_000)(instant_of)


Taken = tuple[Json, datetime, datetime]
"""The id and the ends of what takes an actor's time."""


def _begun(resources: Sequence[Resource]) -> Iterator[Resource]:
    """What a world starts with, its slots in line: what its visits fill was filled long ago, not at this moment."""
    by_kind: defaultdict[str, dict[str, Resource]] = defaultdict(dict)
    for one in resources:
        kind, id = identity(one)
        by_kind[kind][id] = one
    slots, schedules = by_kind["Slot"], by_kind["Schedule"]
    appointments, blocks = list(by_kind["Appointment"].values()), list(by_kind["Block"].values())
    changed = _out_of_line(
        list(slots.values()), appointments, blocks, lambda one: _actors_on(schedules.get(_schedule_of(one), {}))
    )
    for slot, status in changed:
        slots[text_at(slot, "id")] = {**slot, "status": status, "meta": {"lastUpdated": LONG_AGO}}
    for one in (one for ones in by_kind.values() for one in ones.values()):
        yield one if "meta" in one else {**one, "meta": {"lastUpdated": LONG_AGO}}


def _out_of_line(
    slots: Sequence[Resource],
    appointments: Sequence[Resource],
    blocks: Sequence[Resource],
    actors_of: Callable[[Resource], Sequence[str]],
) -> list[tuple[Resource, str]]:
    """The slots whose status is not what fills their time says, each with the status it should have."""
    filled = _by_actor([(one, actors_in(one)) for one in appointments if one["status"] in TAKES_TIME])
    blocked = _by_actor([(one, [text_at(one, "actor")]) for one in blocks])
    held = _by_actor([(one, actors_of(one)) for one in slots if one["status"] == "busy-tentative"])
    taken_times = _Stretches([span for rows in (filled, blocked, held) for taken in rows.values() for span in taken])
    touched: dict[tuple[Json, Json], bool] = {}  # many slots begin and end together
    found: list[tuple[Resource, str]] = []
    for slot in slots:
        own, was, when = slot["id"], slot["status"], (slot.get("start"), slot.get("end"))
        if was == "free":
            if when not in touched:
                touched[when] = taken_times.touch(start_of(slot), end_of(slot))
            if not touched[when]:
                continue  # nearly all of them, and whom they need is then of no account
        start, end = start_of(slot), end_of(slot)
        needs = actors_of(slot)
        taken = any(begins < end and start < ends for who in needs for _, begins, ends in (*filled[who], *blocked[who]))
        if was == "busy-tentative" and not taken:
            continue
        beside = any(id != own and begins < end and start < ends for who in needs for id, begins, ends in held[who])
        wanted = "busy" if taken or beside else "free"
        if was != wanted:
            found.append((slot, wanted))
    return found


class _Stretches:
    """The times that anything takes, of whomever, joined where they overlap."""

    def __init__(self, taken: Sequence[Taken]) -> None:
        self._starts: list[datetime] = []
        self._ends: list[datetime] = []
        for start, end in sorted((start, end) for _, start, end in taken):
            if self._ends and start <= self._ends[-1]:
                self._ends[-1] = max(self._ends[-1], end)
            else:
                self._starts.append(start)
                self._ends.append(end)

    def touch(self, start: datetime, end: datetime) -> bool:
        """Whether any of them overlaps this one."""
        before = bisect_left(self._starts, end) - 1
        return before >= 0 and self._ends[before] > start


def _schedule_of(slot: Resource) -> str:
    return id_in(text_at(slot, "schedule", "reference"), "Schedule")


def _actors_on(schedule: Resource) -> list[str]:
    return [
        text_at(one, "reference") or text_at(one, "display")
        for one in elements_at(schedule, "actor")
        if not text_at(one, "reference").startswith("Location/")
    ]


def _by_actor(rows: Sequence[tuple[Resource, Sequence[str]]]) -> Mapping[str, Sequence[Taken]]:
    """What takes an actor's time, by the actor."""
    found: defaultdict[str, list[Taken]] = defaultdict(list)
    for row, actors in rows:
        for one in actors:
            found[one].append((row["id"], start_of(row), end_of(row)))
    return found
