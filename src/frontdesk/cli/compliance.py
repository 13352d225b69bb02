"""`frontdesk compliance explain|rules`: what the rules on contact say, and by which of them."""

import asyncio
import json
import os
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import click

from frontdesk.cli.faults import CommandFault
from frontdesk.cli.practice import known_practice
from frontdesk.cli.when import readable
from frontdesk.compliance.book import Book
from frontdesk.compliance.deciding import Allowed, Contact, Decision, Finding, Known, Looked, NotBefore
from frontdesk.compliance.disclosing import Occasion, disclosures
from frontdesk.compliance.places import KnownBy, Place, Whereabouts
from frontdesk.compliance.reading import RulesWrong
from frontdesk.compliance.recording import recording
from frontdesk.compliance.rule import Rule, Topic
from frontdesk.domain.consent import Use
from frontdesk.domain.contact import ContactKind
from frontdesk.domain.message import ChannelKind
from frontdesk.domain.time import wall
from frontdesk.language.details.phones import as_e164
from frontdesk.reception.allowed import known_of
from frontdesk.settings import read_settings
from frontdesk.storage.clock import DeskClock
from frontdesk.wiring import book_of_rules, open_frontdesk, ready

CHANNELS = [channel.value for channel in ChannelKind]
as_json_option = click.option("--json", "as_json", is_flag=True, help="One JSON object with everything.")


@click.group()
def command() -> None:
    """Rules on contact: dated data, each with its source. This is no legal advice."""


@command.command()
@click.option("--to", "phone", required=True, help="The number, like +15125550147.")
@click.option("--kind", type=click.Choice([kind.value for kind in ContactKind]), required=True, help="What it is for.")
@click.option("--at", help="When, with its offset, like 2026-11-27T20:30-06:00; left out, now.")
@click.option("--state", help="The state of the patient's address, like TX; left out, the number's area code tells.")
@click.option("--channel", type=click.Choice(CHANNELS), default="sms", show_default=True)
@click.option("--words", help="What it says; left out, words are not looked at.")
@click.option("--ended", type=click.Choice([use.value for use in Use]), multiple=True, help="What they ended.")
@click.option("--allowed", type=click.Choice([use.value for use in Use]), multiple=True, help="What they allowed.")
@click.option("--practice", "key", help="Look up what they allowed and ended there; left out, only what is said here.")
@as_json_option
def explain(
    phone: str,
    kind: str,
    at: str | None,
    state: str | None,
    channel: str,
    words: str | None,
    ended: tuple[str, ...],
    allowed: tuple[str, ...],
    key: str | None,
    as_json: bool,
) -> None:
    """Tell whether a message may go, when, and every rule that was looked at."""
    book = _book()
    number = as_e164(phone)
    if number is None:
        raise CommandFault(f"--to is {phone!r}, which is no phone number; write it like +15125550147.")
    where = book.where(state=_state(book, state), phone=number)
    now = _instant(at, where.places[0].zone)
    contact = Contact(kind=ContactKind(kind), channel=ChannelKind(channel), where=where, words=words)
    known = asyncio.run(_known(key, number)) if key else Known()
    said = {**known.said, **{Use(use): True for use in allowed}, **{Use(use): False for use in ended}}
    decision = book.decide(contact, replace(known, said=said), now=now)
    click.echo(
        json.dumps(as_told(decision, where), ensure_ascii=False) if as_json else "\n".join(lines(decision, where))
    )


@command.command()
@click.option("--state", help="Only those that hold in this state, like TX; federal ones do everywhere.")
@click.option("--on", "at", type=click.DateTime(["%Y-%m-%d"]), help="Only those in force then, like 2027-01-01.")
@click.option("--topic", type=click.Choice([topic.value for topic in Topic]))
@as_json_option
def rules(state: str | None, at: datetime | None, topic: str | None, as_json: bool) -> None:
    """List the rules there are."""
    book = _book()
    there, day = _state(book, state), at.date() if at else None
    listed = [
        rule
        for rule in book.rules.all
        if (there is None or rule.holds_in(there))
        and (day is None or rule.in_force(day))
        and topic in {None, rule.topic.value}
    ]
    if as_json:
        click.echo(json.dumps([rule_as_told(rule) for rule in listed], ensure_ascii=False))
        return
    for rule in listed:
        days = f"from {rule.start}" + (f" to {rule.end}" if rule.end else "")
        click.echo(f"{rule.name:36} {rule.jurisdiction:6} {rule.topic.value:12} {days}  {rule.source.cite}")


