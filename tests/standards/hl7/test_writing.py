"""What we write to a site, read back by ourselves and checked by another hand's idea of the standard."""

from dataclasses import replace
from datetime import timedelta

import hl7
import pytest
from hl7apy.consts import VALIDATION_LEVEL
from hl7apy.core import Message as TheirMessage
from hl7apy.exceptions import ValidationError
from hl7apy.parser import parse_message
from hypothesis import given
from hypothesis import strategies as st
from tests.standards.hl7.samples import (
    ASKED,
    AT_NINE,
    AUSTIN,
    EPIC,
    HALF_AN_HOUR,
    NOW,
    ONE_NUMBER,
    STANDARD,
    a_person,
    an_order,
    lasting,
    read,
)

from frontdesk.domain.appointment import Status
from frontdesk.domain.faults import Impossible
from frontdesk.standards.hl7.acknowledging import AckCode, ErrorCode, Objection, acknowledge
from frontdesk.standards.hl7.datatypes import NO_CODE, ChartId, Code, Name, Number
from frontdesk.standards.hl7.message import Message, read_message
from frontdesk.standards.hl7.notation import Unwritable
from frontdesk.standards.hl7.patients import MergesTold, PatientEvent, PatientTold
from frontdesk.standards.hl7.reading import RequestAnswered, told
from frontdesk.standards.hl7.site import Answers, Moves, Orders, Site, VisitEvent
from frontdesk.standards.hl7.times import Zones
from frontdesk.standards.hl7.visit import Asks, VisitAsked, VisitTold
from frontdesk.standards.hl7.writing_patients import merge_notice, patient_notice
from frontdesk.standards.hl7.writing_visits import Stamped, answer, moved, notice, ordered, refusal, request

LATER = Stamped(at=NOW.at + timedelta(seconds=1), control_id="M0002")
WORDS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=12).map(str.strip).filter(bool)
LATIN_1 = replace(STANDARD, writes="8859/1")


def in_version(version: str) -> Site:
    return replace(STANDARD, versions=(version,))


def back(made: Message, site: Site = STANDARD) -> object:
    came = read_message(made.octets, unmarked=site.unmarked_codec)
    assert came.octets == made.octets
    return told(came, site, Zones(everywhere=AUSTIN))


def every_message(site: Site) -> list[Message]:
    laser = Code(id="LASER-2", text="Laser")
    order = an_order(filler=Number(id="556677", given_by="EHR"), devices=(laser,), note="first\nvisit")
    asked = read(ASKED)
    objecting = Objection(error=ErrorCode.INTERNAL, place="ARQ-11", says="No longer free")
    return [
        *(notice(event, order, site, NOW) for event in VisitEvent),
        *(request(asks, order, site, NOW) for asks in Asks),
        answer(asked, AckCode.ACCEPTED, site, NOW, order=order),
        answer(asked, AckCode.ACCEPTED, site, NOW, order=None),
        refusal(asked, site, NOW, objecting),
        *(patient_notice(event, a_person(), site, NOW) for event in PatientEvent),
        merge_notice(a_person(), (ChartId(id="MRN2", authority="CLINIC", type="MR"),), site, NOW),
        acknowledge(asked, AckCode.ERROR, at=NOW.at, control_id="A1", objecting=objecting),
    ]


def named(made: Message) -> str:
    return f"{made.kind}-{made.event}-{made.version}"


NEWER = [made for version in ("2.3.1", "2.4", "2.5", "2.5.1") for made in every_message(in_version(version))]
OLDEST = [made for made in every_message(in_version("2.3")) if f"{made.kind} {made.event}" in {"SIU S12", "SRM S01"}]
"""Of 2.3 the other hand knows the structure of these two."""


@pytest.mark.parametrize("made", [*NEWER, *OLDEST], ids=named)
def test_another_hands_standard_finds_what_we_write_valid(made: Message) -> None:
    theirs = parse_message(made.octets.decode(), validation_level=VALIDATION_LEVEL.STRICT)

    assert theirs.validate()
    assert theirs.msh.msh_10.to_er7() == made.control_id


def test_that_other_hand_finds_a_field_that_is_missing() -> None:
    made = notice(VisitEvent.BOOKED, an_order(why=NO_CODE), STANDARD, NOW)

    with pytest.raises(ValidationError, match="SCH_6"):
        parse_message(made.octets.decode(), validation_level=VALIDATION_LEVEL.STRICT).validate()


@pytest.mark.parametrize("made", every_message(STANDARD), ids=named)
def test_a_third_reader_finds_the_same_fields(made: Message) -> None:
    theirs = hl7.parse(made.octets.decode())

    assert str(theirs.segment("MSH")[10]) == made.control_id
    assert [str(segment[0]) for segment in theirs] == [segment.name for segment in made.segments]
    for their_segment, segment in zip(theirs, made.segments, strict=True):
        for position in range(3, len(segment.fields) + 1):
            assert str(their_segment[position]) == segment.field(position).raw


