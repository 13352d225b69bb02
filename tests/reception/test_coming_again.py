"""Who allowed it is asked once to come again, when it is time, and a yes books; a no of any kind is obeyed."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any
from uuid import UUID, uuid5

import pytest
import yaml
from tests.clinic import BOTOX, a_practice
from tests.reception.reminded_desk import MARIA, PHONE, RemindedDesk, reminded_desk
from tests.reception.test_after_visits import NO_REMINDERS, marks, with_words

from frontdesk.domain.appointment import Status
from frontdesk.domain.care import Care, CareWords
from frontdesk.domain.consent import Consent, Source, Use
from frontdesk.domain.contact import ContactKind
from frontdesk.domain.ids import AppointmentId, PatientId
from frontdesk.domain.message import ChannelKind
from frontdesk.domain.practice import Practice
from frontdesk.storage import tasks
from frontdesk.storage.after_visits import AfterVisit, Saying, after_visits_of
from frontdesk.storage.consents import Whose, latest_at, record_consent
from frontdesk.storage.contact_decisions import decisions_on
from frontdesk.storage.conversations import read_conversation
from frontdesk.storage.patients import add_patient
from frontdesk.storage.practices import apply_practice
from frontdesk.storage.reminders import Stage

CASES: list[dict[str, Any]] = yaml.load(
    Path(__file__).with_name("coming_again.yaml").read_text(encoding="utf-8"), Loader=yaml.BaseLoader
)
ASKS = {
    "en": "It's about time for your next Botox. Shall I find",
    "es": "Ya casi le toca su Botox. ¿Le busco una hora?",
}
HER_SON = PatientId(UUID(int=72))
VISIT = "2026-06-10 15:00"


def clinic(again_after: timedelta | None = timedelta(weeks=4)) -> Practice:
    said = CareWords(again="Ya casi le toca su Botox.")
    care = (
        Care()
        if again_after is None
        else Care(
            again_after=again_after,
            again="It's about time for your next Botox.",
            said_in=MappingProxyType({"es": said}),
        )
    )
    return with_words(replace(a_practice(), reminding=NO_REMINDERS), preparation="", care=care)


async def ticks_the_box(at: RemindedDesk, patient: PatientId = MARIA.id) -> None:
    """Offers are allowed at the clinic's form, for her number."""
    allowed = Consent(
        id=uuid5(patient, "ticked"),
        use=Use.MARKETING,
        allowed=True,
        source=Source.FORM,
        recorded=at.clock.at,
        said="ticked",
        shown="The clinic may also text me about offers.",
        wording="intake.allow_marketing en",
    )
    whose = Whose(subject=patient, channel=ChannelKind.SMS, address=PHONE, patient=patient)
    async with at.desk.storage.practice(at.practice.id) as db:
        if patient != MARIA.id:
            await add_patient(db, replace(MARIA, id=patient, given="Leo"), now=at.clock.at)
        await record_consent(db, allowed, whose)


def asked(at: RemindedDesk, language: str = "en") -> list[str]:
    """When she was asked to come again."""
    return [when for when, body in at.texts() if ASKS[language] in body]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["case"])
async def test_she_is_asked(case: dict[str, Any], database_url: str, tmp_path: Path) -> None:
    language = case.get("language", "en")
    async with reminded_desk(database_url, tmp_path, "2026-06-01 10:00", practice=clinic()) as at:
        thread = await at.opens_thread(language=language)
        visit = await at.books(VISIT, thread)
        if (ticked := case.get("ticked", "yes")) != "no":
            await ticks_the_box(at, HER_SON if ticked == "another" else MARIA.id)

        for step in case.get("then", ()):
            await at.lives_until(at.instant(step["at"]))
            match step:
                case {"books": when}:
                    await at.books(when, thread)
                case {"cancel": _}:
                    await at.cancels(visit, quietly=True)
                case {"marks": status}:
                    await marks(at, visit, Status(status))
                case {"says": words}:
                    await at.says(words)
                case {"night": until}:
                    at.clock.at = at.instant(until)
                case {"sets": _}:
                    await apply_practice(at.desk.storage, clinic(None), [], now=at.clock.at)
                case _:
                    raise AssertionError(step)
        await at.lives_until(at.instant("2026-09-01 12:00"))

        assert asked(at, language) == case["asked"]
        async with at.desk.storage.practice(at.practice.id) as db:
            assert not [one for one in await tasks.open_tasks(db) if "deliver" in one.reason]


@pytest.fixture
async def nudged(database_url: str, tmp_path: Path) -> AsyncIterator[RemindedDesk]:
    """Maria was asked on July 8, a Wednesday, at eleven, to come again."""
    async with reminded_desk(database_url, tmp_path, "2026-06-01 10:00", practice=clinic()) as at:
        await at.books(VISIT, await at.opens_thread())
        await ticks_the_box(at)
        await at.lives_until(at.instant("2026-07-08 11:05"))
        assert asked(at) == ["2026-07-08 11:00"]
        yield at


