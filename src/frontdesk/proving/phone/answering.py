"""The patient's side of a script: what they do next, by the desk's words."""

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from random import Random

from frontdesk.dialogue.state import Part
from frontdesk.domain.ids import ServiceId
from frontdesk.domain.practice import Practice
from frontdesk.domain.time import Period
from frontdesk.proving.clinic.moments import ZONE, from_the_wall, moment, window
from frontdesk.proving.clinic.spoken import times_in
from frontdesk.proving.clinic.task import Person, e164
from frontdesk.proving.phone.details import Caller, Case, Move, Presses, Says
from frontdesk.proving.phone.scripts import AT, Line, Script
from frontdesk.sample.practice import smile

MOST_LINES = 22
"""A patient who has said so much and is not done hangs up."""
_PAUSE = re.compile(r"\[\d+(?:\.\d+)?\]")
_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_READ_BACK = re.compile(r"Is that right|press 1")
_OF_DETAIL = re.compile(r"spell|on your keys|with the keys|text you a link|type it in", re.IGNORECASE)
_AGAIN = re.compile(r"catch that|say that again|didn't (?:quite )?(?:understand|get that)", re.IGNORECASE)
_NOT_KNOWN = re.compile(
    r"I don't know that one|I can help with visits|I've passed (?:your|this)|How can I help you today"
)
_USUAL = (
    (r"can't speak about visits", "who"),
    (r"come in for", "service"),
    (r"What should I change", "time"),
    (r"best number", "name and phone"),
    (r"full name and your date of birth", "who"),
    (r"date of birth|were you born|child born", "born"),
    (r"full name|your name|last name|first name", "name"),
    (r"phone number", "phone"),
    (r"e-mail", "email"),
    (r"been to|been here|first (?:visit|time)", "first"),
    (r"Which (?:one|works)|works better|work for you", "picks"),
    (r"Which (?:other )?days", "when"),
    (r"Shall I|Would you like me to|Is that all right|okay\?", "yes"),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """What the patient does. `waits`: so many seconds without a word come first."""

    move: Move
    waits: float = 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Gone:
    """The patient hangs up, or the line breaks; then the carrier brings the call back."""

    broke: bool = False


@dataclass(kw_only=True)
class Answering:
    """One patient in one call. `told` names the details that they gave."""

    script: Script
    chance: Random
    lines: int = 0
    told: set[str] = field(default_factory=set)
    _done: set[int] = field(default_factory=set)
    _last: str = ""
    _insisted: bool = False
    _details: dict[Part, Caller] = field(default_factory=dict)

    def next(self, told: str) -> Step | Gone:
        """What they do after these words of the desk's."""
        self.lines += 1
        if self.lines > MOST_LINES:
            return Gone()
        line = self._line(told)
        if line is not None:
            return self._scripted(line)
        if re.search(self.script.done, told):
            return Gone()
        move = self._detail(told) or self._which_service(told) or self._not_wanted(told) or self._usual(told)
        if move is None and not (self._last and (_AGAIN.search(told) or self._insists(told))):
            return Gone()
        move = move or Says(words=self._last)
        if isinstance(move, Says):
            self._last = move.words
        return Step(move=move)

    def _insists(self, told: str) -> bool:
        """Whether they say it once more, as anybody does once who is told that it is not known."""
        insists = _NOT_KNOWN.search(told) is not None and not self._insisted
        self._insisted = self._insisted or insists
        return insists

    def expected(self) -> list[str]:
        """What they are likely to say, for a voice to have ready."""
        usual = [self._words(kind) for _, kind in _USUAL if kind not in {"email", "born", "who"} or self._knows(kind)]
        self.told.clear()
        return list(
            dict.fromkeys([*(one.says for one in self.script.lines if one.says), *(one for one in usual if one)])
        )

    def _knows(self, kind: str) -> bool:
        return kind != "email" and self._who.born is not None

    def cuts_in(self, told: str) -> float | None:
        """How many seconds of these words they listen to before they cut in; None: they hear them out."""
        line = self._line(told)
        return line.cuts_in if line is not None else None

    def _line(self, told: str) -> Line | None:
        found = (one for place, one in enumerate(self.script.lines) if place not in self._done)
        return next((one for one in found if re.search(one.to, told, re.IGNORECASE)), None)

    def _scripted(self, line: Line) -> Step | Gone:
        if line.once or line.breaks_off:
            self._done.add(self.script.lines.index(line))
        if line.hangs_up or line.breaks_off:
            return Gone(broke=line.breaks_off)
        if line.presses:
            return Step(move=Presses(keys=line.presses), waits=line.waits)
        self._last = line.says
        return Step(move=Says(words=line.says), waits=line.waits)

    def _usual(self, told: str) -> Says | None:
        kind = next((kind for asked, kind in _USUAL if re.search(asked, told, re.IGNORECASE)), None)
        words = self._words(kind) if kind is not None else None
        return Says(words=words) if words is not None else None

    def _words(self, kind: str) -> str | None:
        who, caller = self._who, self.script.patient
        match kind:
            case "name and phone":
                self.told.add("phone")
                return f"My name is {who.name}, and yes, it is."
            case "who":
                return f"{who.name}, {born_said(who)}."
            case "name":
                return f"My name is {who.name}."
            case "phone":
                self.told.add("phone")
                return "Yes, this number."
            case "email" if caller.email is not None:
                self.told.add("email")
                return self._caller(Part.EMAIL).says()
            case "email":
                return "No e-mail, thank you."
            case "first":
                return "No, it's my first time." if caller.is_new is not False else "Yes, I have been there before."
            case "service":
                return f"{self._service}, please." if self._service else None
            case "time":
                return "The time."
            case "when":
                return f"{self.script.when}."
            case "picks":
                return self.script.picks
            case "born":
                return f"{born_said(who)}."
            case _:
                return "Yes, please."

    def _not_wanted(self, told: str) -> Says | None:
        """What is said to times none of which the patient can take; None where one is, or none is wanted."""
        wanted = [words for visit in self.script.end.visits for words in visit.when]
        wanted += [words for moved in self.script.end.moved.values() for words in moved]
        asked = re.search(r"works? (?:better|best)|work for you|Shall I (?:book|change) it", told)
        if not (wanted and asked and self.script.when):
            return None
        said = moved_to(told)
        times = [found.at for found in times_in(said, today=moment(AT).date()) if found.at is not None]
        if not times or any(window(words).fits(_minute(at), ZONE) for at in times for words in wanted):
            return None
        return Says(words=f"No, {self.script.when}.")

    def _which_service(self, told: str) -> Says | None:
        """Which of several services they want, where that is asked."""
        asked = re.search(r"Which one would you like|do you mean", told) and self._service.lower() in told.lower()
        return Says(words=f"{self._service}, please.") if asked and self._service else None

    @property
    def _service(self) -> str:
        """What the visit that they want is called; "" where they want none."""
        wanted = next((visit.service for visit in self.script.end.visits), None)
        return _practice().service(ServiceId(wanted)).name if wanted is not None else ""

    @property
    def _who(self) -> Person:
        return self.script.who_comes or self.script.patient

    def _detail(self, told: str) -> Move | None:
        """The answer where a detail is read back, or wanted in another way."""
        if not (_READ_BACK.search(told) or _OF_DETAIL.search(told)):
            return None
        return self._caller(_part_of(told)).move(told)

    def _caller(self, part: Part) -> Caller:
        if part not in self._details:
            self._details[part] = Caller(case=self._case(part), chance=self.chance)
        return self._details[part]

    def _case(self, part: Part) -> Case:
        who = self._who
        given, _, family = who.name.partition(" ")
        truth = {
            Part.NAME: who.name,
            Part.PHONE: e164(self.script.patient.phone or ""),
            Part.EMAIL: self.script.patient.email or "",
            Part.BIRTH_DATE: who.born.isoformat() if who.born else "",
        }[part]
        return Case(number=0, part=part, truth=truth, given=given, family=family, born=who.born)


def _part_of(told: str) -> Part:
    """Which detail these words are about."""
    if "@" in told or re.search(r"e-?mail|address", told, re.IGNORECASE):
        return Part.EMAIL
    if re.search(rf"date of birth|I have (?:{_MONTHS}) \d", told):
        return Part.BIRTH_DATE
    if re.search(r"I have \(?\d|phone number|area code", told):
        return Part.PHONE
    return Part.NAME


@cache
def _practice() -> Practice:
    return smile()


def moved_to(told: str) -> str:
    """Of a visit that moves only where it goes, of anything else all of it."""
    return told.partition(" moves to ")[2] or told


def _minute(at: datetime) -> Period:
    start = from_the_wall(at)
    return Period(start=start, end=start + timedelta(minutes=1))


def born_said(who: Person) -> str:
    """ "March 4, 1985"."""
    assert who.born is not None  # the desk asks for it only where the file has it
    return f"{who.born:%B} {who.born.day}, {who.born.year}"


def without_pauses(words: str) -> str:
    """A line as it is written, without the pauses in it."""
    return " ".join(_PAUSE.sub(" ", words).split())


def with_pauses(words: str) -> list[str | float]:
    """What is said, and between it the pauses in seconds."""
    found: list[str | float] = []
    place = 0
    for pause in _PAUSE.finditer(words):
        found += [words[place : pause.start()].strip(), float(pause.group()[1:-1])]
        place = pause.end()
    return [one for one in (*found, words[place:].strip()) if one != ""]
