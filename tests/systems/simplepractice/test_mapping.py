"""A feed to busy times, and the links a practice writes down. Feeds follow the published shape."""

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from tests.clinic import ALEX, BOTOX, DANA, HAIR, ZONE, a_practice, at
from tests.systems.simplepractice.some_feeds import PUBLISHED, an_event, as_read

from frontdesk.domain.appointment import Subject
from frontdesk.ports.faults import NotPermitted
from frontdesk.standards.document import DocumentWrong
from frontdesk.standards.feed.reading import read_feed
from frontdesk.systems.simplepractice.mapping import busy_throughout, busy_times, concerned, shown_once
from frontdesk.systems.simplepractice.numbers import check_numbers, read_links

PRACTICE = a_practice()
PERSON = PRACTICE.practitioner(DANA)
WEEK = at("2026-05-25 00:00", minutes=7 * 24 * 60)
AT = "https://secure.simplepractice.com"


def test_each_appointment_of_the_published_feed_is_busy_at_its_own_time() -> None:
    feed = read_feed(PUBLISHED, zone=ZoneInfo("UTC"), within=WEEK)

    claims = busy_times(feed, PERSON, within=WEEK)

    assert [claim.during for claim in claims] == [at("2026-05-28 14:00", 50), at("2026-05-29 10:00", 50)]
    assert {(claim.subject, claim.id) for claim in claims} == {(Subject.PRACTITIONER, DANA)}


def test_visits_side_by_side_stay_apart_so_that_each_can_be_recognised() -> None:
    feed = as_read(an_event("2026-05-28 14:00", 30, uid=1), an_event("2026-05-28 14:30", 30, uid=2))

    claims = busy_times(feed, PERSON, within=WEEK)

    assert [claim.during for claim in claims] == [at("2026-05-28 14:00", 30), at("2026-05-28 14:30", 30)]


def test_what_does_not_touch_the_stretch_is_left_out() -> None:
    feed = as_read(an_event("2026-05-28 14:00"), an_event("2026-06-11 14:00", uid=2))

    claims = busy_times(feed, PERSON, within=at("2026-05-28 14:30", 10))

    assert [claim.during for claim in claims] == [at("2026-05-28 14:00", 50)]


def test_every_column_of_a_practitioner_is_busy_at_once() -> None:
    two = replace(PERSON, columns=2)

    claims = busy_times(as_read(an_event("2026-05-28 14:00")), two, within=WEEK)

    assert [claim.lane for claim in claims] == [1, 2]


def test_who_cannot_be_read_is_busy_from_a_day_before_to_a_day_after() -> None:
    [claim] = busy_throughout(PERSON, within=at("2026-05-28 14:00", 30))

    assert claim.during == at("2026-05-27 14:00", 2 * 24 * 60 + 30)


def test_the_calendars_of_whoever_may_give_a_service_or_assist_in_it_decide() -> None:
    botox, hair = PRACTICE.service(BOTOX), PRACTICE.service(HAIR)

    assert [one.id for one in concerned(PRACTICE, botox, None)] == [DANA]
    assert [one.id for one in concerned(PRACTICE, hair, ALEX)] == [ALEX]
    assert concerned(PRACTICE, hair, DANA) == []
    assert [one.id for one in concerned(PRACTICE, replace(botox, assistants=("laser",)), DANA)] == [DANA, ALEX]


@pytest.mark.parametrize(
    ("words", "minutes", "told"),
    [
        ("2026-11-01 00:30", 30, True),
        ("2026-11-01 01:00", 30, False),
        ("2026-11-01 00:45", 30, False),
        ("2026-11-01 02:00", 30, True),
        ("2027-03-14 01:30", 30, True),
        ("2027-03-14 01:45", 30, False),
        ("2027-03-14 03:00", 30, True),
    ],
)
def test_a_time_in_or_over_a_change_of_the_clock_cannot_be_told_from_another(
    words: str, minutes: int, told: bool
) -> None:
    assert shown_once(at(words, minutes), [ZONE]) is told


def test_the_second_showing_of_an_hour_is_no_better_known_than_the_first() -> None:
    first = at("2026-11-01 01:00", 30)
    second = first.widened(before=first.start - first.end, after=first.end - first.start)

    assert not shown_once(second.widened(before=first.start - first.end, after=first.length), [ZONE])


def test_a_clinician_with_a_zone_of_their_own_counts_too() -> None:
    during = at("2026-11-01 00:00", 30)

    assert shown_once(during, [ZONE])
    assert not shown_once(during, [ZONE, ZoneInfo("America/New_York")])


def test_each_line_ties_a_link_to_a_practitioner() -> None:
    links = read_links(f"dana: {AT}/ical/abc\n  alex : webcal://secure.simplepractice.com/ical/def\n", address=AT)

    assert {who: (link.origin, link.target) for who, link in links.items()} == {
        DANA: (AT, "/ical/abc"),
        ALEX: (AT, "/ical/def"),
    }


def test_links_typed_in_one_line_are_read_too() -> None:
    assert read_links(f"dana:{AT}/ical/abc alex:{AT}/ical/def", address=AT).keys() == {DANA, ALEX}


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("", "one line for each clinician"),
        (f"{AT}/ical/hush", "one line for each clinician"),
        (f"dana: {AT}/ical/abc\nalex {AT}/ical/hush", "one line for each clinician"),
        ("dana: https://calendar.example.com/ical/hush", "The link of dana is no feed"),
        ("dana: http://secure.simplepractice.com/ical/hush", "The link of dana is no feed"),
        (f"dana: {AT}/appointments/hush", "The link of dana is no feed"),
        (f"dana: {AT}/ical/", "The link of dana is no feed"),
        (f"dana: {AT}/ical/hush\ndana: {AT}/ical/abc", "name dana twice"),
        (f"dana: {AT}/ical/hush\nalex: {AT}/ical/hush", "The link of alex is another's"),
    ],
)
def test_links_that_are_none_are_refused_and_never_quoted(written: str, says: str) -> None:
    with pytest.raises(NotPermitted, match=says) as refused:
        read_links(written, address=AT)

    assert "hush" not in str(refused.value)


def test_numbers_are_refused_because_a_feed_has_none() -> None:
    check_numbers({})
    with pytest.raises(DocumentWrong, match="practitioners"):
        check_numbers({"practitioners": {"dana": 1}})
