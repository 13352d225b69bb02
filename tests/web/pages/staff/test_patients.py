"""Patients and the waitlist at the desk: found by what was given, shown to who may see them, and noted in the audit."""

import json
from dataclasses import replace
from datetime import date, timedelta

import httpx
import pytest
from tests.clinic import BOTOX, NOW, a_slot
from tests.web.conftest import Running
from tests.web.pages.staff.at_the_desk import colleague, wrote
from tests.web.pages.staff.test_audited import MARIA, a_visit_tonight, events

from frontdesk.compliance.roles import Role
from frontdesk.domain.ids import PatientId
from frontdesk.domain.patient import Patient
from frontdesk.domain.wish import Wish
from frontdesk.scheduling.ranking import Candidate, Fit, rank
from frontdesk.storage.clock import new_id
from frontdesk.storage.openings import Became, Offer, Opening, begin, settle
from frontdesk.storage.patients import add_patient
from frontdesk.storage.waitlist import Waiting, join

NOOR = Patient(
    id=PatientId(new_id()), given="Noor", family="Haddad", phone="+15125550166", email="noor@example.com",
    birth_date=date(1988, 4, 27),
)  # fmt: skip


@pytest.mark.parametrize(
    "typed", ["noo had", "(512) 555-0166", "512 555 0166", "NOOR@example.com", "Noor Haddad 1988-04-27"]
)
async def test_a_patient_is_found_by_what_was_given_and_the_search_is_recorded(running: Running, typed: str) -> None:
    ann = await colleague(running)
    async with running.desk.storage.practice(running.practice.id) as db:
        await add_patient(db, NOOR, now=NOW)
        await add_patient(db, MARIA, now=NOW)
    async with ann.asking() as web:
        found = await web.post("/patients", data={"named": typed})

    assert "Noor Haddad" in found.text
    assert str(MARIA.id) not in found.text
    search, *_ = await events(running, "patient.searched")
    assert search.actor_id == str(ann.account.id)
    assert json.loads(search.detail)["codes"]["found"] == 1


async def test_the_card_shows_visits_and_conversations_and_who_looked(running: Running) -> None:
    ann = await colleague(running)
    await a_visit_tonight(running)
    talk = await wrote(running, "I want to talk to a person", MARIA.phone or "")
    async with ann.asking() as web:
        card = await web.get(f"/patients/{MARIA.id}")
        nobody = await web.get(f"/patients/{new_id()}")

    assert "(512) 555-0147" in card.text
    assert "Botox consultation" in card.text
    assert f"/conversations/{talk}" in card.text
    assert nobody.status_code == 404
    seen = [one for one in await events(running, "record.read") if MARIA.id in one.subjects]
    assert str(ann.account.id) in {one.actor_id for one in seen}


async def test_who_may_not_see_contacts_finds_nobody(running: Running) -> None:
    reader = await colleague(running, Role.READ_ONLY, "Rae Only")
    async with reader.asking() as web:
        answers = [await web.get("/patients"), await web.post("/patients", data={"named": "mar"})]
        waiting = await web.get("/waiting")

    assert [one.status_code for one in answers] == [403, 403]
    assert waiting.status_code == 200


async def test_somebody_on_the_waitlist_is_shown_and_taken_off_once(running: Running) -> None:
    ann = await colleague(running)
    talk = await wrote(running, "I want to talk to a person")
    entry = Waiting(
        id=new_id(), conversation=talk, patient=MARIA.id, service=BOTOX, wish=Wish(), instead=None, joined=NOW
    )
    async with running.desk.storage.practice(running.practice.id) as db:
        await add_patient(db, MARIA, now=NOW)
        await join(db, replace(entry, offered=(NOW,)))
    async with ann.asking() as web:
        shown = await web.get("/waiting")
        off = await web.post(f"/waiting/{entry.id}/off")
        again = await web.post(f"/waiting/{entry.id}/off")
        after = await web.get("/waiting")

    assert "Maria Gonzalez" in shown.text
    assert (off.status_code, again.status_code) == (303, 404)
    assert "Nobody waits for a time." in after.text
    assert len(await events(running, "waitlist.left")) == 1


async def test_how_urgent_it_is_is_set_and_the_times_that_opened_up_say_why_who_was_asked(running: Running) -> None:
    ann = await colleague(running)
    talk = await wrote(running, "hello", MARIA.phone or "")
    async with running.desk.storage.practice(running.practice.id) as db:
        await add_patient(db, MARIA, now=NOW)
        entry = Waiting(
            id=new_id(), conversation=talk, patient=MARIA.id, service=BOTOX, wish=Wish(), instead=None, joined=NOW
        )
        await join(db, entry)
        opening = Opening(id=new_id(), slot=a_slot(), opened=NOW, next_at=NOW)
        candidate = Candidate(id=entry.id, joined=NOW - timedelta(days=12), fit=Fit.CLOSELY, owed=1.5)
        offer = Offer(
            opening=opening.id,
            waiting=entry.id,
            conversation=talk,
            kept=True,
            reasons=rank([candidate], now=NOW)[0].reasons,
            asked=NOW,
            open_until=NOW + timedelta(hours=1),
        )
        await begin(db, opening, [offer], among=[entry.id], part=1.0, now=NOW)
        await settle(db, offer, Became.ASKED, now=NOW)
    async with ann.asking() as web:
        shown = await web.get("/waiting")
        done = await web.post(f"/waiting/{entry.id}/order", data={"urgency": "2", "notice": "4"})
        nonsense = await web.post(f"/waiting/{entry.id}/order", data={"urgency": "7", "notice": "4"})
        nobody = await web.post(f"/waiting/{new_id()}/order", data={"urgency": "1", "notice": "0"})
        after = await web.get("/waiting")

    assert "place 1 of 1 whom it fits; was passed over before; asked for just such a time" in shown.text
    assert "has waited 12 days" in shown.text
    assert "Times that opened up" in shown.text
    assert (done.status_code, nonsense.status_code, nobody.status_code) == (303, 400, 404)
    assert '<option value="2" selected>Urgent</option>' in after.text
    assert '<option value="4" selected>4 h before</option>' in after.text
    assert len(await events(running, "waitlist.ordered")) == 1


async def test_a_page_whose_session_is_over_leads_to_sign_in_and_not_into_a_part_of_it(running: Running) -> None:
    async with httpx.AsyncClient(base_url=f"{running.url}/desk/clinic") as web:
        part = await web.get("/inbox/list", headers={"hx-request": "true"})
        line = await web.get("/changes", headers={"accept": "text/event-stream"})
        page = await web.get("/inbox")

    assert (part.status_code, part.headers["hx-redirect"]) == (204, "/desk/clinic/sign-in")
    assert line.status_code == 401
    assert (page.status_code, page.headers["location"]) == (303, "/desk/clinic/sign-in")
