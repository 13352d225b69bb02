import json
from dataclasses import replace
from datetime import date, time, timedelta
from types import MappingProxyType
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from frontdesk.dialogue.acts import Danger
from frontdesk.dialogue.effects import Reason
from frontdesk.domain.booking_rules import Apart, BookingRules, ForWhom, Lunch, Prerequisite, Spacing
from frontdesk.domain.care import Care, CareWords
from frontdesk.domain.chat_look import ChatLook
from frontdesk.domain.ids import DeviceId, LocationId, PracticeId, PractitionerId, RoomId, ServiceId
from frontdesk.domain.message import ChannelKind
from frontdesk.domain.practice import (
    Answer,
    AnswersWhen,
    CoverageHours,
    Device,
    Location,
    Policies,
    Practice,
    Practitioner,
    Room,
    Service,
    Shift,
    Talks,
    Weekday,
)
from frontdesk.domain.telling import Contact, Telling, TellingRule
from frontdesk.domain.time import DayTime
from frontdesk.domain.transfer import Transfer, TransferHours
from frontdesk.standards.document import DocumentWrong
from frontdesk.standards.practice_document import from_document, to_document

ID = PracticeId(UUID(int=7))

words = st.text(st.sampled_from("abcdeñ 0:-#'\"{}[],yno&*!|>%@"), min_size=1, max_size=12).map(str.strip).filter(bool)
some_words = st.lists(words, max_size=3).map(tuple)
kinds = st.frozensets(words, max_size=3)
LUNCH = CoverageHours(
    during=DayTime(start=time(12), end=time(13)),
    answers=AnswersWhen.ALWAYS,
    channels=(ChannelKind.SMS,),
    weekdays=frozenset({Weekday.MONDAY, Weekday.FRIDAY}),
)
TELLING = Telling(
    contacts=(Contact(id="desk", phone="+15125550190", email="desk@clinic.example.com"),),
    rules=(TellingRule(who=("desk",), reasons=(Reason.COMPLAINT,), urgent=False), TellingRule(who=("desk",))),
    on_call=("desk",),
)
TRANSFER = Transfer(
    numbers=("+15125550190", "+15125550191"),
    hours=(
        TransferHours(during=DayTime(start=time(9), end=time(17)), weekdays=frozenset({0, 4})),
        TransferHours(during=DayTime(start=time(20), end=time(0))),
    ),
    reasons=(Reason.ASKED,),
)
minutes = st.integers(1, 3000).map(lambda number: timedelta(minutes=number))
buffers = st.integers(0, 90).map(lambda number: timedelta(minutes=number))
some_days = st.integers(1, 400).map(lambda number: timedelta(days=number))
days = st.dates(date(2020, 1, 1), date(2035, 12, 31))
phones = st.from_regex(r"\+[1-9][0-9]{6,12}", fullmatch=True)
zones = st.sampled_from(["America/Chicago", "Europe/Madrid", "Asia/Kathmandu"]).map(ZoneInfo)


