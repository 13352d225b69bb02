"""`frontdesk slots`: the free times of a service in a practice's calendar, and why each can be kept or none fits."""

import asyncio
import json
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

import click

from frontdesk.cli.faults import CommandFault
from frontdesk.cli.practice import known_practice
from frontdesk.cli.slots_together import course, together, visitor_of
from frontdesk.cli.when import pinned, readable
from frontdesk.dialogue.acts import WhichTime, WishTime
from frontdesk.dialogue.state import Ask
from frontdesk.domain.appointment import Slot
from frontdesk.domain.ids import LocationId, PractitionerId
from frontdesk.domain.practice import Practice, Service, Weekday
from frontdesk.domain.time import Period, instant, wall
from frontdesk.domain.visitor import ANYBODY
from frontdesk.domain.wish import Window, Wish
from frontdesk.language.catalogue import LANGUAGES
from frontdesk.language.context import Context
from frontdesk.language.reasons import Reasons
from frontdesk.language.script import folded
from frontdesk.language.services import services_in
from frontdesk.language.understanding import understand
from frontdesk.ports.faults import Fault
from frontdesk.ports.system import SlotRequest, System
from frontdesk.sample.load import SAMPLE, load_sample
from frontdesk.sample.practice import smile
from frontdesk.sample.visits import DEFAULT_SEED
from frontdesk.scheduling.answer import Change, Nothing, Offer, because
from frontdesk.scheduling.nearest import kin_of
from frontdesk.scheduling.offers import offers
from frontdesk.scheduling.rule import Rule
from frontdesk.scheduling.search import search_for
from frontdesk.scheduling.together import How
from frontdesk.settings import read_settings
from frontdesk.storage.calendar import Calendar
from frontdesk.storage.installation import Kind
from frontdesk.wiring import Frontdesk, Ready, open_frontdesk, ready

PARTS = {
    "mornings": Window(latest=time(12)),
    "afternoons": Window(earliest=time(12), latest=time(17)),
    "evenings": Window(earliest=time(17)),
}
HOW = {"sequence": How.IN_SEQUENCE, "once": How.AT_ONCE, "companions": How.COMPANIONS}
NONE_TOGETHER = "Nothing fits all of them. Try other days, a wider --window, or one --service at a time."
WEEKS = re.compile(r"(\d{1,2})(?: ?- ?(\d{1,2}))?")
HOURS = re.compile(r"(\d{1,2}:\d{2})?-(\d{1,2}:\d{2})?")
FEW = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Options:
    """What the command was told."""

    key: str
    services: tuple[str, ...]
    first: str
    days: int
    person: str | None
    place: str | None
    patient: str | None
    how: str
    sessions: int | None
    every: str | None
    windows: tuple[str, ...]
    at: str | None
    language: str
    as_json: bool
    explain: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """The free times, each with why; or, when there are none, what blocks. `joint`: visits wanted as one, instead."""

    offers: Sequence[Offer] = ()
    nothing: Nothing | None = None
    reasons: Reasons | None = None
    joint: Sequence[tuple[Slot, ...]] | None = None


