"""One phone, several people with visits on one day: one reminder for all, and answers that are of the right one."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid5

import pytest
import yaml
from tests.clinic import a_practice, a_slot
from tests.reception.reminded_desk import PHONE, RemindedDesk, reminded_desk

from frontdesk.dialogue.state import State
from frontdesk.domain.appointment import Appointment, Status
from frontdesk.domain.ids import AppointmentId, ConversationId, PatientId
from frontdesk.domain.message import ChannelKind
from frontdesk.domain.patient import Patient
from frontdesk.domain.reminding import Reminding
from frontdesk.domain.time import Period, wall
from frontdesk.language.reminding import MOST
from frontdesk.storage import conversations
from frontdesk.storage.patients import add_patient
from frontdesk.storage.reminders import Stage
from frontdesk.storage.taking import claim
from frontdesk.storage.visits import Source

CASES: list[dict[str, Any]] = yaml.load(
    Path(__file__).with_name("families.yaml").read_text(encoding="utf-8"), Loader=yaml.BaseLoader
)


class Family:
    """People with one phone on file, and the thread that their mother writes in."""

    def __init__(self, at: RemindedDesk) -> None:
        self.at = at
        self.visits: dict[str, AppointmentId] = {}

    async def opens_thread(self, language: str) -> None:
        async with self.at.desk.storage.practice(self.at.practice.id) as db:
            await conversations.open_conversation(
                db,
                ChannelKind.SMS,
                PHONE,
                id=ConversationId(uuid5(self.at.practice.id, "thread")),
                state=State(greeted=True, address=PHONE, language=language),
                now=self.at.clock.at,
            )

    async def comes(self, given: str, when: str, *, phone: str = PHONE, email: str | None = None) -> None:
        """One of them is on file and told of a visit."""
        at, start = self.at, self.at.instant(when)
        patient = Patient(
            id=PatientId(uuid5(at.practice.id, given)), given=given, family="Gonzalez", phone=phone, email=email
        )
        id = uuid5(at.practice.id, f"{given} {when}")
        slot = a_slot(Period(start=start, end=start + timedelta(minutes=30)))
        async with at.desk.storage.practice(at.practice.id) as db:
            now = at.clock.at
            await add_patient(db, patient, now=now)
            await claim(
                db, slot, id=id, patient=patient.id, status=Status.BOOKED, source=Source.STAFF, now=now, guarded=False
            )
        await at.tells(AppointmentId(str(id)), None, patient=patient.id)
        self.visits[f"{given} {when}"] = AppointmentId(str(id))

    async def left(self) -> dict[str, str]:
        """When each of them still comes, and whether that was confirmed."""
        found: dict[str, str] = {}
        async with self.at.desk.storage.practice(self.at.practice.id) as db:
            rows = await db.all("select appointment_id from confirmation")
        confirmed = {row["appointment_id"] for row in rows}
        for name, id in self.visits.items():
            visit = await self.at.system.read(id)
            assert isinstance(visit, Appointment)
            stands = f"{wall(visit.during.start, self.at.zone):%Y-%m-%d %H:%M}"
            told = "cancelled" if visit.status is Status.CANCELLED else stands
            found[name.split()[0]] = f"{told}, confirmed" if id in confirmed else told
        return found


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["case"])
async def test_the_family_hears(case: dict[str, Any], database_url: str, tmp_path: Path) -> None:
    practice = replace(a_practice(), reminding=Reminding(ladder=(timedelta(days=1),)))
    async with reminded_desk(database_url, tmp_path, "2026-06-01 10:00", practice=practice) as at:
        family = Family(at)
        await family.opens_thread(case.get("language", "en"))
        for one in (*case["visits"], *case.get("also", ())):
            await family.comes(one["who"], one["at"], phone=one.get("phone", PHONE))

        await at.lives_until(at.instant("2026-06-09 18:00"))
        texts = [(when, text.body) for when, text in at.carrier.took if text.to == PHONE]
        replies = [(await at.says(step["says"]), step["hears"]) for step in case.get("then", ())]
        left = await family.left()

        assert len(texts) == 1
        assert len(texts[0][1]) <= MOST
        for (when, body), (wanted, words) in zip(texts, case.get("texts", ()), strict=False):
            assert when == wanted
            assert words in body
        for reply, words in replies:
            assert words in reply
        assert {who: left[who] for who in case["left"]} == case["left"]


async def test_where_no_text_may_go_each_has_a_mail_of_their_own(database_url: str, tmp_path: Path) -> None:
    practice = replace(a_practice(), reminding=Reminding(ladder=(timedelta(days=1),)))
    async with reminded_desk(database_url, tmp_path, "2026-06-01 10:00", practice=practice) as at:
        family = Family(at)
        await family.comes("Ana", "2026-06-10 10:00", email="ana@example.com")
        await family.comes("Leo", "2026-06-10 11:00", email="leo@example.com")
        await family.comes("Mia", "2026-06-10 12:00")

        await at.lives_until(at.instant("2026-06-09 18:00"))

        async with at.desk.storage.practice(practice.id) as db:
            rows = await db.all("select subject_id, channel from outbox order by subject_id")
        stages = {name.split()[0]: (await at.reminders(id))[0].stage for name, id in family.visits.items()}
        mailed = {(PatientId(uuid5(practice.id, given)), "email") for given in ("Ana", "Leo")}
        assert {(row["subject_id"], row["channel"]) for row in rows} == mailed
        assert stages == {"Ana": Stage.SENT, "Leo": Stage.SENT, "Mia": Stage.SKIPPED}
