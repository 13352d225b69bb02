"""Conversations are files: what the patient says, what changes meanwhile, and the calendar that is left.

on_file    patients with a chart: given, family, born, phone, email, visits (starts of Botox consultations)
channel    sms where nothing is said, or webchat
talk       patient: what they say; {code} is the one-time code that was last sent
           says, never: words that are, or are not, in the reply; meanwhile: what the front desk does before
end        appointments: the visits of everybody on file and of whoever was booked, as the calendar has them
           mails: how many; form: false where the last reply brings no intake form
           waiting: services somebody waits for; tasks: reasons of what people are to do; insured: [payer, member id]
"""

import asyncio
import re
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import yaml

from frontdesk.dialogue.effects import Reason
from frontdesk.domain.appointment import Appointment, Slot, Status
from frontdesk.domain.ids import ConversationId, PatientId, ServiceId
from frontdesk.domain.message import ChannelKind
from frontdesk.domain.patient import Patient
from frontdesk.domain.practice import Practice
from frontdesk.domain.time import Period, wall
from frontdesk.ports.system import SlotRequest
from frontdesk.reception.links import Link, read_link
from frontdesk.sample.practice import SMILE_ID
from frontdesk.storage import conversations, coverage, intakes, local_post, tasks, waitlist
from frontdesk.storage.jobs import Job, Work
from frontdesk.storage.patients import add_patient
from frontdesk.storage.taking import claim
from frontdesk.storage.visits import Source
from frontdesk.wiring import Frontdesk
from frontdesk.work.deliver import deliver