@click.command()
@click.option("--practice", "key", default=SAMPLE, show_default=True, help="The practice's short name.")
@click.option(
    "--service",
    "services",
    required=True,
    multiple=True,
    help="As patients call it. Several: see --together.",
)
@click.option("--from", "first", required=True, metavar="DATE", help="The first day, like 2026-05-28.")
@click.option("--days", type=click.IntRange(1, 62), default=14, show_default=True, help="How many days to search.")
@click.option("--with", "person", help="Only with this practitioner: a name or an id.")
@click.option(
    "--window",
    "windows",
    multiple=True,
    help="When it should be, as a patient would say it: 'thursday after 3 but done by 5', evenings, 15:00-17:00, 'not "
    "monday'. Any of several will do.",
)
@click.option("--location", "place", help="Only there: a location's name or id.")
@click.option("--patient", help="For this patient (an id), as their age and treatments allow.")
@click.option(
    "--together",
    "how",
    type=click.Choice(tuple(HOW)),
    default="sequence",
    show_default=True,
    help="How several --service belong together: one after another, all at once, or for people who come together.",
)
@click.option("--sessions", type=click.IntRange(2, 12), help="A course of so many visits.")
@click.option("--every", metavar="WEEKS", help="How many weeks apart the visits of a course are: 5, or 4-6.")
@click.option("--at", help="Pin the clock at this time of the location, like 2026-05-26T21:47.")
@click.option("--language", type=click.Choice(LANGUAGES), default="en", show_default=True, help="Of the reasons.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.option("--explain", is_flag=True, help="The best few instead of all, each with its reason.")
def command(**told: object) -> None:
    """The free times of a service, soonest first; when there are none, the rule that blocks and what would help."""
    options = Options(**told)  # type: ignore[arg-type]  # click gives what its options declare
    day_of(options.first)
    weeks_of(options.every)
    if options.sessions is not None and len(options.services) > 1:
        raise CommandFault("--sessions plans a course of one service; leave one --service.")
    if options.at is not None:
        readable(options.at)  # before anything is started
    with ready(read_settings(os.environ)) as database:
        asyncio.run(_run(database, options))


async def _run(database: Ready, options: Options) -> None:
    settings = read_settings(os.environ)
    async with open_frontdesk(settings, database) as desk:
        standing = await desk.practice_keyed(options.key)
        is_sample = options.key == SAMPLE and database.entered.kind is not Kind.PRODUCTION
        practice = standing or (smile() if is_sample else await known_practice(desk, options.key))
    if options.at is not None:
        database.entered.turn(pinned(options.at, practice.locations[0].zone))
    async with open_frontdesk(settings, database) as desk:
        if standing is None:
            database.entered.become(Kind.DEMO)
            await load_sample(desk.storage, now=desk.clock.now(), seed=DEFAULT_SEED)
        found = await find(desk, practice, options)
    _show(found, practice, options)


async def find(desk: Frontdesk, practice: Practice, options: Options) -> Found:
    """What is free in the practice's calendar, found as the assistant finds it."""
    first, zone, now = day_of(options.first), practice.locations[0].zone, desk.clock.now()
    service, *others = [service_named(practice, one) for one in options.services]
    person = practitioner_named(practice, options.person) if options.person else None
    wish = replace(wish_of(options.windows, practice, now=now), practitioner=person)
    within = Period(
        start=instant(first, time(0), zone), end=instant(first + timedelta(days=options.days), time(0), zone)
    )
    wanted = SlotRequest(
        service=service.id,
        within=within,
        practitioner=person,
        location=location_named(practice, options.place) if options.place else None,
        visitor=await visitor_of(desk, practice, options.patient) if options.patient else ANYBODY,
    )
    reasons = Reasons(practice=practice, service=service, language=options.language, now=now, asked_for=person)
    system = desk.system_of(practice.id)
    if options.sessions is not None:
        weeks = weeks_of(options.every)
        return Found(joint=await course(system, practice, wanted, wish, visits=options.sessions, weeks=weeks, now=now))
    if others:
        several = [wanted, *(replace(wanted, service=one.id) for one in others)]
        return Found(joint=await together(system, several, wish, how=HOW[options.how], few=options.explain))
    if not isinstance(system, Calendar):
        return await _elsewhere(system, wanted, wish, reasons, explain=options.explain)
    free = await system.look(wanted)
    best_few = free.answer(wish, count=FEW)
    if best_few.nothing or options.explain:
        return Found(offers=best_few.offers, nothing=best_few.nothing, reasons=reasons)
    shown = [Offer(slot=slot, because=because(slot, free.search, practice)) for slot in free.slots(wish)]
    return Found(offers=shown, nothing=None, reasons=reasons)


async def _elsewhere(system: System, wanted: SlotRequest, wish: Wish, reasons: Reasons, *, explain: bool) -> Found:
    """The same where the calendar is another system's, which says what is free and not why nothing is."""
    practice, service = reasons.practice, reasons.service
    try:
        slots = await system.find_slots(wanted)
    except Fault as fault:
        raise CommandFault(f"The clinic's calendar cannot be read now: {fault}") from None
    fit = [slot for slot in slots if wish.fits(slot.during, practice.location(slot.location).zone)]
    search = search_for(practice, service, wanted.within, now=reasons.now)
    chosen = offers(slots, wish, practice=practice, count=FEW if fit else 1)
    shown = chosen.slots if explain else fit
    if fit:
        return Found(
            offers=[Offer(slot=slot, because=because(slot, search, practice)) for slot in shown],
            nothing=None,
            reasons=reasons,
        )
    zones = {location.id: location.zone for location in practice.locations}
    nearest = [Change(kin=kin_of(slot, wish, zones), slot=slot) for slot in chosen.slots]
    nothing = Nothing(rule=Rule.ELSEWHERE, opens=None, change=nearest[0] if nearest else None)
    return Found(offers=[], nothing=nothing, reasons=reasons)


def _show(found: Found, practice: Practice, options: Options) -> None:
    if options.as_json:
        click.echo(json.dumps(as_json(found, practice), ensure_ascii=False))
        return
    for line in as_lines(found, practice, explain=options.explain):
        click.echo(line)


def as_lines(found: Found, practice: Practice, *, explain: bool) -> list[str]:
    """A line a time, or the lines that say why there is none."""
    if found.joint is not None:
        return [" + ".join(_line(slot, practice, named=True) for slot in one) for one in found.joint] or [NONE_TOGETHER]
    assert found.reasons is not None
    if found.nothing is not None:
        return found.reasons.of_nothing(found.nothing)
    if explain:
        return [found.reasons.of_offer(offer) for offer in found.offers]
    return [_line(offer.slot, practice) for offer in found.offers]


def _line(slot: Slot, practice: Practice, *, named: bool = False) -> str:
    start = wall(slot.during.start, practice.location(slot.location).zone)
    room = f", {practice.room(slot.room).name}" if slot.room else ""
    service = f"{practice.service(slot.service).name}, " if named else ""
    return f"{start:%a %Y-%m-%d %H:%M}  {service}{practice.practitioner(slot.practitioner).name}{room}"


def as_json(found: Found, practice: Practice) -> dict[str, object]:
    """The times in the practice's own names, or the rule that blocks; visits wanted as one side by side."""
    if found.joint is not None:
        return {"together": [[_as_json(slot, practice) for slot in one] for one in found.joint]}
    assert found.reasons is not None
    slots = [{**_as_json(one.slot, practice), "reason": found.reasons.of_offer(one)} for one in found.offers]
    nothing = found.nothing
    why = {"rule": nothing.rule.value, "reasons": found.reasons.of_nothing(nothing)} if nothing else None
    return {"slots": slots, "nothing": why}


def _as_json(slot: Slot, practice: Practice) -> dict[str, object]:
    zone = practice.location(slot.location).zone
    return {
        "service": practice.service(slot.service).name,
        "start": wall(slot.during.start, zone).isoformat(),
        "end": wall(slot.during.end, zone).isoformat(),
        "practitioner": practice.practitioner(slot.practitioner).name,
        "room": practice.room(slot.room).name if slot.room else None,
        "devices": [practice.device(device).name for device in slot.devices],
    }


def day_of(written: str) -> date:
    """The day that `--from` names. Raises: CommandFault."""
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise CommandFault(f"--from is {written!r}; write a day like 2026-05-28.") from None


def service_named(practice: Practice, written: str) -> Service:
    """The service of that name, or as patients call it. Raises: CommandFault, naming those it may be, or all."""
    for service in practice.services:
        if written.lower() in {service.id.lower(), service.name.lower()}:
            return service
    called = [one for one in services_in(folded(written), practice, asked=True) if one.whole] or services_in(
        folded(written), practice, asked=True
    )
    meant = [practice.service(id) for id in dict.fromkeys(id for one in called for id in one.services)]
    if len(meant) == 1:
        return meant[0]
    if meant:
        raise CommandFault(f"{written!r} may be {', or '.join(service.name for service in meant)}. Write one of them.")
    there = ", ".join(service.name for service in practice.services)
    raise CommandFault(f"{practice.name} has no service {written!r}. There are: {there}.")


def location_named(practice: Practice, written: str) -> LocationId:
    """The location of that name or id. Raises: CommandFault, naming those there are."""
    for place in practice.locations:
        if written.lower() in {place.id.lower(), place.name.lower()}:
            return place.id
    there = ", ".join(place.name for place in practice.locations)
    raise CommandFault(f"{practice.name} has no location {written!r}. There are: {there}.")


def practitioner_named(practice: Practice, written: str) -> PractitionerId:
    """The practitioner of that name, first name or id. Raises: CommandFault, naming those there are."""
    for person in practice.practitioners:
        if written.lower() in {person.id.lower(), person.name.lower(), person.first_name.lower()}:
            return person.id
    there = ", ".join(person.name for person in practice.practitioners)
    raise CommandFault(f"{practice.name} has no practitioner {written!r}. There are: {there}.")


def wish_of(windows: Sequence[str], practice: Practice, *, now: datetime) -> Wish:
    """The wish of some `--window`s; those that begin with "not" are excluded. Raises: CommandFault."""
    wanted: list[Window] = []
    excluded: list[Window] = []
    for written in windows:
        plain = written.lower().removeprefix("not ")
        try:
            (wanted if plain == written.lower() else excluded).append(window_of(plain))
        except ValueError:
            said = _as_said(written, practice, now=now)
            wanted += said.windows
            excluded += said.excluded
    return Wish(windows=tuple(wanted), excluded=tuple(excluded))


def _as_said(written: str, practice: Practice, *, now: datetime) -> Wish:
    """What a patient would mean by it."""
    context = Context(now=now, zone=practice.locations[0].zone, practice=practice, asked=Ask.TIME)
    for heard in understand(written, context):
        match heard.act:
            case WishTime(wish=wish) if not wish.is_open:
                return wish
            case WhichTime(readings=(first, *_)):
                return first
            case _:
                pass
    raise CommandFault(
        f"--window is {written!r}; write days and hours like evenings, thursday, 15:00-17:00, 'after 3 but done by 5'."
    )


def window_of(written: str) -> Window:
    """The window of "thursday", "evenings", "tuesday 17:00-", "2026-05-28 15:00-17:00" or "15:00".

    A stretch means: start at its begin or later, and be done by its end. Raises: ValueError.
    """
    window = Window()
    for word in written.lower().split():
        window = _narrowed(window, word)
    return window


def weeks_of(written: str | None) -> tuple[int, int] | None:
    """How many weeks apart "5" or "4-6" is, at least and at most. Raises: CommandFault."""
    if written is None:
        return None
    found = WEEKS.fullmatch(written.strip())
    least, most = (int(found[1]), int(found[2] or found[1])) if found else (0, 0)
    if not 1 <= least <= most:
        raise CommandFault(f"--every is {written!r}; write weeks like 5, or 4-6.")
    return least, most


def _narrowed(window: Window, word: str) -> Window:
    if word in PARTS:
        return replace(window, earliest=PARTS[word].earliest, latest=PARTS[word].latest)
    if (name := word.removesuffix("s").upper()) in Weekday.__members__:
        return replace(window, weekdays=window.weekdays | {Weekday[name]})
    if stretch := HOURS.fullmatch(word):
        begins, ends = (time.fromisoformat(one.zfill(5)) if one else None for one in stretch.groups())
        return replace(window, earliest=begins, done_by=ends)
    if ":" in word:
        return replace(window, at=time.fromisoformat(word.zfill(5)))
    day = date.fromisoformat(word)
    return replace(window, first=day, last=day)
