"""Conversations that simulated patients hold: what they want, in the words of the clinic benchmark's patients."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from random import Random

import yaml

from frontdesk.domain.ids import ServiceId
from frontdesk.domain.practice import Weekday
from frontdesk.proving.clinic.listening import listen
from frontdesk.proving.clinic.moments import on_the_wall
from frontdesk.proving.clinic.patient import Patient, Said
from frontdesk.proving.clinic.task import End, Goal, Person, Style, Task, Wish
from frontdesk.proving.simulating.desk import SimulatedDesk
from frontdesk.proving.simulating.people import Part, Request, Someone

FILE = Path(__file__).parent / "words.yaml"
MOST_TURNS = 14
STYLES: tuple[Style, ...] = ("plain", "plain", "terse", "chatty", "typos")
"""How they type (a guess)."""
HOURS = {Part.ANY: "", Part.MORNING: " before 12:00", Part.EVENING: " after 17:00"}
THAT_WEEK = timedelta(days=10)


@dataclass(frozen=True, kw_only=True, slots=True)
class Held:
    """How a conversation went: what was wanted, the messages it took, whether they wait now, who said what."""

    wanted: str
    turns: int
    waits: bool
    lines: tuple[tuple[str, str], ...]


def words(kind: str, one: Someone, chance: Random) -> str:
    """One of their ways of writing that."""
    return chance.choice(_list(one.language, kind))


def said_of(day: date, one: Someone) -> str:
    """A day as they write it."""
    written = _lines(one.language)
    weekday, month = _list(one.language, "days")[day.weekday()], _list(one.language, "months")[day.month - 1]
    return str(written["on"]).format(weekday=weekday, month=month, day=day.day)


def wish(day: date, part: Part, one: Someone) -> Wish:
    """A time of that day in their words, with what fits it."""
    short = Weekday(day.weekday()).name[:3].title()
    said = f"{said_of(day, one)}{_lines(one.language)[part.value]}"
    return Wish(say=said, fits=(f"{short} {day.isoformat()}{HOURS[part]}",))


def asks_for_a_visit(request: Request, one: Someone) -> Goal:
    """They want that day and part of it; else they wait for it, or take another time soon after."""
    first = wish(request.day, request.part, one)
    if request.waits:
        return Goal(do="book", service=request.service, when=(first,), otherwise="waitlist")
    last = request.day + THAT_WEEK
    soon = Wish(say=str(_lines(one.language)["soon"]), fits=(f"{request.day.isoformat()}..{last.isoformat()}",))
    return Goal(do="book", service=request.service, when=(first, soon))


def asks_to_wait(request: Request, one: Someone) -> Goal:
    """They want to be told when a time opens up on that day."""
    return Goal(
        do="waitlist", service=request.service, when=(wish(request.day, request.part, one),), otherwise="waitlist"
    )


def gives_up(said: str, *, called: str) -> Goal:
    """They cannot come to what they call so, and want no other time."""
    return Goal(do="cancel", words=(said,), called=called)


def wants_another(said: str, day: date, one: Someone) -> Goal:
    """They cannot come, and want that day instead, or one soon after."""
    last = day + THAT_WEEK
    soon = Wish(say=str(_lines(one.language)["soon"]), fits=(f"{day.isoformat()}..{last.isoformat()}",))
    return Goal(do="move", words=(said,), when=(wish(day, Part.ANY, one), soon))


def takes_it(said: str, service: ServiceId) -> Goal:
    """They take the time that they were offered."""
    return Goal(do="book", service=service, words=(said,))


async def hold(desk: SimulatedDesk, one: Someone, goal: Goal, *, chance: Random) -> Held:
    """Hold a conversation until they have what they want, or tire of it; the clock goes on with it."""
    task = Task(
        id="simulated",
        about="",
        category="booking",
        style=chance.choice(STYLES),
        language="es" if one.language == "es" else "en",
        at=f"{on_the_wall(desk.now):%Y-%m-%d %H:%M}",
        patient=Person(name=one.name, phone=one.phone, email=one.email, born=one.born, is_new=False),
        wants=(goal,),
        end=End(),
    )
    patient = Patient(task=task, chance=chance)
    said: Said | None = patient.begin()
    lines: list[tuple[str, str]] = []
    waits = False
    while said is not None and patient.sent <= MOST_TURNS:
        lines.append(("patient", said.text))
        texts, mails = len(desk.post.texts), len(desk.post.mails)
        await desk.hears(one.phone, said.text)
        replies = [text.body for text in desk.post.texts[texts:] if text.to == one.phone]
        lines += [("desk", body) for body in replies]
        if not replies:
            break
        patient.inbox += (*replies, *(mail.body for mail in desk.post.mails[mails:] if one.email in mail.to))
        heard = listen("\n".join(replies), (), today=on_the_wall(desk.now).date())
        waits = waits or "waitlisted" in heard.says
        said = patient.hear(heard)
        desk.turn(desk.now + (said.after if said is not None else timedelta(seconds=20)))
    return Held(wanted=goal.do, turns=patient.sent, waits=waits, lines=tuple(lines))


def _list(language: str, kind: str) -> Sequence[str]:
    found = _lines(language)[kind]
    assert not isinstance(found, str)  # as the file has it
    return found


@cache
def _lines(language: str) -> Mapping[str, str | Sequence[str]]:
    read: Mapping[str, Mapping[str, str | Sequence[str]]] = yaml.load(
        FILE.read_text(encoding="utf-8"), Loader=yaml.BaseLoader
    )
    return read[language]
