"""Patients' files: found with care, opened once, kept by their lasting number, updated without loss."""

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
from tests.systems.mindbody.a_desk import CAMERON, MARIA, ROBIN, a_desk, a_slot, at

from frontdesk.domain.chart import charts_of
from frontdesk.domain.ids import PatientId
from frontdesk.ports.abilities import Document
from frontdesk.ports.faults import OutcomeUnknown, Refused
from frontdesk.standards.simulating.faults import CutsConnection, Fails, When
from frontdesk.systems.mindbody import simulator_example as example
from frontdesk.systems.mindbody.mapping import mark_of
from frontdesk.systems.mindbody.papers import KINDS, MOST, file_of

PDF = Document(name="intake.pdf", kind="application/pdf", content=b"%PDF-1.4\n%%EOF\n")
AVERY = replace(ROBIN, given="Avery", family="Sample", phone="+13035550143", email=None, birth_date=None)
JORDAN = replace(ROBIN, given="Jordan", family="Longgone", email="jordan@example.com", birth_date=None)
UPDATE, UPLOAD = "POST /client/updateclient", "POST /client/uploadclientdocument"


async def test_a_file_is_found_by_name_and_phone_or_birth_date_and_nobody_for_a_stranger() -> None:
    async with a_desk() as desk:
        found = await desk.system.find_patients(ROBIN)
        strangers = await desk.system.find_patients(replace(ROBIN, given="Robert", phone="+13035559999"))
        nobody = await desk.system.find_patients(MARIA)

    assert [one.number for one in charts_of(ROBIN, found)] == ["100000011"]
    assert charts_of(replace(ROBIN, given="Robert"), strangers) == []
    assert nobody == []


async def test_a_file_under_another_last_name_is_found_by_its_e_mail() -> None:
    async with a_desk() as desk:
        found = await desk.system.find_patients(replace(CAMERON, family="Maiden"))

    assert [one.number for one in found] == ["100000014"]


async def test_where_two_files_fit_none_is_chosen_and_none_is_opened() -> None:
    async with a_desk() as desk:
        desk.charts.people[AVERY.id] = AVERY
        with pytest.raises(Refused, match="2 files"):
            await desk.book(patient=AVERY)

        assert await desk.standing_at(a_slot()) == []
        assert desk.asked("POST /client/addclient") == []


async def test_a_birth_date_tells_two_of_one_name_and_phone_apart() -> None:
    from_1968 = replace(AVERY, birth_date=date(1968, 9, 30))
    async with a_desk() as desk:
        desk.charts.people[AVERY.id] = from_1968
        await desk.booked(patient=from_1968)
        [row] = await desk.standing_at(a_slot())

    assert row["ClientId"] == str(example.AVERY)


async def test_an_inactive_file_is_for_staff_and_no_second_one_is_opened() -> None:
    async with a_desk() as desk:
        desk.charts.people[JORDAN.id] = JORDAN
        with pytest.raises(Refused, match="inactive"):
            await desk.book(patient=JORDAN)
        found = await desk.system.find_patients(JORDAN)
        desk.charts.kept[JORDAN.id] = str(example.INACTIVE)
        with pytest.raises(Refused, match="inactive"):
            await desk.book(patient=JORDAN)

        assert [one.visits for one in found] == [False]
        assert desk.asked("POST /client/addclient") == []
        assert await desk.standing_at(a_slot()) == []


async def test_a_suspended_client_is_not_booked_on_a_second_file() -> None:
    morgan = replace(ROBIN, given="Morgan", family="Onpause", phone="+13035550145", email=None, birth_date=None)
    async with a_desk() as desk:
        desk.charts.people[morgan.id] = morgan
        with pytest.raises(Refused, match="ClientIsSuspended"):
            await desk.book(patient=morgan)

        assert desk.asked("POST /client/addclient") == []


