"""What is odd about Unity: errors that look like answers, a row that is no list, padded codes, lists that end early."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from tests.systems.allscripts.a_desk import (
    ASH,
    GRAY,
    MARIA,
    WRITTEN,
    Desk,
    a_desk,
    a_slot,
    day_of,
)

from frontdesk.domain.ids import AppointmentId
from frontdesk.ports.faults import Fault, NotPermitted, OutcomeUnknown, Refused, Unreachable
from frontdesk.ports.system import Missing
from frontdesk.standards.simulating.http import Message, Receive, Send
from frontdesk.standards.simulating.peer import Application
from frontdesk.systems.allscripts.client import Declined

THURSDAY = day_of("2026-03-05")


def saying(action: str, change: Callable[[Any], bytes], *, status: int = 200) -> Callable[[Application], Application]:
    """Between the desk and the practice: the answers of one action are changed on their way back."""

    def between(application: Application) -> Application:
        async def changed(scope: Message, receive: Receive, send: Send) -> None:
            body = await receive()
            is_it = json.loads(bytes(body["body"])).get("Action") == action  # type: ignore[call-overload]
            pieces: list[bytes] = []

            async def again() -> Message:
                return body

            async def gather(message: Message) -> None:
                if not is_it:
                    await send(message)
                elif message["type"] == "http.response.body":
                    pieces.append(bytes(message["body"]))  # type: ignore[call-overload]

            await application(scope, again, gather)
            if is_it:
                said = change(json.loads(b"".join(pieces)))
                headers = [(b"content-type", b"application/json")]
                await send({"type": "http.response.start", "status": status, "headers": headers})
                await send({"type": "http.response.body", "body": said})

        return changed

    return between


def always(said: object) -> Callable[[Any], bytes]:
    """Whatever was answered, this is."""
    return lambda _: said if isinstance(said, bytes) else json.dumps(said).encode()


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ([{"Error": "Magic Error - Action: GetSchedule - Timeout expired."}], Declined),
        ("Magic Error - Action: GetSchedule - Timeout expired.", Declined),
        (b"Magic Error - Action: GetSchedule", Declined),
        (b"error: something", Declined),
        ([{"getschedulebypatientidinfo": [{"STATUS": "Critical: no database"}]}], Declined),
        ([{"Error": "Action is not valid for this license"}], NotPermitted),
        ([{"getsomethingelseinfo": []}], Unreachable),
        ([], Unreachable),
        ({}, Unreachable),
        (None, Unreachable),
        ([{"getschedulebypatientidinfo": None}], Unreachable),
        ([{"getschedulebypatientidinfo": ["x"]}], Unreachable),
        (b"<html>maintenance</html>", Unreachable),
        (b"", Unreachable),
    ],
)
async def test_an_error_is_never_an_empty_list(said: object, fault: type[Fault]) -> None:
    async with a_desk(between=saying("GetScheduleByPatientID", always(said))) as desk:
        desk.charts.kept[ASH.id] = "33760"
        with pytest.raises(fault) as raised:
            await desk.system.appointments_of([ASH.id])

    assert "database" not in str(raised.value)
    assert "Timeout" not in str(raised.value)


@pytest.mark.parametrize(
    "said", [b"<html>saved</html>", b"", [], [{"saveappointmentinfo": []}], [{"saveappointmentinfo": [{"x": ""}]}]]
)
async def test_a_booking_whose_answer_says_nothing_is_looked_up_and_found(said: object) -> None:
    async with a_desk(between=saying("SaveAppointment", always(said))) as desk:
        booked = await desk.booked()

        assert desk.asked("SaveAppointment") == 1
        assert desk.stands(ASH) == [("2026-03-04 11:00", "PROCRM"), ("2026-03-05 10:30", "GRAY")]
    assert booked.appointment.during == a_slot().during


async def test_a_single_row_may_come_without_its_list() -> None:
    def bare(said: Any) -> bytes:
        said[0]["getappointmentbyidinfo"] = said[0]["getappointmentbyidinfo"][0]
        return json.dumps(said).encode()

    async with a_desk(between=saying("GetAppointmentById", bare)) as desk:
        read = await desk.system.read(AppointmentId("9901"))

    assert not isinstance(read, Missing)


async def test_names_of_keys_may_be_in_other_letters() -> None:
    def louder(said: Any) -> bytes:
        return json.dumps([{"GetAvailableScheduleInfo": said[0]["getavailablescheduleinfo"]}]).encode()

    async with a_desk(between=saying("GetAvailableSchedule", louder)) as desk:
        assert await desk.slots(THURSDAY)


async def test_a_visit_entered_elsewhere_than_it_was_told_is_taken_out_again() -> None:
    """Where the guess of an element's name is wrong, the visit may land anywhere; the patient is not told yes."""

    def later(said: Any) -> bytes:
        said[0]["getappointmentbyidinfo"][0]["ApptTime2"] = "3/5/2026 12:30:00 PM"
        return json.dumps(said).encode()

    desk: Desk
    async with a_desk(between=saying("GetAppointmentById", later)) as desk:
        with pytest.raises((Refused, OutcomeUnknown)):
            await desk.book()

        assert ("2026-03-05 10:30", "GRAY") not in desk.stands(ASH)
        assert [body["Parameter2"] for body in desk.sent("SetAppointmentStatus")] == ["X"]


