"""A whole call over the carrier's protocol, in real time: heard, answered aloud and booked."""

import asyncio
import re

import pytest
from tests.voice.conftest import CALLER, a_call
from tests.web.conftest import Running

from frontdesk.channels.voice.ulaw import decoded, encoded
from frontdesk.domain.appointment import Status
from frontdesk.domain.message import Author, ChannelKind
from frontdesk.domain.time import wall
from frontdesk.proving.phone.carrying import QUIET, placed
from frontdesk.proving.phone.patient import talk
from frontdesk.storage.conversations import find_standing, messages
from frontdesk.storage.inventory import every_patient, every_visit
from frontdesk.voice.holding import models_of

SAYS = (
    ("How can I help", "Hi, I'd like to book a Botox consultation on Thursday afternoon."),
    ("Have you been", "No, it's my first time."),
    ("Which works better", "The second one please."),
    ("full name", "My name is Maria Lopez."),
    ("Is that right", "Yes, that's right."),
    ("e-mail", "No e-mail, thank you."),
    ("Shall I book it", "Yes please."),
)


@pytest.mark.realtime
async def test_a_patient_books_by_phone_and_the_calendar_has_it(telephone: Running) -> None:
    desk, practice = telephone.desk, telephone.practice
    models = await asyncio.to_thread(models_of, desk.settings)
    lines = {words: encoded(await models.mouth.say(words)) for _, words in SAYS}
    told: list[str] = []

    async def next_line() -> bytes | None:
        async with desk.storage.practice(practice.id) as db:
            standing = await find_standing(db, ChannelKind.VOICE, CALLER)
            assert standing is not None
            told[:] = [one.text for one in await messages(db, standing.id) if one.author is Author.ASSISTANT]
        return next((lines[words] for asked, words in SAYS if asked in told[-1]), None)

    async with placed(a_call(telephone)) as phone:
        waited = await talk(phone, next_line, most=1, patience=6.5, pause=1)  # who answers is told by then
        hasty = await talk(phone, next_line, most=11, patience=1.5, pause=1)
        phone.speak(b"")  # nothing more, but they hear it out
        await talk(phone, next_line, most=0, patience=7, pause=2.5)

    async with desk.storage.practice(practice.id) as db:
        visits, patients = await every_visit(db), await every_patient(db)
    [maria] = [one for one in patients if one.family == "Lopez" and one.phone == CALLER]
    [visit] = [one for one in visits if one.patient == maria.id]
    start = wall(visit.during.start, practice.locations[0].zone)
    assert (visit.service, visit.status) == ("botox-consultation", Status.BOOKED)
    assert (maria.given, start.isoformat()[:10], start.hour >= 12) == ("Maria", "2026-05-28", True)
    assert waited.greeting is not None
    assert None not in (*waited.answers, *hasty.answers)
    assert phone.cleared >= 1  # the greeting is longer than the patient's patience
    heard = b"".join(one.ulaw for one in phone.heard if one.ulaw != QUIET)  # gaps of a busy machine
    greeting = models.ear.heard(decoded(heard[: 8 * 8000]), (practice.name,)).text
    assert re.search("artificial intelligence", greeting, re.IGNORECASE)
    booked = models.ear.heard(decoded(heard[-8 * 8000 :]), (practice.name,)).text
    assert re.search("Thursday May 28", booked.replace(",", ""), re.IGNORECASE)
