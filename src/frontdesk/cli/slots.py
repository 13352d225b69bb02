"""`frontdesk slots`: the free times of a service in a practice's calendar, and why each can be kept or none fits."""

import asyncio
import json
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, time, timedelta

import click

from frontdesk.cli.faults import CommandFault
from frontdesk.cli.practice import known_practice
from frontdesk.cli.when import pinned, readable
from frontdesk.domain.ids import PractitionerId
from frontdesk.domain.practice import Practice, Service, Weekday
from frontdesk.domain.time import Period, instant, wall
from frontdesk.domain.wish import Window, Wish
from frontdesk.language.catalogue import LANGUAGES
from frontdesk.language.reasons import Reasons
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
from frontdesk.settings import read_settings
from frontdesk.storage.calendar import Calendar
from frontdesk.storage.installation import Kind
from frontdesk.wiring import Frontdesk, Ready, open_frontdesk, ready

PARTS = {
    "mornings": Window(latest=time(12)),
    "afternoons": Window(earliest=time(12), latest=time(17)),
    "evenings": Window(earliest=time(17)),
}
HOURS = re.compile(r"(\d{1,2}:\d{2})?-(\d{1,2}:\d{2})?")
FEW = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Options:
    """What the command was told."""

    key: str
    service: str
    first: str
    days: int
    person: str | None
    windows: tuple[str, ...]
    at: str | None
    language: str
    as_json: bool
    explain: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """The free times, each with why; or, when there are none, what blocks."""

    offers: Sequence[Offer]
    nothing: Nothing | None
    reasons: Reasons


@click.command()
@click.option("--practice", "key", default=SAMPLE, show_default=True, help="The practice's short name.")
@click.option("--service", required=True, help="The service's name or id.")
@click.option("--from", "first", required=True, metavar="DATE", help="The first day, like 2026-05-28.")
@click.option("--days", type=click.IntRange(1, 62), default=14, show_default=True, help="How many days to search.")
@click.option("--with", "person", help="Only with this practitioner: a name or an id.")
@click.option(
    "--window",
    "windows",
    multiple=True,
    help="When it should be: evenings, 15:00-17:00, thursday, 'tuesday 17:00-', 'not monday'. Any of several will do.",
)
@click.option("--at", help="Pin the clock at this time of the location, like 2026-05-26T21:47.")
@click.option("--language", type=click.Choice(LANGUAGES), default="en", show_default=True, help="Of the reasons.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.option("--explain", is_flag=True, help="The best few instead of all, each with its reason.")
def command(**told: object) -> None:
    """The free times of a service, soonest first; when there are none, the rule that blocks and what would help."""
    options = Options(**told)  # type: ignore[arg-type]  # click gives what its options declare
    day_of(options.first)
    wish_of(options.windows)
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
    service, first, zone = service_named(practice, options.service), day_of(options.first), practice.locations[0].zone
    person = practitioner_named(practice, options.person) if options.person else None
    wish = replace(wish_of(options.windows), practitioner=person)
    within = Period(
        start=instant(first, time(0), zone), end=instant(first + timedelta(days=options.days), time(0), zone)
    )
    wanted = SlotRequest(service=service.id, within=within, practitioner=person)
    reasons = Reasons(
        practice=practice, service=service, language=options.language, now=desk.clock.now(), asked_for=person
    )
    system = desk.system_of(practice.id)
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
    if found.nothing is not None:
        return found.reasons.of_nothing(found.nothing)
    if explain:
        return [found.reasons.of_offer(offer) for offer in found.offers]
    lines = []
    for offer in found.offers:
        slot = offer.slot
        start = wall(slot.during.start, practice.location(slot.location).zone)
        room = f", {practice.room(slot.room).name}" if slot.room else ""
        lines.append(f"{start:%a %Y-%m-%d %H:%M}  {practice.practitioner(slot.practitioner).name}{room}")
    return lines


def as_json(found: Found, practice: Practice) -> dict[str, object]:
    """The times in the practice's own names, or the rule that blocks with its reasons."""
    slots = []
    for offer in found.offers:
        slot, zone = offer.slot, practice.location(offer.slot.location).zone
        slots.append(
            {
                "start": wall(slot.during.start, zone).isoformat(),
                "end": wall(slot.during.end, zone).isoformat(),
                "practitioner": practice.practitioner(slot.practitioner).name,
                "room": practice.room(slot.room).name if slot.room else None,
                "devices": [practice.device(device).name for device in slot.devices],
                "reason": found.reasons.of_offer(offer),
            }
        )
    nothing = found.nothing
    why = {"rule": nothing.rule.value, "reasons": found.reasons.of_nothing(nothing)} if nothing else None
    return {"slots": slots, "nothing": why}


def day_of(written: str) -> date:
    """The day that `--from` names. Raises: CommandFault."""
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise CommandFault(f"--from is {written!r}; write a day like 2026-05-28.") from None


def service_named(practice: Practice, written: str) -> Service:
    """The service of that name or id. Raises: CommandFault, naming those there are."""
    for service in practice.services:
        if written.lower() in {service.id.lower(), service.name.lower()}:
            return service
    there = ", ".join(service.name for service in practice.services)
    raise CommandFault(f"{practice.name} has no service {written!r}. There are: {there}.")


def practitioner_named(practice: Practice, written: str) -> PractitionerId:
    """The practitioner of that name, first name or id. Raises: CommandFault, naming those there are."""
    for person in practice.practitioners:
        if written.lower() in {person.id.lower(), person.name.lower(), person.first_name.lower()}:
            return person.id
    there = ", ".join(person.name for person in practice.practitioners)
    raise CommandFault(f"{practice.name} has no practitioner {written!r}. There are: {there}.")


def wish_of(windows: Sequence[str]) -> Wish:
    """The wish of some `--window`s; those that begin with "not" are excluded. Raises: CommandFault."""
    wanted = tuple(window_of(one) for one in windows if not one.lower().startswith("not "))
    excluded = tuple(window_of(one[4:]) for one in windows if one.lower().startswith("not "))
    return Wish(windows=wanted, excluded=excluded)


def window_of(written: str) -> Window:
    """The window of "thursday", "evenings", "tuesday 17:00-", "2026-05-28 15:00-17:00" or "15:00".

    A stretch means: start at its begin or later, and be done by its end. Raises: CommandFault.
    """
    window = Window()
    for word in written.lower().split():
        try:
            window = _narrowed(window, word)
        except ValueError:
            raise CommandFault(
                f"--window is {written!r}; write days and hours like evenings, thursday, 15:00-17:00, 'tuesday 17:00-'."
            ) from None
    return window


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
