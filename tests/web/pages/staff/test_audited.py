"""What people do at the desk's pages stands in the audit: who, from where, under which leave, and what was refused."""

import json
from uuid import UUID

from tests.clinic import BOTOX, MAIN, NOW, a_slot, at
from tests.web.conftest import Running
from tests.web.pages.staff.test_sign_in import Person, enrolled, invited, owner

from frontdesk.compliance.roles import Role
from frontdesk.domain.appointment import Status
from frontdesk.domain.audit import ActorKind, Outcome, Purpose, Recorded
from frontdesk.domain.ids import PatientId
from frontdesk.domain.patient import Patient
from frontdesk.storage.audit import read_row
from frontdesk.storage.clock import new_id
from frontdesk.storage.patients import add_patient
from frontdesk.storage.taking import claim
from frontdesk.storage.visits import Source

__all__ = ["owner"]

MARIA = Patient(id=PatientId(UUID(int=77)), given="Maria", family="Gonzalez", phone="+15125550147")


async def a_visit_tonight(running: Running) -> None:
    async with running.desk.storage.practice(running.practice.id) as db:
        await add_patient(db, MARIA, now=NOW)
        slot = a_slot(at("2026-05-26 22:30"))
        assert (slot.service, slot.location) == (BOTOX, MAIN)
        await claim(db, slot, id=new_id(), status=Status.BOOKED, source=Source.STAFF, now=NOW, patient=MARIA.id)


async def events(running: Running, what: str) -> list[Recorded]:
    async with running.desk.storage.practice(running.practice.id) as db:
        rows = await db.all("select * from audit_event where what = %s order by id", (what,))
    return [read_row(row).recorded for row in rows]


async def test_whoever_looks_at_the_days_visits_is_recorded_with_the_address(running: Running) -> None:
    await a_visit_tonight(running)
    async with invited(running, Role.FRONT_DESK) as person:
        await enrolled(person)
        page = await person.get()

    assert "Maria Gonzalez" in page.text
    seen = [one for one in await events(running, "record.read") if MARIA.id in one.subjects]
    assert {(one.actor, one.actor_id, one.origin) for one in seen} == {
        (ActorKind.STAFF, str(person.account.id), "web 127.0.0.1")
    }


async def test_signing_in_and_out_and_a_wrong_password_are_recorded(owner: Person) -> None:
    await owner.give_password("not the password")
    await owner.give_password()
    await owner.post("/second", code=owner.code(later=1))
    await owner.post("/sign-out")

    tried = [
        (one.outcome, json.loads(one.detail)["codes"]["shown"])
        for one in await events(owner.running, "account.signed-in")
    ]
    assert tried[-3:] == [
        (Outcome.REFUSED, "password"),
        (Outcome.DONE, "first-factor"),
        (Outcome.DONE, "both-factors"),
    ]
    assert len(await events(owner.running, "account.signed-out")) == 2


async def test_what_is_refused_to_somebody_is_recorded(running: Running) -> None:
    async with invited(running, Role.READ_ONLY) as person:
        await enrolled(person)
        answer = await person.get("/people")

    assert answer.status_code == 403
    (denied,) = await events(running, "access.denied")
    assert (denied.outcome, denied.actor_id) == (Outcome.REFUSED, str(person.account.id))
    assert json.loads(denied.detail)["codes"] == {"do": "see", "what": "people"}


async def test_what_is_seen_by_breaking_the_glass_is_marked_with_it(running: Running) -> None:
    await a_visit_tonight(running)
    async with invited(running, Role.READ_ONLY) as person:
        await enrolled(person)
        await person.post("/break-glass", reason="patient collapsed")
        page = await person.get()

    assert "Maria Gonzalez" in page.text
    (given,) = await events(running, "leave.given")
    seen = [one for one in await events(running, "record.read") if MARIA.id in one.subjects]
    assert {(one.purpose, str(one.grant)) for one in seen} == {
        (Purpose.EMERGENCY, json.loads(given.detail)["ids"]["grant"])
    }
