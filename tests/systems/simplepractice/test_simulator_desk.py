"""What people at the practice do, as the feed shows it; what patients ask for; and the page on which both are done."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import httpx
import pytest
from tests.systems.simplepractice.simulated import Reached, a_practice, begins, days, lasts, utc

from frontdesk.systems.simplepractice.simulator_example import (
    BROOKS,
    COUPLES,
    DANA,
    HARBOR_STREET,
    LINK_OF_BROOKS,
    ORTEGA,
    PAT,
    REVIEW,
    SESSION,
    VIDEO,
)
from frontdesk.systems.simplepractice.simulator_front_desk import Every
from frontdesk.systems.simplepractice.simulator_practice import Status
from frontdesk.systems.simplepractice.simulator_requests import CameFrom, Requests, Word


async def test_a_visit_lasts_as_long_as_its_service() -> None:
    async with a_practice() as practice:
        visit = practice.desk.book(
            client=DANA, clinician=BROOKS, service=COUPLES, office=HARBOR_STREET, at="2026-03-09T09:00"
        )
        event = (await practice.events(LINK_OF_BROOKS))[str(visit)]

    assert (begins(event), lasts(event)) == (utc("2026-03-09T13:00"), timedelta(minutes=80))


async def test_staff_may_book_a_time_that_is_taken() -> None:
    async with a_practice() as practice:
        visit = practice.desk.book(
            client=PAT,
            clinician=ORTEGA,
            service=SESSION,
            office=VIDEO,
            at=datetime(2026, 3, 3, 14, 0),  # noqa: DTZ001
        )
        events = await practice.events()

    assert begins(events[str(visit)]) == begins(events["5550000101"])


async def test_a_moved_visit_keeps_its_number_and_its_length_and_can_change_hands() -> None:
    async with a_practice() as practice:
        practice.desk.move(5550000207, at="2026-03-26T08:30")
        practice.desk.move(5550000209 + 2, at="2026-04-08T10:00", clinician=BROOKS)
        ortega, brooks = await practice.events(), await practice.events(LINK_OF_BROOKS)

    assert (begins(ortega["5550000207"]), lasts(ortega["5550000207"])) == (
        utc("2026-03-26T12:30"),
        timedelta(minutes=50),
    )
    assert "5550000211" not in ortega
    assert str(brooks["5550000211"]["SUMMARY"]) == "Pat Weekly Appointment"


async def test_the_rest_of_a_series_moves_and_the_first_of_it_stay() -> None:
    async with a_practice() as practice:
        before = await practice.events()
        practice.desk.move_following(5550000217, by=timedelta(days=1, hours=2))
        after = await practice.events()

    moved = {uid for uid in before if begins(before[uid]) != begins(after[uid])}
    assert moved == {"5550000217", "5550000219", "5550000221", "5550000223"}
    assert begins(after["5550000223"]) - begins(before["5550000223"]) == timedelta(days=1, hours=2)


@pytest.mark.parametrize("status", [Status.CANCELED, Status.LATE_CANCELED, Status.CLINICIAN_CANCELED])
async def test_a_visit_that_was_called_off_is_gone_without_a_trace(status: Status) -> None:
    async with a_practice() as practice:
        practice.desk.cancel(5550000101, status=status)
        text = await practice.text()

    assert "5550000101" not in text
    assert "CANCELLED" not in text


async def test_a_visit_that_was_missed_stays_and_does_not_call_itself_off() -> None:
    async with a_practice() as practice:
        practice.desk.mark_missed(5550000101)
        events = await practice.events()

        with pytest.raises(ValueError, match="does not call an appointment off"):
            practice.desk.cancel(5550000101, status=Status.NO_SHOW)

    assert "5550000101" in events


async def test_the_rest_of_a_series_is_called_off_and_one_alone_comes_back_under_its_number() -> None:
    async with a_practice() as practice:
        practice.desk.cancel_following(5550000217)
        practice.desk.restore(5550000221)
        practice.desk.cancel_following(5550000101)
        events = await practice.events()

    pats = [uid for uid, event in events.items() if str(event["SUMMARY"]) == "P.W. Appointment"]
    assert [int(uid) - 5550000200 for uid in pats] == [1, 3, 5, 7, 11, 13, 15, 21]
    assert ("5550000101" in events, "5550000105" in events) == (False, True)


async def test_a_deleted_visit_is_gone_and_its_number_is_never_given_again() -> None:
    async with a_practice() as practice:
        first = practice.desk.book(client=DANA, clinician=ORTEGA, service=SESSION, office=VIDEO, at="2026-03-06T15:00")
        practice.desk.delete(first)
        second = practice.desk.book(client=DANA, clinician=ORTEGA, service=SESSION, office=VIDEO, at="2026-03-06T15:00")
        events = await practice.events()

    assert (str(first) in events, str(second) in events, second > first) == (False, True, True)


@pytest.mark.parametrize(
    ("every", "step", "first", "starts"),
    [
        (Every.WEEK, 2, "2026-03-02T10:00", ["2026-03-02", "2026-03-16", "2026-03-30"]),
        (Every.MONTH, 1, "2026-03-31T10:00", ["2026-03-31", "2026-05-31", "2026-07-31"]),
        (Every.YEAR, 1, "2028-02-29T10:00", ["2028-02-29", "2032-02-29", "2036-02-29"]),
        (Every.MONTH, 6, "2026-12-01T10:00", ["2026-12-01", "2027-06-01", "2027-12-01"]),
    ],
)
async def test_a_series_repeats_by_the_week_the_month_or_the_year(
    every: Every, step: int, first: str, starts: list[str]
) -> None:
    async with a_practice() as practice:
        made = practice.desk.book_series(
            client=DANA, clinician=BROOKS, service=SESSION, office=VIDEO, at=first, times=3, every=every, step=step
        )
        events = await practice.events(LINK_OF_BROOKS)

    assert [begins(events[str(one)]).date() for one in made] == [date.fromisoformat(day) for day in starts]


@pytest.mark.parametrize("times", [1, 301])
async def test_a_series_has_two_to_three_hundred_visits(times: int) -> None:
    async with a_practice() as practice:
        with pytest.raises(ValueError, match="2 to 300"):
            practice.desk.book_series(
                client=DANA, clinician=BROOKS, service=SESSION, office=VIDEO, at="2026-03-02T10:00", times=times
            )


async def test_a_clinician_is_away_for_days_or_busy_for_an_hour_until_it_is_taken_out() -> None:
    async with a_practice() as practice:
        away = practice.desk.leave(ORTEGA, first=date(2026, 4, 6), last=date(2026, 4, 6))
        busy = practice.desk.block(ORTEGA, start="2026-03-05T09:00", end="2026-03-05T09:30", says="Supervision")
        there = await practice.events()
        practice.desk.unblock(away)
        practice.desk.unblock(busy)
        gone = await practice.events()

    assert days(there[str(away)]) == (date(2026, 4, 6), date(2026, 4, 7))
    assert (begins(there[str(busy)]), str(there[str(busy)]["SUMMARY"])) == (utc("2026-03-05T14:00"), "Supervision")
    assert not {str(away), str(busy)} & set(gone)


async def test_a_renamed_client_is_renamed_in_every_visit() -> None:
    async with a_practice() as practice:
        practice.desk.rename_client(PAT, first="Zoe", last="Weekly")
        titles = {str(event["SUMMARY"]) for event in (await practice.events()).values()}

    assert titles == {"D.Q. Appointment", "Z.W. Appointment", "Team meeting"}


@pytest.mark.parametrize(
    "wrong", [{"client": 1}, {"clinician": 1}, {"service": 1}, {"office": 1}], ids=lambda wrong: next(iter(wrong))
)
async def test_nobody_books_what_is_not_there(wrong: dict[str, int]) -> None:
    async with a_practice() as practice:
        named = {"client": DANA, "clinician": ORTEGA, "service": SESSION, "office": VIDEO, **wrong}

        with pytest.raises(LookupError, match=f"no {next(iter(wrong))} 1"):
            practice.desk.book(at="2026-03-06T15:00", **named)

        with pytest.raises(LookupError, match="no appointment 1"):
            practice.desk.cancel(1)


async def test_what_a_patient_asks_for_is_in_no_feed_before_somebody_accepts_it() -> None:
    async with a_practice() as practice:
        asked = practice.desk.requests.ask(
            "Kim", "Newcomer", clinician=BROOKS, service=SESSION, office=VIDEO, at="2026-03-09T10:00"
        )
        waiting = await practice.events(LINK_OF_BROOKS)
        client = practice.desk.requests.pending()[0]["client"]
        before = practice.simulator.practice.clients.get(client)["status"]  # type: ignore[index, arg-type]
        visit = practice.desk.requests.accept(asked)
        accepted = await practice.events(LINK_OF_BROOKS)
        after = practice.simulator.practice.clients.get(client)["status"]  # type: ignore[index, arg-type]

    assert (str(visit) in waiting, str(accepted[str(visit)]["SUMMARY"])) == (False, "Kim Newcomer Appointment")
    assert (before, after, practice.desk.requests.word_of(asked)) == ("prospective", "active", Word.ACCEPTED)


@pytest.mark.parametrize(("end", "word"), [(Requests.decline, "declined"), (Requests.archive, "archived")])
async def test_a_request_that_was_answered_or_put_away_waits_no_more(
    end: Callable[[Requests, int], None], word: str
) -> None:
    async with a_practice() as practice:
        asked = practice.desk.requests.ask(
            "Dana", "Quill", client=DANA, clinician=ORTEGA, service=SESSION, office=VIDEO, at="2026-03-09T10:00"
        )
        end(practice.desk.requests, asked)

        with pytest.raises(ValueError, match=f"is {word}"):
            practice.desk.requests.accept(asked)
        with pytest.raises(LookupError, match="no request 99"):
            practice.desk.requests.accept(99)

    assert (practice.desk.requests.pending(), len(practice.simulator.practice.clients)) == ([], 8)


@pytest.mark.parametrize(
    ("came_from", "word"),
    [
        (CameFrom.BOOKING_PAGE, Word.PENDING),
        (CameFrom.THERAPY_FINDER, Word.ARCHIVED),
        (CameFrom.OPTUM, Word.ARCHIVED),
    ],
)
async def test_a_request_from_a_marketplace_expires_after_72_hours(came_from: CameFrom, word: Word) -> None:
    async with a_practice() as practice:
        asked = practice.desk.requests.ask(
            "Kim", "N", clinician=BROOKS, service=SESSION, office=VIDEO, at="2026-03-19T10:00", came_from=came_from
        )
        practice.hands.turn(hours=72)
        in_time = practice.desk.requests.word_of(asked)
        practice.hands.turn(seconds=1)
        late = practice.desk.requests.word_of(asked)

    assert (in_time, late) == (Word.PENDING, word)


@pytest.mark.parametrize(
    ("wrong", "raised", "says"),
    [
        ({"service": REVIEW}, ValueError, "not open for online booking"),
        ({"service": COUPLES}, ValueError, "not open for online booking with clinician 2"),
        ({"clinician": 1}, LookupError, "no clinician 1"),
        ({"office": 1}, LookupError, "no office 1"),
        ({"service": 1}, LookupError, "no service 1"),
        ({"client": 1}, LookupError, "no client 1"),
    ],
)
async def test_only_what_the_booking_page_offers_can_be_asked_for(
    wrong: dict[str, int], raised: type[Exception], says: str
) -> None:
    async with a_practice() as practice:
        named = {"client": DANA, "clinician": ORTEGA, "service": SESSION, "office": VIDEO, **wrong}

        with pytest.raises(raised, match=says):
            practice.desk.requests.ask("Dana", "Quill", at="2026-03-09T10:00", **named)

    assert (practice.desk.requests.pending(), len(practice.simulator.practice.clients)) == ([], 8)


async def on_page(practice: Reached, **form: object) -> httpx.Response:
    """What the page answers to a form."""
    return await practice.http.post("/__page", data={name: str(value) for name, value in form.items()})


async def test_the_page_shows_the_week_and_books_for_somebody_new() -> None:
    async with a_practice() as practice:
        booked = await on_page(
            practice,
            act="book",
            client=DANA,
            first="Kim",
            last="<New>",
            clinician=BROOKS,
            service=SESSION,
            office=VIDEO,
            at="2026-03-10T10:00",
            times=2,
        )
        page = await practice.http.get(booked.headers["location"])
        events = await practice.events(LINK_OF_BROOKS)

    assert (booked.status_code, booked.headers["location"]) == (303, "/__page?date=2026-03-10")
    assert "Kim &lt;New&gt;" in page.text
    assert "all day Out of office" in page.text
    assert "12:00-13:00 Team meeting" in page.text
    assert [str(event["SUMMARY"]) for event in events.values()].count("Kim <New> Appointment") == 2
    assert practice.simulator.heard[0].path == f"/ical/{LINK_OF_BROOKS}"


async def test_on_the_page_a_visit_is_booked_moved_called_off_and_set_back() -> None:
    async with a_practice() as practice:
        where = {"clinician": ORTEGA, "service": SESSION, "office": VIDEO}
        await on_page(practice, act="book", client=DANA, at="2026-03-06T10:00", times=1, **where)
        await on_page(practice, act="move", id=5550001000, at="2026-03-06T11:00", clinician=ORTEGA)
        moved = begins((await practice.events())["5550001000"])
        await on_page(practice, act="cancel", id=5550001000, status="Late canceled", back="2026-03-06")
        off = await practice.events()
        shown = await practice.http.get("/__page?date=2026-03-06")
        await on_page(practice, act="restore", id=5550001000, back="2026-03-06")
        back = await practice.events()

    assert moved == utc("2026-03-06T16:00")
    assert ("5550001000" in off, "5550001000" in back) == (False, True)
    assert "Late canceled" in shown.text
    assert "Set to Show" in shown.text


async def test_on_the_page_days_are_blocked_and_requests_are_answered() -> None:
    async with a_practice() as practice:
        asks = practice.desk.requests
        where = {"clinician": BROOKS, "service": SESSION, "office": VIDEO}
        yes, no = (asks.ask("Kim", "New", at=f"2026-03-0{day}T10:00", **where) for day in (5, 6))
        waiting = await practice.http.get("/__page")
        await on_page(practice, act="accept", id=yes, back="2026-03-05")
        await on_page(practice, act="decline", id=no, back="2026-03-06")
        await on_page(practice, act="leave", clinician=ORTEGA, first="2026-03-06", last="2026-03-08")
        away = await practice.events()
        await on_page(practice, act="unblock", id=7770000010, back="2026-03-06")

        assert waiting.text.count(">Accept</button>") == 2
        assert (asks.word_of(yes), asks.word_of(no)) == (Word.ACCEPTED, Word.DECLINED)
        assert days(away["7770000010"]) == (date(2026, 3, 6), date(2026, 3, 9))
        assert "7770000010" not in await practice.events()


@pytest.mark.parametrize(
    ("form", "says"),
    [
        ({"act": "cancel", "id": "1", "status": "Canceled", "back": "2026-03-06"}, "there is no appointment 1"),
        ({"act": "cancel", "id": "5550000101", "status": "Gone", "back": "2026-03-06"}, "is not a valid Status"),
        ({"act": "dance"}, "nobody here knows how to dance"),
        ({"act": "move", "id": "5550000101", "at": "soon", "clinician": "2"}, "soon"),
    ],
)
async def test_the_page_says_what_cannot_be_done(form: dict[str, str], says: str) -> None:
    async with a_practice() as practice:
        answer = await on_page(practice, **form)

    assert answer.status_code == 400
    assert says in answer.text


async def test_beside_the_page_there_is_nothing() -> None:
    async with a_practice() as practice:
        answers = [await practice.http.get("/__other"), await practice.http.delete("/__page")]
        wrong_day = await practice.http.get("/__page?date=today")

    assert [one.status_code for one in answers] == [404, 404]
    assert (wrong_day.status_code, practice.simulator.heard) == (400, [])
