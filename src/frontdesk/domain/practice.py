"""A practice as its own people would list it: places, people, rooms, devices, services, policies."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import Enum
from types import MappingProxyType
from typing import TypeVar
from zoneinfo import ZoneInfo

from frontdesk.domain.booking_rules import NO_RULES, NOTHING, BookingRules, Lunch, Processing
from frontdesk.domain.care import NO_CARE, Care
from frontdesk.domain.chat_look import USUAL_LOOK, ChatLook
from frontdesk.domain.experiment import Experiment
from frontdesk.domain.faults import Impossible
from frontdesk.domain.ids import DeviceId, LocationId, PracticeId, PractitionerId, RoomId, ServiceId
from frontdesk.domain.message import ChannelKind
from frontdesk.domain.questionnaire import Questionnaire
from frontdesk.domain.reminding import USUAL_REMINDING, Reminding
from frontdesk.domain.retention import USUAL, Retention
from frontdesk.domain.telling import USUAL_TELLING, Telling
from frontdesk.domain.time import DayTime
from frontdesk.domain.transfer import NO_TRANSFER, Transfer


class Weekday(Enum):
    """Days in ISO order; the value is `date.weekday()`."""

    MONDAY = 0
    TUESDAY = 1
    WEDNESDAY = 2
    THURSDAY = 3
    FRIDAY = 4
    SATURDAY = 5
    SUNDAY = 6


@dataclass(frozen=True, kw_only=True, slots=True)
class Location:
    """One address of the practice. It owns the zone: a wall clock there shows this zone.

    `latest_arrival`: how long before closing the last visit of the day begins at the latest.
    """

    id: LocationId
    name: str
    zone: ZoneInfo
    address: str
    phone: str
    hours: Mapping[Weekday, tuple[DayTime, ...]]
    closures: Mapping[date, str] = field(default_factory=lambda: MappingProxyType({}))
    parking: str = ""
    latest_arrival: timedelta = NOTHING


@dataclass(frozen=True, kw_only=True, slots=True)
class Shift:
    """When someone works somewhere, week after week. `first` and `last` are both worked days, `not_on` are none.

    `for_new`: stretches kept for new patients.
    """

    location: LocationId
    weekdays: frozenset[Weekday]
    during: DayTime
    first: date | None = None
    last: date | None = None
    every_weeks: int = 1
    breaks: tuple[DayTime, ...] = ()
    not_on: tuple[date, ...] = ()
    lunch: Lunch | None = None
    for_new: tuple[DayTime, ...] = ()

    def __post_init__(self) -> None:
        if self.every_weeks < 1 or (self.every_weeks > 1 and self.first is None):
            raise Impossible("Shift: alternating weeks need a `first` day to count from, and every_weeks of 1 or more")

    def works_on(self, day: date) -> bool:
        """Whether this shift is worked on that day."""
        if Weekday(day.weekday()) not in self.weekdays or day in self.not_on:
            return False
        if (self.first and day < self.first) or (self.last and day > self.last):
            return False
        if self.first is None or self.every_weeks == 1:
            return True
        monday = self.first - timedelta(days=self.first.weekday())
        return (day - monday).days // 7 % self.every_weeks == 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Practitioner:
    """Someone who sees patients. `roles` are what they may do ("nurse injector", "laser").

    `licences` end with the day named. `columns` is how many visits they may have side by side, `daily` how many
    a day at most.
    """

    id: PractitionerId
    name: str
    title: str
    roles: frozenset[str]
    shifts: tuple[Shift, ...]
    away: tuple[tuple[date, date], ...] = ()
    also_called: tuple[str, ...] = ()
    licences: Mapping[str, date] = field(default_factory=lambda: MappingProxyType({}))
    columns: int = 1
    daily: int | None = None

    @property
    def first_name(self) -> str:
        """What colleagues and patients call them: the name without its title."""
        words = [word for word in self.name.split() if word.rstrip(".").lower() not in {"dr", "mr", "ms", "mrs"}]
        return f"Dr. {words[-1]}" if self.name.lower().startswith("dr") else words[0]


@dataclass(frozen=True, kw_only=True, slots=True)
class Room:
    """A room; `kinds` are what it is fitted for ("consultation", "treatment")."""

    id: RoomId
    name: str
    location: LocationId
    kinds: frozenset[str]
    capacity: int = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Device:
    """A machine that a visit needs. `fixed_in` names its room where it cannot be moved."""

    id: DeviceId
    name: str
    kind: str
    location: LocationId
    fixed_in: RoomId | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Service:
    """What can be booked, and what it takes.

    `length` is what the patient is told; `before` and `after` (set-up, clean-up) hold the room and the devices
    around it and leave the practitioner free; `practitioner_before` and `practitioner_after` do the reverse.
    `named_in` is its name in other languages than the practice's own. Any one of `roles` qualifies a practitioner;
    any one of `room_kinds` fits a room; each of `device_kinds` needs one device, each of `assistants` one more
    person of that role for the whole visit. `places` above one make it a class: so many patients at the same start
    share all of it. `intake` names the forms that it needs beside those that every visit needs. `preparation` and
    `care`: words that the practice has approved.
    """

    id: ServiceId
    name: str
    length: timedelta
    roles: frozenset[str]
    room_kinds: frozenset[str]
    device_kinds: tuple[str, ...] = ()
    lengths: Mapping[PractitionerId, timedelta] = field(default_factory=lambda: MappingProxyType({}))
    before: timedelta = NOTHING
    after: timedelta = NOTHING
    also_called: tuple[str, ...] = ()
    price: str = ""
    about: str = ""
    preparation: str = ""
    bookable: bool = True
    practitioner_before: timedelta = NOTHING
    practitioner_after: timedelta = NOTHING
    processing: Processing | None = None
    assistants: tuple[str, ...] = ()
    places: int = 1
    intake: tuple[str, ...] = ()
    rules: BookingRules = NO_RULES
    named_in: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    care: Care = NO_CARE

    def __post_init__(self) -> None:
        buffers = (self.before, self.after, self.practitioner_before, self.practitioner_after)
        if self.length <= NOTHING or min(buffers) < NOTHING:
            raise Impossible(f"Service {self.id}: a length above zero and buffers of zero or more are needed")
        shortest = min((self.length, *self.lengths.values()))
        if self.processing and self.processing.after + self.processing.length >= shortest:
            raise Impossible(f"Service {self.id}: after the processing time the practitioner has to come back")
        if not self.roles:
            raise Impossible(f"Service {self.id}: name at least one role that may give it")

    def name_in(self, language: str) -> str:
        """What it is called in a language ("en", "es"); where it has no name there, its own."""
        return self.named_in.get(language, self.name)

    def about_in(self, language: str) -> str:
        """What it is, in that language as far as the practice has approved words in it."""
        return self.care.said(language).about or self.about

    def price_in(self, language: str) -> str:
        """What it costs, likewise."""
        return self.care.said(language).price or self.price

    def preparation_in(self, language: str) -> str:
        """How to prepare for it, likewise."""
        return self.care.said(language).preparation or self.preparation

    def aftercare_in(self, language: str) -> str:
        """What to mind after it, likewise."""
        return self.care.said(language).aftercare or self.care.aftercare

    def again_in(self, language: str) -> str:
        """What is said when it is time for the next, likewise."""
        return self.care.said(language).again or self.care.again

    def length_with(self, practitioner: PractitionerId) -> timedelta:
        """How long this practitioner takes."""
        return self.lengths.get(practitioner, self.length)


class Understanding(Enum):
    """How messages are understood where a model is set: by rules alone, by it when they are unsure, or by it first."""

    RULES = "rules"
    RULES_FIRST = "rules-first"
    MODEL_FIRST = "model-first"


@dataclass(frozen=True, kw_only=True, slots=True)
class Policies:
    """The practice's rules for booking by the assistant, and for how long what was said and done is kept.

    `travel` is the gap between someone's visits at two locations. `release_for_new`: how long ahead times kept for
    new patients are opened to all; None never opens them. `series_horizon`: how far ahead a series may reach.
    `substance_use_program`: the practice is a program in the sense of 42 CFR 2.11, and no message may show it.
    `note_on_visit`: what a patient said before the assistant booked is written on the visit in the connected system.
    """

    lead_time: timedelta = timedelta(hours=2)
    horizon: timedelta = timedelta(days=60)
    grid: timedelta = timedelta(minutes=15)
    hold: timedelta = timedelta(minutes=15)
    offers: int = 2
    change_notice: timedelta = timedelta(hours=24)
    understanding: Understanding = Understanding.RULES_FIRST
    retention: Retention = USUAL
    travel: timedelta = NOTHING
    release_for_new: timedelta | None = None
    series_horizon: timedelta = timedelta(days=365)
    substance_use_program: bool = False
    note_on_visit: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """One approved answer of the practice, with the words that ask for it. `said_in`: it in other languages."""

    topic: str
    asked: tuple[str, ...]
    says: str
    said_in: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def in_language(self, language: str) -> str:
        """The answer in that language, as far as the practice has approved one."""
        return self.said_in.get(language, self.says)


class AnswersWhen(Enum):
    """When the assistant answers on a channel. After hours: only while every location is closed.

    Overflow: at once while every location is closed, else when no person has answered for a while. Drafts: what it
    would say waits until a person sends it.
    """

    ALWAYS = "always"
    AFTER_HOURS = "after-hours"
    NEVER = "never"
    OVERFLOW = "overflow"
    DRAFTS = "drafts"


class Talks(Enum):
    """When patients may talk with the assistant in the web chat, in place of writing to it."""

    ALWAYS = "always"
    AFTER_HOURS = "after-hours"
    NEVER = "never"


@dataclass(frozen=True, kw_only=True, slots=True)
class CoverageHours:
    """A stretch of the day on which a channel is answered otherwise: lunch, a busy hour. () and {}: any."""

    during: DayTime
    answers: AnswersWhen
    channels: tuple[ChannelKind, ...] = ()
    weekdays: frozenset[Weekday] = frozenset()


OVERFLOW_AFTER = timedelta(minutes=3)


@dataclass(frozen=True, kw_only=True, slots=True)
class Practice:
    """Everything the desk knows of one practice. `key` is the short name used in commands and addresses.

    `coverage` says when the assistant answers; a channel that it leaves out is answered always. `coverage_hours` go
    before it, the first that fits; `overflow_after` is how long people have to answer first where that is wanted.
    `talks` says when the web chat may be talked in.
    `telling` says who of the practice hears of what waits for a person, `reminding` when patients are reminded.
    `experiments` are what is tried on a part of the patients. `transfer`: whom callers are put through to.
    `emergency` holds the practice's own words for an emergency, by its kind and by language.
    `payment_page` is an address of the practice's own, where deposits are paid and cards are left. `intake` names those
    of the `questionnaires` that every visit needs.
    """

    id: PracticeId
    key: str
    name: str
    assistant: str
    email: str
    locations: tuple[Location, ...]
    practitioners: tuple[Practitioner, ...]
    rooms: tuple[Room, ...]
    devices: tuple[Device, ...]
    services: tuple[Service, ...]
    policies: Policies = Policies()
    languages: tuple[str, ...] = ("en",)
    insurance: tuple[str, ...] = ()
    payment_page: str = ""
    knowledge: tuple[Answer, ...] = ()
    coverage: Mapping[ChannelKind, AnswersWhen] = field(default_factory=lambda: MappingProxyType({}))
    coverage_hours: tuple[CoverageHours, ...] = ()
    overflow_after: timedelta = OVERFLOW_AFTER
    talks: Talks = Talks.ALWAYS
    telling: Telling = USUAL_TELLING
    emergency: Mapping[str, Mapping[str, str]] = field(default_factory=lambda: MappingProxyType({}))
    chat: ChatLook = USUAL_LOOK
    reminding: Reminding = USUAL_REMINDING
    experiments: tuple[Experiment, ...] = ()
    transfer: Transfer = NO_TRANSFER
    intake: tuple[str, ...] = ()
    questionnaires: tuple[Questionnaire, ...] = ()

    def location(self, id: LocationId) -> Location:
        """The location of that id. Raises KeyError."""
        return _by_id(self.locations, id)

    def practitioner(self, id: PractitionerId) -> Practitioner:
        """The practitioner of that id. Raises KeyError."""
        return _by_id(self.practitioners, id)

    def room(self, id: RoomId) -> Room:
        """The room of that id. Raises KeyError."""
        return _by_id(self.rooms, id)

    def device(self, id: DeviceId) -> Device:
        """The device of that id. Raises KeyError."""
        return _by_id(self.devices, id)

    def service(self, id: ServiceId) -> Service:
        """The service of that id. Raises KeyError."""
        return _by_id(self.services, id)

    def forms_for(self, service: ServiceId | None) -> tuple[Questionnaire, ...]:
        """The forms to fill in before a visit of that service, in the order in which they are named; each once."""
        needed = next((one.intake for one in self.services if one.id == service), ())
        forms = {form.id: form for form in self.questionnaires}
        return tuple(forms[id] for id in dict.fromkeys((*self.intake, *needed)) if id in forms)

    def qualified(self, service: Service) -> tuple[Practitioner, ...]:
        """Who may give a service, in the order of the practice's list."""
        return tuple(person for person in self.practitioners if person.roles & service.roles)


Named = TypeVar("Named", Location, Practitioner, Room, Device, Service)


def _by_id(listed: tuple[Named, ...], id: str) -> Named:
    for one in listed:
        if one.id == id:
            return one
    raise KeyError(id)
