"""The EHR's Unity beside the practice management system's: its own users, schedule, tasks and documents."""

import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from tests.systems.allscripts.simulated import Reached, a_practice, why

from frontdesk.systems.allscripts.simulator_example import ASH, EHR_PASSWORD, OTHER_USER, PASSWORD, ROBIN, USER

CONTENT = b"%PDF-1.4 simulated"


@asynccontextmanager
async def an_ehr() -> AsyncIterator[Reached]:
    async with a_practice(signed_in=False) as practice:
        ehr = Reached(practice.simulator, practice.hands, practice.http, root=practice.simulator.ehr_path)
        world = practice.simulator.practice.world
        token = await ehr.post("GetToken", Username=world.ehr_service_user, Password=world.ehr_service_password)
        ehr.token = token.text.strip('"')
        assert await ehr.rows("GetUserAuthentication", p1=EHR_PASSWORD) == [{"ValidUser": "YES"}]
        yield ehr


def document(**items: str | int) -> str:
    """An upload's XML, by default of a new document's first piece."""
    given = {"documentCommand": "i", "documentType": "INTAKE", "offset": 0, "bytesRead": len(CONTENT)} | items
    return "<doc>" + "".join(f"<item name='{name}' value='{value}'/>" for name, value in given.items()) + "</doc>"


async def test_the_two_products_have_their_own_service_users_passwords_and_tokens() -> None:
    async with an_ehr() as ehr:
        wrong = await ehr.rows("GetUserAuthentication", p1=PASSWORD)
        ehr.user = OTHER_USER
        no_user = await ehr.rows("GetUserAuthentication", p1=PASSWORD)
        ehr.user = USER
        path = f"{ehr.simulator.base_path}/json/MagicJson"
        at_the_pm = await ehr.http.post(path, json=ehr.body("GetResources"))
        world = ehr.simulator.practice.world
        pm_user = await ehr.post("GetToken", Username=world.service_user, Password=world.service_password)

    assert (wrong, no_user) == ([{"ValidUser": "NO"}], [{"ValidUser": "NO"}])
    assert (why(at_the_pm), why(pm_user)) == ("logged-out", "token-refused")


@pytest.mark.parametrize("action", ["SaveAppointment", "GetAvailableSchedule", "GetPatientDemographics"])
async def test_nothing_is_booked_at_the_ehr(action: str) -> None:
    async with an_ehr() as ehr:
        assert why(await ehr.ask(action)) == "not-licensed"


async def test_its_schedule_shows_words_and_what_changed_since() -> None:
    async with an_ehr() as ehr:
        ehr.hands.turn(minutes=1)
        ehr.simulator.front_desk.confirm(9_901)
        days = await ehr.rows("GetSchedule", p1="3/3/2026|3/5/2026", p4="All")
        since = await ehr.rows("GetSchedule", p1="3/3/2026|3/5/2026", p2="3/2/2026 8:01:00 AM")
        somebodys = await ehr.rows("GetSchedule", p1="3/3/2026", p4="demo")
        kinds = await ehr.rows("GetSchedule", p1="03/03/2026", p5="PHYS")
        refused = [why(await ehr.ask("GetSchedule")), why(await ehr.ask("GetSchedule", p1="3/3/2026", p3="x"))]

    assert [row["Status"] for row in days] == ["Confirmed", "Pending", "Pending", "Cancelled"]
    assert ([row["AppointmentID"] for row in since], somebodys) == (["9901"], [])
    assert ([row["AppointmentID"] for row in kinds], refused) == (["9902"], ["days-needed", "schedule-filters"])


async def test_patients_are_found_by_plain_text() -> None:
    async with an_ehr() as ehr:
        ehr.simulator.front_desk.change_patient(ROBIN, {"Street1": "7 Elm Street"})
        named = await ehr.rows("SearchPatients", p1="Sample, Robin")
        born = await ehr.rows("SearchPatients", p1="sample 01/08/2004")
        street = await ehr.rows("SearchPatients", p1="elm")
        nothing = await ehr.ask("SearchPatients", p1=" , ")

    assert [row["Patient_ID"] for row in named] == ["33761", "33762"]
    assert ([row["DOB"] for row in born], [row["Patient_ID"] for row in street]) == (["08-Jan-2004"], ["33761"])
    assert why(nothing) == "search-needs-something"


async def test_a_task_goes_to_a_user() -> None:
    async with an_ehr() as ehr:
        [saved] = await ehr.rows(
            "SaveTask", patient=ASH, p1="Call Back", p2=OTHER_USER, p4="Wants 3/5 10:30", p5="Visit"
        )
        nobody = await ehr.ask("SaveTask", p1="Call Back", p2="nobody")
        untyped = await ehr.ask("SaveTask", p2=OTHER_USER)

    [task] = ehr.simulator.practice.tasks
    assert (saved, why(nobody), why(untyped)) == ({"TaskID": "7001"}, "task-needs", "task-needs")
    assert (task["comment"], task["Patient_ID"], task["made"]) == ("Wants 3/5 10:30", ASH, "2026-03-02T08:00:00")


async def test_a_document_is_sent_in_pieces_and_then_closed() -> None:
    first, second = (base64.b64encode(one).decode() for one in (CONTENT, b"more"))

    async with an_ehr() as ehr:
        [begun] = await ehr.rows("SaveDocumentImage", patient=ASH, p1=document(), p6=first)
        again = {"documentVar": begun["documentVar"], "offset": len(CONTENT), "bytesRead": 4}
        [went_on] = await ehr.rows("SaveDocumentImage", patient=ASH, p1=document(**again), p6=second)
        end = document(documentVar=begun["documentVar"], bDoneUpload="true")
        [done] = await ehr.rows("SaveDocumentImage", patient=ASH, p1=end)
        twice = await ehr.ask("SaveDocumentImage", patient=ASH, p1=end)

    [kept] = ehr.simulator.practice.documents
    assert (went_on, done, why(twice)) == (begun, {"documentID": "8001"}, "document-unknown")
    assert (bytes.fromhex(str(kept["content"])), kept["done"]) == (CONTENT + b"more", True)


@pytest.mark.parametrize(
    ("sent", "rule"),
    [
        ("<doc", "document-xml"),
        ("<!DOCTYPE doc><doc/>", "document-xml"),
        ("<document/>", "document-xml"),
        ("<doc><item name='colour' value='1'/></doc>", "document-xml"),
        (document(documentCommand="u"), "document-insert-alone"),
        (document(documentType=""), "document-needs-a-type"),
        (document(bDoneUpload="yes"), "document-xml"),
        (document(bDoneUpload="true"), "document-unknown"),
        (document(documentVar="51AAA7ED"), "document-unknown"),
        (document(offset=5), "pieces-in-order"),
        (document(bytesRead=5), "pieces-in-order"),
    ],
)
async def test_a_document_that_cannot_be_filed_is_refused(sent: str, rule: str) -> None:
    async with an_ehr() as ehr:
        answer = await ehr.ask("SaveDocumentImage", patient=ASH, p1=sent, p6=base64.b64encode(CONTENT).decode())
        garbled = await ehr.ask("SaveDocumentImage", patient=ASH, p1=document(), p6="no base64!")

    assert (why(answer), why(garbled), len(ehr.simulator.practice.documents)) == (rule, "not-base64", 0)
