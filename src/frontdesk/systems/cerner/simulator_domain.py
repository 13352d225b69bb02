"""One simulated Millennium domain: its resources, its clock, who is changing what, and which slots are free."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
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
    match text_at(resource, "resourceType"):
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
        self.store = Store(world.resources, clock=lambda: instant_of(LONG_AGO))
        self.refresh()
        # What the world's visits fill was filled long ago, not at this moment.
        seeds = self.store.everything()
        self.store = Store(seeds, clock=self.now, versions=versions, first_id=20_470_000, keep=keep)
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
        schedule = self.store.get("Schedule", id_in(text_at(slot, "schedule", "reference"), "Schedule"), at=at) or {}
        return [
            text_at(one, "reference") or text_at(one, "display")
            for one in elements_at(schedule, "actor")
            if not text_at(one, "reference").startswith("Location/")
        ]

    def refresh(self) -> None:
        """Bring every slot's status in line with what fills its time.

        Guess [overlap-fills]: a slot is busy while an appointment, a block or another slot's hold takes somebody or
        something it needs; and free again afterwards.
        """
        filled = _by_actor(
            [(one, actors_in(one)) for one in self.store.all("Appointment") if one["status"] in TAKES_TIME]
        )
        blocks = _by_actor([(one, [text_at(one, "actor")]) for one in self.store.all("Block")])
        slots = [(one, self.actors_of(one)) for one in self.store.all("Slot")]
        held = _by_actor([(one, actors) for one, actors in slots if one["status"] == "busy-tentative"])
        for slot, needs in slots:
            own, start, end = slot["id"], start_of(slot), end_of(slot)
            taken = any(
                begins < end and start < ends for who in needs for _, begins, ends in (*filled[who], *blocks[who])
            )
            if slot["status"] == "busy-tentative" and not taken:
                continue
            beside = any(id != own and begins < end and start < ends for who in needs for id, begins, ends in held[who])
            wanted = "busy" if taken or beside else "free"
            if slot["status"] != wanted:
                self.store.change(slot, {"status": wanted})

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
    return _instant(str(resource.get("start", "")))


def end_of(resource: Resource) -> datetime:
    """When a slot or an appointment ends, in UTC."""
    return _instant(str(resource.get("end", "")))


_instant = lru_cache(maxsize=100_000)(instant_of)


def _by_actor(
    rows: Sequence[tuple[Resource, Sequence[str]]],
) -> Mapping[str, Sequence[tuple[Json, datetime, datetime]]]:
    """The id and the ends of whatever takes an actor's time, by the actor."""
    found: defaultdict[str, list[tuple[Json, datetime, datetime]]] = defaultdict(list)
    for row, actors in rows:
        for one in actors:
            found[one].append((row["id"], start_of(row), end_of(row)))
    return found