FOLDER = Path(__file__).parent
PATIENT = CHART_PHONE = "+15125550147"
FILES = sorted(FOLDER.glob("*/*.yaml"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.stem}")
async def test_the_conversation_ends_as_its_file_says(smile: Frontdesk, file: Path) -> None:
    story = read(file)
    practice = await smile.practice(SMILE_ID)

    channel = ChannelKind(story.get("channel", "sms"))
    charts = [await put_on_file(smile, practice, chart) for chart in story.get("on_file", ())]

    thread, last = None, ""
    for turn in story["talk"]:
        if "meanwhile" in turn:
            await front_desk_books(smile, practice, turn["meanwhile"]["front_desk_books"])
        said = turn["patient"]
        if "{code}" in said:
            said = said.format(code=await code_sent(smile))
        thread, last = await say(smile, said, channel)
        for words in turn.get("says", ()):
            assert words in last, f"after {turn['patient']!r} the reply was {last!r}"
        for words in turn.get("never", ()):
            assert words not in last, f"after {turn['patient']!r} the reply was {last!r}"

    assert thread is not None
    await expect(smile, practice, thread, story["end"], last, charts)


def read(file: Path) -> dict[str, Any]:
    """The story of a file."""
    story: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
    return story


async def put_on_file(desk: Frontdesk, practice: Practice, chart: dict[str, Any]) -> PatientId:
    """A patient of the practice, with visits that the front desk has booked."""
    patient = Patient(
        id=PatientId(uuid4()),
        given=chart["given"],
        family=chart["family"],
        phone=chart.get("phone"),
        email=chart.get("email"),
        birth_date=chart.get("born"),
    )
    slots = [await free(desk, practice, when) for when in chart.get("visits", ())]
    async with desk.storage.practice(SMILE_ID) as db:
        await add_patient(db, patient, now=desk.clock.now())
        for slot in slots:
            booked = {"status": Status.BOOKED, "source": Source.STAFF, "now": desk.clock.now()}
            await claim(db, slot, id=uuid4(), patient=patient.id, **booked)
    return patient.id


async def free(desk: Frontdesk, practice: Practice, when: str) -> Slot:
    """A Botox consultation that can be booked then."""
    start = datetime.fromisoformat(when).replace(tzinfo=practice.locations[0].zone).astimezone(UTC)
    within = Period(start=start, end=start + timedelta(minutes=30))
    slots = await desk.system_of(SMILE_ID).find_slots(
        SlotRequest(service=ServiceId("botox-consultation"), within=within)
    )
    return slots[0]


async def code_sent(desk: Frontdesk) -> str:
    """The one-time code that went out last, by text or by mail; what the outbox still holds is waited for."""
    async with asyncio.timeout(30):
        while True:
            async with desk.storage.practice(SMILE_ID) as db:
                texts = await local_post.texts_on(db, CHART_PHONE)
                mails = await local_post.mails(db)
            bodies = [*(text.body for text in reversed(texts)), *(str(message_from_bytes(mail.raw)) for mail in mails)]
            for body in bodies:
                if code := re.search(r"\b\d{6}\b(?= is your code)", body):
                    return code.group()
            await asyncio.sleep(0.1)


async def say(desk: Frontdesk, text: str, channel: ChannelKind = ChannelKind.SMS) -> tuple[ConversationId, str]:
    """Send it, let everything run that follows, and read the reply."""
    address = PATIENT if channel is ChannelKind.SMS else "a browser's token"
    received = await desk.reception.receive(SMILE_ID, channel, address, text, provider_id=None)
    await desk.reception.answer(SMILE_ID, received.conversation)
    await deliver(desk, Job(work=Work.DELIVER, practice=SMILE_ID, on=received.conversation))
    assert received.message is not None
    async with desk.storage.practice(SMILE_ID) as db:
        replies = await conversations.replies_to(db, received.message.id)
    return received.conversation, "\n".join(reply.text for reply in replies)


async def front_desk_books(desk: Frontdesk, practice: Practice, when: str) -> None:
    """Staff put visits into the calendar at that time, with everyone who is free for a Botox consultation."""
    zone = practice.locations[0].zone
    start = datetime.fromisoformat(when).replace(tzinfo=zone).astimezone(UTC)
    within = Period(start=start, end=start + timedelta(minutes=30))
    request = SlotRequest(service=ServiceId("botox-consultation"), within=within)
    while slots := await desk.system_of(SMILE_ID).find_slots(request):
        async with desk.storage.practice(SMILE_ID) as db:
            await claim(db, slots[0], id=uuid4(), status=Status.BOOKED, source=Source.STAFF, now=desk.clock.now())


async def expect(
    desk: Frontdesk,
    practice: Practice,
    thread: ConversationId,
    end: dict[str, Any],
    last: str,
    charts: list[PatientId],
) -> None:
    """The calendar first, then the mailbox and the form."""
    async with desk.storage.practice(SMILE_ID) as db:
        conversation = await conversations.read_conversation(db, thread)
        mails = await local_post.mails(db)
        waiting = await tasks.open_tasks(db)
        listed = await waitlist.waiting_in(db, thread)
        insured = await coverage.coverage_in(db, thread)
    assert conversation is not None
    assert Reason.HELD_BACK not in {task.reason for task in waiting}
    if "tasks" in end:
        assert sorted(task.reason for task in waiting) == sorted(getattr(Reason, one) for one in end["tasks"])
    assert [str(one.service) for one in listed] == end.get("waiting", [])
    assert [[one.payer, one.member] for one in insured] == end.get("insured", [])
    patients = {*charts, *([conversation.patient] if conversation.patient else [])}
    system = desk.system_of(SMILE_ID)
    theirs = await system.appointments_of(list(patients))
    here = [await system.read(id) for id in conversation.state.booked]
    known = {visit.id: visit for visit in (*theirs, *here) if isinstance(visit, Appointment)}
    visits = sorted(known.values(), key=lambda visit: visit.during.start)
    wanted = end["appointments"]
    assert [told(practice, visit) for visit in visits] == wanted
    assert len(mails) == end.get("mails", len(visits))
    for visit in visits:
        assert visit.service is not None
        assert visit.practitioner is not None
        assert practice.practitioner(visit.practitioner) in practice.qualified(practice.service(visit.service))
        assert visit.room is not None
        assert practice.room(visit.room).kinds & practice.service(visit.service).room_kinds
        assert end.get("form") is False or await opens(desk, last.rpartition("/intake/")[2].strip())


def told(practice: Practice, visit: Appointment) -> dict[str, str]:
    assert visit.service is not None
    return {
        "service": str(visit.service),
        "start": wall(visit.during.start, practice.location(visit.location).zone).strftime("%Y-%m-%d %H:%M"),
        "status": visit.status.value,
    }


async def opens(desk: Frontdesk, token: str) -> bool:
    """Whether an intake link leads to a form that waits."""
    link = await read_link(token, purpose="intake", now=desk.clock.now(), keyring_of=desk.storage.keyring)
    if not isinstance(link, Link):
        return False
    async with desk.storage.practice(link.practice) as db:
        form = await intakes.read_intake(db, link.what)
    return form is not None and form.submitted is None
