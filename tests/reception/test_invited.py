"""The invitation in a patient's calendar follows the visit, whoever changes it, over both changes of the clocks."""

from datetime import UTC, timedelta
from pathlib import Path
from uuid import UUID

import icalendar
import pytest
import vobject
from tests.clinic import ALEX, NOW, a_slot, at
from tests.reception import test_recovery
from tests.reception.test_recovery import BEFORE_THE_YES, PRACTICE, Clinic
from tests.standards.zones import under_a_fresh_name
from tests.wire.a_calendar_server import CalendarServer, a_calendar_server

from frontdesk.domain.appointment import Cancellation
from frontdesk.domain.ids import AppointmentId
from frontdesk.domain.message import ChannelKind
from frontdesk.domain.time import Period
from frontdesk.ports.channel import Mail
from frontdesk.storage import bookings, conversations
from frontdesk.storage.invitations import Invitation, invitation_for
from frontdesk.storage.json_values import from_json
from frontdesk.storage.outbox import Outgoing, first_due, mark_sent
from frontdesk.storage.taking import move_visit
from frontdesk.storage.visits import By, appointments_within, cancel_appointment

clinic = test_recovery.clinic


class Inbox:
    """What reaches a patient's mailbox, and what a calendar program makes of it."""

    def __init__(self, clinic: Clinic) -> None:
        self.clinic = clinic
        self.mails: list[Mail] = []

    async def fetch(self) -> list[Mail]:
        """What has come since the last time, in the order in which it was handed over."""
        new = []
        async with self.clinic.desk.storage.practice(PRACTICE.id) as db:
            thread = await conversations.find_open(db, ChannelKind.SMS, test_recovery.PATIENT)
            assert thread is not None
            while (out := await first_due(db, thread.id, now=self.clinic.clock.shows)) is not None:
                await mark_sent(db, out.id, receipt="r", now=NOW)
                new += _mail_in(out)
        self.mails += new
        return new


def _mail_in(out: Outgoing) -> list[Mail]:
    return [from_json(out.payload, Mail)] if out.channel is ChannelKind.EMAIL else []


def shown(mail: Mail) -> tuple[str, str, int, Period]:
    """Method, status, sequence and time, as vobject reads them by the VTIMEZONE of the text, and icalendar agrees."""
    assert mail.invitation is not None
    text = under_a_fresh_name(mail.invitation.decode())
    calendar = vobject.readOne(text)
    event = calendar.vevent
    start, end = event.dtstart.value.astimezone(UTC), event.dtend.value.astimezone(UTC)
    other = icalendar.Calendar.from_ical(text).walk("VEVENT")[0]
    assert (other["DTSTART"].dt.astimezone(UTC), other["DTEND"].dt.astimezone(UTC)) == (start, end)
    assert mail.method == calendar.method.value
    return mail.method, event.status.value, int(event.sequence.value), Period(start=start, end=end)


def uid_of(mail: Mail) -> str:
    assert mail.invitation is not None
    return str(icalendar.Calendar.from_ical(mail.invitation).walk("VEVENT")[0]["UID"])


@pytest.fixture
async def inbox(clinic: Clinic) -> Inbox:
    """Of a patient who has booked Thursday at five, and got the confirmation."""
    assert "You're booked!" in await clinic.says(*BEFORE_THE_YES, "yes")
    box = Inbox(clinic)
    await box.fetch()
    return box


async def the_visit(clinic: Clinic) -> AppointmentId:
    async with clinic.desk.storage.practice(PRACTICE.id) as db:
        [visit] = await appointments_within(db, at("2026-05-28 09:00", minutes=720), now=NOW)
    return visit.id


async def staff_move(clinic: Clinic, visit: AppointmentId, during: Period) -> None:
    async with clinic.desk.storage.practice(PRACTICE.id) as db:
        await move_visit(db, UUID(visit), a_slot(during), now=NOW)
    await clinic.recovery.tell_news(PRACTICE.id, visit)


async def staff_cancel(clinic: Clinic, visit: AppointmentId) -> None:
    async with clinic.desk.storage.practice(PRACTICE.id) as db:
        await cancel_appointment(db, UUID(visit), reason=Cancellation.PROVIDER, by=By.STAFF, now=NOW)
    await clinic.recovery.tell_news(PRACTICE.id, visit)


FIVE = at("2026-05-28 17:00")


async def test_a_patient_moves_and_then_cancels_and_the_calendar_follows(clinic: Clinic, inbox: Inbox) -> None:
    visit = await the_visit(clinic)
    moved_words = await clinic.says("can I move it to Thursday at 7 pm", "the first one", "yes")
    [moved] = await inbox.fetch()
    cancelled_words = await clinic.says("cancel my appointment", "yes")
    [cancelled] = await inbox.fetch()

    [first] = inbox.mails[:1]
    assert shown(first) == ("REQUEST", "CONFIRMED", 0, FIVE)
    assert "7:00 PM" in moved_words
    assert shown(moved) == ("REQUEST", "CONFIRMED", 1, at("2026-05-28 19:00"))
    assert "cancelled" in cancelled_words
    assert shown(cancelled) == ("CANCEL", "CANCELLED", 2, at("2026-05-28 19:00"))
    assert {uid_of(mail) for mail in inbox.mails} == {f"{visit}@clinic.example.com"}
    assert len({mail.key for mail in inbox.mails}) == 3