@st.composite
def day_times(draw: st.DrawFn) -> DayTime:
    start = draw(st.integers(0, 1438))
    end = draw(st.integers(start + 1, 1440)) % 1440
    return DayTime(start=time(start // 60, start % 60), end=time(end // 60, end % 60))


lunches = st.builds(Lunch, between=day_times(), length=minutes)
spacings = st.builds(
    Spacing,
    since=st.lists(words.map(ServiceId), min_size=1, max_size=2).map(tuple),
    at_least=st.none() | some_days,
    at_most=st.just(timedelta(days=400)),
)
prerequisites = st.builds(
    Prerequisite,
    services=st.lists(words.map(ServiceId), min_size=1, max_size=2).map(tuple),
    valid=st.none() | some_days,
    at_least=some_days,
)
cares = st.builds(
    Care,
    aftercare=st.just("") | words,
    again_after=st.integers(1, 400).map(timedelta),
    again=st.just("") | words,
    said_in=st.dictionaries(
        st.sampled_from(["es", "pt-BR"]), st.builds(CareWords, preparation=words, aftercare=words), max_size=2
    ).map(MappingProxyType),
)
rules = st.builds(
    BookingRules,
    for_whom=st.sampled_from(ForWhom),
    from_age=st.none() | st.integers(0, 99),
    to_age=st.none() | st.integers(0, 99),
    licences=some_words,
    lead_time=st.none() | buffers,
    horizon=st.none() | minutes,
    latest_start=st.none() | st.integers(0, 1439).map(lambda n: time(n // 60, n % 60)),
    daily=st.none() | st.integers(1, 9),
    daily_each=st.none() | st.integers(1, 9),
    extra_for_new=buffers,
    spacing=st.lists(spacings, max_size=2).map(tuple),
    sessions_apart=st.none() | st.just(Apart(at_least=timedelta(days=28), at_most=timedelta(days=42))),
    needs_first=st.lists(prerequisites, max_size=2).map(tuple),
)
shifts = st.builds(
    Shift,
    not_on=st.lists(days, max_size=2).map(tuple),
    lunch=st.none() | lunches,
    for_new=st.lists(day_times(), max_size=2).map(tuple),
    location=words.map(LocationId),
    weekdays=st.frozensets(st.sampled_from(Weekday), min_size=1),
    during=day_times(),
    breaks=st.lists(day_times(), max_size=2).map(tuple),
    first=days,
    last=st.none() | days,
    every_weeks=st.integers(1, 4),
)
absences = st.tuples(days, days).map(lambda pair: (min(pair), max(pair)))
practices = st.builds(
    Practice,
    id=st.just(ID),
    key=st.from_regex(r"[a-z0-9]{1,8}(-[a-z0-9]{1,4})?", fullmatch=True),
    name=words,
    assistant=words,
    email=st.sampled_from(["", "desk@example.com"]),
    languages=st.sampled_from([("en",), ("en", "es")]),
    insurance=some_words,
    locations=st.lists(
        st.builds(
            Location,
            id=words.map(LocationId),
            name=words,
            zone=zones,
            address=st.just("") | words,
            phone=st.just("") | phones,
            parking=st.just("") | words,
            hours=st.dictionaries(st.sampled_from(Weekday), st.lists(day_times(), max_size=2).map(tuple)),
            closures=st.dictionaries(days, words, max_size=2),
            latest_arrival=buffers,
        ),
        max_size=2,
    ).map(tuple),
    practitioners=st.lists(
        st.builds(
            Practitioner,
            id=words.map(PractitionerId),
            name=words,
            title=st.just("") | words,
            roles=kinds,
            shifts=st.lists(shifts, max_size=2).map(tuple),
            away=st.lists(absences, max_size=2).map(tuple),
            licences=st.dictionaries(words, days, max_size=2).map(MappingProxyType),
            columns=st.integers(1, 3),
            daily=st.none() | st.integers(1, 30),
            also_called=some_words,
        ),
        max_size=2,
    ).map(tuple),
    rooms=st.lists(
        st.builds(
            Room,
            id=words.map(RoomId),
            name=words,
            location=words.map(LocationId),
            kinds=kinds,
            capacity=st.integers(1, 9),
        ),
        max_size=2,
    ).map(tuple),
    devices=st.lists(
        st.builds(
            Device,
            id=words.map(DeviceId),
            name=words,
            kind=words,
            location=words.map(LocationId),
            fixed_in=st.none() | words.map(RoomId),
        ),
        max_size=2,
    ).map(tuple),
    services=st.lists(
        st.builds(
            Service,
            id=words.map(ServiceId),
            name=words,
            length=minutes,
            roles=st.frozensets(words, min_size=1, max_size=2),
            room_kinds=kinds,
            device_kinds=some_words,
            lengths=st.dictionaries(words.map(PractitionerId), minutes, max_size=2).map(MappingProxyType),
            before=buffers,
            after=buffers,
            practitioner_before=buffers,
            practitioner_after=buffers,
            assistants=some_words,
            places=st.integers(1, 12),
            rules=rules,
            care=cares,
            also_called=some_words,
            price=st.just("") | words,
            about=st.just("") | words,
            preparation=st.just("") | words,
            bookable=st.booleans(),
        ),
        max_size=2,
    ).map(tuple),
    policies=st.builds(
        Policies,
        travel=buffers,
        release_for_new=st.none() | buffers,
        series_horizon=minutes,
        substance_use_program=st.booleans(),
        note_on_visit=st.booleans(),
        lead_time=buffers,
        horizon=minutes,
        grid=minutes,
        hold=minutes,
        offers=st.integers(1, 5),
        change_notice=buffers,
    ),
    knowledge=st.lists(st.builds(Answer, topic=words, asked=some_words, says=words), max_size=2).map(tuple),
    coverage=st.dictionaries(st.sampled_from(ChannelKind), st.sampled_from(AnswersWhen)).map(MappingProxyType),
    coverage_hours=st.sampled_from(((), (LUNCH,), (LUNCH, replace(LUNCH, channels=(), weekdays=frozenset())))),
    overflow_after=minutes,
    talks=st.sampled_from(Talks),
    emergency=st.dictionaries(
        st.sampled_from([danger.value for danger in Danger]),
        st.dictionaries(st.sampled_from(("en", "es")), words.map(lambda text: f"{text} 911"), min_size=1).map(
            MappingProxyType
        ),
    ).map(MappingProxyType),
    chat=st.builds(
        ChatLook,
        colour=st.sampled_from(("#0f6b5c", "#2F5545", "#000000")),
        name=st.just("") | words,
        greeting=st.dictionaries(st.sampled_from(("en", "es")), words).map(MappingProxyType),
    ),
    transfer=st.sampled_from((Transfer(), TRANSFER, replace(TRANSFER, hours=(), reasons=(), rings=9))),
    telling=st.sampled_from((Telling(), TELLING, replace(TELLING, rules=(), within=timedelta(minutes=7)))),
)


@given(practices)
@settings(max_examples=150, deadline=None)
def test_a_practice_comes_back_from_its_document_as_it_was(practice: Practice) -> None:
    stored = json.loads(json.dumps(to_document(practice)))

    assert from_document(stored, id=ID) == practice


def test_every_fault_is_named_with_its_place() -> None:
    document = {
        "key": "Smile!",
        "name": "Smile",
        "assistant": "Ava",
        "emial": "desk@example.com",
        "locations": [{"id": "austin", "name": "Austin", "zone": "america/chicgo", "hours": {"mondy": ["9-12"]}}],
        "services": [{"id": "peel", "name": "Peel", "length": "30", "roles": []}],
        "rooms": {"id": "room-1"},
        "coverage": {"sms": "sometimes"},
        "chat": {"colour": "#ffcc00", "greetings": "Hello"},
        "emergency": {"medical": {"en": "Go to the hospital"}, "teeth": {"en": "Call 911"}},
    }

    with pytest.raises(DocumentWrong) as caught:
        from_document(document, id=ID)

    assert {" > ".join(fault.place): f"{fault.found}; {fault.wanted}" for fault in caught.value.faults} == {
        "key": 'found "Smile!"; wanted a short word of small letters, digits and dashes, such as "smile"',
        "emial": 'this key is not known; did you mean "email"?',
        "locations > austin > zone": (
            'found "america/chicgo"; wanted a time zone such as "America/Chicago" (did you mean "America/Chicago"?)'
        ),
        "locations > austin > hours > mondy": 'this key is not known; did you mean "monday"?',
        "services > peel > length": 'found "30"; wanted a length above zero, such as "30 minutes" or "1 hour"',
        "services > peel > roles": "nothing is named; name at least one: a text",
        "rooms": "found a mapping (id); wanted a list, each entry begun with a dash",
        "emergency > medical > en": (
            'found "Go to the hospital"; wanted words that name a number to call, such as 911'
        ),
        "chat": (
            "white letters on #ffcc00 have a contrast of 1.5 to 1, and 4.5 is needed to read them; "
            "#8e7200 is the nearest shade with that; change what is named"
        ),
        "chat > greetings": 'this key is not known; did you mean "greeting"?',
        "emergency > teeth": (
            "this key is not known; the keys known here are after-treatment, dental, medical, self-harm"
        ),
        "coverage > sms": 'found "sometimes"; wanted one of: always, after-hours, never, overflow, drafts',
    }


def test_a_shift_every_other_week_needs_a_day_to_count_from() -> None:
    shift = {"location": "austin", "weekdays": "monday", "during": "09:00-17:00", "every_weeks": 2}
    document = {"practitioners": [{"id": "dana", "name": "Dana", "shifts": [shift]}]}

    with pytest.raises(DocumentWrong, match="practitioners > dana > shifts > number 1: Shift: alternating weeks need"):
        from_document(document | {"key": "smile", "name": "Smile", "assistant": "Ava"}, id=ID)


@pytest.mark.parametrize("document", [None, [], "text", 7, {"services": ["peel"]}, {"policies": ["grid"]}])
def test_what_is_no_practice_at_all_is_refused_with_its_faults(document: object) -> None:
    with pytest.raises(DocumentWrong, match="wanted lines of the form"):
        from_document(document, id=ID)
