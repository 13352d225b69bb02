"""Whether somebody may be contacted: the same arguments give the same answer, and it holds when it says."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.clinic import a_practice

from frontdesk.compliance.deciding import Allowed, Contact, Decision, Finding, Known, NotBefore
from frontdesk.compliance.hours import is_holiday
from frontdesk.domain.consent import Use
from frontdesk.domain.contact import ContactKind
from frontdesk.domain.message import ChannelKind
from frontdesk.wiring import book_of_rules

BOOK = book_of_rules()
AGREED = Known(said={Use.MESSAGES: True, Use.MARKETING: True, Use.CALLS: True})
STATES = [None, *BOOK.atlas.states]
UNASKED = [ContactKind.REMINDER, ContactKind.MARKETING, ContactKind.VISIT_CHANGE, ContactKind.WAITLIST_OFFER]
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
instants = st.integers(0, 2 * 365 * 24 * 60).map(lambda minutes: BEGIN + timedelta(minutes=minutes))


def decided(kind: ContactKind, now: datetime, *, state: str | None = None, phone: str | None = None) -> Decision:
    contact = Contact(kind=kind, channel=ChannelKind.SMS, where=BOOK.where(state=state, phone=phone))
    return BOOK.decide(contact, AGREED, now=now)


@settings(deadline=None)
@given(kind=st.sampled_from(UNASKED), now=instants, state=st.sampled_from(STATES))
def test_what_is_moved_may_go_then_and_not_a_minute_sooner(kind: ContactKind, now: datetime, state: str | None) -> None:
    first = decided(kind, now, state=state)

    match first.verdict:
        case NotBefore(at=at):
            assert at > now
            assert decided(kind, at, state=state).allowed
            assert not decided(kind, at - timedelta(seconds=1), state=state).allowed
        case verdict:
            assert isinstance(verdict, Allowed)


@settings(deadline=None)
@given(kind=st.sampled_from(UNASKED), now=instants, state=st.sampled_from(list(BOOK.atlas.states)))
def test_who_may_be_anywhere_is_never_written_to_where_a_state_would_not_have_it(
    kind: ContactKind, now: datetime, state: str
) -> None:
    if decided(kind, now).allowed and state[3:] not in {"AS", "GU", "MP", "PR", "VI"}:
        assert decided(kind, now, state=state).allowed


@settings(deadline=None)
@given(now=instants)
def test_an_answer_goes_at_any_hour(now: datetime) -> None:
    assert decided(ContactKind.REPLY, now).allowed


def test_a_decision_names_each_rule_it_looked_at_with_its_version() -> None:
    night = datetime(2026, 11, 28, 4, 0, tzinfo=UTC)

    decision = decided(ContactKind.REMINDER, night, phone="+15125550147")

    assert [rule.name for rule in decision.by] == ["us-unasked-hours@1"]
    assert decision.zone == "America/Chicago"
    assert {one.rule.name for one in decision.looked_at if one.finding is Finding.PASSES} >= {"us-recurring-texts@1"}


def test_colorado_has_more_said_from_2027_on_by_the_clock_alone() -> None:
    usual = a_practice()
    practice = replace(usual, policies=replace(usual.policies, retention=replace(usual.policies.retention, state="CO")))
    zone = practice.locations[0].zone
    last = datetime(2026, 12, 31, 23, 59, 59, tzinfo=zone).astimezone(UTC)
    first = datetime(2027, 1, 1, tzinfo=zone).astimezone(UTC)

    assert BOOK.disclosed(practice, ChannelKind.SMS, last) == ()
    assert BOOK.disclosed(practice, ChannelKind.SMS, first) == ("disclosure_ai",)


def test_from_the_day_of_the_rule_on_a_no_to_one_purpose_is_one_to_all() -> None:
    known = Known(said={Use.MESSAGES: True, Use.MARKETING: False})
    where = BOOK.where(state="US-OH", phone=None)
    reminder = Contact(kind=ContactKind.REMINDER, channel=ChannelKind.SMS, where=where)

    before = BOOK.decide(reminder, known, now=datetime(2027, 1, 30, 18, 0, tzinfo=UTC))
    after = BOOK.decide(reminder, known, now=datetime(2027, 1, 31, 18, 0, tzinfo=UTC))

    assert before.allowed
    assert [rule.name for rule in after.by] == ["us-revocation@3"]


def test_after_words_that_may_have_been_a_no_nothing_goes_unasked() -> None:
    noon = datetime(2026, 6, 10, 18, 0, tzinfo=UTC)
    where = BOOK.where(state="US-OH", phone=None)
    contact = Contact(kind=ContactKind.REMINDER, channel=ChannelKind.SMS, where=where)

    decision = BOOK.decide(contact, replace(AGREED, perhaps_ended=True), now=noon)

    assert [rule.name for rule in decision.by] == ["us-perhaps-stop@1"]


@pytest.mark.parametrize(
    ("day", "free"),
    [
        (date(2026, 11, 26), True),
        (date(2026, 7, 3), True),
        (date(2026, 7, 4), True),
        (date(2027, 12, 31), True),
        (date(2026, 5, 25), True),
        (date(2026, 11, 27), False),
        (date(2026, 10, 13), False),
    ],
)
def test_federal_holidays_are_known_and_the_day_they_are_kept(day: date, free: bool) -> None:
    assert is_holiday(day) is free
