"""Unity's words over HTTP: one session for all who wait, begun anew once, and a user who is never locked out."""

import asyncio
import json
from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from tests.systems.allscripts.a_desk import ASH, MARIA, WRITTEN, a_desk, a_practice, at, day_of
from tests.systems.allscripts.test_oddities import always, saying
from tests.wire.loopback import Asked, Reply, Says, a_client, a_server

from frontdesk.domain.faults import Impossible
from frontdesk.domain.ids import PractitionerId
from frontdesk.domain.practice import Practice
from frontdesk.ports.faults import Fault, NotPermitted, Refused, Unreachable
from frontdesk.standards.simulating.faults import CutsConnection, GoesSilent, KeyRefused, When
from frontdesk.systems.allscripts import simulator_example as example
from frontdesk.systems.allscripts.client import Client
from frontdesk.systems.allscripts.sessions import Keys
from frontdesk.systems.allscripts.simulator_practice import World
from frontdesk.systems.allscripts.simulator_world import hours, practitioner, resource
from frontdesk.systems.allscripts.unpublished import GUESSED

THURSDAY = day_of("2026-03-05")
TOKEN = "12345678-90AB-CDEF-1234-567890ABCDEF"
KEYS = Keys(service_user="svc", service_password="s1", app="Acme.App", user="demo", user_password="p1")


async def test_many_who_wait_begin_one_session() -> None:
    async with a_desk() as desk:
        found = await asyncio.gather(*(desk.slots(THURSDAY) for _ in range(8)))

    assert all(one == found[0] for one in found)
    assert (desk.asked("GetToken"), desk.asked("GetUserAuthentication"), desk.asked("GetServerInfo")) == (1, 1, 1)


async def test_a_session_that_ended_is_begun_anew_once_for_all_who_met_its_end() -> None:
    async with a_desk() as desk:
        await desk.slots(THURSDAY)
        desk.simulator.front_desk.end_sessions()
        found = await asyncio.gather(*(desk.slots(THURSDAY) for _ in range(8)))

    assert all(found)
    assert (desk.asked("GetToken"), desk.asked("GetUserAuthentication")) == (2, 2)


async def test_a_session_that_rested_too_long_is_not_tried() -> None:
    async with a_desk() as desk:
        await desk.slots(THURSDAY)
        desk.hands.turn(minutes=19)
        await desk.slots(THURSDAY)
        tried = [json.loads(heard.body)["Token"] for heard in desk.simulator.heard if "MagicJson" in heard.path]

    assert desk.asked("GetToken") == 2
    assert len(set(tried)) == 2
    assert sorted(tried, key=tried.index) == tried


async def test_sessions_that_killed_desks_left_are_waited_for() -> None:
    """No password is wrong: whoever reads that would have it renewed, and a saga would be left to people."""
    async with a_desk(replace(example.example_world(), sessions=0)) as desk:
        with pytest.raises(Unreachable, match="no more sessions at once"):
            await desk.slots(THURSDAY)


async def test_a_session_in_use_lives_on() -> None:
    async with a_desk() as desk:
        for _ in range(8):
            await desk.slots(THURSDAY)
            desk.hands.turn(minutes=9)

    assert desk.asked("GetToken") == 1


async def test_a_booking_that_meets_the_end_of_a_session_is_sent_again_and_booked_once() -> None:
    async with a_desk() as desk:
        desk.simulator.faults.plan(KeyRefused(), on="SaveAppointment")
        await desk.booked()

        assert desk.asked("SaveAppointment") == 2
        assert desk.stands(ASH).count(("2026-03-05 10:30", "GRAY")) == 1


async def test_a_session_that_ends_again_and_again_is_unreachable_and_asked_twice() -> None:
    async with a_desk() as desk:
        desk.simulator.faults.plan(KeyRefused(), on="GetAvailableSchedule", times=9)
        with pytest.raises(Unreachable, match="ends each session"):
            await desk.slots(THURSDAY)

        assert desk.asked("GetAvailableSchedule") == 2


async def test_401_is_met_by_one_new_session_and_then_by_a_person() -> None:
    async with a_desk(between=saying("GetAvailableSchedule", always({}), status=401)) as desk:
        with pytest.raises(NotPermitted, match="401"):
            await desk.slots(THURSDAY)

        assert (desk.asked("GetAvailableSchedule"), desk.asked("GetToken")) == (2, 2)


