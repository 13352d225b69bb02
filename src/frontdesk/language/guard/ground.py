"""What a reply may rest on: what the policy wanted said, what came of this turn's effects, the practice's document."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date, datetime, time, timedelta
from enum import Enum
from zoneinfo import ZoneInfo

from frontdesk.dialogue.coverage import next_opening
from frontdesk.dialogue.effects import Result
from frontdesk.dialogue.says import ReadBackHeard, Say, SayOfService, SayOnWaitlist, SayWho
from frontdesk.dialogue.state import State
from frontdesk.domain.appointment import Appointment, Slot
from frontdesk.domain.ids import LocationId, PractitionerId, ServiceId
from frontdesk.domain.practice import Practice
from frontdesk.domain.time import wall
from frontdesk.domain.wish import Window, Wish
from frontdesk.language.catalogue import catalogue
from frontdesk.language.guard.mentions import Kind, Mention
from frontdesk.language.heard_back import spelled_back

NOT_SPOKEN = frozenset({"reason", "topic", "fact"})
"""Fields of what is to be said whose words are for staff, or name an approved answer."""
_PRICE = re.compile(r"\$\s?(?P<before>\d[\d,]*(?:\.\d+)?)|(?P<after>\d[\d,]*(?:\.\d+)?) (?:dollars|dólares|USD)\b")


@dataclass(frozen=True, kw_only=True, slots=True)
class Record:
    """What is known together: one visit, one free time, one stretch of a wish. `weekdays` as `date.weekday()`."""

    days: frozenset[date] = frozenset()
    weekdays: frozenset[int] = frozenset()
    clocks: frozenset[time] = frozenset()
    who: frozenset[PractitionerId] = frozenset()
    services: frozenset[ServiceId] = frozenset()
    places: frozenset[LocationId] = frozenset()
    prices: frozenset[str] = frozenset()

    def bears(self, mention: Mention, *, today: date) -> bool:
        """Whether it says what is mentioned. A place it does not know may be any of the practice's."""
        match mention.kind:
            case Kind.DATE:
                named = mention.day
                return named is not None and (
                    any(named.is_day(day, today=today) for day in self.days)
                    or (named.day is None and named.month is None and named.weekday in self.weekdays)
                )
            case Kind.CLOCK:
                return mention.clock is not None and bool(self.clocks & mention.clock.either)
            case Kind.WHO:
                return bool(self.who & mention.who)
            case Kind.SERVICE:
                return bool(self.services & mention.services)
            case Kind.PLACE:
                return not self.places or bool(self.places & mention.place)
            case Kind.PRICE:
                return mention.price in self.prices
            case _:
                return False


@dataclass(frozen=True, kw_only=True, slots=True)
class Ground:
    """Everything that a reply may say. `happened` is what came of this turn's effects, `state` what is known after it.

    `names` stand as they are; `quotes` are approved texts, those in `must_quote` have to stand in the reply whole.
    """

    practice: Practice
    language: str
    today: date
    state: State
    happened: tuple[Result, ...]
    records: tuple[Record, ...]
    names: frozenset[str]
    numbers: frozenset[str]
    prices: frozenset[str]
    quotes: frozenset[str]
    must_quote: frozenset[str]

    @property
    def phones(self) -> frozenset[str]:
        """Every number that may be told, in digits."""
        spoken = [*(place.phone for place in self.practice.locations), *self.names]
        return frozenset(digits for one in spoken if len(digits := re.sub(r"\D", "", one)) >= SHORTEST_PHONE)

    def of(self, *, slots: Iterable[Slot] = (), visits: Iterable[Appointment] = ()) -> tuple[Record, ...]:
        """The records of those times and visits."""
        reading = _Reading(self.practice)
        for one in (*slots, *visits):
            reading.read(one)
        return tuple(reading.records)


SHORTEST_PHONE = 10


