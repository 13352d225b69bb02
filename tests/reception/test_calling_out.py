"""Reminders by a call: placed only to who allowed it, once, in waking hours; what is told to whom; what follows."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from tests.reception.called_desk import DUE, EVERYBODY, UNTEXTED, VISIT, CalledDesk, called_desk
from tests.reception.reminded_desk import MARIA, PHONE

from frontdesk.domain.consent import Use
from frontdesk.domain.delivery import Line
from frontdesk.domain.message import Author, ChannelKind
from frontdesk.domain.placed_call import Became
from frontdesk.domain.reminding import LeftWord
from frontdesk.ports.phoning import AnsweredBy, Rang
from frontdesk.storage import conversations, tasks
from frontdesk.storage.consents import latest_at
from frontdesk.storage.contact_points import keep_line
from frontdesk.storage.patients import add_patient
from frontdesk.storage.placed_calls import Stage


@pytest.fixture
async def landline(database_url: str, tmp_path: Path) -> AsyncIterator[CalledDesk]:
    """Maria has a landline and an e-mail address, and allowed calls; her visit is tomorrow at three."""
    async with called_desk(database_url, tmp_path) as one:
        await has_landline(one)
        await one.allows(Use.CALLS)
        await one.at.books(VISIT, None)
        yield one


async def has_landline(one: CalledDesk, *, email: str | None = "maria@example.com") -> None:
    async with one.at.desk.storage.practice(one.at.practice.id) as db:
        await add_patient(db, replace(MARIA, email=email), now=one.at.clock.at)
        await keep_line(db, PHONE, Line.LANDLINE, now=one.at.clock.at)


async def mailed(one: CalledDesk) -> int:
    async with one.at.desk.storage.practice(one.at.practice.id) as db:
        row = await db.one("select count(*) as many from outbox where channel = 'email'", ())
    return row["many"] if row else 0


async def reminded(one: CalledDesk) -> None:
    await one.at.lives_until(one.at.instant(DUE) + timedelta(minutes=1))


async def test_who_cannot_be_texted_and_allowed_calls_is_called_and_nobody_texts(landline: CalledDesk) -> None:
    await reminded(landline)

    [placed] = landline.placed
    assert (placed.asked["To"], placed.asked["From"]) == (PHONE, landline.at.practice.locations[0].phone)
    assert placed.asked["MachineDetection"] == "DetectMessageEnd"
    assert landline.at.texts() == []
    assert await mailed(landline) == 0
    assert (await landline.row()).stage is Stage.RINGING


async def test_she_hears_who_calls_and_the_time_only_once_she_says_that_it_is_her(landline: CalledDesk) -> None:
    await reminded(landline)

    opening = await landline.picks_up(AnsweredBy.HUMAN)
    assert opening is not None
    told = await landline.says(opening, "Yes, this is she.")
    yes = await landline.says(told, "Yes, I'll be there.", turn=2)
    await landline.ends(Rang.COMPLETED)

    first = " ".join(opening.sentences)
    assert first.startswith("Hi, this is Ava, the automated assistant at Test Clinic")
    assert "Maria" in first
    assert "press 9" in first
    assert not {"June", "Wednesday", "botox"} & set(first.split())
    assert "Wednesday, June 10 at 3 PM" in " ".join(told.sentences)
    assert yes.ends
    assert (await landline.row()).became is Became.TOLD
    async with landline.at.desk.storage.practice(landline.at.practice.id) as db:
        row = await db.one("select count(*) as many from confirmation", ())
        told_of = await db.all("select detail from audit_event where what = 'call.placed' order by at", ())
        ruled = await db.one("select verdict, rules from contact_decision where channel = 'voice'", ())
    assert row is not None
    assert row["many"] == 1
    assert ["human" in str(told_of[0]["detail"]), "told" in str(told_of[1]["detail"])] == [True, True]
    assert ruled is not None
    assert ruled["verdict"] == "allowed"
    assert {"us-automated-voice@1", "us-artificial-voice-says@1"} <= set(ruled["rules"])
    assert len(landline.placed) == 1
    assert await mailed(landline) == 0


async def test_whoever_else_picks_up_is_told_nothing_and_the_reminder_goes_by_mail(landline: CalledDesk) -> None:
    await reminded(landline)

    opening = await landline.picks_up(AnsweredBy.HUMAN)
    assert opening is not None
    told = await landline.says(opening, "No, this is her husband.")
    await landline.ends(Rang.COMPLETED)

    assert told.ends
    assert "June" not in " ".join(told.sentences)
    assert (await landline.row()).became is Became.HEARD
    assert len(landline.placed) == 1
    assert await mailed(landline) == 1


@pytest.mark.parametrize("how", [Rang.BUSY, Rang.NO_ANSWER])
async def test_a_call_that_reaches_nobody_is_tried_again_and_then_goes_by_mail(landline: CalledDesk, how: Rang) -> None:
    await reminded(landline)

    await landline.ends(how)
    assert (len(landline.placed), await mailed(landline)) == (1, 0)
    await landline.at.lives_until(landline.at.clock.at + timedelta(minutes=31))
    assert len(landline.placed) == 2
    await landline.ends(how)
    await landline.at.lives_until(landline.at.clock.at + timedelta(hours=5))

    assert len(landline.placed) == 2
    assert await mailed(landline) == 1


async def test_a_number_that_there_is_none_of_is_not_tried_again(landline: CalledDesk) -> None:
    await reminded(landline)

    await landline.ends(Rang.FAILED)

    assert len(landline.placed) == 1
    assert await mailed(landline) == 1


async def test_where_the_practice_s_number_takes_no_calls_nobody_is_called(database_url: str, tmp_path: Path) -> None:
    async with called_desk(database_url, tmp_path, takes="sms") as one:
        await has_landline(one)
        await one.allows(Use.CALLS)
        await one.at.books(VISIT, None)

        await reminded(one)

        assert one.placed == []
        assert await mailed(one) == 1


async def test_a_number_that_the_carrier_refuses_goes_by_mail_at_once(landline: CalledDesk) -> None:
    landline.twilio.refuses[PHONE] = 21211

    await reminded(landline)

    assert landline.placed == []
    assert await mailed(landline) == 1
    async with landline.at.desk.storage.practice(landline.at.practice.id) as db:
        assert [one.reason for one in await tasks.open_tasks(db) if "voice" in one.reason] == []


@pytest.mark.parametrize("by", [AnsweredBy.MACHINE, AnsweredBy.MACHINE_ENDED])
async def test_a_machine_is_left_one_message_without_the_time_and_the_reminder_goes_by_mail(
    landline: CalledDesk, by: AnsweredBy
) -> None:
    await reminded(landline)

    message = await landline.picks_up(by)
    assert message is not None
    again = await landline.at.desk.calls.picked_up_by(
        landline.at.practice.id, message.conversation, AnsweredBy.MACHINE_ENDED
    )
    await landline.ends(Rang.COMPLETED)

    words = " ".join(message.sentences)
    assert message.ends
    assert "Please call us back at" in words
    assert "stop calling" in words
    assert not {"June", "Wednesday", "visit"} & set(words.split())
    assert again is None
    assert (await landline.row()).became is Became.LEFT_NUMBER
    assert len(landline.placed) == 1
    assert await mailed(landline) == 1


async def test_a_practice_may_have_the_time_left_with_a_machine_and_then_that_is_all(
    database_url: str, tmp_path: Path
) -> None:
    calls = replace(UNTEXTED, voicemail=LeftWord.TIME)
    async with called_desk(database_url, tmp_path, calls=calls) as one:
        await has_landline(one)
        await one.allows(Use.CALLS)
        await one.at.books(VISIT, None)
        await reminded(one)

        message = await one.picks_up(AnsweredBy.MACHINE_ENDED)
        await one.ends(Rang.COMPLETED)

        assert message is not None
        assert "Wednesday, June 10 at 3 PM" in " ".join(message.sentences)
        assert "botox" not in " ".join(message.sentences).casefold()
        assert await mailed(one) == 0


async def test_a_practice_may_have_nothing_left_with_a_machine(database_url: str, tmp_path: Path) -> None:
    async with called_desk(database_url, tmp_path, calls=replace(UNTEXTED, voicemail=LeftWord.NONE)) as one:
        await has_landline(one)
        await one.allows(Use.CALLS)
        await one.at.books(VISIT, None)
        await reminded(one)

        assert await one.picks_up(AnsweredBy.MACHINE_ENDED) is None
        await one.ends(Rang.COMPLETED)
        assert (await one.row()).became is Became.MACHINE
        await one.at.lives_until(one.at.clock.at + timedelta(minutes=31))

        assert len(one.placed) == 2  # nobody heard it, so it rings once more


async def test_a_fax_is_hung_up_on_and_the_reminder_goes_by_mail(landline: CalledDesk) -> None:
    await reminded(landline)

    assert await landline.picks_up(AnsweredBy.FAX) is None
    await landline.ends(Rang.COMPLETED)

    assert (await landline.row()).became is Became.FAX
    assert len(landline.placed) == 1
    assert await mailed(landline) == 1


@pytest.mark.parametrize("words", ["9", "stop calling me"])
async def test_who_wants_no_more_calls_is_not_called_again_and_hears_so(landline: CalledDesk, words: str) -> None:
    await reminded(landline)
    opening = await landline.picks_up(AnsweredBy.HUMAN)
    assert opening is not None

    told = await landline.says(opening, words)
    await landline.ends(Rang.COMPLETED)
    await landline.at.books("2026-06-17 15:00", None)
    await landline.at.lives_until(landline.at.instant("2026-06-16 16:00"))

    assert told.ends
    assert "will not call you" in " ".join(told.sentences)
    async with landline.at.desk.storage.practice(landline.at.practice.id) as db:
        last = await latest_at(db, Use.CALLS, ChannelKind.SMS, PHONE)
        texts = await latest_at(db, Use.MESSAGES, ChannelKind.SMS, PHONE)
    assert last is not None
    assert not last.allowed
    assert texts is None
    assert len(landline.placed) == 1
    assert await mailed(landline) == 2  # this one and the next go by mail


async def test_whose_number_is_the_wrong_one_gets_no_text_or_call_there_until_a_person_has_seen_to_it(
    landline: CalledDesk,
) -> None:
    await reminded(landline)
    opening = await landline.picks_up(AnsweredBy.HUMAN)
    assert opening is not None

    await landline.says(opening, "You have the wrong number.")
    await landline.ends(Rang.COMPLETED)
    await landline.allows(Use.MESSAGES)
    async with landline.at.desk.storage.practice(landline.at.practice.id) as db:
        await keep_line(db, PHONE, Line.MOBILE, now=landline.at.clock.at)
    await landline.at.books("2026-06-17 15:00", None)
    await landline.at.lives_until(landline.at.instant("2026-06-16 16:00"))

    assert (await landline.row()).became is Became.WRONG_NUMBER
    assert len(landline.placed) == 1
    assert landline.at.texts() == []
    assert await mailed(landline) == 2


async def test_nobody_is_called_where_the_practice_has_not_said_so_or_they_have_not(
    database_url: str, tmp_path: Path
) -> None:
    async with called_desk(database_url, tmp_path) as one:
        await has_landline(one)
        await one.at.books(VISIT, None)

        await reminded(one)

        assert one.placed == []
        assert await mailed(one) == 1


async def test_who_ended_texts_is_not_called_in_their_place(landline: CalledDesk) -> None:
    await landline.allows(Use.MESSAGES, allowed=False)

    await reminded(landline)

    assert landline.placed == []
    assert await mailed(landline) == 0


async def test_nobody_is_called_in_a_language_that_is_not_spoken(database_url: str, tmp_path: Path) -> None:
    async with called_desk(database_url, tmp_path, language="es") as one:
        await has_landline(one)
        await one.allows(Use.CALLS)
        await one.at.books(VISIT, None)

        await reminded(one)

        assert one.placed == []
        assert await mailed(one) == 1


async def test_where_everybody_is_called_who_is_not_reached_gets_the_text(database_url: str, tmp_path: Path) -> None:
    calls = replace(EVERYBODY, tries=1)
    async with called_desk(database_url, tmp_path, calls=calls) as one:
        thread = await one.at.opens_thread()
        await one.allows(Use.CALLS)
        await one.at.books(VISIT, thread)
        await reminded(one)
        assert (len(one.placed), one.at.texts()) == (1, [])

        await one.ends(Rang.NO_ANSWER)

        assert ["Reply C" in body for _, body in one.at.texts()] == [True]


async def test_a_visit_that_moved_between_planning_and_placing_is_not_called_about(landline: CalledDesk) -> None:
    visit = (await visits(landline))[0]
    at = landline.at
    await at.works()
    at.clock.at = at.instant(DUE)
    await at.desk.reminding.remind(at.practice.id)  # the call waits in the outbox
    at.clock.at += timedelta(minutes=3)

    await at.moves(visit, "2026-06-11 16:00")
    await at.works()

    assert landline.placed == []
    assert ("skipped", "the visit is gone or near, and the reminder had not left yet") in await landline.why(visit)


async def test_a_visit_that_is_cancelled_while_it_rings_is_not_told_of(landline: CalledDesk) -> None:
    await reminded(landline)
    visit = (await visits(landline))[0]
    opening = await landline.picks_up(AnsweredBy.HUMAN)
    assert opening is not None

    await landline.at.cancels(visit, quietly=True)
    told = await landline.says(opening, "Yes, speaking.")

    assert "nothing to tell you after all" in " ".join(told.sentences)
    assert "June" not in " ".join(told.sentences)
    assert told.ends


async def visits(one: CalledDesk) -> list:  # type: ignore[type-arg]
    async with one.at.desk.storage.practice(one.at.practice.id) as db:
        rows = await db.all("select appointment_id from promise order by starts_at", ())
    return [row["appointment_id"] for row in rows]


async def test_a_reminder_that_is_due_at_night_calls_nobody_before_eight(database_url: str, tmp_path: Path) -> None:
    async with called_desk(database_url, tmp_path, calls=replace(UNTEXTED, tries=2)) as one:
        await has_landline(one)
        await one.allows(Use.CALLS)
        await one.at.books("2026-06-10 19:50", None)
        await one.at.lives_until(one.at.instant("2026-06-09 20:40"))
        assert len(one.placed) == 1

        await one.ends(Rang.BUSY)  # half an hour later it is night
        await one.at.lives_until(one.at.instant("2026-06-10 12:00"))

        at_desk = [one.at.instant("2026-06-09 08:00"), one.at.instant("2026-06-09 21:00")]
        assert all(at_desk[0] <= placed.created < at_desk[1] for placed in one.placed)
        assert await mailed(one) == 1


async def test_what_is_said_stands_in_the_call_s_own_conversation(landline: CalledDesk) -> None:
    await reminded(landline)
    opening = await landline.picks_up(AnsweredBy.HUMAN)
    assert opening is not None
    await landline.says(opening, "Yes.")

    async with landline.at.desk.storage.practice(landline.at.practice.id) as db:
        said = await conversations.messages(db, opening.conversation)
        stands = await conversations.read_conversation(db, opening.conversation)

    assert [one.author for one in said] == [Author.ASSISTANT, Author.PATIENT, Author.ASSISTANT]
    assert stands is not None
    assert (stands.channel, stands.patient) == (ChannelKind.VOICE, MARIA.id)


async def test_a_call_of_which_nothing_more_is_told_is_given_up_and_goes_by_mail(landline: CalledDesk) -> None:
    await reminded(landline)

    landline.at.clock.at += timedelta(minutes=11)
    await landline.at.works()

    assert (await landline.row()).became is Became.LOST
    assert len(landline.placed) == 1
    assert await mailed(landline) == 1


async def test_a_call_whose_taking_was_never_told_is_found_and_not_placed_again(landline: CalledDesk) -> None:
    landline.twilio.breaks = 1

    await reminded(landline)
    await landline.at.lives_until(landline.at.clock.at + timedelta(minutes=8))

    assert len(landline.placed) == 1
    assert (await landline.row()).call == landline.placed[0].sid
    assert (await landline.row()).stage is Stage.RINGING


async def test_a_call_that_the_list_does_not_show_yet_is_told_of_by_its_webhook(landline: CalledDesk) -> None:
    landline.twilio.breaks = 1
    at = landline.at
    await at.works()
    at.clock.at = at.instant(DUE)
    await at.works()
    landline.twilio.hidden.add(landline.placed[0].sid)

    opening = await landline.picks_up(AnsweredBy.HUMAN)
    await at.lives_until(at.clock.at + timedelta(minutes=9))

    assert opening is not None
    assert len(landline.placed) == 1


async def test_no_more_than_two_are_called_at_once(database_url: str, tmp_path: Path) -> None:
    async with called_desk(database_url, tmp_path) as one:
        await has_landline(one)
        await one.allows(Use.CALLS)
        async with one.at.desk.storage.practice(one.at.practice.id) as db:
            for other in range(2):
                await db.run(
                    "insert into placed_call (practice_id, id, patient_id, address_hash, stage, placed_at, changed_at) "
                    "values (%s, gen_random_uuid(), gen_random_uuid(), %s, 'answered', %s, %s)",
                    (db.practice, bytes([other]), one.at.instant(DUE), one.at.instant(DUE)),
                )
        await one.at.books(VISIT, None)
        await reminded(one)
        assert one.placed == []

        async with one.at.desk.storage.practice(one.at.practice.id) as db:
            await db.run("update placed_call set stage = 'over', became = 'told'", ())
        await one.at.lives_until(one.at.clock.at + timedelta(minutes=1))

        assert len(one.placed) == 1
