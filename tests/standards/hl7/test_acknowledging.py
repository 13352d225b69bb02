"""Acknowledgements: what we say of a message, and what is said of ours."""

import pytest
from tests.standards.hl7.samples import ANSWERED, BOOKED, BY_EPIC, NOW, STANDARD, octets, read, tells, with_field

from frontdesk.domain.appointment import Status
from frontdesk.standards.hl7.acknowledging import (
    AckCode,
    Acknowledgement,
    Condition,
    ErrorCode,
    ErrorTold,
    Objection,
    acknowledge,
    acknowledgement,
    objection,
    wanted,
)
from frontdesk.standards.hl7.answering import Answering, Refusal, answers, control_id_of, known_by
from frontdesk.standards.hl7.message import read_message
from frontdesk.standards.hl7.reading import RequestAnswered
from frontdesk.standards.hl7.visit import NotRead

TAKEN = Objection(error=ErrorCode.INTERNAL, place="ARQ-11", says="Requested time is no longer free")
ANSWERING = Answering(site=STANDARD, now=lambda: NOW.at, new_id=lambda: "A1")


def said_of(text: str, code: AckCode, objecting: Objection | None = None) -> list[str]:
    made = acknowledge(read(text), code, at=NOW.at, control_id="A1", objecting=objecting)
    return [segment.raw for segment in made.segments]


def with_modes(accept: str, application: str) -> str:
    return with_field(with_field(BOOKED, "MSH", 15, accept), "MSH", 16, application)


def test_an_acknowledgement_goes_back_the_way_the_message_came() -> None:
    assert said_of(BOOKED, AckCode.ACCEPTED) == [
        r"MSH|^~\&|FRONTDESK|CLINIC|EHR|CLINIC|20270104090000-0600||ACK^S12^ACK|A1|P|2.5.1",
        "MSA|AA|E7782",
    ]


def test_an_older_version_hears_its_errors_in_the_older_form() -> None:
    assert said_of(BY_EPIC, AckCode.ERROR, TAKEN) == [
        r"MSH|^~\&|FRONTDESK|CLINIC|EPIC|HOSP|20270104090000-0600||ACK^S12|A1|P|2.3",
        "MSA|AE|31|Requested time is no longer free",
        "ERR|ARQ^1^11^207&Application internal error&HL70357",
    ]


def test_a_newer_version_hears_its_errors_in_the_newer_form() -> None:
    assert said_of(BOOKED, AckCode.ERROR, TAKEN)[1:] == [
        "MSA|AE|E7782",
        "ERR||ARQ^1^11|207^Application internal error^HL70357|E||||Requested time is no longer free",
    ]


def test_an_acknowledgement_uses_the_senders_separators_and_letters() -> None:
    header = "MSH#*~!:#EHR#Zoë#B#C#20270104##SIU*S12#7#P#2.5.1######8859/1\rPID#1\r"

    said = acknowledge(read_message(header.encode("latin-1")), AckCode.ACCEPTED, at=NOW.at, control_id="A1").octets

    assert said.startswith("MSH#*~!:#B#C#EHR#Zoë#".encode("latin-1"))
    assert said.endswith(b"######8859/1\rMSA#AA#7\r")


@pytest.mark.parametrize("version", ["2.3", "2.4", "2.5.1"])
@pytest.mark.parametrize("code", AckCode)
def test_what_we_say_is_what_they_read(code: AckCode, version: str) -> None:
    came = read(with_field(BOOKED, "MSH", 12, version))

    said = acknowledgement(acknowledge(came, code, at=NOW.at, control_id="A1", objecting=TAKEN))

    assert said is not None
    assert (said.control_id, said.answers, said.code) == ("A1", "E7782", code)
    assert [(one.code, one.place) for one in said.errors] == [("207", "ARQ-11")]
    assert "Requested time is no longer free" in (said.says, said.errors[0].says)


@pytest.mark.parametrize(
    ("code", "accepts", "commits"),
    [
        *(("AA", True, False), ("AE", False, False), ("AR", False, False)),
        *(("CA", True, True), ("CE", False, True), ("CR", False, True)),
    ],
)
def test_each_code_says_yes_or_no_and_of_what(code: str, accepts: bool, commits: bool) -> None:
    said = acknowledgement(read(with_field(ANSWERED, "MSA", 1, code)))

    assert said is not None
    assert said.code is not None
    assert (said.code.value, said.code.accepts, said.code.is_commit) == (code, accepts, commits)


def test_a_code_nobody_knows_is_neither_yes_nor_no() -> None:
    said = acknowledgement(read(with_field(ANSWERED, "MSA", 1, "OK")))

    assert said is not None
    assert said.code is None


def test_an_answer_to_a_request_brings_the_visit() -> None:
    answer = tells(ANSWERED)

    assert isinstance(answer, RequestAnswered)
    assert (answer.said.answers, answer.said.code, answer.control_id) == ("M0001", AckCode.ACCEPTED, "E7781")
    assert answer.visit is not None
    assert (answer.visit.number, answer.visit.standing, answer.findings) == ("556677", Status.BOOKED, ())


