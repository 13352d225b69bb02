"""Feeds over a real socket: how often, how fresh, and what is never taken for free time."""

import asyncio

import pytest
from structlog.testing import capture_logs
from tests.clinic import BOTOX, DANA, at
from tests.systems.simplepractice.some_feeds import (
    BEGINNING,
    END,
    PUBLISHED,
    There,
    a_feed,
    an_event,
    connected,
    starts,
)
from tests.wire.loopback import HangsUp, Reply, Says

from frontdesk.ports.faults import Fault, NotPermitted, Refused, Unreachable
from frontdesk.ports.system import SlotRequest

DAY = at("2026-05-28 00:00", minutes=24 * 60)
ANYBODY = SlotRequest(service=BOTOX, within=DAY)
WITH_DANA = SlotRequest(service=BOTOX, within=DAY, practitioner=DANA)
THREE = [an_event(f"2026-06-0{day} 14:00", uid=day) for day in (1, 2, 3)]
SIGN_IN = Says(body=b"<!doctype html><title>Sign in</title>", headers={"Content-Type": "text/html"})


async def test_each_feed_is_asked_once_and_its_secret_stands_in_no_log() -> None:
    async with connected(There()) as clinic:
        with capture_logs() as lines:
            await clinic.system.busy(DAY)

    assert sorted(asked.path for asked in clinic.socket.asked) == ["/ical/SecretOfAlex", "/ical/SecretOfDana"]
    assert lines
    assert "SecretOf" not in str(lines)


async def test_listing_times_for_anybody_reads_a_feed_once_a_minute() -> None:
    async with connected(There()) as clinic:
        await clinic.system.find_slots(ANYBODY)
        clinic.there.hands.turn(seconds=59)
        await clinic.system.find_slots(ANYBODY)
        before = len(clinic.socket.asked)
        clinic.there.hands.turn(seconds=1)
        await clinic.system.find_slots(ANYBODY)

    assert (before, len(clinic.socket.asked)) == (1, 2)


async def test_one_persons_times_are_read_anew_each_time_and_past_every_cache() -> None:
    async with connected(There({DANA: a_feed()})) as clinic:
        before = starts(await clinic.system.find_slots(WITH_DANA))
        clinic.there.feeds[DANA] = a_feed(an_event("2026-05-28 14:00"))
        after = starts(await clinic.system.find_slots(WITH_DANA))

    assert {"Thu 14:00", "Thu 14:30"} == {"Thu 14:00", "Thu 14:30"} & (set(before) - set(after))
    assert [asked.headers.get("cache-control") for asked in clinic.socket.asked] == ["no-cache", "no-cache"]


async def test_what_staff_entered_is_never_looked_for_in_a_reading_of_more_than_a_minute() -> None:
    async with connected(There(), linked=[DANA]) as clinic:
        for _ in range(4):
            await clinic.system.busy(DAY)
            clinic.there.hands.turn(seconds=30)

    assert len(clinic.socket.asked) == 2


async def test_many_who_ask_at_once_share_one_reading() -> None:
    async with connected(There(), linked=[DANA]) as clinic:
        clinic.there.hands.turn(minutes=1)
        found = await asyncio.gather(*(clinic.system.find_slots(ANYBODY) for _ in range(8)))

    assert len(clinic.socket.asked) == 1
    assert all(slots == found[0] for slots in found)


async def test_an_unchanged_feed_is_asked_for_by_its_mark_and_still_holds() -> None:
    reply = Says(body=a_feed(an_event("2026-05-28 14:00")), headers={"ETag": '"1"'})
    async with connected(There({DANA: reply})) as clinic:
        first = await clinic.system.find_slots(ANYBODY)
        clinic.there.feeds[DANA] = Says(status=304)
        clinic.there.hands.turn(minutes=5)
        again = await clinic.system.find_slots(ANYBODY)

    assert again == first
    assert clinic.socket.asked[-1].headers["if-none-match"] == '"1"'


async def test_a_text_that_is_new_in_its_stamps_alone_is_not_read_through_again() -> None:
    first = a_feed(an_event("2026-05-28 14:00", minutes=-60))
    async with connected(There({DANA: first}), linked=[DANA]) as clinic:
        with capture_logs() as lines:
            for stamp in (b"20260527T024500Z", b"20260527T025500Z"):
                clinic.there.feeds[DANA] = first.replace(b"20260527T024500Z", stamp)
                await clinic.system.find_slots(WITH_DANA)
        with capture_logs() as later:
            clinic.there.feeds[DANA] = a_feed(an_event("2026-05-28 15:00", minutes=-60))
            await clinic.system.find_slots(WITH_DANA)

    assert len([line for line in lines if line["log_level"] == "warning"]) == 1
    assert len([line for line in later if line["log_level"] == "warning"]) == 1