async def standing(at: RemindedDesk, *, after: str = "2026-07-08 11:00") -> list[dict[str, Any]]:
    async with at.desk.storage.practice(at.practice.id) as db:
        return await db.all(
            "select * from appointment where status = 'booked' and starts_at > %s", (at.instant(after),)
        )


async def offers_allowed(at: RemindedDesk) -> bool | None:
    async with at.desk.storage.practice(at.practice.id) as db:
        said = await latest_at(db, Use.MARKETING, ChannelKind.SMS, PHONE)
    return said.allowed if said else None


async def nudge_of(at: RemindedDesk) -> AfterVisit:
    visit = AppointmentId(str(uuid5(at.practice.id, VISIT)))
    async with at.desk.storage.practice(at.practice.id) as db:
        return next(one for one in await after_visits_of(db, visit) if one.saying is Saying.AGAIN)


async def test_it_names_the_clinic_and_says_how_to_end_it(nudged: RemindedDesk) -> None:
    [(_, body)] = nudged.texts()

    assert body.startswith("Test Clinic: ")
    assert "No more offers" in body
    assert "STOP" in body
    assert len(body) <= 160


async def test_it_goes_by_the_rules_of_what_advertises(nudged: RemindedDesk) -> None:
    sent = (await nudge_of(nudged)).outbox
    assert sent is not None

    async with nudged.desk.storage.practice(nudged.practice.id) as db:
        kept = await decisions_on(db, sent)

    assert [one.kind for one in kept] == [ContactKind.MARKETING]
    assert {"us-marketing-texts@1", "us-marketing-cap@1", "us-solicitation-hours@1"} <= set(kept[-1].rules)


async def test_a_yes_books_the_same_service_for_her(nudged: RemindedDesk) -> None:
    when = await nudged.says("yes")
    offered = await nudged.says("Thursday July 16 at 3pm")
    for _ in range(4):
        if "You're booked" in (last := await nudged.says("yes" if "?" in offered else "no email")):
            break
        offered = last

    assert "?" in when
    [visit] = await standing(nudged)
    assert visit["patient_id"] == MARIA.id
    assert visit["service"] == BOTOX
    assert visit["starts_at"] == nudged.instant("2026-07-16 15:00")


async def test_a_time_is_a_yes(nudged: RemindedDesk) -> None:
    reply = await nudged.says("Thursday July 16 at 3pm works")

    assert "July 16" in reply
    assert "3:00 PM" in reply


async def test_a_no_is_no_more_than_that(nudged: RemindedDesk) -> None:
    reply = await nudged.says("no thanks")

    assert "offers" not in reply
    assert await standing(nudged) == []
    assert await offers_allowed(nudged) is True
    async with nudged.desk.storage.practice(nudged.practice.id) as db:
        thread = (await nudge_of(nudged)).conversation
        assert thread is not None
        conversation = await read_conversation(db, thread)
    assert conversation is not None
    assert not conversation.state.perhaps_ended


@pytest.mark.parametrize(
    "words", ["no more offers", "not interested", "I'm not interested", "please stop sending offers", "no mas ofertas"]
)
async def test_who_wants_no_offers_gets_none_and_hears_so(nudged: RemindedDesk, words: str) -> None:
    reply = await nudged.says(words)

    assert "no more offers from Test Clinic" in reply
    assert await offers_allowed(nudged) is False


@pytest.mark.parametrize("words", ["cancel", "STOP", "stop texting me"])
async def test_what_ends_texts_ends_all_of_them(nudged: RemindedDesk, words: str) -> None:
    reply = await nudged.says(words)

    assert "won't get any more texts" in reply
    async with nudged.desk.storage.practice(nudged.practice.id) as db:
        said = await latest_at(db, Use.MESSAGES, ChannelKind.SMS, PHONE)
    assert said is not None
    assert not said.allowed


async def test_who_asks_who_writes_hears_it_and_may_still_say_yes(nudged: RemindedDesk) -> None:
    who = await nudged.says("who is this?")
    yes = await nudged.says("ok yes")

    assert "Test Clinic" in who
    assert "?" in yes


async def test_what_waits_to_leave_when_she_books_elsewhere_never_leaves(database_url: str, tmp_path: Path) -> None:
    async with reminded_desk(database_url, tmp_path, "2026-06-01 10:00", practice=clinic()) as at:
        await at.books(VISIT, await at.opens_thread())
        await ticks_the_box(at)
        await at.desk.reminding.plan(at.practice.id)
        at.clock.at = at.instant("2026-07-08 11:00")
        await at.desk.after_visits.say_due(at.practice.id)
        await at.books("2026-07-20 15:00", None)

        await at.works()

        assert asked(at) == []
        nudge = await nudge_of(at)
        assert (nudge.stage, nudge.why) == (Stage.SKIPPED, "they have been there since, or have a visit")