def test_a_refused_request_says_why() -> None:
    refused = r"""
MSH|^~\&|EHR|CLINIC|FRONTDESK|CLINIC|20270104090002-0600||SRR^S01^SRR_S01|E7781|P|2.5.1
MSA|AE|M0001|Slot not available
ERR||ARQ^1^11|207^Application error^HL70357|E|||SLOTTAKEN|Requested time is no longer free
"""

    answer = tells(refused)

    assert isinstance(answer, RequestAnswered)
    assert answer.visit is None
    assert answer.said == Acknowledgement(
        control_id="E7781",
        answers="M0001",
        code=AckCode.ERROR,
        says="Slot not available",
        errors=(ErrorTold(code="207", severity="E", place="ARQ-11", says="Requested time is no longer free"),),
    )


@pytest.mark.parametrize("kind", ["ACK", "SRR^S01"])
def test_an_answer_without_an_msa_is_reported(kind: str) -> None:
    assert isinstance(tells(with_field(BOOKED, "MSH", 9, kind)), NotRead)


def test_a_plain_acknowledgement_is_read() -> None:
    assert isinstance(tells(with_field(ANSWERED, "MSH", 9, "ACK^S12^ACK")), Acknowledgement)


@pytest.mark.parametrize(
    ("field", "content", "error"),
    [
        (10, "", ErrorCode.MISSING),
        (9, "ORU^R01", ErrorCode.MESSAGE_TYPE),
        (11, "T", ErrorCode.PROCESSING),
        (12, "2.8", ErrorCode.VERSION),
        (3, "OTHER", ErrorCode.NOT_IN_TABLE),
        (4, "OTHER", ErrorCode.NOT_IN_TABLE),
    ],
)
def test_a_message_that_is_not_for_us_is_refused_with_its_reason(field: int, content: str, error: ErrorCode) -> None:
    came = read(with_field(BOOKED, "MSH", field, content))

    why = objection(came, STANDARD, kinds=frozenset({"SIU"}))

    assert why is not None
    assert (why.error, why.place) == (error, f"MSH-{field}")


def test_a_message_for_us_meets_no_objection() -> None:
    assert objection(read(BOOKED), STANDARD, kinds=frozenset({"SIU"})) is None


@pytest.mark.parametrize(
    ("accept", "application", "kept", "failed"),
    [
        ("", "", "AA", "AE"),
        ("AL", "NE", "CA", "CE"),
        ("AL", "", "CA", "CE"),
        ("ER", "AL", None, "CE"),
        ("SU", "AL", "CA", None),
        ("NE", "AL", None, None),
        ("", "AL", None, None),
        ("XX", "", "CA", "CE"),
    ],
)
def test_a_sender_hears_what_it_asked_to_hear(
    accept: str, application: str, kept: str | None, failed: str | None
) -> None:
    came = octets(with_modes(accept, application))

    heard = [ANSWERING.kept(came), ANSWERING.failed(came)]

    assert [one and read_message(one).segments[1].text(1) for one in heard] == [kept, failed]


def test_the_application_acknowledgement_is_asked_for_apart() -> None:
    assert wanted(read(with_modes("AL", "ER"))).application is Condition.ON_ERROR
    assert wanted(read(BOOKED)).accept is None
    assert Condition.ON_ERROR.wants(AckCode.ERROR)
    assert not Condition.ON_ERROR.wants(AckCode.ACCEPTED)
    assert not Condition.NEVER.wants(AckCode.ERROR)


@pytest.mark.parametrize("heard", [b"", b"hello", b"\xff\xfe\x00", b"MSH|"])
def test_what_is_no_message_is_refused_without_a_name(heard: bytes) -> None:
    refusal = ANSWERING.refusal(heard)

    for answer in (refusal and refusal.answer, ANSWERING.failed(heard), ANSWERING.too_long(heard)):
        assert answer is not None
        said = acknowledgement(read_message(answer))
        assert said is not None
        assert (said.code, said.answers) == (AckCode.REJECTED, "")


def test_a_message_that_is_too_long_is_refused_by_its_beginning() -> None:
    answer = ANSWERING.too_long(octets(BOOKED)[:150])

    assert answer is not None
    said = acknowledgement(read_message(answer))
    assert said is not None
    assert (said.code, said.answers, said.errors[0].code) == (AckCode.REJECTED, "E7782", "104")


def test_a_test_message_is_refused_before_it_is_kept() -> None:
    refusal = ANSWERING.refusal(octets(with_field(BOOKED, "MSH", 11, "T")))

    assert refusal is not None
    assert b"MSA|AR|E7782" in (refusal.answer or b"")
    assert ANSWERING.refusal(octets(BOOKED)) is None


def test_a_message_that_is_not_for_us_is_refused_even_where_its_sender_wants_to_hear_nothing() -> None:
    came = octets(with_field(with_modes("NE", "NE"), "MSH", 11, "T"))

    assert ANSWERING.refusal(came) == Refusal(answer=None)


def test_a_sender_whose_name_is_no_letters_is_answered_all_the_same() -> None:
    came = octets(BOOKED).replace(b"|EHR|", b"|\xff\xfe|")

    answer = ANSWERING.failed(came)

    assert answer is not None
    assert b"MSA|AR" in answer


def test_the_wire_is_told_who_a_message_is_and_what_an_answer_is_about() -> None:
    assert known_by(octets(BOOKED)) == "EHR|CLINIC|E7782"
    assert control_id_of(octets(BOOKED)) == "E7782"
    assert answers(octets(ANSWERED)) == "M0001"
    for nothing in (b"", b"hello", octets(with_field(BOOKED, "MSH", 10, ""))):
        assert (known_by(nothing), control_id_of(nothing), answers(nothing)) == (None, None, None)
