"""Words in, typed acts out, for `frontdesk understand`: by rules alone, without a database."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

from frontdesk.cli import understand_known
from frontdesk.cli.faults import CommandFault
from frontdesk.cli.json_lines import Unreadable, instant, text_line
from frontdesk.dialogue.state import Ask
from frontdesk.domain.appointment import Slot
from frontdesk.domain.ids import PracticeId
from frontdesk.domain.practice import Practice
from frontdesk.domain.time import Period
from frontdesk.language.act_json import act_as_json
from frontdesk.language.context import Context
from frontdesk.language.languages import language_of
from frontdesk.language.spoken import detail_heard
from frontdesk.language.understanding import understand
from frontdesk.language.vocabulary import LANGUAGES
from frontdesk.reception.practice_files import PracticeFilesWrong, read_practice
from frontdesk.sample.practice import smile

ASKED = {ask.value.replace(" ", "_"): ask for ask in Ask}
KEYS = frozenset({"text", "now", "lang", "asked", "offers"}) | understand_known.KEYS


def acts_of(line: str, practice: Practice) -> list[dict[str, object]]:
    """The acts of one line, in the order of its words. Raises: Unreadable."""
    text, given = text_line(line, KEYS)
    now = _instant(given.get("now"), practice, "now")
    told = understand_known.beside(given)
    context = Context(
        now=now.astimezone(UTC),
        zone=_zone(now, practice),
        language=_language(given, text),
        practice=practice,
        asked=_asked(given.get("asked")),
        offered=_offers(given.get("offers"), practice),
        known=told.known,
        caller=told.caller,
        alternatives=told.alternatives,
        earlier=told.earlier,
        charts=told.charts,
        region=told.region,
    )
    if told.detail:
        return [act_as_json(detail_heard(told.detail, text, context, span=(0, len(text))))]
    return [act_as_json(one) for one in understand(text, context)]


def practice_of(folder: Path | None) -> Practice:
    """The practice in these files; without, the sample practice. Raises: CommandFault."""
    if folder is None:
        return smile()
    try:
        return read_practice(folder, id=PracticeId(UUID(int=0)))
    except PracticeFilesWrong as wrong:
        raise CommandFault(str(wrong)) from None


def _instant(written: object, practice: Practice, name: str) -> datetime:
    named = instant(written, name)
    return named if named.tzinfo else named.replace(tzinfo=practice.locations[0].zone)


def _zone(now: datetime, practice: Practice) -> ZoneInfo:
    """The practice's zone where it agrees with the offset of `now`; else one of that offset all year."""
    here = practice.locations[0].zone
    offset = now.utcoffset() or timedelta(0)
    if now.astimezone(here).utcoffset() == offset:
        return here
    hours, rest = divmod(offset, timedelta(hours=1))
    if rest:
        raise Unreadable(f'"now" is {offset} from UTC; write it in whole hours, or on the wall clock of {here.key}')
    return ZoneInfo(f"Etc/GMT{-hours:+d}" if hours else "Etc/GMT")  # POSIX counts the other way


def _language(given: Mapping[str, object], text: str) -> str:
    language = given.get("lang")
    if language is None:
        return language_of(text, LANGUAGES[0])
    if language not in LANGUAGES:
        raise Unreadable(f'"lang" is {language!r}; it is one of {", ".join(LANGUAGES)}')
    return str(language)


def _asked(name: object) -> Ask | None:
    if name is None:
        return None
    asked = ASKED.get(name.replace(" ", "_")) if isinstance(name, str) else None
    if asked is None:
        raise Unreadable(f'"asked" is {name!r}; it is one of {", ".join(sorted(ASKED))}')
    return asked


def _offers(offers: object, practice: Practice) -> tuple[Slot, ...]:
    if offers is None:
        return ()
    if not isinstance(offers, list):
        raise Unreadable(f'"offers" is {offers!r}; it is a list of starts, such as ["2026-05-28T18:00-05:00"]')
    return tuple(_offer(one, practice) for one in offers)


def _offer(one: object, practice: Practice) -> Slot:
    told = one if isinstance(one, dict) else {"start": one}
    start = _instant(told.get("start"), practice, "start").astimezone(UTC)
    people = practice.practitioners
    named = told.get("practitioner")
    person = next((person for person in people if named in (None, person.id, person.name, person.first_name)), None)
    if person is None:
        raise Unreadable(f'"practitioner" is {named!r}; it is one of {", ".join(person.id for person in people)}')
    service = practice.services[0]
    return Slot(
        service=service.id,
        location=practice.locations[0].id,
        practitioner=person.id,
        room=None,
        devices=(),
        during=Period(start=start, end=start + service.length),
        claims=(),
    )