async def test_what_the_front_desk_changes_reaches_the_calendar_once(clinic: Clinic, inbox: Inbox) -> None:
    visit = await the_visit(clinic)
    await staff_move(clinic, visit, at("2026-05-28 11:00"))
    for _ in range(3):
        await clinic.recovery.tell_news(PRACTICE.id, visit)
    moved = await inbox.fetch()
    await staff_cancel(clinic, visit)
    for _ in range(3):
        await clinic.recovery.tell_news(PRACTICE.id, visit)
    cancelled = await inbox.fetch()

    assert [shown(mail) for mail in moved] == [("REQUEST", "CONFIRMED", 1, at("2026-05-28 11:00"))]
    assert [shown(mail) for mail in cancelled] == [("CANCEL", "CANCELLED", 2, at("2026-05-28 11:00"))]
    assert "11:00 AM" in moved[0].body
    assert "11:00 AM" in cancelled[0].body


async def test_another_practitioner_at_the_same_time_is_an_update_too(clinic: Clinic, inbox: Inbox) -> None:
    visit = await the_visit(clinic)
    async with clinic.desk.storage.practice(PRACTICE.id) as db:
        await move_visit(db, UUID(visit), a_slot(FIVE, practitioner=ALEX), now=NOW)
    await clinic.recovery.tell_news(PRACTICE.id, visit)

    [mail] = await inbox.fetch()
    assert shown(mail) == ("REQUEST", "CONFIRMED", 1, FIVE)
    assert "With: Alex" in mail.body


async def test_no_subject_and_no_line_of_the_invitation_says_what_for(clinic: Clinic, inbox: Inbox) -> None:
    visit = await the_visit(clinic)
    await staff_move(clinic, visit, at("2026-05-28 11:00"))
    await staff_cancel(clinic, visit)
    await inbox.fetch()

    assert [mail.subject for mail in inbox.mails] == [
        "Your visit at Test Clinic",
        "Your visit at Test Clinic has changed",
        "Your visit at Test Clinic is canceled",
    ]
    for mail in inbox.mails:
        assert mail.invitation is not None
        said = (mail.subject + mail.body + mail.invitation.decode()).lower()
        assert "botox" not in said
        assert "consultation" not in said


async def test_a_visit_that_gets_another_number_stays_the_same_one_in_the_calendar(
    clinic: Clinic, inbox: Inbox
) -> None:
    visit, fresh = await the_visit(clinic), AppointmentId("16761")
    async with clinic.desk.storage.practice(PRACTICE.id) as db:
        await bookings.rename_promise(db, visit, fresh)
        kept = await invitation_for(db, fresh)

    assert isinstance(kept, Invitation)
    assert (kept.uid, kept.email) == (f"{visit}@clinic.example.com", "maria@example.com")


async def test_whoever_gave_no_address_gets_no_mail_about_a_change(clinic: Clinic) -> None:
    assert "You're booked!" in await clinic.says(*BEFORE_THE_YES[:-1], "no email", "yes")
    await staff_move(clinic, await the_visit(clinic), at("2026-05-28 11:00"))

    assert "11:00 AM" in (await clinic.heard())[-1]
    assert await Inbox(clinic).fetch() == []


NIGHTS = [at("2027-03-14 01:30"), at("2027-03-14 03:30"), at("2026-11-01 00:30"), at("2026-11-01 01:30")]
SECOND_SHOWING = Period(start=at("2026-11-01 01:30").end + timedelta(minutes=30), end=at("2026-11-01 03:00").start)


@pytest.mark.parametrize("night", [*NIGHTS, Period(start=SECOND_SHOWING.start, end=SECOND_SHOWING.end)], ids=str)
async def test_a_visit_moved_into_a_night_of_the_change_stands_where_it_was_moved(
    clinic: Clinic, inbox: Inbox, night: Period
) -> None:
    await staff_move(clinic, await the_visit(clinic), night)

    [mail] = await inbox.fetch()
    assert shown(mail) == ("REQUEST", "CONFIRMED", 1, night)


def as_stored(text: str) -> bytes:
    """What a calendar program keeps of a mail: a store takes no METHOD (RFC 4791 4.1)."""
    return "".join(line for line in text.splitlines(keepends=True) if not line.startswith("METHOD")).encode()


async def test_a_calendar_server_keeps_one_visit_through_all_versions(
    clinic: Clinic, inbox: Inbox, tmp_path: Path
) -> None:
    visit = await the_visit(clinic)
    november = at("2026-11-02 09:00")
    await staff_move(clinic, visit, november)
    await staff_cancel(clinic, visit)
    await inbox.fetch()

    versions: list[str] = []
    async with a_calendar_server(tmp_path) as server:
        for mail in inbox.mails:
            assert mail.invitation is not None
            await server.put("visit", as_stored(mail.invitation.decode()))
            versions.append(await _found(server, november))

    first, moved, cancelled = versions
    assert "BEGIN:VEVENT" not in first
    assert "SEQUENCE:1" in moved
    assert "STATUS:CONFIRMED" in moved
    assert "STATUS:CANCELLED" in cancelled


async def _found(server: CalendarServer, during: Period) -> str:
    """What the server itself finds in that very half hour, by its own reading of the time zone."""
    span = f'<C:time-range start="{during.start:%Y%m%dT%H%M%SZ}" end="{during.end:%Y%m%dT%H%M%SZ}"/>'
    asked = (
        '<C:calendar-query xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:prop><C:calendar-data/>'
        '</D:prop><C:filter><C:comp-filter name="VCALENDAR">'
        f'<C:comp-filter name="VEVENT">{span}</C:comp-filter></C:comp-filter></C:filter>'
        "</C:calendar-query>"
    )
    answer = await server.owner.request("REPORT", "/okafor/visits/", content=asked, headers={"Depth": "1"})
    assert answer.status_code == 207, answer.text
    return answer.text
