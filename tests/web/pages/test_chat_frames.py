import json
from datetime import UTC, datetime
from uuid import UUID

import pytest
from tests.clinic import ZONE

from frontdesk.domain.ids import ConversationId, MessageId
from frontdesk.domain.message import Author, Message
from frontdesk.web.catalogue import words_in
from frontdesk.web.pages.chat_frames import (
    LONGEST,
    LONGEST_FRAME,
    CutsOff,
    Hello,
    Ping,
    Told,
    Unreadable,
    WantsLink,
    Written,
    new_token,
    provider_id,
    read_frame,
    read_hello,
    thread_frame,
)

TOKEN = "a" * 43
ID = UUID("0198c0de-0000-4000-8000-000000000001")


def test_a_first_frame_without_a_token_gets_a_new_one_of_256_bits() -> None:
    hellos = [read_hello('{"token": null, "after": 0}') for _ in range(2)]

    tokens = {hello.token for hello in hellos if isinstance(hello, Hello)}
    assert len(tokens) == 2
    assert all(len(token) == 43 for token in tokens)


@pytest.mark.parametrize(
    ("way", "link", "fresh"),
    [
        ({"link": "x" * 70, "fresh": "f" * 43}, "x" * 70, "f" * 43),
        ({"link": "x" * 70, "fresh": "too short"}, "x" * 70, None),
        ({"link": "x" * 101, "fresh": 7}, None, None),
        ({"link": "", "fresh": None}, None, None),
        ({}, None, None),
    ],
)
def test_the_link_that_a_browser_came_by_is_read_with_what_it_wants_to_be_known_by(
    way: dict[str, object], link: str | None, fresh: str | None
) -> None:
    hello = read_hello(json.dumps({"token": TOKEN, "after": 0, **way}))

    assert hello == Hello(token=TOKEN, thread=None, after=0, link=link, fresh=fresh)


def test_a_link_is_asked_for_and_links_are_ended_by_frames_of_their_own() -> None:
    assert read_frame('{"link": true}') == WantsLink()
    assert read_frame('{"cut": true}') == CutsOff()
    assert read_frame('{"link": "x"}') == Unreadable()


def test_a_known_token_is_kept_with_what_its_browser_has() -> None:
    hello = read_hello(json.dumps({"token": TOKEN, "thread": str(ID), "after": 7}))

    assert hello == Hello(token=TOKEN, thread=str(ID), after=7)


@pytest.mark.parametrize("token", ["short", "ü" * 43, "a" * 44, 'a"' * 21 + "b", 7, ["a" * 43]])
def test_a_token_that_cannot_be_ours_is_replaced(token: object) -> None:
    hello = read_hello(json.dumps({"token": token, "thread": "t", "after": 3}))

    assert isinstance(hello, Hello)
    assert hello.token != token
    assert hello.thread is None


@pytest.mark.parametrize(
    "frame", ["", "hello", "[]", "null", '{"token": null}', '{"token": null, "after": -1}', '{"after": 0}', "[" * 9999]
)
def test_anything_else_first_is_unreadable(frame: str) -> None:
    assert read_hello(frame) == Unreadable()


def test_a_message_is_read_with_its_id_and_without_what_nobody_types() -> None:
    frame = json.dumps({"id": str(ID), "text": "  one\r\ntwo\u0000\u001b[31m \ud83d\ude00 \ud800 "})

    assert read_frame(frame) == Written(id=ID, text="one\ntwo[31m 😀")


def test_the_longest_message_fits_into_a_frame_however_it_is_written() -> None:
    frame = json.dumps({"id": str(ID), "text": "😀" * LONGEST})

    written = read_frame(frame)

    assert len(frame) <= LONGEST_FRAME
    assert isinstance(written, Written)
    assert len(written.text) == LONGEST


def test_a_ping_is_a_ping() -> None:
    assert read_frame('{"ping": true}') == Ping()


@pytest.mark.parametrize("frame", ['{"id": "7", "text": "x"}', '{"id": 7, "text": "x"}', '{"text": "x"}', "{}", "7"])
def test_any_other_frame_is_unreadable(frame: str) -> None:
    assert read_frame(frame) == Unreadable()


def test_the_stored_name_of_a_message_is_the_same_again_and_tells_nothing_of_the_token() -> None:
    written, token = Written(id=ID, text="hi"), new_token()

    name = provider_id(token, written)

    assert name == provider_id(token, written)
    assert name != provider_id(new_token(), written)
    assert token not in name


def test_messages_carry_the_clinics_wall_clock_and_their_buttons() -> None:
    message = Message(
        id=MessageId(UUID(int=1)),
        conversation=ConversationId(UUID(int=2)),
        seq=4,
        author=Author.ASSISTANT,
        text="Which works better?",
        sent=datetime(2026, 5, 27, 2, 47, tzinfo=UTC),
        buttons=("Thu 6 PM", "Tue 6:30 PM"),
    )

    frame = thread_frame(
        TOKEN, Told(thread=message.conversation, waiting=True, others=2), [message], zone=ZONE, words=words_in("en")
    )

    assert json.loads(frame) == {
        "token": TOKEN,
        "thread": str(UUID(int=2)),
        "waiting": True,
        "expects": None,
        "others": 2,
        "messages": [
            {
                "seq": 4,
                "author": "assistant",
                "text": "Which works better?",
                "sent": "2026-05-27T02:47:00+00:00",
                "clock": "9:47 PM",
                "day": "Tuesday, May 26",
                "buttons": ["Thu 6 PM", "Tue 6:30 PM"],
            }
        ],
    }
