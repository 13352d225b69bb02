"""The plain FHIR server of the shared simulated parts, used by a client that nobody here wrote, and by our own."""

import asyncio
import json
import sys
from asyncio.subprocess import DEVNULL, PIPE
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path

import httpx
import pytest

from frontdesk.proving.simulator_server import served
from frontdesk.standards.simulating.fhir_plain import PlainServer
from frontdesk.standards.simulating.fhir_values import elements_at, text_at

FHIR = {"content-type": "application/fhir+json"}
SLOT = {
    "resourceType": "Slot",
    "schedule": {"reference": "Schedule/1"},
    "status": "free",
    "start": "2026-03-02T15:00:00Z",
    "end": "2026-03-02T15:30:00Z",
}


def a_server() -> PlainServer:
    return PlainServer(clock=lambda: datetime.now(UTC))


async def test_the_scheduling_scenario_of_another_hands_client_passes(tmp_path: Path) -> None:
    """Its own steps: register, make slots, book, find busy, move, cancel, propose and accept, check in, complete."""
    server = a_server()
    async with served(server) as address:
        server.base = address
        settings = {
            "base_url": "http://127.0.0.1:9/fhir",
            "data_dir": str(tmp_path / "data"),
            "simulator": {"enabled": False},
            "peers": {"ours": {"base_url": address}},
        }
        (tmp_path / "settings.yaml").write_text(json.dumps(settings))
        words = "scenario run appointment_book_cancel --peer ours --no-serve --config settings.yaml"
        program = f"from sekmet.cli import app; app('{words}'.split())"
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", program, cwd=tmp_path, stdin=DEVNULL, stdout=PIPE, stderr=PIPE
        )
        told, trouble = await process.communicate()
    steps = [line for line in told.decode().splitlines() if line.startswith("  ") and "=>" not in line]

    assert process.returncode == 0, told.decode() + trouble.decode()
    assert len(steps) == 13
    assert all(step.strip().startswith("PASSED") for step in steps), told.decode()
    assert sorted(text_at(one, "status") for one in server.store.all("Appointment")) == [
        "cancelled",
        "cancelled",
        "fulfilled",
    ]


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/Observation", None, HTTPStatus.NOT_FOUND),
        ("GET", "/Slot?colour=red", None, HTTPStatus.BAD_REQUEST),
        ("PUT", "/Slot/77", {**SLOT, "id": "77"}, HTTPStatus.NOT_FOUND),
        ("POST", "/Slot", {**SLOT, "start": "2026-03-02T15:00:00"}, HTTPStatus.UNPROCESSABLE_ENTITY),
        ("POST", "/Slot", {**SLOT, "resourceType": "Schedule"}, HTTPStatus.BAD_REQUEST),
        ("POST", "/Appointment", {"resourceType": "Appointment", "status": "booked"}, HTTPStatus.UNPROCESSABLE_ENTITY),
    ],
)
async def test_what_is_not_in_its_tables_is_refused_and_nothing_is_kept(
    method: str, path: str, body: object, status: HTTPStatus
) -> None:
    server = a_server()
    async with served(server) as address, httpx.AsyncClient(base_url=address, trust_env=False) as http:
        answer = await http.request(method, path, content=json.dumps(body) if body else None, headers=FHIR)

    assert answer.status_code == status
    assert answer.json()["resourceType"] == "OperationOutcome"
    assert server.store.everything() == []


async def test_a_transaction_over_a_slot_that_was_changed_meanwhile_does_nothing_at_all() -> None:
    server = a_server()
    slot = server.store.create(SLOT)
    server.store.change(slot, {"status": "busy"})
    visit = {"resourceType": "Appointment", "status": "booked", "participant": [{"status": "accepted"}]}
    bundle = {
        "resourceType": "Bundle",
        "type": "transaction",
        "entry": [
            {"fullUrl": "urn:uuid:1", "resource": visit, "request": {"method": "POST", "url": "Appointment"}},
            {
                "resource": {**SLOT, "id": text_at(slot, "id"), "status": "busy"},
                "request": {"method": "PUT", "url": f"Slot/{text_at(slot, 'id')}", "ifMatch": 'W/"0"'},
            },
        ],
    }
    async with served(server) as address, httpx.AsyncClient(base_url=address, trust_env=False) as http:
        answer = await http.post("/", content=json.dumps(bundle), headers=FHIR)
        found = await http.get("/Slot", params={"status": "busy", "start": "ge2026-03-02"})

    assert answer.status_code == HTTPStatus.PRECONDITION_FAILED
    assert server.store.all("Appointment") == []
    assert len(elements_at(found.json(), "entry")) == 1


async def test_a_conditional_create_finds_what_is_there() -> None:
    server = a_server()
    person = {"resourceType": "Patient", "identifier": [{"system": "urn:mrn", "value": "7"}]}
    unless = {**FHIR, "if-none-exist": "identifier=urn:mrn|7"}
    async with served(server) as address, httpx.AsyncClient(base_url=address, trust_env=False) as http:
        made = [await http.post("/Patient", content=json.dumps(person), headers=unless) for _ in range(2)]

    assert [one.status_code for one in made] == [HTTPStatus.CREATED, HTTPStatus.OK]
    assert len(server.store.all("Patient")) == 1