async def test_a_wrong_password_is_tried_once_whatever_is_asked() -> None:
    async with a_desk(settings={"user_password": "expired"}) as desk:
        for _ in range(3):
            with pytest.raises(NotPermitted, match="name and password"):
                await desk.slots(THURSDAY)
            with pytest.raises(NotPermitted, match="name and password"):
                await desk.book()

        assert desk.asked("GetUserAuthentication") == 1


async def test_a_log_in_whose_answer_is_lost_is_not_repeated_by_itself() -> None:
    async with a_desk() as desk:
        desk.simulator.faults.plan(CutsConnection(when=When.AFTER_COMMIT), on="GetUserAuthentication")
        with pytest.raises(Unreachable, match="did not say whether it took the user"):
            await desk.slots(THURSDAY)
        asked = desk.asked("GetUserAuthentication")
        found = await desk.slots(THURSDAY)

    assert asked == 1
    assert found


async def test_a_service_user_who_is_not_taken_is_for_a_person() -> None:
    async with a_desk(settings={"service_password": "expired"}) as desk:
        with pytest.raises(NotPermitted, match="six months"):
            await desk.slots(THURSDAY)

        assert desk.asked("GetUserAuthentication") == 0


async def test_the_session_is_given_back_at_the_end() -> None:
    async with a_desk() as desk:
        await desk.slots(THURSDAY)

    assert desk.asked("RetireToken") == 1


async def test_a_session_that_cannot_be_given_back_stops_nothing() -> None:
    async with a_desk() as desk:
        await desk.slots(THURSDAY)
        desk.simulator.faults.plan(GoesSilent(when=When.BEFORE_COMMIT), on="RetireToken")

    assert desk.asked("RetireToken") == 1


async def test_nothing_that_names_a_patient_or_opens_a_door_is_in_an_address_or_a_fault() -> None:
    async with a_desk() as desk:
        await desk.booked(patient=MARIA)
        heard = list(desk.simulator.heard)

    assert all(one.query == "" for one in heard)
    assert {one.path.rsplit("/", 1)[1] for one in heard} <= {"GetToken", "MagicJson", "RetireToken"}
    assert example.PASSWORD not in repr(KEYS)
    assert "s1" not in repr(KEYS)
    named = {one.call for one in heard if "Gonzalez" in one.body or "8015550147" in one.body}
    assert named == {"SearchPatients", "SavePatient"}


@pytest.mark.parametrize("key", ["service_user", "service_password", "app_name", "user", "user_password"])
async def test_a_setting_that_is_missing_is_named(key: str) -> None:
    with pytest.raises(Impossible, match=f"systems.allscripts.{key}"):
        async with a_desk(settings={key: " "}):
            pass


async def test_an_address_that_would_carry_patients_unencrypted_is_not_taken() -> None:
    with pytest.raises(NotPermitted, match="https://"):
        async with a_desk(settings={"address": "http://clinic.example.com/UnityPM/unityservice.svc"}):
            pass


def unity(asked: Asked) -> Reply:
    """A server that gives a token in quotes, takes the user, and knows one list."""
    if asked.path.endswith("/json/GetToken"):
        return Says(body=f'"{TOKEN}"'.encode())
    action = str(asked.json.get("Action", ""))
    known: dict[str, object] = {
        "GetUserAuthentication": [{"getuserauthenticationinfo": [{"ValidUser": "YES"}]}],
        "GetResources": [{"getresourcesinfo": [{"Resource_ID": "1", "Abbreviation": "GRAY"}]}],
    }
    return Says(body=known.get(action, b""))