async def test_a_file_whose_id_was_given_anew_is_known_by_its_lasting_number() -> None:
    async with a_desk() as desk:
        visit = await desk.booked()
        desk.simulator.front_desk.change_client(example.ROBIN, {"Id": "GOLD-1"})
        await desk.booked(a_slot(at("2026-03-06 10:30")), key="book:2")
        found = await desk.system.appointments_of([ROBIN.id])

        assert visit in {one.id for one in found}
        [row] = await desk.standing_at(a_slot(at("2026-03-06 10:30")))
        assert row["ClientId"] == "GOLD-1"


async def test_after_two_files_were_merged_the_one_that_is_left_is_found_and_kept() -> None:
    async with a_desk() as desk:
        visit = await desk.booked(patient=MARIA)
        old = desk.charts.kept[MARIA.id]
        made = {"FirstName": "Maria", "LastName": "Gonzalez", "MobilePhone": "3035550147", "Email": "m@example.com"}
        answer = await desk.staff.post("/client/addclient", json={**made, "BirthDate": "1988-04-09T00:00:00"})
        new = answer.json()["Client"]["UniqueId"]
        desk.simulator.front_desk.merge_clients(into=new, gone=int(old))
        found = await desk.system.appointments_of([MARIA.id])
        again = await desk.system.look_up(a_slot(), patient=MARIA.id, key="book:1")

        assert desk.charts.kept[MARIA.id] == str(new)
        assert visit in {one.id for one in found}
        assert getattr(again, "id", None) == visit


@pytest.mark.parametrize("fault", [Fails(when=When.AFTER_COMMIT), CutsConnection(when=When.AFTER_COMMIT)], ids=str)
async def test_a_file_whose_answer_was_lost_is_found_and_not_opened_again(fault: Fails | CutsConnection) -> None:
    async with a_desk() as desk:
        desk.simulator.faults.plan(fault, on="POST /client/addclient")
        await desk.booked(patient=MARIA)

        assert len(await desk.clients(SearchText="Gonzalez")) == 1
        assert len(desk.asked("POST /client/addclient")) == 1


async def test_a_file_that_was_not_opened_after_all_is_not_booked_on() -> None:
    async with a_desk() as desk:
        desk.simulator.faults.plan(Fails(when=When.BEFORE_COMMIT), on="POST /client/addclient")
        with pytest.raises(OutcomeUnknown):
            await desk.book(patient=MARIA)

        assert await desk.standing_at(a_slot()) == []
        assert desk.charts.kept == {}


async def test_what_the_site_wants_of_a_client_and_we_do_not_know_is_for_staff() -> None:
    async with a_desk() as desk:
        unborn = replace(MARIA, birth_date=None)
        desk.charts.people[MARIA.id] = unborn
        with pytest.raises(Refused, match="more of a new client than the desk knows: BirthDate"):
            await desk.book(patient=unborn)

        assert await desk.clients(SearchText="Gonzalez") == []


async def test_what_is_learned_reaches_the_file_and_the_rest_stays() -> None:
    async with a_desk() as desk:
        desk.charts.people[ROBIN.id] = replace(ROBIN, email="new@example.com", phone="+13035550199")
        assert await desk.system.update_patient(ROBIN.id)
        assert await desk.system.update_patient(ROBIN.id)
        [file] = await desk.clients(UniqueIds=example.ROBIN)

        assert (file["Email"], file["MobilePhone"]) == ("new@example.com", "3035550199")
        assert (file["FirstName"], file["BirthDate"]) == ("Robin", "1991-04-17T00:00:00")
        assert len(desk.asked(UPDATE)) == 1


async def test_a_birth_date_that_is_there_stays_and_one_that_is_missing_is_written() -> None:
    async with a_desk() as desk:
        desk.charts.kept = {ROBIN.id: str(example.ROBIN), CAMERON.id: str(example.CAMERON)}
        for who in (ROBIN, CAMERON):
            desk.charts.people[who.id] = replace(who, birth_date=MARIA.birth_date)
            assert await desk.system.update_patient(who.id)
        [robin] = await desk.clients(UniqueIds=example.ROBIN)
        [cameron] = await desk.clients(UniqueIds=example.CAMERON)

        assert robin["BirthDate"] == "1991-04-17T00:00:00"
        assert cameron["BirthDate"] == "1988-04-09T00:00:00"


