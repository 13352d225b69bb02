"""Invented people and what each of them is about to do, drawn by chance from a seed alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import Enum
from math import exp
from random import Random
from zoneinfo import ZoneInfo

from frontdesk.domain.ids import ServiceId
from frontdesk.domain.practice import Practice, Weekday
from frontdesk.domain.time import instant
from frontdesk.proving.simulating.attending import MOST_LEAD_DAYS
from frontdesk.proving.simulating.habits import Habits
from frontdesk.sample.names import FAMILY_NAMES, GIVEN_NAMES

FIRST_NUMBER = 5125551000
"""Phones of invented people: 512-555-1000 and on."""
MOST_PEOPLE = 8000
EVENING, LATE, NOON = time(17), time(18), time(12)
"""A practice has evenings that is open later than six."""
LIKED = {"botox-consultation": 3, "botox-treatment": 6, "filler-treatment": 3, "lip-filler": 2, "hydrafacial": 3}
"""How often a service is asked for; every other one counts 1 (a guess)."""


class Part(Enum):
    """The part of a day that somebody wants."""

    ANY = "any"
    MORNING = "morning"
    EVENING = "evening"


@dataclass(frozen=True, kw_only=True, slots=True)
class Someone:
    """A patient of the practice. `born` is a birth date, `phone` E.164."""

    number: int
    given: str
    family: str
    phone: str
    email: str
    born: date
    language: str
    allowed_texts: bool
    answers_texts: bool

    @property
    def name(self) -> str:
        """Given and family name."""
        return f"{self.given} {self.family}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """Somebody asks for a visit at `at` (UTC), for `day` on the practice's wall or soon after it."""

    at: datetime
    who: int
    service: ServiceId
    day: date
    part: Part
    by_text: bool
    waits: bool
    """Whether they rather wait for what they want than take what there is."""


def draw_people(habits: Habits, many: int, *, seed: int) -> list[Someone]:
    """So many people, each with a phone of their own; the same seed gives the same."""
    chance = Random(f"people {seed}")
    return [_someone(habits, number, chance) for number in range(min(many, MOST_PEOPLE))]


def requests_on(
    habits: Habits, practice: Practice, day: date, *, people: int, a_day: float, seed: int
) -> Sequence[Request]:
    """Who asks for a visit on a day of the practice's wall, in the order of the time; nobody where it is closed."""
    chance, zone = Random(f"requests {seed} {day}"), practice.locations[0].zone
    if not is_open(practice, day):
        return ()
    asked = _poisson(a_day, chance)
    found = [_request(habits, practice, day, people=people, zone=zone, chance=chance) for _ in range(asked)]
    return sorted(found, key=lambda one: one.at)


def is_open(practice: Practice, day: date, part: Part = Part.ANY) -> bool:
    """Whether the practice's first location is open in that part of the day."""
    place = practice.locations[0]
    hours = () if day in place.closures else place.hours.get(Weekday(day.weekday()), ())
    match part:
        case Part.ANY:
            return bool(hours)
        case Part.MORNING:
            return any(each.start < NOON for each in hours)
        case Part.EVENING:
            return any(each.end > LATE for each in hours)


def draw_lead(habits: Habits, chance: Random) -> int:
    """How many days ahead somebody wants to come."""
    days = chance.lognormvariate(0, habits.lead_spread) * habits.median_lead_days
    return min(round(days), MOST_LEAD_DAYS)


def _someone(habits: Habits, number: int, chance: Random) -> Someone:
    given, family = chance.choice(GIVEN_NAMES), chance.choice(FAMILY_NAMES)
    return Someone(
        number=number,
        given=given,
        family=family,
        phone=f"+1{FIRST_NUMBER + number}",
        email=f"{given}.{family}.{number}@example.com".lower(),
        born=date(1950, 1, 1) + timedelta(days=chance.randrange(20_000)),
        language="es" if chance.random() < habits.spanish else "en",
        allowed_texts=chance.random() < habits.allowed_texts,
        answers_texts=chance.random() < habits.answers_texts,
    )


def _request(habits: Habits, practice: Practice, day: date, *, people: int, zone: ZoneInfo, chance: Random) -> Request:
    by_text = chance.random() < habits.books_by_text
    first, last = (
        (7 * 60, 22 * 60) if by_text else (9 * 60, 17 * 60)
    )  # whoever telephones does it while somebody is there
    minute = chance.randrange(first, last)
    services = [service.id for service in practice.services]
    part = _part(habits, chance)
    wanted = day + timedelta(days=draw_lead(habits, chance))
    while not is_open(practice, wanted, part):
        wanted += timedelta(days=1)
    return Request(
        at=instant(day, time(minute // 60, minute % 60), zone).astimezone(UTC),
        who=chance.randrange(people),
        service=chance.choices(services, [LIKED.get(id, 1) for id in services])[0],
        day=wanted,
        part=part,
        by_text=by_text,
        waits=chance.random() < habits.waits_for_it,
    )


def _part(habits: Habits, chance: Random) -> Part:
    drawn = chance.random()
    if drawn < habits.wants_evening:
        return Part.EVENING
    return Part.MORNING if drawn < habits.wants_evening + habits.wants_morning else Part.ANY


def _poisson(mean: float, chance: Random) -> int:
    """How many of what comes at any moment come in a stretch in which so many do on average."""
    left, many = exp(-mean), 0
    product = chance.random()
    while product > left:
        product *= chance.random()
        many += 1
    return many
