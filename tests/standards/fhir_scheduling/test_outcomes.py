"""What a refusal means, by its status and its words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.standards.fhir_scheduling.resources import a_slot, outcome, says

from frontdesk.standards.fhir_scheduling.asking import etag, version_in
from frontdesk.standards.fhir_scheduling.outcomes import Kind, findings, trouble


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (412, outcome("conflict"), Kind.CONFLICT),
        (412, outcome("multiple-matches"), Kind.DUPLICATE),
        (412, None, Kind.CONFLICT),
        (409, outcome("processing"), Kind.CONFLICT),
        (409, outcome("duplicate"), Kind.CONFLICT),
        (422, outcome("duplicate"), Kind.DUPLICATE),
        (423, None, Kind.CONFLICT),
        (400, outcome("lock-error"), Kind.CONFLICT),
        (404, outcome("not-found", severity="fatal", vendor="59144"), Kind.NOT_FOUND),
        (404, None, Kind.NOT_FOUND),
        (410, outcome("processing"), Kind.GONE),
        (404, outcome("deleted"), Kind.GONE),
        (429, outcome("throttled"), Kind.THROTTLED),
        (429, "slow down", Kind.THROTTLED),
        (503, outcome("throttled"), Kind.STRUGGLING),
        (400, "no supported search parameters provided", Kind.INVALID),
        (422, outcome("structure"), Kind.INVALID),
        (422, outcome("business-rule"), Kind.RULE),
        (422, None, Kind.RULE),
        (401, None, Kind.SECURITY),
        (403, outcome("not-found"), Kind.SECURITY),
        (400, outcome("forbidden"), Kind.SECURITY),
        (500, outcome("required", severity="fatal"), Kind.STRUGGLING),
        (418, None, Kind.UNKNOWN),
        (302, None, Kind.UNKNOWN),
        (418, outcome("quite-new"), Kind.UNKNOWN),
        (200, outcome("not-found", severity="fatal"), Kind.NOT_FOUND),
        (200, outcome("quite-new", severity="fatal"), Kind.UNKNOWN),
    ],
)
def test_a_refusal_is_told_by_what_is_to_be_done(status: int, body: object, kind: Kind) -> None:
    wrong = trouble(says(body, status))

    assert wrong is not None
    assert (wrong.kind, wrong.status) == (kind, status)


def test_a_success_with_a_remark_is_a_success() -> None:
    assert trouble(says(outcome("informational", severity="information"))) is None
    assert trouble(says(outcome("processing", severity="warning", vendor="59109"))) is None
    assert trouble(says(a_slot(), 201)) is None
    assert trouble(says(None, 204)) is None


def test_the_words_of_a_server_are_kept_and_never_shown() -> None:
    wrong = trouble(says(outcome("conflict", vendor="59134", words="Lena Rivera is booked"), 409))

    assert wrong is not None
    assert wrong.findings[0].words == "Lena Rivera is booked"
    assert wrong.says == "the server answered 409 (conflict, 59134): conflict"
    assert "Lena" not in repr(wrong)


def test_a_strange_code_is_not_shown() -> None:
    wrong = trouble(says(outcome("Lena Rivera"), 400))

    assert wrong is not None
    assert wrong.says == "the server answered 400: invalid"


def test_a_complaint_in_broken_words_is_one_still() -> None:
    broken = {"resourceType": "OperationOutcome", "issue": [{"code": 7}, {"severity": "error", "code": "conflict"}]}

    assert [one.code for one in findings(broken)] == ["unreadable", "conflict"]
    assert findings({"resourceType": "OperationOutcome", "issue": "x"}) == ()


@given(st.text(alphabet=st.characters(blacklist_characters='"', blacklist_categories=["Cc", "Zs"]), min_size=1))
def test_a_version_comes_back_out_of_its_etag(version: str) -> None:
    assert version_in(etag(version)) == version


@pytest.mark.parametrize("header", ['W/"3"', '"3"', "3", ' W/"3" '])
def test_a_version_is_read_from_however_a_server_writes_it(header: str) -> None:
    assert version_in(header) == "3"