def ground(
    practice: Practice,
    says: Sequence[Say],
    happened: Sequence[Result],
    *,
    state: State,
    language: str,
    now: datetime,
) -> Ground:
    """What a reply that says this may rest on."""
    reading = _Reading(practice)
    for say in says:
        reading.read(say)
        reading.people(say)
        if isinstance(say, ReadBackHeard):
            reading.names.update(spelled_back(say, catalogue(language)))
    home = practice.locations[0]
    if (opens := next_opening(practice, home.id, now=now)) is not None:
        reading.add_moment(opens, home.zone)
    topics = {answer.topic: answer.in_language(language) for answer in practice.knowledge}
    approved = [words[language] for words in practice.emergency.values() if language in words]
    policies = practice.policies
    lengths = [value for one in fields(policies) if isinstance(value := getattr(policies, one.name), timedelta)]
    return Ground(
        practice=practice,
        language=language,
        today=wall(now, home.zone).date(),
        state=state,
        happened=tuple(happened),
        records=tuple(reading.records),
        names=frozenset(
            filter(
                None,
                (
                    *reading.names,
                    *(given for _, given in state.names),
                    *practice.insurance,
                    practice.name,
                    practice.assistant,
                    practice.email,
                ),
            )
        ),
        numbers=frozenset((*reading.numbers, *_figures(lengths), *_minutes(practice, reading.services))),
        prices=frozenset(price for name in reading.names for price in prices_in(name)),
        quotes=frozenset((*topics.values(), *approved, *_texts(practice, reading.services, language))),
        must_quote=frozenset(topics[topic] for topic in reading.topics if topic in topics),
    )


def prices_in(text: str) -> list[str]:
    """Each price in a text, as a bare number: "$1,200.00" is "1200"."""
    return [price_of(match) for match in _PRICE.finditer(text)]


def price_of(match: re.Match[str]) -> str:
    """The number of a price that was found."""
    written: str = match["before"] or match["after"]
    return re.sub(r"\.0+$", "", written.replace(",", ""))


PRICE = _PRICE


@dataclass(kw_only=True, slots=True)
class _Found:
    days: set[date] = field(default_factory=set)
    clocks: set[time] = field(default_factory=set)
    who: set[PractitionerId] = field(default_factory=set)
    services: set[ServiceId] = field(default_factory=set)
    places: set[LocationId] = field(default_factory=set)


