"""A task as its file has it: who writes, what they want, how the world stands, and what must be true at the end."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from frontdesk.domain.wish import Window
from frontdesk.proving.clinic.moments import moment, stretch, window

CATEGORIES = (
    "booking",
    "changing",
    "cancelling",
    "waitlist",
    "intake",
    "insurance",
    "questions",
    "hand-off",
    "emergency",
    "opt-out",
    "identity",
    "several people",
    "series",
    "spanish",
    "change of mind",
    "meanwhile",
    "adversarial",
)


def _is_window(words: str) -> str:
    window(words)
    return words


def _is_moment(words: str) -> str:
    moment(words)
    return words


def _is_stretch(words: str) -> str:
    stretch(words)
    return words


WindowWords = Annotated[str, AfterValidator(_is_window)]
MomentWords = Annotated[str, AfterValidator(_is_moment)]
StretchWords = Annotated[str, AfterValidator(_is_stretch)]
Style = Literal["plain", "terse", "chatty", "typos", "corrections", "silent"]


class Part(BaseModel):
    """A part of a task's file; a key that is not known is a fault."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Person(Part):
    """Somebody by name. What is left out is not known, and is not told. `key` tells two of one name apart."""

    name: str
    key: str | None = None
    born: date | None = None
    phone: str | None = None
    email: str | None = None
    insurer: str | None = None
    member: str | None = None
    is_new: bool | None = None

    @property
    def called(self) -> str:
        """What the rest of the task calls them."""
        return self.key or self.name


class Visit(Part):
    """A visit in the calendar. `key` is what the rest of the task calls it."""

    key: str
    of: str
    service: str
    by: str
    at: MomentWords
    status: Literal["booked", "fulfilled", "cancelled", "noshow"] = "booked"


class Before(Part):
    """The world when the patient writes. `busy` and `closed` are stretches; `busy` names a practitioner or "all"."""

    patients: tuple[Person, ...] = ()
    visits: tuple[Visit, ...] = ()
    busy: tuple[StretchWords, ...] = ()
    ended_messages: bool = False


class Meanwhile(Part):
    """What happens in the world: after the patient's message number `after`, or as the patient is about to choose.

    `takes: chosen` has the front desk give away the very time that the patient is about to choose.
    """

    after: int | None = Field(default=None, ge=1)
    takes: Literal["chosen"] | None = None
    busy: tuple[StretchWords, ...] = ()
    cancels: str | None = None
    moves: str | None = None
    to: MomentWords | None = None

    @model_validator(mode="after")
    def _whole(self) -> "Meanwhile":
        if (self.after is None) == (self.takes is None):
            raise ValueError("say `after: N` or `takes: chosen`, one of the two")
        if (self.moves is None) != (self.to is None):
            raise ValueError("`moves` and `to` go together")
        return self


class Wish(Part):
    """When somebody would like to come: in their words, and the windows that an offer has to lie in."""

    say: str
    fits: tuple[WindowWords, ...]

    @property
    def windows(self) -> tuple[Window, ...]:
        """The windows as values."""
        return tuple(window(words) for words in self.fits)


class Goal(Part):
    """One thing the patient wants. `words` are the patient's own for it, one of them drawn by chance.

    `when` are wishes, the dearest first; where none can be had, `otherwise` says what they do. `till` are words of a
    reply (a regular expression) at which they have what they want; without it the usual signs are believed.
    """

    do: Literal["book", "move", "cancel", "confirm", "waitlist", "ask", "say", "person", "stop"]
    service: str | None = None
    called: str | None = None
    by: str | None = None
    visit: str | None = None
    whose: str | None = None
    who: str | None = None
    when: tuple[Wish, ...] = ()
    prefers: Literal["any", "earliest", "latest"] = "any"
    otherwise: Literal["leave", "waitlist", "person"] = "leave"
    accepts: bool = True
    words: tuple[str, ...] = ()
    till: str | None = None

    @model_validator(mode="after")
    def _whole(self) -> "Goal":
        if self.do in {"book", "waitlist"} and self.service is None:
            raise ValueError(f"`do: {self.do}` needs a `service`")
        if self.do in {"ask", "say"} and not self.words:
            raise ValueError(f"`do: {self.do}` needs `words`")
        if self.do in {"move", "cancel", "confirm"} and not (self.called or self.words):
            raise ValueError(f"`do: {self.do}` needs `called`, what the patient calls the visit, or `words`")
        return self


