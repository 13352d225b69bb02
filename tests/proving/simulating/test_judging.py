"""Rules that a message may break, each seen when it does and only then."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from frontdesk.domain.contact import ContactKind
from frontdesk.domain.ids import AppointmentId
from frontdesk.proving.simulating.judging import Broken, Judge, Reached, Reminded

AUSTIN = ZoneInfo("America/Chicago")
PHONE = "+15125551001"


def at(words: str) -> datetime:
    return datetime.fromisoformat(words).replace(tzinfo=AUSTIN).astimezone(UTC)


def text(when: str, kind: ContactKind = ContactKind.REMINDER, *, answers: bool = False, **more: object) -> Reached:
    return Reached(to=PHONE, at=at(when), kind=kind, answers=answers, **more)  # type: ignore[arg-type]


def rung(*, stood: bool = True, days: int = 1) -> Reminded:
    return Reminded(visit=AppointmentId("v"), start=at("2026-06-12 15:00"), before=timedelta(days=days), stood=stood)


def test_what_is_in_order_breaks_nothing() -> None:
    judge = Judge(zone=AUSTIN)

    found = [
        *judge.look(text("2026-06-10 15:00", reminds=(rung(days=2),))),
        *judge.look(text("2026-06-11 15:00", reminds=(rung(days=1),))),
        *judge.look(text("2026-06-11 15:01", ContactKind.REPLY, answers=True)),
        *judge.look(text("2026-06-11 23:30", ContactKind.REPLY, answers=True)),
    ]

    assert found == []


def test_an_unasked_text_before_eight_or_from_nine_on_is_seen_on_the_patients_clock() -> None:
    looks = [Judge(zone=AUSTIN).look(text(f"2026-06-10 {clock}")) for clock in ("07:59", "08:00", "20:59", "21:00")]

    assert looks == [[Broken.QUIET_HOURS], [], [], [Broken.QUIET_HOURS]]


def test_a_second_on_one_day_and_a_fourth_in_a_week_are_seen_offers_and_reminders_together() -> None:
    judge = Judge(zone=AUSTIN)
    judge.look(text("2026-06-08 15:00"))

    same_day = judge.look(text("2026-06-08 18:00", ContactKind.WAITLIST_OFFER))
    third = judge.look(text("2026-06-09 10:00"))
    fourth = judge.look(text("2026-06-12 10:00"))
    later = judge.look(text("2026-06-16 18:01"))

    assert (same_day, third, fourth, later) == ([Broken.A_DAY], [], [Broken.A_WEEK], [])


def test_after_stop_only_an_answer_may_go() -> None:
    judge = Judge(zone=AUSTIN)
    judge.wrote_stop(PHONE)

    assert judge.look(text("2026-06-10 15:00", ContactKind.REPLY, answers=True)) == []
    assert judge.look(text("2026-06-10 16:00", ContactKind.VISIT_CHANGE)) == [Broken.AFTER_STOP]


def test_a_reminder_of_a_visit_that_is_gone_and_one_that_went_before_are_seen() -> None:
    judge = Judge(zone=AUSTIN)
    judge.look(text("2026-06-10 15:00", reminds=(rung(),)))

    gone = judge.look(text("2026-06-11 15:00", reminds=(rung(stood=False, days=2),)))
    twice = judge.look(text("2026-06-12 10:00", reminds=(rung(),)))

    assert (gone, twice) == ([Broken.GONE], [Broken.TWICE])
    assert judge.broken.total() == 2