@pytest.mark.parametrize("event", VisitEvent)
def test_a_notice_is_read_back_as_it_was_meant(event: VisitEvent) -> None:
    order = an_order(filler=Number(id="556677", given_by="EHR"), note="bring | the ^ letter")

    heard = back(notice(event, order, STANDARD, NOW))

    assert isinstance(heard, VisitTold)
    visit = heard.visit
    assert (heard.event, heard.findings) == (event, ())
    assert (visit.number, visit.placer, visit.during) == ("556677", order.placer, HALF_AN_HOUR)
    assert visit.patients == (order.patient,)
    assert visit.notes == ("bring | the ^ letter",)
    gives_up = event in {VisitEvent.CANCELLED, VisitEvent.DELETED, VisitEvent.MISSED}
    taken = [order.service, order.spot, order.practitioner]
    assert [one.what for one in visit.resources] == ([] if gives_up else taken)
    assert visit.standing is not None
    assert visit.standing.takes_time is not gives_up


@pytest.mark.parametrize("asks", Asks)
def test_a_request_is_read_back_as_it_was_meant(asks: Asks) -> None:
    order = an_order()

    heard = back(request(asks, order, STANDARD, NOW))

    assert isinstance(heard, VisitAsked)
    assert (heard.asks, heard.wanted, heard.findings) == (asks, (HALF_AN_HOUR,), ())
    assert (heard.visit.why, heard.visit.reason, heard.visit.type) == (order.why, order.reason, order.service)


def test_an_answer_is_read_back_as_it_was_meant() -> None:
    heard = back(answer(read(ASKED), AckCode.ACCEPTED, STANDARD, NOW, order=an_order(filler=Number(id="9"))))

    assert isinstance(heard, RequestAnswered)
    assert (heard.said.answers, heard.said.code) == ("M0001", AckCode.ACCEPTED)
    assert heard.visit is not None
    assert (heard.visit.number, heard.visit.standing, heard.visit.during) == ("9", Status.BOOKED, HALF_AN_HOUR)


def test_a_refusal_is_read_back_as_it_was_meant() -> None:
    objecting = Objection(error=ErrorCode.LOCKED, place="ARQ-11", says="No longer free")

    heard = back(refusal(read(ASKED), STANDARD, NOW, objecting))

    assert isinstance(heard, RequestAnswered)
    assert (heard.said.code, heard.visit) == (AckCode.ERROR, None)
    assert [(one.code, one.place, one.says) for one in heard.said.errors] == [("206", "ARQ-11", "No longer free")]


def test_an_answer_to_a_request_that_ends_a_series_tells_of_no_visit() -> None:
    asked = read(ASKED.replace("SRM^S01", "SRM^S05"))

    with pytest.raises(Impossible):
        answer(asked, AckCode.ACCEPTED, STANDARD, NOW, order=an_order())


@given(family=WORDS, given_name=WORDS, note=WORDS)
def test_whatever_a_patient_is_called_is_read_back(family: str, given_name: str, note: str) -> None:
    person = a_person(name=Name(family=family, given=given_name))

    heard = back(notice(VisitEvent.BOOKED, an_order(patient=person, note=note), STANDARD, NOW))

    assert isinstance(heard, VisitTold)
    assert heard.visit.patients[0].name == person.name
    assert heard.visit.notes == (note,)


@pytest.mark.parametrize("event", PatientEvent)
def test_a_patient_is_read_back_as_they_were_told(event: PatientEvent) -> None:
    heard = back(patient_notice(event, a_person(), STANDARD, NOW))

    assert isinstance(heard, PatientTold)
    assert (heard.event, heard.person, heard.findings) == (event, a_person(), ())


def test_what_is_to_be_deleted_is_written_so() -> None:
    person = a_person(reached_by=(), address=None, deleted=frozenset({"phones"}))

    heard = back(patient_notice(PatientEvent.PERSON_UPDATED, person, STANDARD, NOW))

    assert isinstance(heard, PatientTold)
    assert heard.person == person


def test_a_merge_is_read_back_as_it_was_told() -> None:
    gone = (ChartId(id="MRN2", authority="CLINIC", type="MR"),)

    heard = back(merge_notice(a_person(), gone, STANDARD, NOW))

    assert isinstance(heard, MergesTold)
    assert [(one.kept.chart, one.gone, one.gone_numbers) for one in heard.merges] == [("MRN777", "MRN2", gone)]


