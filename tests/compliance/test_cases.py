"""Every case that was written from the law itself comes out as it says; the rules were written by another hand."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import yaml
from tests.clinic import a_practice

from frontdesk.compliance.deciding import Contact, Decision, Known, NotBefore
from frontdesk.compliance.disclosing import Occasion, disclosures
from frontdesk.compliance.places import Place, Whereabouts
from frontdesk.compliance.recording import recording
from frontdesk.compliance.records import years_kept
from frontdesk.compliance.rule import Meaning
from frontdesk.dialogue.acts import OptOut
from frontdesk.dialogue.state import State
from frontdesk.domain.consent import Use
from frontdesk.domain.contact import ContactKind
from frontdesk.domain.message import ChannelKind
from frontdesk.language.context import Context
from frontdesk.language.languages import language_of
from frontdesk.language.understanding import understand
from frontdesk.reception.consenting import in_doubt, with_consent
from frontdesk.wiring import book_of_rules

BOOK = book_of_rules()
PRACTICE = a_practice()
ZONE = PRACTICE.locations[0].zone
CASES = [
    case
    for file in sorted((Path(__file__).parent / "cases").glob("*.yaml"))
    for case in yaml.safe_load(file.read_text("utf-8"))
]
NOON = datetime(2026, 11, 18, 18, 0, tzinfo=UTC)
Given = Mapping[str, object]


def at(given: Given) -> datetime:
    value = given.get("at")
    if value is None:
        return NOON
    return (value if isinstance(value, datetime) else datetime.fromisoformat(str(value))).astimezone(UTC)


def where(given: Given) -> Whereabouts:
    state, code = given.get("state"), given.get("area_code")
    return BOOK.where(state=str(state) if state else None, phone=f"+1{code}5550147" if code else None)


def decided(given: Given) -> Decision:
    now = at(given)
    said = given.get("consent") or {}
    assert isinstance(said, dict)
    today, week = given.get("sent_today", 0), given.get("sent_week", 0)
    assert isinstance(today, int)
    assert isinstance(week, int)
    earlier = max(week, today) - today
    texts = [now - timedelta(minutes=1 + one) for one in range(today)]
    texts += [now - timedelta(days=2, hours=one) for one in range(earlier)]
    contact = Contact(
        kind=ContactKind(given["kind"]),
        channel=ChannelKind(given.get("channel", "sms")),
        where=where(given),
        words=str(given["words"]) if "words" in given else None,
        part2=bool(given.get("part2")),
    )
    known = Known(said={Use(use): yes for use, yes in said.items() if yes is not None}, texts=tuple(texts))
    return BOOK.decide(contact, known, now=now)


def allowed(given: Given) -> object:
    return decided(given).allowed


def not_before(given: Given) -> object:
    verdict = decided(given).verdict
    return verdict.at if isinstance(verdict, NotBefore) else type(verdict).__name__


def practice_places(given: Given) -> list[Place]:
    state = given.get("practice_state")
    return [Place(state=str(state), zone=zone) for zone in BOOK.atlas.states[str(state)]] if state else []


def disclosed(given: Given) -> object:
    patient = where(given).places if given.get("state") or given.get("area_code") else ()
    places = [*patient, *practice_places(given)] or [Place(state="", zone=PRACTICE.locations[0].zone)]
    kind, channel = ContactKind(given.get("kind", "reply")), ChannelKind(given.get("channel", "sms"))
    return disclosures(BOOK.rules, places, kind, channel, Occasion.START, now=at(given)).laws


def revokes(given: Given) -> object:
    words, channel = str(given["words"]), ChannelKind(given.get("channel", "sms"))
    context = Context(practice=PRACTICE, now=at(given), zone=ZONE, language=language_of(words, "en"))
    meant = BOOK.meant(words, PRACTICE, channel, at(given))
    heard = with_consent(understand(words, context), meant, context)
    if any(isinstance(one.act, OptOut) for one in heard) or (meant is not None and meant.meaning is Meaning.STOP):
        return True
    return "ask" if in_doubt(State(), meant, context).perhaps_ended else False


def the_keyword(given: Given) -> object:
    found = BOOK.meant(str(given["words"]), PRACTICE, ChannelKind(given.get("channel", "sms")), at(given))
    return found.meaning.value if found is not None and found.keyword else "none"


def recorded(given: Given) -> object:
    patient = where(given)
    places = [*patient.places, *patient.of_number, *practice_places(given)]
    return recording(BOOK.rules, places, now=at(given)).parties.value


def years(given: Given) -> object:
    return years_kept(BOOK.rules, str(given["record"]), state="US", today=date(2026, 11, 18))


FOUND: Mapping[str, Callable[[Given], object]] = {
    "allowed": allowed,
    "not_before": not_before,
    "disclosure": disclosed,
    "revokes": revokes,
    "keyword": the_keyword,
    "recording": recorded,
    "years": years,
}


def wanted(key: str, value: object) -> object:
    if key == "not_before":
        return (value if isinstance(value, datetime) else datetime.fromisoformat(str(value))).astimezone(UTC)
    return sorted(value) if isinstance(value, list) else value


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_a_case_from_the_law_comes_out_as_it_says(case: dict[str, Given]) -> None:
    found = {key: FOUND[key](case["given"]) for key in case["expect"]}

    assert found == {key: wanted(key, value) for key, value in case["expect"].items()}, case["source"]
