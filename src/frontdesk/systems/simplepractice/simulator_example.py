"""A small invented therapy practice for tests and for trying out: two offices and video, four people, six services."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from frontdesk.systems.simplepractice.simulator_practice import Names, Status, World
from frontdesk.systems.simplepractice.simulator_rows import Row
from frontdesk.systems.simplepractice.simulator_world import (
    appointment,
    client,
    clinician,
    event,
    office,
    out_of_office,
    service,
)

NEW_YORK = ZoneInfo("America/New_York")
MONDAY = date(2026, 3, 2)
"""The first day of the example's weeks; the second Sunday after it begins daylight saving time."""

HARBOR_STREET, RIVERSIDE, VIDEO = 8377721, 8377722, 8377723
INTAKE, SESSION, COUPLES, INTRO, GROUP, REVIEW = 3866, 3867, 3868, 3869, 3870, 3871
ORTEGA, BROOKS, LINDQVIST, FERRO = 2, 3, 5, 8
DANA, DANA_TOO, DEVON, MAYA, LEO, NORA, PAT, FORMER = range(40_001, 40_009)

LINK_OF_ORTEGA = "SimulatedSecretLinkOfRosaOrtega000000001"
LINK_OF_BROOKS = "SimulatedSecretLinkOfImaniBrooks00000002"
LINK_OF_LINDQVIST = "SimulatedSecretLinkOfTheoLindqvist000003"


def example_world(*, monday: date = MONDAY, zone: ZoneInfo = NEW_YORK) -> World:
    """A therapy practice whose calendar begins on `monday`. Everybody in it is invented.

    Ortega's feed shows initials, Brooks's full names, Lindqvist's first names in a zone of their own; Ferro's calendar
    is not shared. Two clients are named Dana Quill, and a third has their initials; Maya and Leo share a phone; Nora's
    name was typed in small letters. Pat comes every Tuesday for twelve weeks: the third time an hour later, the fifth
    was called off. Ortega has a meeting on Wednesdays at 12:00; Brooks is away on the second Thursday and Friday.
    """
    everyone = (ORTEGA, BROOKS, LINDQVIST)
    everywhere = (HARBOR_STREET, RIVERSIDE, VIDEO)
    return World(
        name="Harbor Therapy",
        host="harbor-therapy.clientsecure.me",
        zone=zone,
        offices=(
            office(HARBOR_STREET, "Harbor Street", phone="(555) 010-2200", street="12 Harbor St", city="Exampleton",
                   state="NY", zip="00000"),
            office(RIVERSIDE, "Riverside", phone="(555) 010-2201", street="7 Mill Ln, Floor 2", city="Exampleton",
                   state="NY", zip="00000"),
            office(VIDEO, "Video Office", phone="(555) 010-2200"),
        ),
        clinicians=(
            clinician(ORTEGA, "Rosa", "Ortega", secret=LINK_OF_ORTEGA, suffix="LCSW", phone="(555) 010-2202"),
            clinician(BROOKS, "Imani", "Brooks", secret=LINK_OF_BROOKS, names=Names.FULL),
            clinician(LINDQVIST, "Theo", "Lindqvist", secret=LINK_OF_LINDQVIST, names=Names.FIRST,
                      zone="America/Chicago"),
            clinician(FERRO, "Alba", "Ferro", secret=""),
        ),
        services=(
            service(INTAKE, "Intake interview", 50, rate="150.0", clinicians=everyone, offices=everywhere),
            service(SESSION, "Individual session", 50, rate="120.0", clinicians=everyone, offices=everywhere),
            service(COUPLES, "Couples session", 80, rate="180.0", clinicians=(BROOKS,), offices=(RIVERSIDE,),
                    call_to_book=True),
            service(INTRO, "Intro call", 15, rate="0.0", clinicians=everyone, offices=(VIDEO,)),
            service(GROUP, "Skills group", 90, rate="60.0", clinicians=(LINDQVIST,), offices=(RIVERSIDE,)),
            service(REVIEW, "Case review", 30, rate="90.0", clinicians=(ORTEGA,), offices=(VIDEO,), online=False),
        ),
        clients=(
            client(DANA, "Dana", "Quill", clinician=ORTEGA, phone="+15550102233", email="dana.quill@example.com"),
            client(DANA_TOO, "Dana", "Quill", clinician=BROOKS, phone="+15550102234"),
            client(DEVON, "Devon", "Quade", clinician=ORTEGA, phone="+15550102235"),
            client(MAYA, "Maya", "Sample", clinician=BROOKS, phone="+15550102236", email="sample@example.com"),
            client(LEO, "Leo", "Sample", clinician=BROOKS, phone="+15550102236"),
            client(NORA, "nora", "mockley", clinician=LINDQVIST, phone="+15550102237"),
            client(PAT, "Pat", "Weekly", clinician=ORTEGA, phone="+15550102238", email="pat@example.com"),
            client(FORMER, "Jordan", "Longgone", clinician=ORTEGA, status="inactive"),
        ),
        appointments=tuple(_appointments(monday, zone)),
        events=(
            *(
                event(7_770_000_001 + week, ORTEGA, start=_at(monday, 7 * week + 2, 12),
                      end=_at(monday, 7 * week + 2, 13), zone=zone, says="Team meeting")
                for week in range(3)
            ),
            out_of_office(7_770_000_009, BROOKS, first=monday + timedelta(days=10), last=monday + timedelta(days=11)),
        ),
    )  # fmt: skip


def _at(monday: date, days: int, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(monday + timedelta(days=days), time(hour, minute))


def _appointments(monday: date, zone: ZoneInfo) -> list[Row]:
    def visit(
        number: int,
        client: int,
        clinician: int,
        service: int,
        office: int,
        at: datetime,
        minutes: int = 50,
        series: int = 0,
    ) -> Row:
        return appointment(
            number,
            client=client,
            clinician=clinician,
            service=service,
            office=office,
            at=at,
            minutes=minutes,
            zone=zone,
            series=series,
        )

    weekly = [
        visit(5_550_000_201 + 2 * week, PAT, ORTEGA, SESSION, VIDEO, _at(monday, 7 * week + 1, 10 + (week == 2)),
              series=5_550_000_201)
        for week in range(12)
    ]  # fmt: skip
    weekly[4] = {**weekly[4], "status": Status.CANCELED.value}
    return [
        visit(5_550_000_101, DANA, ORTEGA, INTAKE, HARBOR_STREET, _at(monday, 1, 14)),
        visit(5_550_000_103, DEVON, ORTEGA, SESSION, HARBOR_STREET, _at(monday, 2, 9)),
        visit(5_550_000_105, DANA, ORTEGA, SESSION, VIDEO, _at(monday, 9, 14)),
        *weekly,
        visit(5_550_000_301, DANA_TOO, BROOKS, SESSION, RIVERSIDE, _at(monday, 1, 14)),
        visit(5_550_000_303, MAYA, BROOKS, COUPLES, RIVERSIDE, _at(monday, 3, 16), 80),
        visit(5_550_000_305, LEO, BROOKS, INTAKE, VIDEO, _at(monday, 4, 11)),
        visit(5_550_000_401, NORA, LINDQVIST, SESSION, VIDEO, _at(monday, 1, 23, 10)),
    ]
