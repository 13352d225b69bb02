"""Invitations as calendar programs read them: by icalendar, and by vobject, which knows nothing of it."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar
import pytest
import vobject
from hypothesis import example, given
from hypothesis import strategies as some
from tests.standards.zones import under_a_fresh_name

from frontdesk.domain.time import Period
from frontdesk.standards.invitation import Method, invitation

AUSTIN = ZoneInfo("America/Chicago")
MADE = datetime(2026, 5, 27, 2, 47, tzinfo=UTC)


def an_invitation(
    during: Period | None = None,
    *,
    start: datetime = datetime(2026, 5, 28, 23, 0, tzinfo=UTC),
    zone: ZoneInfo = AUSTIN,
    patient: str = "Maria Gonzalez",
    sequence: int = 0,
    method: Method = Method.REQUEST,
    summary: str = "Appointment at Smile Aesthetics",
    address: str = "123 Congress Avenue, Suite 400, Austin, TX 78701",
) -> bytes:
    return invitation(
        method=method,
        uid="a1@example.com",
        sequence=sequence,
        made=MADE,
        during=during or Period(start=start, end=start + timedelta(minutes=30)),
        zone=zone,
        summary=summary,
        address=address,
        organizer_name="Smile Aesthetics",
        organizer_email="hello@example.com",
        attendee_name=patient,
        attendee_email="maria@example.com",
    )


def event_of(text: bytes) -> icalendar.Event:
    (event,) = icalendar.Calendar.from_ical(text).walk("VEVENT")
    return event


def as_vobject_reads_it(text: bytes) -> Period:
    """vobject goes by the VTIMEZONE of the text, so its answer tells whether that is right."""
    event = vobject.readOne(under_a_fresh_name(text.decode())).vevent
    return Period(start=event.dtstart.value.astimezone(UTC), end=event.dtend.value.astimezone(UTC))


def by_the_text_alone(text: bytes) -> Period:
    """The same by icalendar, with the text's own rules in place of the zone's name."""
    event = event_of(under_a_fresh_name(text.decode()).encode())
    return Period(start=event["dtstart"].dt.astimezone(UTC), end=event["dtend"].dt.astimezone(UTC))


def test_it_says_when_where_and_who() -> None:
    event = event_of(an_invitation(sequence=2))

    assert event["dtstart"].to_ical() == b"20260528T180000"
    assert event["dtstart"].params["TZID"] == "America/Chicago"
    assert event["dtend"].to_ical() == b"20260528T183000"
    assert event["dtstamp"].to_ical() == b"20260527T024700Z"
    assert (event["uid"], event["sequence"], event["status"]) == ("a1@example.com", 2, "CONFIRMED")
    assert event["summary"] == "Appointment at Smile Aesthetics"
    assert event["location"] == "123 Congress Avenue, Suite 400, Austin, TX 78701"
    assert (event["organizer"], event["organizer"].params["CN"]) == ("mailto:hello@example.com", "Smile Aesthetics")
    assert (event["attendee"], event["attendee"].params["RSVP"]) == ("mailto:maria@example.com", "FALSE")


def test_it_is_a_request_without_an_alarm() -> None:
    calendar = icalendar.Calendar.from_ical(an_invitation())

    assert (calendar["method"], calendar["version"]) == ("REQUEST", "2.0")
    assert [part.name for part in calendar.walk()] == [
        *("VCALENDAR", "VTIMEZONE", "STANDARD", "DAYLIGHT", "VEVENT"),
    ]
    assert vobject.readOne(an_invitation().decode()).method.value == "REQUEST"


def test_its_lines_are_folded_and_end_as_the_standard_wants() -> None:
    text = an_invitation(patient="María Guadalupe de los Ángeles Hernández y Villaseñor " * 4, address="Ñ" * 200)

    lines = text.split(b"\r\n")
    assert lines[-1] == b""
    assert all(len(line) <= 75 for line in lines)
    assert not any(b"\n" in line or b"\r" in line for line in lines)
    assert event_of(text)["location"] == "Ñ" * 200


def test_the_same_visit_gives_the_same_text() -> None:
    assert an_invitation() == an_invitation()


@pytest.mark.parametrize(
    "name",
    ['Maria "Mia" Gonzalez', "Gonzalez, Maria; x:y", "Maria\r\nSUMMARY:Botox", "Maria\nATTENDEE:mailto:x@example.com"],
)
def test_a_name_cannot_add_to_the_invitation(name: str) -> None:
    text = an_invitation(patient=name)

    assert event_of(text)["summary"] == "Appointment at Smile Aesthetics"
    assert event_of(text)["attendee"] == "mailto:maria@example.com"
    assert vobject.readOne(text.decode()).vevent.summary.value == "Appointment at Smile Aesthetics"


def test_an_address_of_several_lines_stays_one_address() -> None:
    text = an_invitation(address="Suite 400; 4th floor\n123 Congress Avenue")

    assert event_of(text)["location"] == "Suite 400; 4th floor\n123 Congress Avenue"
    assert vobject.readOne(text.decode()).vevent.location.value == "Suite 400; 4th floor\n123 Congress Avenue"


SPRING = datetime(2026, 3, 8, 8, 0, tzinfo=UTC)
AUTUMN = datetime(2026, 11, 1, 7, 0, tzinfo=UTC)


@pytest.mark.parametrize("change", [SPRING, AUTUMN], ids=["spring", "autumn"])
@pytest.mark.parametrize("minutes", [-90, -60, -45, -30, -15, 0, 15, 30, 60, 90])
def test_visits_around_the_nights_of_the_change_stand_where_they_were_booked(change: datetime, minutes: int) -> None:
    start = change + timedelta(minutes=minutes)
    visit = Period(start=start, end=start + timedelta(minutes=30))

    text = an_invitation(visit)

    assert as_vobject_reads_it(text) == visit
    assert by_the_text_alone(text) == visit


def test_a_time_that_the_clock_shows_twice_is_told_in_utc_the_second_time() -> None:
    assert b"DTSTART;TZID=America/Chicago:20261101T010000" in an_invitation(
        start=datetime(2026, 11, 1, 6, 0, tzinfo=UTC)
    )
    assert b"DTSTART:20261101T073000Z" in an_invitation(start=datetime(2026, 11, 1, 7, 30, tzinfo=UTC))


@given(
    start=some.datetimes(datetime(2026, 1, 1), datetime(2031, 1, 1), timezones=some.just(UTC)),  # noqa: DTZ001
    length=some.integers(min_value=1, max_value=300),
)
@example(start=SPRING, length=60)
def test_any_visit_is_read_as_it_was_booked(start: datetime, length: int) -> None:
    start = start.replace(second=0, microsecond=0)
    visit = Period(start=start, end=start + timedelta(minutes=length))

    text = an_invitation(visit)

    assert as_vobject_reads_it(text) == visit
    assert by_the_text_alone(text) == visit


def test_a_cancellation_names_the_same_visit_and_no_longer_takes_its_time() -> None:
    text = an_invitation(method=Method.CANCEL, sequence=3)

    calendar = icalendar.Calendar.from_ical(text)
    event = event_of(text)
    assert (calendar["method"], event["uid"], event["sequence"]) == ("CANCEL", "a1@example.com", 3)
    assert (event["status"], event["transp"]) == ("CANCELLED", "TRANSPARENT")
    # RFC 5546 3.2.5: a cancellation names its organizer and whoever is no longer invited.
    assert (event["organizer"], event["attendee"]) == ("mailto:hello@example.com", "mailto:maria@example.com")
    assert vobject.readOne(text.decode()).vevent.status.value == "CANCELLED"
