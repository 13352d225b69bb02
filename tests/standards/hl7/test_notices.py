"""What notices and requests about visits say, in the ways that sites are known to say it."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from tests.standards.hl7.samples import (
    ASKED,
    AUSTIN,
    BOOKED,
    BY_EPIC,
    BY_ONE_NUMBER,
    CANCELLED,
    EPIC,
    HALF_AN_HOUR,
    ONE_NUMBER,
    STANDARD,
    lasting,
    read,
    tells,
    with_field,
    without,
)

from frontdesk.domain.appointment import Status
from frontdesk.standards.hl7.datatypes import Code, Number, Spot, Staff
from frontdesk.standards.hl7.notices import visit_told
from frontdesk.standards.hl7.site import RECOGNISED, Site, VisitEvent
from frontdesk.standards.hl7.times import TimeUnclear, Zones
from frontdesk.standards.hl7.visit import Action, Asks, Kind, NotRead, VisitAsked, VisitTold

OKAFOR = Staff(id="1234567893", family="OKAFOR", given="ADA", degree="MD", authority="NPI")


def visit_in(text: str, site: Site = STANDARD, zone: ZoneInfo | None = AUSTIN) -> VisitTold:
    notice = tells(text, site, zone)
    assert isinstance(notice, VisitTold), notice
    return notice


def places_of(notice: VisitTold | VisitAsked | NotRead) -> list[str]:
    assert all(one.control_id == notice.control_id for one in notice.findings)
    return [one.place for one in notice.findings]


def as_event(text: str, event: str, status: str | None = None) -> str:
    text = with_field(text, "MSH", 9, f"SIU^{event}^SIU_S12")
    return text if status is None else with_field(text, "SCH", 25, status)


def test_a_booked_visit_is_read_whole() -> None:
    notice = visit_in(BOOKED)

    visit = notice.visit
    assert (notice.control_id, notice.event, notice.sender) == ("E7782", VisitEvent.BOOKED, "EHR CLINIC")
    assert notice.sent == datetime(2027, 1, 4, 15, 1, tzinfo=UTC)
    assert notice.findings == ()
    assert visit.number == "556677"
    assert (visit.placer, visit.filler) == (Number(id="B-88", given_by="RECEPT"), Number(id="556677", given_by="EHR"))
    assert visit.during == HALF_AN_HOUR
    assert visit.standing is Status.BOOKED
    assert (visit.service, visit.practitioner, visit.room, visit.location) == ("BOTOX", "1234567893", "RM2", "CLINIC1")
    assert (visit.why, visit.reason) == (Code(id="NEW"), Code(id="ROUTINE"))
    assert [(one.kind, one.what, one.action, one.during) for one in visit.resources] == [
        (Kind.SERVICE, Code(id="BOTOX", text="Botox consult", system="L"), Action.ADD, HALF_AN_HOUR),
        (Kind.PLACE, Spot(point="MAIN", room="RM2", facility="CLINIC1"), Action.ADD, HALF_AN_HOUR),
        (Kind.PERSON, OKAFOR, Action.ADD, HALF_AN_HOUR),
    ]
    assert [one.chart for one in visit.patients] == ["MRN777"]


@pytest.mark.parametrize(
    ("event", "status", "happened", "standing"),
    [
        ("S12", "Booked", VisitEvent.BOOKED, Status.BOOKED),
        ("S12", "", VisitEvent.BOOKED, Status.BOOKED),
        ("S12", "pending", VisitEvent.BOOKED, Status.PENDING),
        ("S12", "Waitlist", VisitEvent.BOOKED, Status.WAITLIST),
        ("S13", "Booked", VisitEvent.MOVED, Status.BOOKED),
        ("S14", "Started", VisitEvent.CHANGED, Status.CHECKED_IN),
        ("S14", "Complete", VisitEvent.CHANGED, Status.FULFILLED),
        ("S14", "Cancelled", VisitEvent.CHANGED, Status.CANCELLED),
        ("S14", "", VisitEvent.CHANGED, None),
        ("S15", "Cancelled", VisitEvent.CANCELLED, Status.CANCELLED),
        ("S15", "", VisitEvent.CANCELLED, Status.CANCELLED),
        ("S17", "Deleted", VisitEvent.DELETED, Status.ENTERED_IN_ERROR),
        ("S26", "Noshow", VisitEvent.MISSED, Status.NOSHOW),
    ],
)
def test_each_event_says_what_happened_and_how_the_visit_stands(
    event: str, status: str, happened: VisitEvent, standing: Status | None
) -> None:
    notice = visit_in(as_event(BOOKED, event, status))

    assert (notice.event, notice.visit.standing, notice.findings) == (happened, standing, ())


@pytest.mark.parametrize(
    ("event", "status", "standing"),
    [
        ("S26", "Booked", Status.NOSHOW),
        ("S26", "Cancelled", Status.NOSHOW),
        ("S15", "Booked", Status.CANCELLED),
        ("S12", "Cancelled", None),
        ("S13", "Noshow", None),
        ("S12", "Vielleicht", None),
    ],
)
def test_a_word_that_does_not_go_with_the_event_is_reported(event: str, status: str, standing: Status | None) -> None:
    notice = visit_in(as_event(BOOKED, event, status))

    assert notice.visit.standing is standing
    assert places_of(notice) == ["SCH-25.1"]


def test_an_unknown_word_is_shown_only_where_it_is_a_word() -> None:
    assert '"Vielleicht"' in visit_in(as_event(BOOKED, "S12", "Vielleicht")).findings[0].says.replace(
        "VIELLEICHT", "Vielleicht"
    )
    assert "RIVERA" not in str(visit_in(as_event(BOOKED, "S12", "Mrs. Rivera, called")).findings)


@pytest.mark.parametrize("event", [*RECOGNISED, "S25", "S27", ""])
def test_an_event_that_is_not_acted_on_is_reported_with_its_control_id(event: str) -> None:
    notice = tells(as_event(BOOKED, event))

    assert isinstance(notice, NotRead)
    assert (notice.control_id, notice.kind, notice.event) == ("E7782", "SIU", event)
    assert RECOGNISED.get(event, "not known") in notice.why


def test_a_blocked_time_without_a_patient_is_no_visit() -> None:
    notice = tells(without(as_event(BOOKED, "S12", "Blocked"), "PID"))

    assert isinstance(notice, NotRead)
    assert "blocked" in notice.why


@pytest.mark.parametrize("text", [without(BOOKED, "SCH"), with_field(with_field(BOOKED, "SCH", 1, ""), "SCH", 2, "")])
def test_a_notice_that_names_no_visit_is_reported(text: str) -> None:
    assert isinstance(tells(text), NotRead)


def test_a_cancelled_visit_needs_neither_patient_nor_resources() -> None:
    notice = visit_in(CANCELLED)

    assert notice.visit.standing is Status.CANCELLED
    assert (notice.visit.patients, notice.visit.resources) == ((), ())
    assert notice.visit.why == Code(id="PATREQ", text="Patient request", system="L")


def test_epics_notice_is_read_by_its_profile() -> None:
    notice = visit_in(BY_EPIC, EPIC)

    visit = notice.visit
    assert notice.findings == ()
    assert (visit.number, visit.standing, visit.during) == ("8812", Status.BOOKED, HALF_AN_HOUR)
    assert (visit.service, visit.practitioner, visit.room, visit.location) == ("RETURN", "77", "RM4", "DEPT7")
    assert visit.patients[0].chart == "M42"
    assert visit.resources[1].during == lasting(20, after=timedelta(minutes=10))


def test_a_site_with_one_number_and_general_resources_is_read_by_its_profile() -> None:
    notice = visit_in(BY_ONE_NUMBER, ONE_NUMBER)

    visit = notice.visit
    assert (notice.event, visit.number, visit.standing) == (VisitEvent.MOVED, "4711", Status.BOOKED)
    assert (visit.practitioner, visit.room, visit.service) == ("OKAFOR, Dr Ada", "Chair 2", "CHECK")
    assert visit.during == lasting(20)
    assert [one.group for one in visit.resources] == [0, 0]
    assert places_of(notice) == ["PID-7", "PID-8"]


def test_a_kind_of_resource_that_the_profile_does_not_know_is_reported() -> None:
    notice = visit_in(BY_ONE_NUMBER.replace("|ROOM", "|SOFA"), ONE_NUMBER)

    assert notice.visit.room == ""
    assert "AIG-4" in places_of(notice)


def test_the_deleted_event_of_a_site_that_means_cancelled_is_read_so() -> None:
    assert visit_in(BY_EPIC.replace("S12", "S17"), EPIC).event is VisitEvent.CANCELLED


@pytest.mark.parametrize(
    "text",
    [
        with_field(BOOKED, "SCH", 11, "^^30^20270105090000"),
        with_field(with_field(BOOKED, "SCH", 9, ""), "SCH", 11, "^^M30^20270105090000"),
        with_field(with_field(BOOKED, "SCH", 9, "1800"), "SCH", 10, "S"),
        with_field(BOOKED, "SCH", 11, "").replace("PID|", "TQ1|1|||||30^min|20270105090000\nPID|", 1),
        with_field(BOOKED, "SCH", 11, "").replace("PID|", "TQ1|1||||||20270105090000|20270105093000\nPID|", 1),
        with_field(BOOKED, "SCH", 11, ""),
        with_field(with_field(BOOKED, "SCH", 11, "^^^20270105090000-0600^20270105093000-0600"), "SCH", 9, ""),
        with_field(BOOKED, "SCH", 10, "min^minutes^ISO+"),
        with_field(BOOKED, "SCH", 10, ""),
    ],
)
def test_a_visits_time_is_found_wherever_a_site_tells_it(text: str) -> None:
    notice = visit_in(text)

    assert notice.visit.during == HALF_AN_HOUR
    assert notice.findings == ()


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (with_field(BOOKED, "SCH", 9, "45"), "SCH-9"),
        (with_field(BOOKED, "SCH", 10, "fortnights"), "SCH-9"),
        (with_field(BOOKED, "SCH", 9, "half an hour"), "SCH-9"),
        (with_field(BOOKED, "SCH", 9, "999999"), "SCH-9"),
        (BOOKED.replace("PID|", "TQ1|1||||||20270105100000\nPID|", 1), "TQ1-7"),
        (with_field(BOOKED, "AIP", 6, "20270204090000"), "AIP-6"),
        (with_field(BOOKED, "AIP", 6, "noon"), "AIP-6"),
        (with_field(BOOKED, "AIP", 2, "Q"), "AIP-2"),
        (with_field(BOOKED, "AIP", 3, ""), "AIP-3"),
    ],
)
def test_figures_that_contradict_each_other_or_say_nothing_are_reported(text: str, place: str) -> None:
    notice = visit_in(text)

    assert notice.visit.during == HALF_AN_HOUR
    assert place in places_of(notice)


def test_a_length_without_a_unit_is_reported_where_the_profile_names_none() -> None:
    site = Site(**{**{name: getattr(STANDARD, name) for name in Site.__slots__}, "minutes_unless_said": False})

    notice = visit_told(
        read(with_field(with_field(BOOKED, "SCH", 10, ""), "SCH", 11, "^^^20270105090000")),
        site,
        Zones(everywhere=AUSTIN),
    )

    assert isinstance(notice, VisitTold)
    assert isinstance(notice.visit.during, TimeUnclear)
    assert "SCH-9" in places_of(notice)


@pytest.mark.parametrize(
    ("start", "why"),
    [
        ("20261101013000", "twice"),
        ("20270314023000", "skips"),
        ("next week", "no time stamp"),
        ("20270105", "day without a time"),
    ],
)
def test_a_time_that_cannot_be_told_is_reported_and_not_guessed(start: str, why: str) -> None:
    notice = visit_in(without(with_field(BOOKED, "SCH", 11, f"^^30^{start}"), "RGS", "AIS", "AIL", "AIP"))

    assert isinstance(notice.visit.during, TimeUnclear)
    assert why in notice.visit.during.why
    assert [(one.place, why in one.says) for one in notice.findings] == [("SCH-11.4", True)]


def test_without_a_time_of_its_own_a_visit_begins_with_the_first_thing_it_takes() -> None:
    steps = "AIS|2|A|PEEL|20270105085000-0600|||20|min\nAIS|3|A|REST|20270105093000|||10|min\n"
    text = without(with_field(with_field(BOOKED, "SCH", 11, ""), "SCH", 9, ""), "AIL", "AIP") + steps

    assert visit_in(text).visit.during == lasting(20, after=timedelta(minutes=-10))
    unclear = visit_in(text + "AIS|4|A|LATER|20261101013000\n").visit.during
    assert isinstance(unclear, TimeUnclear)


def test_a_booked_visit_without_any_time_is_reported() -> None:
    notice = visit_in(without(with_field(BOOKED, "SCH", 11, ""), "AIS", "AIL", "AIP"))

    assert notice.visit.during is None
    assert places_of(notice) == ["SCH-11"]


def test_without_a_zone_of_the_location_a_time_without_offset_is_unclear() -> None:
    notice = tells(BOOKED, zone=None)

    assert isinstance(notice, VisitTold)
    assert isinstance(notice.visit.during, TimeUnclear)


def test_each_location_is_read_by_its_own_clock() -> None:
    zones = Zones(everywhere=AUSTIN, by_location={"CLINIC1": ZoneInfo("America/Denver")})

    notice = visit_told(read(BOOKED), STANDARD, zones)

    assert isinstance(notice, VisitTold)
    assert notice.visit.during == lasting(30, after=timedelta(hours=1))


def test_a_resource_that_is_taken_out_is_not_the_visits() -> None:
    notice = visit_in(as_event(with_field(BOOKED, "AIP", 2, "D") + "AIP|2|A|55^GRAY^DANA\n", "S14"))

    assert notice.visit.practitioner == "55"
    assert [one.action for one in notice.visit.resources][-2:] == [Action.DELETE, Action.ADD]


def test_several_steps_people_patients_and_notes_are_all_read() -> None:
    text = with_field(BOOKED, "AIP", 3, "1^OKAFOR^ADA~2^GRAY^DANA") + (
        "NTE|1||bring the letter\nRGS|2|A\nAIS|1|A|PEEL\nZZZ|1\nPID|2||M2^^^CLINIC^MR||GRAY^SAM\n"
    )

    visit = visit_in(text).visit

    assert [one.group for one in visit.resources] == [1, 1, 1, 1, 2]
    assert [one.chart for one in visit.patients] == ["MRN777", "M2"]
    assert visit.notes == ("bring the letter",)


def test_a_visit_of_a_series_names_what_it_came_from() -> None:
    visit = visit_in(with_field(with_field(BOOKED, "SCH", 24, "111^EHR"), "SCH", 3, "4")).visit

    assert (visit.replaces, visit.occurrence) == (Number(id="111", given_by="EHR"), "4")


def test_odd_octets_and_escapes_are_among_the_findings() -> None:
    assert places_of(visit_in(BOOKED + "NTE|1||\\Zx\\")) == ["NTE-3"]


def test_a_request_is_read_with_the_times_it_asks_for() -> None:
    asked = tells(ASKED)

    assert isinstance(asked, VisitAsked)
    assert (asked.asks, asked.control_id, asked.findings) == (Asks.BOOK, "M0001", ())
    assert asked.wanted == (HALF_AN_HOUR, lasting(30, after=timedelta(days=1)))
    assert (asked.visit.service, asked.visit.practitioner, asked.visit.notes) == (
        "BOTOX",
        "1234567893",
        ("prefers mornings",),
    )
    assert asked.visit.length == timedelta(minutes=30)


@pytest.mark.parametrize(
    ("event", "asks"),
    [("S02", Asks.MOVE), ("S03", Asks.CHANGE), ("S04", Asks.CANCEL), ("S05", Asks.DISCONTINUE)],
)
def test_each_request_says_what_it_asks(event: str, asks: Asks) -> None:
    asked = tells(with_field(ASKED, "MSH", 9, f"SRM^{event}^SRM_S01"))

    assert isinstance(asked, VisitAsked)
    assert asked.asks is asks


def test_a_request_for_a_time_that_cannot_be_told_is_reported() -> None:
    asked = tells(with_field(ASKED, "ARQ", 11, "20261101013000"))

    assert isinstance(asked, VisitAsked)
    assert "ARQ-11" in places_of(asked)


@pytest.mark.parametrize("text", [with_field(ASKED, "MSH", 9, "SRM^S06^SRM_S01"), without(ASKED, "ARQ")])
def test_a_request_that_is_not_acted_on_is_reported(text: str) -> None:
    asked = tells(text)

    assert isinstance(asked, NotRead)
    assert asked.control_id == "M0001"
