"""Which texts people see before they are answered, by their age, their turn and what they say."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from tests.clinic import a_practice, at

from frontdesk.dialogue.acts import Act, AskPerson, Danger, Emergency, OptIn, OptOut, Unclear
from frontdesk.dialogue.state import Mode, State
from frontdesk.domain.consent import Consent, Source, Use
from frontdesk.domain.ids import ConversationId, MessageId
from frontdesk.domain.message import Author, ChannelKind, Message
from frontdesk.ports.carrying import NOT_KEPT
from frontdesk.reception.late import LATE, is_for_people
from frontdesk.storage.conversations import Conversation, Waiting

NOON = at("2026-05-27 12:00").start
MIDNIGHT = at("2026-05-27 00:00").start
HOUR = timedelta(hours=1)
ID = UUID(int=1)


def waiting(sent: datetime, *, text: str = "hello", channel: ChannelKind = ChannelKind.SMS) -> Waiting:
    conversation = Conversation(
        id=ConversationId(ID), channel=channel, address="+15125550147", state=State(), patient=None, started=sent
    )
    message = Message(
        id=MessageId(ID), conversation=conversation.id, seq=1, author=Author.PATIENT, text=text, sent=sent
    )
    return Waiting(
        message=message,
        conversation=conversation,
        version=1,
        paused=False,
        person_wrote=False,
        spoke=None,
        left=False,
        found=True,
    )


def for_people(one: Waiting, *acts: Act, said: Consent | None = None, now: datetime = NOON) -> bool:
    return is_for_people(a_practice(), one, acts or (Unclear(),), said=said, now=now)


@pytest.mark.parametrize(
    ("sent", "now", "people"),
    [
        (NOON - LATE + timedelta(seconds=1), NOON, False),
        (NOON - LATE, NOON, True),
        (MIDNIGHT - timedelta(minutes=5), MIDNIGHT + timedelta(minutes=4), False),
        (MIDNIGHT - timedelta(minutes=5), MIDNIGHT + timedelta(minutes=20), True),
        (MIDNIGHT, MIDNIGHT + HOUR, False),
    ],
)
def test_a_text_of_hours_ago_or_of_another_day_is_for_people(sent: datetime, now: datetime, people: bool) -> None:
    assert for_people(waiting(sent), now=now) is people


def test_a_mail_and_a_chat_are_answered_however_old() -> None:
    assert not for_people(waiting(NOON - 9 * HOUR, channel=ChannelKind.EMAIL))
    assert not for_people(waiting(NOON - 9 * HOUR, channel=ChannelKind.WEBCHAT))


def test_what_people_had_is_not_given_to_them_again() -> None:
    old = waiting(NOON - 9 * HOUR)
    held = replace(old, conversation=replace(old.conversation, state=State(mode=Mode.PERSON)))

    assert not for_people(replace(old, left=True))
    assert not for_people(replace(old, paused=True))
    assert not for_people(held)


def test_out_of_turn_perhaps_answered_and_without_words_are_for_people_at_once() -> None:
    fresh = waiting(NOON)

    assert not for_people(fresh)
    assert for_people(replace(fresh, overtaken=True))
    assert for_people(replace(fresh, answered_elsewhere=True))
    assert for_people(waiting(NOON, text=NOT_KEPT))


def test_an_emergency_a_stop_and_a_help_wait_for_nobody() -> None:
    old = replace(waiting(NOON - 9 * HOUR), overtaken=True)

    assert not for_people(old, Emergency(danger=Danger.MEDICAL))
    assert not for_people(old, OptOut())
    assert not for_people(replace(old, overtaken=False), AskPerson(keyword=True))
    assert for_people(replace(old, overtaken=False), AskPerson())


@pytest.mark.parametrize(("act", "allowed"), [(OptOut(), True), (OptIn(), False)])
def test_what_was_said_after_it_was_sent_stands(act: Act, allowed: bool) -> None:
    said = Consent(id=ID, use=Use.MESSAGES, allowed=allowed, source=Source.TEXT, recorded=NOON, said="")

    assert for_people(waiting(NOON - HOUR), act, said=said)
    assert not for_people(waiting(NOON + HOUR), act, said=said, now=NOON + HOUR)
    assert not for_people(waiting(NOON - HOUR), act, said=replace(said, allowed=not allowed))