@command.command()
@click.option("--state", required=True, help="The state of the practice, like CO.")
@click.option("--at", help="When, with its offset; left out, now.")
@click.option("--channel", type=click.Choice(CHANNELS), default="sms", show_default=True)
@as_json_option
def disclosure(state: str, at: str | None, channel: str, as_json: bool) -> None:
    """Tell what somebody is told at the start of a conversation, and whose consent a recording needs."""
    book = _book()
    there = _state(book, state)
    assert there is not None
    places = [Place(state=there, zone=zone) for zone in book.atlas.states[there]]
    now = _instant(at, places[0].zone)
    due = disclosures(book.rules, places, ContactKind.REPLY, ChannelKind(channel), Occasion.START, now=now)
    record = recording(book.rules, places, now=now)
    if as_json:
        told = {"laws": due.laws, "words": due.words, "recording": record.parties.value}
        click.echo(json.dumps({**told, "rules": [rule_as_told(rule) for rule in (*due.by, *record.by)]}))
        return
    for rule in due.by:
        click.echo(f"{rule.name}: {rule.source.cite}; words {', '.join(rule.words)}")
    click.echo(f"a recorded call: {record.parties.value} ({', '.join(rule.name for rule in record.by)})")


def lines(decision: Decision, where: Whereabouts) -> list[str]:
    """The decision for a person to read."""
    told = [f"{_verdict(decision)}: {decision.reason}", f"  where: {_where(where)}"]
    if decision.adds:
        told.append(f"  is added: {', '.join(decision.adds)}")
    for one in _in_order(decision.looked_at):
        told.append(f"  {one.finding.value:16} {one.rule.name}  {one.rule.source.cite}")
        if one.because:
            told.append(f"  {'':16} {one.because}")
        if one.finding is not Finding.NOT_ABOUT:
            told.append(f"  {'':16} {one.rule.source.says}")
    return told


def as_told(decision: Decision, where: Whereabouts) -> dict[str, object]:
    """The same for a program."""
    return {
        "verdict": _verdict(decision).split()[0],
        "not_before": decision.verdict.at.isoformat() if isinstance(decision.verdict, NotBefore) else None,
        "reason": decision.reason,
        "where": {"by": where.by.value, "states": _states(where), "zones": _zones(where)},
        "by": [rule.name for rule in decision.by],
        "adds": list(decision.adds),
        "looked_at": [
            {**rule_as_told(one.rule), "finding": one.finding.value, "because": one.because}
            for one in decision.looked_at
        ],
    }


def rule_as_told(rule: Rule) -> dict[str, object]:
    """A rule for a program, with its source."""
    return {
        "rule": rule.id,
        "version": rule.version,
        "jurisdiction": rule.jurisdiction,
        "topic": rule.topic.value,
        "start": rule.start.isoformat(),
        "end": rule.end.isoformat() if rule.end else None,
        "force": rule.force.value,
        "checked": rule.checked.value,
        "source": {"cite": rule.source.cite, "says": rule.source.says, "url": rule.source.url},
    }


def _verdict(decision: Decision) -> str:
    match decision.verdict:
        case Allowed():
            return "allowed"
        case NotBefore(at=at):
            zone = decision.zone or "UTC"
            return f"moved to {at if not decision.zone else wall(at, ZoneInfo(zone)):%Y-%m-%d %H:%M} {zone}"
        case _:
            return "stopped"


def _in_order(looked: Iterable[Looked]) -> list[Looked]:
    order = (Finding.STOPS, Finding.MOVES, Finding.ADDS, Finding.PASSES, Finding.NOT_ABOUT)
    return sorted(looked, key=lambda one: order.index(one.finding))


def _states(where: Whereabouts) -> list[str]:
    return list(dict.fromkeys(place.state for place in where.places))


def _zones(where: Whereabouts) -> list[str]:
    return list(dict.fromkeys(place.zone.key for place in where.places))


def _where(where: Whereabouts) -> str:
    if where.by is KnownBy.NOTHING:
        return f"told by {where.by.value}"
    return f"{', '.join(_states(where))} ({', '.join(_zones(where))}), told by the {where.by.value}"


async def _known(key: str, phone: str) -> Known:
    """What a practice knows of whoever has that number, as it is looked up before each text."""
    settings = read_settings(os.environ)
    with ready(settings) as database:
        async with open_frontdesk(settings, database) as desk:
            practice = await known_practice(desk, key)
            async with desk.storage.practice(practice.id) as db:
                return await known_of(db, phone)


def _book() -> Book:
    try:
        return book_of_rules(read_settings(os.environ).contact_rules)
    except RulesWrong as fault:
        raise CommandFault(str(fault)) from None


def _state(book: Book, named: str | None) -> str | None:
    if named is None:
        return None
    state = f"US-{named.removeprefix('US-').upper()}"
    if state not in book.atlas.states:
        raise CommandFault(f"--state is {named!r}; write two letters like TX.")
    return state


def _instant(at: str | None, zone: ZoneInfo) -> datetime:
    """Without an offset it is meant by the clock there."""
    if at is None:
        return DeskClock().now()
    named = readable(at)
    return (named if named.tzinfo else named.replace(tzinfo=zone)).astimezone(UTC)