async def test_over_a_real_socket_a_list_is_asked_for_with_all_keys() -> None:
    async with a_server(unity) as server, a_client(server.address + "/UnityPM/unityservice.svc") as http:
        client = Client(http, replace(KEYS, ubiquity="VHCP001PM:PMGA02^8^"), _Noon(), GUESSED)
        [row] = await client.resources()

    assert row.text("Abbreviation") == "GRAY"
    assert [one.path for one in server.asked] == [
        f"/UnityPM/unityservice.svc/json/{path}" for path in ("GetToken", "MagicJson", "MagicJson")
    ]
    assert server.asked[0].json == {"Username": "VHCP001PM:PMGA02^8^svc", "Password": "s1"}
    assert server.asked[1].json["Parameter1"] == "p1"
    assert server.asked[2].json == {
        "Action": "GetResources",
        "Appname": "Acme.App",
        "AppUserID": "demo",
        "PatientID": "",
        "Token": TOKEN,
        **{f"Parameter{place}": "" for place in range(1, 7)},
        "Data": "",
    }


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        (b"error: Invalid user", NotPermitted),
        (b'"Error - no"', NotPermitted),
        (b"<html>maintenance</html>", Unreachable),
        (b"", Unreachable),
        (b"12345678-90AB", Unreachable),
    ],
)
async def test_what_is_no_token_is_not_used_as_one(said: bytes, fault: type[Fault]) -> None:
    async with a_server(lambda _: Says(body=said)) as server, a_client(server.address) as http:
        with pytest.raises(fault):
            await Client(http, KEYS, _Noon(), GUESSED).resources()

    assert len(server.asked) == 1


async def test_a_log_in_that_says_neither_yes_nor_no_is_reported_and_not_repeated_at_once() -> None:
    async with a_desk(between=saying("GetUserAuthentication", always([{"getuserauthenticationinfo": [{}]}]))) as desk:
        with pytest.raises(Refused, match="ValidUser is missing"):
            await desk.slots(THURSDAY)
        with pytest.raises(Unreachable, match="left alone"):
            await desk.slots(THURSDAY)
        asked = desk.asked("GetUserAuthentication")
        desk.hands.turn(minutes=11)
        with pytest.raises(Refused, match="ValidUser is missing"):
            await desk.slots(THURSDAY)

        assert (asked, desk.asked("GetUserAuthentication")) == (1, 2)


class _Noon:
    """A clock that stands. Implements `ports.Clock`."""

    def now(self) -> datetime:
        return at("2026-03-02 12:00").start


def twenty() -> tuple[World, Practice, dict[str, object]]:
    """A practice of twenty people at work for two weeks, ours and Unity's."""
    world, first, names = example.example_world(), date(2026, 3, 2), [f"P{number}" for number in range(1, 21)]
    theirs = replace(
        world,
        practitioners=tuple(practitioner(number, name, "Pat", name) for number, name in enumerate(names, 1)),
        resources=tuple(
            resource(100 + number, name, name, practitioner=number, types=(example.NEW_PATIENT,))
            for number, name in enumerate(names, 1)
        ),
        hours=tuple(
            hours(
                100 * days + number, first + timedelta(days=days), time(9), time(17), resource=100 + number, location=11
            )
            for days in range(14)
            for number in range(1, 21)
        ),
        blocks=(),
        appointments=(),
    )
    people = tuple(
        replace(a_practice().practitioners[0], id=PractitionerId(name.lower()), name=f"Pat {name}") for name in names
    )
    return theirs, a_practice(practitioners=people), WRITTEN | {"resources": {name.lower(): name for name in names}}


async def test_two_weeks_of_twenty_people_are_one_question_once_the_lists_are_known() -> None:
    """At 100 ms a call: the session 200 ms once, the lists 100 ms every ten minutes, the open times 100 ms."""
    world, practice, numbers = twenty()
    async with a_desk(world, practice=practice, numbers=numbers) as desk:
        at_first = await desk.slots(day_of("2026-03-02", 14))
        asked_first = [heard.call for heard in desk.simulator.heard]
        await desk.slots(day_of("2026-03-02", 14))
        asked_then = [heard.call for heard in desk.simulator.heard][len(asked_first) :]

    assert len({one.practitioner for one in at_first}) == 20
    assert len(asked_first) == 7
    assert asked_then == ["GetAvailableSchedule"]


async def test_the_lists_are_read_again_after_ten_minutes() -> None:
    async with a_desk() as desk:
        for minutes in (0, 9, 2):
            desk.hands.turn(minutes=minutes)
            await desk.slots(THURSDAY)

        assert desk.asked("GetResources") == 2


async def test_each_who_gives_up_leaves_the_session_to_the_others() -> None:
    async with a_desk() as desk:
        first = asyncio.create_task(desk.slots(THURSDAY))
        await asyncio.sleep(0)
        first.cancel()
        with pytest.raises(asyncio.CancelledError):
            await first

        assert await desk.slots(THURSDAY)