class _Reading:
    """Goes through what is to be said, whatever it is made of, and collects what it states."""

    def __init__(self, practice: Practice) -> None:
        self._practice = practice
        self._practitioners = {one.id for one in practice.practitioners}
        self._services = {one.id: one for one in practice.services}
        self._places = {one.id: one.zone for one in practice.locations}
        self.records: list[Record] = []
        self.names: set[str] = set()
        self.numbers: set[str] = set()
        self.topics: set[str] = set()
        self.services: set[ServiceId] = set()

    def read(self, value: object) -> None:
        """Collect what a value states."""
        match value:
            case Slot():
                self._visit(value.during.start, value.location, value.service, value.practitioner)
            case Appointment():
                self._visit(value.during.start, value.location, value.service, value.practitioner)
            case Window():
                self._window(value)
            case tuple() | list() | frozenset():
                self.numbers.add(str(len(value)))  # "6 sessions"
                for one in value:
                    self.read(one)
            case Enum():
                pass
            case _ if is_dataclass(value):
                self._fields(value)
            case _:
                self._scalars([value], self._home)

    def people(self, say: Say) -> None:
        """Who works on which days, and who does a service, as the practice's document has it."""
        match say:
            case SayWho(days=True):
                shifts = self._practice.practitioner(say.practitioner).shifts
                weekdays = frozenset(day.value for shift in shifts for day in shift.weekdays)
                self.records.append(Record(weekdays=weekdays, who=frozenset({say.practitioner})))
            case SayOfService(fact="who"):
                able = self._practice.qualified(self._services[say.service])
                who = frozenset(one.id for one in able)
                self.records.append(Record(services=frozenset({say.service}), who=who))
                self.names.update(one.title for one in able)
            case SayOnWaitlist(wish=Wish(practitioner=str() as person)):
                self.records.append(Record(services=frozenset({say.service}), who=frozenset({PractitionerId(person)})))
            case _:
                pass

    def add_moment(self, at: datetime, zone: ZoneInfo) -> None:
        """That instant may be told, on that zone's wall clock."""
        here = wall(at, zone)
        self._add(_Found(days={here.date()}, clocks={_shown(here)}))

    @property
    def _home(self) -> ZoneInfo:
        return self._practice.locations[0].zone

    def _fields(self, value: object) -> None:
        told = [(one.name, getattr(value, one.name)) for one in fields(value)]  # type: ignore[arg-type]  # a dataclass
        self.topics.update(part for name, part in told if name == "topic" and isinstance(part, str))
        spoken = [part for name, part in told if name not in NOT_SPOKEN]
        self._scalars([part for part in spoken if not _is_made_of_parts(part)], self._home)
        for part in spoken:
            if _is_made_of_parts(part):
                self.read(part)

    def _scalars(self, values: Iterable[object], zone: ZoneInfo) -> None:
        """What stands side by side is one record; words are names, unless they are the id of something."""
        found = _Found()
        for value in values:
            match value:
                case bool() | None | Enum():
                    pass
                case int():
                    self.numbers.add(str(value))
                case datetime():
                    here = wall(value, zone)
                    found.days.add(here.date())
                    found.clocks.add(_shown(here))
                case date():
                    found.days.add(value)
                case time():
                    found.clocks.add(value)
                case str() if value in self._practitioners:
                    found.who.add(PractitionerId(value))
                case str() if value in self._services:
                    found.services.add(ServiceId(value))
                case str() if value in self._places:
                    found.places.add(LocationId(value))
                case str():
                    self.names.add(value)
                case _:
                    pass
        self._add(found)

    def _visit(
        self, start: datetime, place: LocationId, service: ServiceId | None, practitioner: PractitionerId | None
    ) -> None:
        here = wall(start, self._places.get(place, self._home))
        self._add(
            _Found(
                days={here.date()},
                clocks={_shown(here)},
                who={practitioner} if practitioner else set(),
                services={service} if service in self._services else set(),
                places={place} if place in self._places else set(),
            )
        )

    def _window(self, window: Window) -> None:
        clocks = (window.at, window.earliest, window.latest, window.done_by)
        self.records.append(
            Record(
                days=frozenset(day for day in (window.first, window.last) if day),
                weekdays=frozenset(day.value for day in window.weekdays),
                clocks=frozenset(one for one in clocks if one is not None),
            )
        )

    def _add(self, found: _Found) -> None:
        if not (found.days or found.clocks or found.who or found.services or found.places):
            return
        self.services |= found.services
        self.records.append(
            Record(
                days=frozenset(found.days),
                clocks=frozenset(found.clocks),
                who=frozenset(found.who),
                services=frozenset(found.services),
                places=frozenset(found.places),
                prices=frozenset(price for id in found.services for price in prices_in(self._services[id].price)),
            )
        )


def _is_made_of_parts(value: object) -> bool:
    return isinstance(value, tuple | list | frozenset) or (is_dataclass(value) and not isinstance(value, Enum))


def _texts(practice: Practice, spoken_of: set[ServiceId], language: str) -> Iterator[str]:
    """What the practice's document says in sentences, of its places and of the services that are spoken of."""
    for place in practice.locations:
        yield from filter(None, (place.parking,))
    for service in practice.services:
        if service.id in spoken_of:
            yield from filter(None, (service.about, service.preparation, service.price))
            yield from filter(None, (service.about_in(language), service.price_in(language)))
            yield from filter(None, (service.preparation_in(language), service.aftercare_in(language)))
            yield from filter(None, (service.again_in(language),))


def _shown(here: datetime) -> time:
    """As a clock on the wall is told: nobody says seconds."""
    return here.time().replace(second=0, microsecond=0)


def _minutes(practice: Practice, spoken_of: set[ServiceId]) -> Iterator[str]:
    """How long the services that are spoken of take."""
    for service in practice.services:
        if service.id in spoken_of:
            yield str(service.length // timedelta(minutes=1))


def _figures(lengths: Iterable[timedelta]) -> Iterator[str]:
    """The practice's own spans of time as whole minutes, hours and days."""
    for length in lengths:
        for unit in (timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)):
            if length and length % unit == timedelta(0):
                yield str(length // unit)