class Turn(Part):
    """Something the patient does out of turn, once: at the first reply that `on` names.

    `on`: "offer", "read back", "done", "asked PHONE" (any fact), or "turn N". `says` stands before or instead of the
    answer. `wishes` and `facts` are what holds from then on, `becomes` what they want instead.
    """

    on: str = Field(pattern=r"^(offer|read back|done|asked [a-z]+|turn \d+)$")
    says: tuple[str, ...]
    wishes: tuple[Wish, ...] = ()
    facts: dict[str, str] = Field(default_factory=dict)
    service: str | None = None
    drops: bool = False
    becomes: Literal["move"] | None = None
    answers: bool = False


class NewVisit(Part):
    """A visit that must stand at the end and did not before. `of` left out: the patient of the task."""

    service: str
    of: str | None = None
    when: tuple[WindowWords, ...]
    by: tuple[str, ...] = ()
    times: int = 1


class Chart(Part):
    """What a chart must hold at the end; None is not looked at."""

    of: str
    phone: str | None = None
    email: str | None = None
    born: date | None = None
    charts: int = 1


class End(Part):
    """What must be true at the end. Visits from before that are named nowhere stand as they stood.

    `visits` are all that is new. `said`: each line's words (a regular expression) stand in some reply; `never`: in
    none. `tasks`: how many must wait for the staff, at least; None is not looked at, 0 means none. `may_hear` are
    people whose details this patient may be told. `turns`: messages of the patient, at most.
    """

    visits: tuple[NewVisit, ...] = ()
    either: tuple[tuple[NewVisit, ...], ...] = ()
    moved: dict[str, tuple[WindowWords, ...]] = Field(default_factory=dict)
    cancelled: tuple[str, ...] = ()
    charts: tuple[Chart, ...] = ()
    waitlist: tuple[str, ...] = ()
    tasks: int | None = None
    urgent: bool = False
    messages_ended: bool | None = None
    mail_to: str | None = None
    said: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    audit: tuple[str, ...] = ()
    never_audit: tuple[str, ...] = ()
    may_hear: tuple[str, ...] = ()
    turns: int = 12


class Task(Part):
    """One task. `at` is what the practice's clock shows at the first message; `phone` what the patient writes from."""

    id: str = Field(pattern=r"^[a-z0-9-]+$")
    about: str
    category: str
    is_reserved: bool = False
    style: Style = "plain"
    language: Literal["en", "es"] = "en"
    channel: Literal["sms", "webchat"] = "sms"
    at: MomentWords
    patient: Person
    writes_from: str | None = None
    tells: Literal["asked", "all"] = "asked"
    patience: int = 3
    before: Before = Before()
    meanwhile: tuple[Meanwhile, ...] = ()
    wants: tuple[Goal, ...]
    people: tuple[Person, ...] = ()
    turns: tuple[Turn, ...] = ()
    end: End

    @property
    def now(self) -> datetime:
        """The instant of the first message, in UTC."""
        return moment(self.at)

    @property
    def address(self) -> str:
        """What the patient writes from: a phone in E.164, or the token of a chat."""
        if self.channel == "webchat":
            return f"chat-{self.id}"
        phone = self.writes_from or self.patient.phone
        assert phone is not None  # looked at when the task is read
        return e164(phone)

    @model_validator(mode="after")
    def _whole(self) -> "Task":
        if self.category not in CATEGORIES:
            raise ValueError(f"{self.category!r} is no category; they are {', '.join(CATEGORIES)}")
        if self.channel == "sms" and not (self.writes_from or self.patient.phone):
            raise ValueError("a text comes from a phone: give the patient's `phone`, or `writes_from`")
        keys = {visit.key for visit in self.before.visits}
        for key in self._keys_named():
            if key not in keys:
                raise ValueError(f"no visit of `before` has the key {key!r}")
        names = {person.called for person in self.before.patients}
        for visit in self.before.visits:
            if visit.of not in names:
                raise ValueError(f"the visit {visit.key} is of {visit.of!r}, who is not among `before: patients`")
        return self

    def _keys_named(self) -> Iterator[str]:
        yield from self.end.moved
        yield from self.end.cancelled
        yield from (goal.visit for goal in self.wants if goal.visit)
        for change in self.meanwhile:
            yield from (key for key in (change.cancels, change.moves) if key)


def e164(phone: str) -> str:
    """An American number as it is dialled: "512-555-0147" is "+15125550147"."""
    digits = "".join(sign for sign in phone if sign.isdigit())
    return f"+{digits}" if len(digits) == 11 else f"+1{digits}"