async def test_an_inactive_file_is_not_activated_by_writing_to_it() -> None:
    async with a_desk() as desk:
        desk.charts.people[JORDAN.id] = replace(JORDAN, phone="+13035550188")
        desk.charts.kept[JORDAN.id] = str(example.INACTIVE)
        assert await desk.system.update_patient(JORDAN.id)
        [file] = await desk.clients(UniqueIds=example.INACTIVE)

        assert (file["Active"], file["MobilePhone"]) == (False, "3035550188")


async def test_somebody_without_a_file_is_neither_updated_nor_given_papers() -> None:
    async with a_desk() as desk:
        assert not await desk.system.update_patient(MARIA.id)
        assert not await desk.system.attach(MARIA.id, PDF, key="d1")

        assert desk.asked(UPDATE) == desk.asked(UPLOAD) == []


@pytest.mark.parametrize("when", list(When))
async def test_an_update_whose_answer_was_lost_is_read_back(when: When) -> None:
    async with a_desk() as desk:
        desk.charts.people[ROBIN.id] = replace(ROBIN, email="new@example.com")
        desk.simulator.faults.plan(CutsConnection(when=when), on=UPDATE)
        if when is When.AFTER_COMMIT:
            assert await desk.system.update_patient(ROBIN.id)
        else:
            with pytest.raises(OutcomeUnknown):
                await desk.system.update_patient(ROBIN.id)

        assert len(desk.asked(UPDATE)) == 1


async def test_a_paper_is_put_into_the_file_once_for_each_key() -> None:
    async with a_desk() as desk:
        for key in ("d1", "d1", "d2"):
            assert await desk.system.attach(ROBIN.id, PDF, key=key)

        sent = desk.asked(UPLOAD)
        assert len(sent) == 2
        assert all(mark_of(key) in one.body for key, one in zip(("d1", "d2"), sent, strict=True))


async def test_a_paper_whose_answer_was_lost_is_not_sent_again_by_itself() -> None:
    async with a_desk() as desk:
        desk.simulator.faults.plan(CutsConnection(when=When.AFTER_COMMIT), on=UPLOAD)
        with pytest.raises(OutcomeUnknown):
            await desk.system.attach(ROBIN.id, PDF, key="d1")

        assert len(desk.asked(UPLOAD)) == 1


@pytest.mark.parametrize(
    ("paper", "says"),
    [
        (replace(PDF, kind="application/x-msdownload"), "no documents of the kind"),
        (replace(PDF, content=b"x" * (MOST + 1)), "4 MB at most"),
    ],
)
async def test_a_paper_that_mindbody_does_not_take_is_refused_before_it_is_sent(paper: Document, says: str) -> None:
    async with a_desk() as desk:
        with pytest.raises(Refused, match=says):
            await desk.system.attach(ROBIN.id, paper, key="d1")

        assert desk.simulator.heard == []


@pytest.mark.parametrize("kind", sorted(KINDS))
async def test_every_kind_of_paper_that_we_name_is_taken(kind: str) -> None:
    async with a_desk() as desk:
        assert await desk.system.attach(ROBIN.id, replace(PDF, kind=kind, name="a paper"), key="d1")


def test_a_papers_name_keeps_its_stem_and_bears_the_mark() -> None:
    assert file_of(PDF, mark="m")["FileName"] == "intake m.pdf"
    assert file_of(replace(PDF, name="intake"), mark="m")["FileName"] == "intake m.pdf"


async def test_a_patient_nobody_knows_is_not_looked_for() -> None:
    async with a_desk() as desk:
        with pytest.raises(LookupError):
            await desk.system.update_patient(PatientId(UUID(int=99)))

        assert desk.simulator.heard == []