@pytest.mark.parametrize(
    ("orders", "moves", "asks", "event"),
    [
        (Orders.SRM, Moves.SAME_VISIT, Asks.BOOK, "SRM S01"),
        (Orders.SRM, Moves.SAME_VISIT, Asks.MOVE, "SRM S02"),
        (Orders.SRM, Moves.SAME_VISIT, Asks.CANCEL, "SRM S04"),
        (Orders.SIU, Moves.SAME_VISIT, Asks.BOOK, "SIU S12"),
        (Orders.SIU, Moves.SAME_VISIT, Asks.MOVE, "SIU S13"),
        (Orders.SIU, Moves.BOOKED_AGAIN, Asks.MOVE, "SIU S12"),
        (Orders.SIU, Moves.SAME_VISIT, Asks.CHANGE, "SIU S14"),
        (Orders.SIU, Moves.SAME_VISIT, Asks.CANCEL, "SIU S15"),
    ],
)
def test_each_site_is_asked_in_the_way_it_takes_orders(orders: Orders, moves: Moves, asks: Asks, event: str) -> None:
    made = ordered(asks, an_order(), replace(STANDARD, orders=orders, moves=moves), NOW)

    assert f"{made.kind} {made.event}" == event


def test_a_visit_that_is_moved_by_two_messages_is_booked_before_the_old_one_is_given_up() -> None:
    old = an_order(filler=Number(id="8812"))
    new = an_order(placer=Number(id="B-89"), during=lasting(30, after=timedelta(days=1)))

    messages = moved(old, new, EPIC, cancelling=LATER, booking=NOW)

    assert [(one.event, one.first("SCH").text(1)) for one in messages] == [("S12", "B-89"), ("S15", "B-88")]
    with pytest.raises(Impossible):
        moved(old, replace(new, placer=old.placer), EPIC, cancelling=LATER, booking=NOW)
    with pytest.raises(Impossible):
        ordered(Asks.MOVE, new, EPIC, NOW)


def test_a_site_that_takes_notices_is_told_of_no_series_that_ends() -> None:
    with pytest.raises(Impossible):
        ordered(Asks.DISCONTINUE, an_order(), ONE_NUMBER, NOW)


def test_a_site_is_written_to_as_its_profile_says() -> None:
    epic = notice(VisitEvent.BOOKED, an_order(filler=Number(id="8812")), EPIC, NOW)
    enhanced = replace(ONE_NUMBER, writes_offset=False, answers=Answers.ENHANCED)
    plain = notice(VisitEvent.BOOKED, an_order(), enhanced, NOW)

    assert epic.header.raw == r"MSH|^~\&|FRONTDESK|CLINIC|EPIC||20270104090000-0600||SIU^S12|M0001|P|2.3||||||8859/1"
    assert epic.first("PV1").text(19) == "8812"
    assert epic.first("SCH").text(11, 4) == "20270105090000-0600"
    assert plain.header.raw == r"MSH|^~\&|FRONTDESK|CLINIC|PMS|CLINIC|20270104090000-0600||SIU^S12|M0001|P|2.4|||AL|AL"
    assert plain.first("SCH").text(11, 4) == "20270105090000"


def test_a_name_that_the_sites_letters_lack_is_not_written_wrong() -> None:
    with pytest.raises(Unwritable):
        notice(VisitEvent.BOOKED, an_order(patient=a_person(name=Name(family="Łuk", given="A"))), LATIN_1, NOW)


def test_a_length_that_is_no_whole_minutes_is_not_written() -> None:
    during = replace(HALF_AN_HOUR, end=AT_NINE + timedelta(seconds=90))

    with pytest.raises(Impossible):
        notice(VisitEvent.BOOKED, an_order(during=during), STANDARD, NOW)


@pytest.mark.parametrize("codec", ["utf-8", "iso8859_1"])
def test_what_another_hand_builds_is_read(codec: str) -> None:
    theirs = TheirMessage("SIU_S12", version="2.5.1", validation_level=VALIDATION_LEVEL.TOLERANT)
    theirs.msh = r"MSH|^~\&|EHR|CLINIC|FRONTDESK|CLINIC|20270104090100||SIU^S12^SIU_S12|T1|P|2.5.1"
    theirs.msh.msh_18 = "UNICODE UTF-8" if codec == "utf-8" else "8859/1"
    theirs.sch.sch_2 = "556677^EHR"
    theirs.sch.sch_11.sch_11_4 = "20270105090000"
    theirs.sch.sch_9, theirs.sch.sch_10, theirs.sch.sch_25 = "30", "min", "Booked"
    patient = theirs.add_group("SIU_S12_PATIENT")
    patient.pid.pid_3, patient.pid.pid_5 = "MRN777^^^CLINIC^MR", "Muñoz^Zoë"
    resources = theirs.add_group("SIU_S12_RESOURCES")
    resources.rgs.rgs_1 = "1"
    resources.siu_s12_personnel_resource.aip.aip_3 = "77^Grüner^Ada"

    heard = told(read_message(theirs.to_er7().encode(codec) + b"\r"), STANDARD, Zones(everywhere=AUSTIN))

    assert isinstance(heard, VisitTold)
    assert (heard.visit.number, heard.visit.during, heard.findings) == ("556677", HALF_AN_HOUR, ())
    assert heard.visit.patients[0].name == Name(family="Muñoz", given="Zoë")
    assert heard.visit.practitioner == "77"
