"""A whole feed of a small practice with most oddities at once: what it holds was computed by other programs."""

from tests.standards.feed.a_feed import a_feed, an_event, between, spans

from frontdesk.standards.feed.values import Standing, Transparency

CHICAGO = """BEGIN:VTIMEZONE
TZID:America/Chicago
BEGIN:STANDARD
DTSTART:20071104T020000
RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU
TZOFFSETFROM:-0500
TZOFFSETTO:-0600
TZNAME:CST
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:20070311T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU
TZOFFSETFROM:-0600
TZOFFSETTO:-0500
TZNAME:CDT
END:DAYLIGHT
END:VTIMEZONE"""


def test_the_busy_time_of_a_practices_month_comes_out_as_other_programs_have_it() -> None:
    feed = a_feed(
        CHICAGO,
        an_event(
            "SEQUENCE:2",
            "DTSTART;TZID=America/Chicago:20270301T120000",
            "DTEND;TZID=America/Chicago:20270301T130000",
            "RRULE:FREQ=WEEKLY;BYDAY=MO;UNTIL=20270329T170000Z",
            "EXDATE;TZID=America/Chicago:20270322T120000",
            uid="lunch",
        ),
        an_event(
            "SEQUENCE:2",
            "RECURRENCE-ID;TZID=America/Chicago:20270315T120000",
            "DTSTART;TZID=America/Chicago:20270316T123000",
            "DTEND;TZID=America/Chicago:20270316T131500",
            uid="lunch",
        ),
        an_event(
            "SUMMARY:Out of office for the spring state licence renewal course and exam\n  day",
            "DTSTART;VALUE=DATE:20270312",
            "DTEND;VALUE=DATE:20270314",
            uid="vacation",
        ),
        an_event("STATUS:CANCELLED", "DTSTART:20270309T150000Z", "DTEND:20270309T153000Z", uid="4711"),
        an_event("STATUS:TENTATIVE", "DTSTART:20270309T160000Z", "DURATION:PT45M", uid="4712"),
        an_event("TRANSP:TRANSPARENT", "DTSTART;VALUE=DATE:20270310", uid="birthday"),
        an_event(
            "DTSTART;TZID=Central Standard Time:20270318T090000",
            "DTEND;TZID=Central Standard Time:20270318T093000",
            uid="windows",
        ),
        zone="America/Chicago",
        within=between("2027-03-01", "2027-04-01"),
    )

    gone = [one for one in feed.occurrences if not one.stands or one.transparency is Transparency.TRANSPARENT]
    assert [one for one in spans(feed) if one not in {f"{x.start:%m-%d %H:%M} {x.end:%m-%d %H:%M}" for x in gone}] == [
        "03-01 18:00 03-01 19:00",
        "03-08 18:00 03-08 19:00",
        "03-09 16:00 03-09 16:45",
        "03-12 06:00 03-14 06:00",
        "03-16 17:30 03-16 18:15",
        "03-18 14:00 03-18 14:30",
        "03-29 17:00 03-29 18:00",
    ]
    assert [(one.key.uid, one.standing) for one in gone] == [
        ("4711", Standing.CANCELLED),
        ("birthday", Standing.UNSAID),
    ]
    assert feed.faults == ()