async def test_a_file_that_was_opened_where_another_was_to_be_changed_is_told() -> None:
    def another(said: Any) -> bytes:
        return json.dumps([{"savepatientinfo": [{"PatientID": "40000"}]}]).encode()

    async with a_desk(between=saying("SavePatient", another)) as desk:
        desk.charts.people[ASH.id] = MARIA
        desk.charts.kept[ASH.id] = "33760"
        with pytest.raises(NotPermitted, match="opened file 40000 where file 33760"):
            await desk.system.update_patient(ASH.id)


async def test_a_search_that_ends_at_a_hundred_is_not_taken_for_the_whole() -> None:
    row = {"Patient_ID": "1", "First_Name": "Maria", "Last_Name": "Gonzalez"}
    many = [row | {"Patient_ID": str(number)} for number in range(100)]

    async with a_desk(between=saying("SearchPatients", always([{"searchpatientsinfo": many}]))) as desk:
        with pytest.raises(Refused, match="first 100 files"):
            await desk.book(patient=MARIA)

        assert desk.files(MARIA) == 0


async def test_a_search_row_needs_no_more_than_a_number() -> None:
    def bare(said: Any) -> bytes:
        listed = [{"PatientID": row["Patient_ID"]} for row in said[0]["searchpatientsinfo"]]
        return json.dumps([{"searchpatientsinfo": listed}]).encode()

    async with a_desk(between=saying("SearchPatients", bare)) as desk:
        booked = await desk.booked()

    assert booked.appointment.patient == ASH.id
    assert desk.charts.kept[ASH.id] == "33760"


async def test_two_locations_of_one_name_stop_everything_until_one_is_renamed() -> None:
    def same(said: Any) -> bytes:
        for row in said[0]["getschedulinglocationsinfo"]:
            row["Description"] = row["Location_Name"] = "The Office"
        return json.dumps(said).encode()

    async with a_desk(between=saying("GetSchedulingLocations", same)) as desk:
        with pytest.raises(NotPermitted, match="another of the same name"):
            await desk.slots(THURSDAY)


async def test_a_clock_of_the_server_that_is_not_ours_stops_everything() -> None:
    def eastern(said: Any) -> bytes:
        said[0]["getserverinfoinfo"][0]["ServerTimeZone"] = "Eastern Standard Time"
        return json.dumps(said).encode()

    async with a_desk(between=saying("GetServerInfo", eastern)) as desk:
        with pytest.raises(NotPermitted, match="Unity's server"):
            await desk.slots(THURSDAY)
        with pytest.raises(NotPermitted, match="Unity's server"):
            await desk.book()

        assert desk.asked("SaveAppointment") == 0


async def test_open_times_in_steps_are_put_together_for_a_longer_visit() -> None:
    """Whether a row lasts as long as a visit of the type or as a step of the column is not published."""

    def steps(said: Any) -> bytes:
        for row in said[0]["getavailablescheduleinfo"]:
            row["Duration"] = "15"
        return json.dumps(said).encode()

    async with a_desk() as plain:
        whole = await plain.slots(THURSDAY, practitioner=GRAY)
    async with a_desk(between=saying("GetAvailableSchedule", steps)) as desk:
        found = await desk.slots(THURSDAY, practitioner=GRAY)
        booked = await desk.booked(found[3])

    assert [one.during for one in found] == [one.during for one in whole][: len(found)]
    assert len(whole) - len(found) <= 1  # the very last step shows no end beyond itself
    assert booked.appointment.during == found[3].during


async def test_what_the_file_of_numbers_corrects_is_what_is_sent() -> None:
    corrected = WRITTEN | {"unity": {"appointment": {"root": "Appt", "notes": ""}}}

    async with a_desk(numbers=corrected) as desk:
        with pytest.raises(Refused):  # the simulated practice keeps to the guess
            await desk.book()

        assert desk.sent("SaveAppointment")[0]["Parameter1"].startswith("<Appt><PatientID>33760</PatientID>")


async def test_every_key_is_there_in_every_action() -> None:
    async with a_desk() as desk:
        await desk.booked()

    keys = {"Action", "Appname", "AppUserID", "PatientID", "Token", "Data", *(f"Parameter{n}" for n in range(1, 7))}
    bodies = [json.loads(heard.body) for heard in desk.simulator.heard]
    assert all(set(body) == keys for body in bodies if "Action" in body)
    assert all(isinstance(value, str) for body in bodies for value in body.values())
