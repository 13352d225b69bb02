"""Forms at the desk: who sees what of them, what is missing, and that looking leaves a trace."""

from tests.sample.test_questionnaires import everything_answered
from tests.web.conftest import Running
from tests.web.pages.forms_desk import Booked, booked, with_forms
from tests.web.pages.staff.at_the_desk import colleague
from tests.web.pages.staff.test_audited import events

from frontdesk.compliance.roles import Role
from frontdesk.domain.questionnaire import Questionnaire
from frontdesk.intake.parts import Filling
from frontdesk.reception.intaking import add_file, form_id, hand_in, keep
from frontdesk.storage.clock import new_id
from frontdesk.storage.connections import Connection, connect
from frontdesk.storage.patients import read_patient
from frontdesk.storage.write_backs import Became, What, WriteBack, ended, put, take_up

PICTURE = b"\xff\xd8\xff\xc0\x00\x11\x08\x00\x10\x00\x10 a card"


async def handed_in(running: Running, visit: Booked, form: Questionnaire) -> Filling:
    now = running.desk.clock.now()
    answers = everything_answered(form) | {"phone": ("512 555 0199",), "reason": ("my Zibberwort allergy",)}
    filling = Filling(forms=(form,), answers={form.id: answers})
    async with running.desk.storage.practice(running.practice.id) as db:
        patient = await read_patient(db, visit.intake.patient)
        assert patient is not None
        await keep(db, visit.intake, filling, form, language="en", now=now)
        for name in ("card",):
            item = form.item(name)
            assert item is not None
            filling = await add_file(
                db, visit.intake, filling, form, item, id=new_id(), kind="image/jpeg", content=PICTURE, now=now
            )
        filling = filling.with_answers(form, {"consent-signature": answers["consent-signature"]})
        assert await hand_in(db, visit.intake, patient, filling, [], language="en", now=now)
        assert not await hand_in(db, visit.intake, patient, filling, [], language="en", now=now)
    return filling


async def test_each_role_sees_its_part_of_a_form_and_the_desk_what_is_missing(running: Running) -> None:
    form, _ = await with_forms(running, "primary-care-intake", "therapy-intake")
    visit = await booked(running)
    desk, clinician = await colleague(running), await colleague(running, role=Role.CLINICIAN)
    looker = await colleague(running, role=Role.READ_ONLY)
    address = f"/forms/{form_id(visit.intake, form)}"
    async with desk.asking() as web:
        before = await web.get(f"/patients/{visit.intake.patient}")
    filling = await handed_in(running, visit, form)
    card = filling.of(form)["card"][-1]

    async with desk.asking() as web:
        after = await web.get(f"/patients/{visit.intake.patient}")
        seen, photo = await web.get(address), await web.get(f"/files/{card.id}")  # type: ignore[union-attr]
        nobodys = await web.get(f"/forms/{new_id()}"), await web.get(f"/files/{new_id()}")
    async with looker.asking() as web:
        refused = await web.get(address), await web.get(f"/files/{card.id}")  # type: ignore[union-attr]
    async with clinician.asking() as web:
        whole = await web.get(address)

    assert before.text.count("not begun") == 2
    assert (after.text.count("handed in"), after.text.count("not begun")) == (1, 1)
    assert "512 555 0199" in seen.text
    assert "Zibberwort" not in seen.text
    assert "phone" in seen.text.partition("otherwise")[2][:200]
    assert "Zibberwort" in whole.text
    assert "Signed Tuesday, May 26 at 9:47 PM, 2026, version 2026-05" in whole.text
    assert ("data:image/png;base64," in whole.text, "data:image/png;base64," in seen.text) == (True, False)
    assert "img-src 'self' data:" in whole.headers["content-security-policy"]
    assert (photo.content, photo.headers["content-type"]) == (PICTURE, "image/jpeg")
    assert [one.status_code for one in (*nobodys, *refused)] == [404, 404, 403, 403]
    reads = [one for one in await events(running, "record.read") if "intake_form.response" in one.detail]
    assert {str(desk.account.id), str(clinician.account.id)} <= {one.actor_id for one in reads}


async def test_where_a_form_stands_with_the_connected_chart_is_told_beside_it(running: Running) -> None:
    [form] = await with_forms(running, "primary-care-intake")
    visit, desk, now = await booked(running), await colleague(running), running.desk.clock.now()
    address = f"/forms/{form_id(visit.intake, form)}"
    async with running.desk.storage.practice(running.practice.id) as db:
        await connect(db, Connection(system="opendental", settings={}, numbers={}), now=now)
    async with desk.asking() as web:
        before = await web.get(f"/patients/{visit.intake.patient}")
        await handed_in(running, visit, form)
        waiting = [await web.get(address), await web.get(f"/patients/{visit.intake.patient}")]
        async with running.desk.storage.practice(running.practice.id) as db:
            later = running.desk.clock.now()
            said = WriteBack(id=new_id(), what=What.SAID, about=visit.intake.appointment)
            await put(db, said, now=later)
            for one in await take_up(db, now=later):
                became = Became.NOTED if one.what is What.SAID else Became.BY_HAND
                await ended(db, one, became, now=later)
        by_hand = [await web.get(address), await web.get(f"/patients/{visit.intake.patient}")]
        on_visit = await web.get(f"/calendar/visits/{visit.intake.appointment}")

    assert "Note of what was said</dt><dd>in the chart, as a note on the visit" in on_visit.text
    assert "the chart" not in before.text
    assert all("on its way to the chart" in page.text for page in waiting)
    assert all("not in the chart: file it there by hand" in page.text for page in by_hand)
