"""Somebody asks for a visit: by text they talk to the assistant, on the phone the front desk looks and enters it."""

from datetime import UTC, date, time, timedelta
from random import Random

from frontdesk.domain.appointment import Slot
from frontdesk.domain.time import Period, instant, wall
from frontdesk.proving.simulating.people import EVENING, NOON, Part, Request
from frontdesk.proving.simulating.talking import asks_for_a_visit, asks_to_wait
from frontdesk.proving.simulating.world import World

LONGER = timedelta(days=10)
"""Whoever takes what there is, takes it so long after the day they wanted (a guess)."""
TOLD = 8
"""So many times somebody is told on the phone before they take one (a guess)."""


async def asks(world: World, request: Request) -> None:
    """Let them ask; where nothing is free at the time they want, some wait for it and some take another."""
    one = world.people[request.who]
    chance = world.chance(f"asks {request.at} {request.who}")
    if request.by_text:
        await world.talks(one, asks_for_a_visit(request, one), chance=chance, how="text", day=request.day)
        return
    slot = await _told_on_the_phone(world, request, chance)
    if slot is not None:
        await world.desk.books(one, slot)
        await world.notices(one, how="phone")
    elif request.waits:
        await world.talks(one, asks_to_wait(request, one), chance=chance, how="text", day=request.day)


async def _told_on_the_phone(world: World, request: Request, chance: Random) -> Slot | None:
    now, desk = world.desk.now, world.desk
    earliest = now + desk.practice.policies.lead_time
    begins = max(instant(request.day, time(0), world.zone).astimezone(UTC), now)
    that_day = Period(start=begins, end=begins + timedelta(days=1))
    found = [one for one in await desk.free(request.service, that_day) if one.during.start >= earliest]
    fitting = [slot for slot in found if _is_in(world, slot, request.part, request.day)]
    if not fitting and not request.waits:
        longer = Period(start=begins, end=begins + LONGER)
        fitting = [one for one in await desk.free(request.service, longer) if one.during.start >= earliest][:TOLD]
    return chance.choice(fitting) if fitting else None


def _is_in(world: World, slot: Slot, part: Part, day: date) -> bool:
    at = wall(slot.during.start, world.zone)
    match part:
        case Part.ANY:
            return at.date() == day
        case Part.MORNING:
            return at.date() == day and at.time() < NOON
        case Part.EVENING:
            return at.date() == day and at.time() >= EVENING
