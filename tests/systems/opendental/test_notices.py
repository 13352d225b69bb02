"""An event is heard with the office's key alone, and tells no more than what to read."""

import json
from datetime import UTC, datetime

import pytest
from tests.systems.opendental.a_book import a_row, an_office, payload

from frontdesk.ports.abilities import Notice, Told
from frontdesk.ports.faults import Refused
from frontdesk.systems.opendental.client import Keys
from frontdesk.systems.opendental.notices import told_in

KEYS = Keys(developer="dev1", customer="office1")


def a_notice(
    rows: object, *, table: str = "WatchTable: Appointment", key: str = "office1", body: bytes | None = None
) -> Notice:
    headers = {"authorization": key, "workstation": "SERVER", "event-type": table}
    return Notice(
        url="https://desk.example/notices",
        headers={name: value for name, value in headers.items() if value},
        body=json.dumps(rows).encode() if body is None else body,
        received_at=datetime(2026, 5, 27, 2, 47, tzinfo=UTC),
    )


def about(notice: Notice) -> tuple[list[str], list[str], bool]:
    [told] = told_in(notice, KEYS)
    return list(told.visits), list(told.charts), told.everything


@pytest.mark.parametrize("table", ["WatchTable: Appointment", "WatchTable: AppointmentDeleted", ""])
def test_an_event_of_visits_names_each_once(table: str) -> None:
    rows = [a_row(AptNum=18), a_row(AptNum="19"), a_row(AptNum=18)]

    assert about(a_notice(rows, table=table)) == (["18", "19"], [], False)


@pytest.mark.parametrize("table", ["WatchTable: Patient", "WatchTable: PatField", ""])
def test_an_event_of_patients_names_their_charts(table: str) -> None:
    assert about(a_notice([payload("patient")], table=table)) == ([], ["48"], False)


@pytest.mark.parametrize("table", ["WatchTable: Schedule", "WatchTable: Operatory", "UiEventType: PatientSelected"])
def test_what_is_read_anew_anyway_is_nothing_to_us(table: str) -> None:
    assert told_in(a_notice([{"ScheduleNum": 1}], table=table), KEYS) == []
    assert told_in(a_notice([]), KEYS) == []


@pytest.mark.parametrize("key", ["", "office2", "OFFICE1", "dev1", "ODFHIR dev1/office1", "бюро"])
def test_without_the_offices_key_nothing_is_heard(key: str) -> None:
    with pytest.raises(Refused, match="key of an office"):
        told_in(a_notice([a_row()], key=key), KEYS)


@pytest.mark.parametrize(
    "notice",
    [
        a_notice(None, body=b"<html>"),
        a_notice(None, body=b"\xff"),
        a_notice({"AptNum": 18}),
        a_notice([{"AptNum": "eighteen"}, 18, {"AptNum": True}]),
        a_notice([a_row()], table="WatchTable: Recall"),
    ],
)
def test_an_event_that_is_not_understood_makes_everything_stale(notice: Notice) -> None:
    assert about(notice) == ([], [], True)


def test_one_that_comes_twice_has_one_id_and_two_changes_of_a_visit_have_two() -> None:
    first, again = a_notice([a_row()]), a_notice([a_row()])
    later = a_notice([a_row(DateTStamp="2026-05-28 10:00:00")])
    deleted = a_notice([a_row()], table="WatchTable: AppointmentDeleted")

    ids = [told_in(one, KEYS)[0].id for one in (first, again, later, deleted)]

    assert ids[0] == ids[1]
    assert len(set(ids)) == 3


async def test_the_system_hears_with_the_key_of_its_settings() -> None:
    async with an_office() as office:
        [told] = office.system.hear(a_notice([a_row()]))
        with pytest.raises(Refused):
            office.system.hear(a_notice([a_row()], key="office2"))

    assert isinstance(told, Told)
    assert "Gonzalez" not in repr(told)