async def test_a_question_beyond_what_was_read_reads_the_feed_anew() -> None:
    far = at("2027-06-01 14:00")
    async with connected(There({DANA: a_feed(an_event("2027-06-01 14:00"))}), linked=[DANA]) as clinic:
        await clinic.system.busy(DAY)
        claims = await clinic.system.busy(far)

    assert [claim.during for claim in claims if claim.id == DANA] == [at("2027-06-01 14:00", minutes=50)]
    assert len(clinic.socket.asked) == 2


@pytest.mark.parametrize(
    ("reply", "fault"),
    [
        (Says(status=404), NotPermitted),
        (Says(status=410), NotPermitted),
        (Says(status=403), NotPermitted),
        (SIGN_IN, NotPermitted),
        (Says(status=302, headers={"Location": "https://account.simplepractice.com/sign-in"}), Refused),
        (Says(status=500), Unreachable),
        (Says(status=503, body=b"<h1>Maintenance</h1>"), Unreachable),
        (Says(status=429, headers={"Retry-After": "5"}), Unreachable),
        (HangsUp(), Unreachable),
        (Says(body=a_feed(*THREE), whole=False), Unreachable),
        (Says(body=PUBLISHED[:700]), Unreachable),
        (Says(body=BEGINNING + b"BEGIN:VEVENT\r\n" + END), Unreachable),
        (Says(body=b""), Unreachable),
    ],
)
async def test_a_feed_that_cannot_be_read_is_a_fault_that_names_whose_it_is_and_never_free_time(
    reply: Reply, fault: type[Fault]
) -> None:
    async with connected(There({DANA: reply})) as clinic:
        with pytest.raises(fault, match="The feed of dana"):
            await clinic.system.find_slots(ANYBODY)
        with pytest.raises(fault, match="The feed of dana") as raised:
            await clinic.system.find_slots(WITH_DANA)

    assert "SecretOf" not in str(raised.value)


async def test_a_calendar_that_is_suddenly_empty_is_not_free_and_is_believed_once_its_visits_are_over() -> None:
    async with connected(There({DANA: a_feed(*THREE)})) as clinic:
        await clinic.system.find_slots(WITH_DANA)
        clinic.there.feeds[DANA] = a_feed()
        for _ in range(2):
            clinic.there.hands.turn(minutes=30)
            with pytest.raises(Unreachable, match="no visit at all any more"):
                await clinic.system.find_slots(WITH_DANA)
        clinic.there.hands.turn(days=6)
        later = await clinic.system.find_slots(
            SlotRequest(service=BOTOX, within=at("2026-06-03 09:00", minutes=60), practitioner=DANA)
        )

    assert starts(later) == ["Wed 09:00", "Wed 09:15", "Wed 09:30"]


async def test_a_calendar_that_comes_back_after_it_was_empty_is_read_again() -> None:
    async with connected(There({DANA: a_feed(*THREE)})) as clinic:
        await clinic.system.find_slots(WITH_DANA)
        clinic.there.feeds[DANA] = a_feed()
        with pytest.raises(Unreachable):
            await clinic.system.find_slots(WITH_DANA)
        clinic.there.feeds[DANA] = a_feed(*THREE, an_event("2026-05-28 14:00"))
        found = starts(await clinic.system.find_slots(WITH_DANA))

    assert "Thu 13:30" in found
    assert "Thu 14:00" not in found


async def test_a_calendar_that_is_empty_from_the_beginning_is_empty() -> None:
    async with connected(There({DANA: a_feed()})) as clinic:
        found = await clinic.system.find_slots(WITH_DANA)

    assert found[0].during.start == at("2026-05-28 09:00").start


async def test_a_feed_that_fails_once_is_asked_again_at_once() -> None:
    there = There({DANA: a_feed(an_event("2026-05-28 14:00"))}, fails=1)

    async with connected(there, linked=[DANA]) as clinic:
        claims = await clinic.system.busy(DAY)

    assert [claim.during for claim in claims if claim.id == DANA] == [at("2026-05-28 14:00", minutes=50)]
    assert len(clinic.socket.asked) == 2
