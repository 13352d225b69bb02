"""Scheduling at a real FHIR server: what is asked is understood there, and what it says is understood here."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from tests.standards.fhir_scheduling.a_fhir_server import FhirServer, a_fhir_server, python
from tests.standards.fhir_scheduling.resources import BOTOX, OKAFOR
from tests.wire.loopback import Asked, Says, a_client, a_server

from frontdesk.domain.appointment import Cancellation, Status
from frontdesk.domain.time import Period
from frontdesk.standards.fhir_scheduling.appointments import Answered, Appointment, read_appointment
from frontdesk.standards.fhir_scheduling.asking import Ask, Does, NotOffered, Said, capabilities, read
from frontdesk.standards.fhir_scheduling.booking import (
    Booked,
    Booking,
    Taken,
    book,
    hold,
    look_up,
    read_booked,
    release,
)
from frontdesk.standards.fhir_scheduling.bundles import read_page
from frontdesk.standards.fhir_scheduling.capability import Offered, checked, read_abilities
from frontdesk.standards.fhir_scheduling.changing import Written, create, read_written, update
from frontdesk.standards.fhir_scheduling.dialect import CERNER_R4, EPIC_STU3, PLAIN_R4
from frontdesk.standards.fhir_scheduling.finding import (
    Wanted,
    busy_slots,
    free_times,
    patients_called,
    patients_numbered,
    patients_reached,
    roles_at,
    schedules_of,
    services_at,
    slots_in,
    visit_with,
    visits_by,
    visits_of,
)
from frontdesk.standards.fhir_scheduling.moving import cancel, confirm, move, read_changed
from frontdesk.standards.fhir_scheduling.outcomes import ORDINARY, Kind, Severity, Trouble, findings, trouble
from frontdesk.standards.fhir_scheduling.papers import (
    new_communication,
    new_coverage,
    new_document,
    new_questionnaire_response,
    new_response,
    new_subscription,
)
from frontdesk.standards.fhir_scheduling.people import (
    Address,
    Contact,
    new_patient,
    reached_at,
    read_patient,
    read_practitioner,
    read_practitioner_role,
)
from frontdesk.standards.fhir_scheduling.reading import Resource, changed
from frontdesk.standards.fhir_scheduling.slots import Slot, SlotStatus, new_schedule, new_slot, read_schedule, read_slot
from frontdesk.standards.fhir_scheduling.values import Concept, Identifier, Reference, to
from frontdesk.wire.request import Does as WireDoes
from frontdesk.wire.request import Request

pytestmark = pytest.mark.skipif(python() is None, reason="sekmet-fhir is not installed; SEKMET_PYTHON may name one")

FIRST = datetime(2027, 1, 5, 15, 0, tzinfo=UTC)
HALF = timedelta(minutes=30)
DAY = Period(start=FIRST, end=FIRST + timedelta(hours=8))
BOTOX_VISIT = Concept(codings=(BOTOX,), text="Botox")
VENDORS_OWN = {"url": "https://vendor.example/chair", "valueString": "3"}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FhirServer]:
    with a_fhir_server(tmp_path_factory.mktemp("fhir")) as running:
        yield running


def a_calendar(server: FhirServer, slots: int) -> tuple[Reference, list[Slot]]:
    """A new schedule of a practitioner, with half-hours from nine in Austin on."""
    schedule = read_schedule(server.created(new_schedule((OKAFOR,), services=(BOTOX_VISIT,), horizon=DAY)))
    at = to("Schedule", schedule.id)
    half_hours = (Period(start=FIRST + number * HALF, end=FIRST + (number + 1) * HALF) for number in range(slots))
    written = [server.created(new_slot(at, one, services=(BOTOX_VISIT,))) for one in half_hours]
    return at, [read_slot(one) for one in written]


def a_person(server: FhirServer, **fields: object) -> Reference:
    whole = new_patient(family="Rivera", given=["Lena"], born=date(1988, 4, 12))
    return to("Patient", str(server.created({**whole, **fields})["id"]))


def a_booking(patient: Reference, *slots: Slot) -> Booking:
    return Booking(
        number=Identifier(system="urn:receptionist:booking", value=str(uuid4())),
        patient=patient,
        during=Period(start=slots[0].during.start, end=slots[-1].during.end),
        slots=slots,
        actors=(OKAFOR,),
        services=(BOTOX_VISIT,),
        reason="Botox consult",
        comment="Booked by phone",
    )


def booked(server: FhirServer, booking: Booking) -> Appointment:
    ask = book(PLAIN_R4, booking)
    outcome = read_booked(PLAIN_R4, ask, server.ask(ask))
    assert isinstance(outcome, Booked), outcome
    assert outcome.appointment is not None
    assert outcome.appointment.version == outcome.version
    return outcome.appointment


def now(server: FhirServer, slot: Slot) -> Slot:
    return read_slot(server.ask(read(to("Slot", slot.id))).body)


def still(server: FhirServer, visit: Appointment) -> Appointment:
    return read_appointment(server.ask(read(to("Appointment", visit.id))).body)


def became(server: FhirServer, ask: Ask | NotOffered, visit: Appointment) -> object:
    assert isinstance(ask, Ask), ask
    return read_changed(ask, visit, server.ask(ask))


def test_it_says_that_it_can_all_that_the_desk_needs(server: FhirServer) -> None:
    abilities = read_abilities(server.ask(capabilities()).body)

    assert {one.what: one.lacks for one in checked(abilities, PLAIN_R4) if one.offered is not Offered.YES} == {}


def test_free_times_are_found_page_by_page(server: FhirServer) -> None:
    schedule, slots = a_calendar(server, 7)
    server.ask(update(slots[2].become(SlotStatus.BUSY), slots[2].version))
    within = Period(start=FIRST, end=FIRST + 6 * HALF)

    wanted = Wanted(within=within, schedules=(schedule,), count=2)

    pages = server.pages(free_times(PLAIN_R4, wanted), "Slot")

    found = [slot.id for page in pages for slot in slots_in(page, wanted).found]
    assert found == [slots[number].id for number in (0, 1, 3, 4, 5)]
    assert [len(page.matches) for page in pages] == [2, 2, 1]
    assert all(page.of("Schedule") for page in pages)
    assert [one["id"] for one in server.found(busy_slots([schedule], DAY), "Slot")] == [slots[2].id]


def test_times_are_found_by_who_and_what(server: FhirServer) -> None:
    _, slots = a_calendar(server, 1)
    somebody_else = to("Practitioner", "p99")

    def ids(*practitioners: Reference) -> set[object]:
        wanted = Wanted(within=DAY, services=(BOTOX,), practitioners=practitioners)
        return {one["id"] for one in server.found(free_times(PLAIN_R4, wanted), "Slot")}

    assert slots[0].id in ids(OKAFOR, somebody_else)
    assert ids(somebody_else) == set()
    assert server.found(schedules_of([OKAFOR]), "Schedule")


def test_who_works_where_and_what_is_offered_there_is_found(server: FhirServer) -> None:
    clinic = to("Location", str(server.created({"resourceType": "Location", "name": "Main Clinic"})["id"]))
    person = to("Practitioner", str(server.created({"resourceType": "Practitioner", "name": [{"text": "Ada"}]})["id"]))
    here: dict[str, object] = {"active": True, "location": [clinic.as_json()]}
    role = server.created({"resourceType": "PractitionerRole", "practitioner": person.as_json(), **here})
    service = server.created({"resourceType": "HealthcareService", "name": "Botox", **here})

    (page,) = server.pages(roles_at([clinic]), "PractitionerRole")

    assert [read_practitioner_role(one).practitioner for one in page.matches] == [person]
    assert [read_practitioner(one).names[0].words for one in page.of("Practitioner")] == ["Ada"]
    assert page.matches[0]["id"] == role["id"]
    assert [one["id"] for one in server.found(services_at([clinic]), "HealthcareService")] == [service["id"]]


def test_a_parameter_that_it_does_not_know_is_refused_and_not_ignored(server: FhirServer) -> None:
    ask = Ask(
        method="GET",
        path="/Slot",
        does=Does.READS,
        query=(("practitoner", "p1"),),
        headers={"Prefer": "handling=strict"},
    )
    lenient = Ask(method="GET", path="/Slot", does=Does.READS, query=(("practitoner", "p1"), ("_count", "1")))

    wrong = trouble(server.ask(ask))

    assert wrong is not None
    assert (wrong.kind, wrong.status) == (Kind.INVALID, 400)
    assert server.pages(lenient, "Slot")[0].remarks[0].severity is Severity.WARNING


def test_a_visit_is_booked_with_its_slots_and_found_again(server: FhirServer) -> None:
    _, slots = a_calendar(server, 2)
    patient = a_person(server)
    booking = a_booking(patient, *slots)

    visit = booked(server, booking)

    assert (visit.status, visit.during) == (Status.BOOKED, booking.during)
    assert [now(server, one).status for one in slots] == [SlotStatus.BUSY, SlotStatus.BUSY]
    for ask in (visit_with(booking.number), visits_of(patient, DAY, [Status.BOOKED], release=PLAIN_R4.release)):
        assert [one["id"] for one in server.found(ask, "Appointment")] == [visit.id]
    assert visit.id in {one["id"] for one in server.found(visits_by([OKAFOR], DAY), "Appointment")}


def test_a_slot_that_somebody_took_meanwhile_is_taken_and_nothing_is_written(server: FhirServer) -> None:
    _, slots = a_calendar(server, 2)
    patient = a_person(server)
    booked(server, a_booking(a_person(server), slots[1]))
    late = a_booking(patient, *slots)

    ask = book(PLAIN_R4, late)
    outcome = read_booked(PLAIN_R4, ask, server.ask(ask))

    assert isinstance(outcome, Taken)
    assert (outcome.because.kind, outcome.because.status) == (Kind.CONFLICT, 412)
    assert now(server, slots[0]).bookable
    assert server.found(visit_with(late.number), "Appointment") == []


def test_of_many_who_book_at_once_one_gets_the_time(server: FhirServer) -> None:
    schedule, slots = a_calendar(server, 1)
    patients = [a_person(server) for _ in range(8)]
    asks = [book(PLAIN_R4, a_booking(one, slots[0])) for one in patients]

    with ThreadPoolExecutor(max_workers=8) as crowd:
        answers: list[Said] = list(crowd.map(server.ask, asks))

    outcomes = [read_booked(PLAIN_R4, ask, said) for ask, said in zip(asks, answers, strict=True)]
    assert sorted(type(one).__name__ for one in outcomes) == ["Booked"] + ["Taken"] * 7
    visits = [
        one
        for patient in patients
        for one in server.found(visits_of(patient, DAY, release=PLAIN_R4.release), "Appointment")
    ]
    assert len(visits) == 1
    assert [one["id"] for one in server.found(busy_slots([schedule], DAY), "Slot")] == [slots[0].id]


def test_a_booking_that_is_sent_twice_is_booked_once(server: FhirServer) -> None:
    _, slots = a_calendar(server, 1)
    booking = a_booking(a_person(server), slots[0])
    visit = booked(server, booking)

    ask = book(PLAIN_R4, booking)
    again = read_booked(PLAIN_R4, ask, server.ask(ask))

    assert isinstance(again, Taken)
    assert [one["id"] for one in server.found(look_up(PLAIN_R4, booking), "Appointment")] == [visit.id]
    assert [one["id"] for one in server.found(look_up(CERNER_R4, booking), "Appointment")] == [visit.id]


def test_a_visit_moves_and_its_old_time_is_free(server: FhirServer) -> None:
    _, slots = a_calendar(server, 2)
    visit = booked(server, a_booking(a_person(server), slots[0]))
    with_chair = changed(visit.source, {"extension": [VENDORS_OWN]})
    chair = read_written(server.ask(update(with_chair, visit.version)), "Appointment")
    assert isinstance(chair, Written)
    visit = read_appointment(chair.resource)
    old = [now(server, slots[0])]

    moved = became(server, move(PLAIN_R4, visit, during=slots[1].during, old=old, new=[slots[1]]), visit)

    assert isinstance(moved, Booked)
    later = still(server, visit)
    assert (later.id, later.during, later.slots) == (visit.id, slots[1].during, (to("Slot", slots[1].id),))
    assert later.source["extension"] == [VENDORS_OWN]
    assert [now(server, one).status for one in slots] == [SlotStatus.FREE, SlotStatus.BUSY]


def test_a_move_to_a_taken_time_leaves_everything_as_it_was(server: FhirServer) -> None:
    _, slots = a_calendar(server, 2)
    visit = booked(server, a_booking(a_person(server), slots[0]))
    booked(server, a_booking(a_person(server), slots[1]))
    old = [now(server, slots[0])]

    refused = became(server, move(PLAIN_R4, visit, during=slots[1].during, old=old, new=[slots[1]]), visit)

    assert isinstance(refused, Trouble)
    assert refused.kind is Kind.CONFLICT
    assert still(server, visit) == visit
    assert now(server, slots[0]).status is SlotStatus.BUSY


def test_a_cancelled_visit_frees_its_time_for_another(server: FhirServer) -> None:
    _, slots = a_calendar(server, 1)
    visit = booked(server, a_booking(a_person(server), slots[0]))
    held = [now(server, slots[0])]

    done = became(server, cancel(PLAIN_R4, visit, slots=held, reason=Cancellation.PATIENT), visit)

    assert isinstance(done, Booked)
    later = still(server, visit)
    assert (later.status, later.cancellation) == (Status.CANCELLED, Cancellation.PATIENT)
    assert booked(server, a_booking(a_person(server), now(server, slots[0]))).id != visit.id


def test_a_visit_is_cancelled_by_patch_as_oracle_wants_it(server: FhirServer) -> None:
    _, slots = a_calendar(server, 1)
    visit = booked(server, a_booking(a_person(server), slots[0]))
    ask = cancel(CERNER_R4, visit, slots=[], reason=Cancellation.PATIENT)

    done, again = became(server, ask, visit), became(server, ask, visit)

    assert isinstance(done, Booked)
    assert done.version == "2"
    assert still(server, visit).status is Status.CANCELLED
    assert isinstance(again, Trouble)
    assert again.kind is Kind.CONFLICT


def test_a_patient_says_that_they_will_come(server: FhirServer) -> None:
    _, slots = a_calendar(server, 1)
    visit = booked(server, a_booking(a_person(server), slots[0]))
    participants = [{**one.as_json(), "status": "tentative"} for one in visit.participants]
    server.ask(update(changed(visit.source, {"participant": participants}), visit.version))
    unconfirmed = still(server, visit)

    done = became(server, confirm(PLAIN_R4, unconfirmed), unconfirmed)
    stale = became(server, confirm(PLAIN_R4, visit), visit)

    assert isinstance(done, Booked)
    assert [one.answered for one in still(server, visit).participants] == [Answered.ACCEPTED, Answered.TENTATIVE]
    assert isinstance(stale, Trouble)


def test_a_time_is_held_and_given_back(server: FhirServer) -> None:
    _, slots = a_calendar(server, 2)
    patched = server.ask(hold(CERNER_R4, slots[1]))
    held = read_written(server.ask(hold(PLAIN_R4, slots[0])), "Slot")

    too_late = book(PLAIN_R4, a_booking(a_person(server), slots[0]))

    assert isinstance(held, Written)
    assert (patched.status, now(server, slots[1]).status) == (200, SlotStatus.BUSY_TENTATIVE)
    assert now(server, slots[0]).status is SlotStatus.BUSY_TENTATIVE
    assert isinstance(read_booked(PLAIN_R4, too_late, server.ask(too_late)), Taken)
    server.ask(release(PLAIN_R4, read_slot(held.resource)))
    assert now(server, slots[0]).bookable
    server.ask(hold(PLAIN_R4, now(server, slots[0])))
    assert booked(server, a_booking(a_person(server), now(server, slots[0]))).status is Status.BOOKED


def test_a_patient_is_created_once_and_changed_without_loss(server: FhirServer) -> None:
    number = Identifier(system="urn:clinic:mrn", value=f"T-{uuid4()}, 1|2")
    whole = new_patient(
        family="Søndergård",
        given=["Zoë"],
        born=date(1990, 2, 28),
        gender="female",
        contacts=[Contact(system="phone", use="mobile", value="+15125550177")],
        addresses=[Address(use="home", lines=("100 Main St",), city="Austin", state="TX", postal_code="78701")],
        identifiers=[number],
        language="en",
    )
    ask = create({**whole, "extension": [VENDORS_OWN]}, only_if_none=number)

    first, second = (read_written(server.ask(ask), "Patient") for _ in range(2))

    assert isinstance(first, Written)
    assert isinstance(second, Written)
    assert (first.at, first.created, second.at, second.created) == (first.at, True, first.at, False)
    patient = read_patient(second.resource)
    assert patient.identifiers == (number,)
    server.ask(update(reached_at(patient, Contact(system="email", value="zoe@example.org")), patient.version))
    for found in (
        patients_called("søndergård", born=date(1990, 2, 28)),
        patients_reached("phone", "+15125550177"),
        patients_reached("email", "zoe@example.org"),
        patients_numbered(number),
    ):
        (chart,) = server.found(found, "Patient")
        assert chart["extension"] == [VENDORS_OWN]


def test_two_charts_with_one_number_are_told_and_not_chosen_among(server: FhirServer) -> None:
    number = Identifier(system="urn:clinic:mrn", value=str(uuid4()))
    for _ in range(2):
        a_person(server, identifier=[number.as_json()])

    third = read_written(server.ask(create({"resourceType": "Patient"}, only_if_none=number)), "Patient")

    assert isinstance(third, Trouble)
    assert (third.kind, third.status) == (Kind.DUPLICATE, 412)


def test_what_is_not_there_and_what_was_deleted_are_told_apart(server: FhirServer) -> None:
    gone = a_person(server)
    server.http.delete(f"{server.base}/{gone.path}")

    missing, deleted = (trouble(server.ask(read(one))) for one in (to("Patient", "never"), gone))

    assert missing is not None
    assert deleted is not None
    assert (missing.kind, deleted.kind) == (Kind.NOT_FOUND, Kind.GONE)


def papers(patient: Reference, at: datetime) -> list[Resource]:
    return [
        new_coverage(patient, Reference(display="Blue Plan"), member="M-1", group="G-2", plan="PPO"),
        new_questionnaire_response(
            patient,
            {"allergies": "latex", "pregnant": False, "pregnancies": 0, "since": date(2026, 5, 1), "read": at},
            authored=at,
        ),
        new_document(
            patient,
            b"%PDF-1.7",
            media="application/pdf",
            title="Consent",
            type=Concept(text="Consent form"),
            written=at,
        ),
        new_communication(patient, "You are booked.", sent=at, medium="text message", about=to("Appointment", "a5")),
        new_response("a5", patient, Answered.ACCEPTED),
        new_subscription(
            "Appointment?status=booked", endpoint="https://d.example/x", reason="r", secret="s", payload=""
        ),
    ]


def test_all_that_is_written_is_valid_to_another_hand(server: FhirServer) -> None:
    _, slots = a_calendar(server, 1)
    patient = a_person(server)
    visit = booked(server, a_booking(patient, slots[0]))
    oracle = book(CERNER_R4, a_booking(patient, slots[0])).body
    epic = book(EPIC_STU3, Booking(number=visit.identifiers[0], patient=patient, during=DAY, offered=visit)).body
    wanted = Wanted(within=DAY, services=(BOTOX,), patient=new_patient(family="Rivera", given=["Lena"]))
    find = free_times(EPIC_STU3, wanted)
    assert isinstance(find, Ask)

    for resource in (*papers(patient, FIRST), oracle, epic, find.body):
        check = Ask(method="POST", path="/$validate", does=Does.READS, body=resource)
        wrong = [one for one in findings(server.ask(check).body) if one.stops]
        assert wrong == [], [one.words for one in wrong]
    for resource in papers(patient, FIRST)[:5]:
        assert server.created(resource)["id"]


def test_another_hand_finds_what_is_wrong(server: FhirServer) -> None:
    wrong = {"resourceType": "Appointment", "status": "booked"}

    said = server.ask(Ask(method="POST", path="/$validate", does=Does.READS, body=wrong))

    assert [one.kind for one in findings(said.body) if one.stops]


async def test_changes_are_told_to_whom_asked_for_them(server: FhirServer) -> None:
    told: asyncio.Queue[Asked] = asyncio.Queue()
    _, slots = await asyncio.to_thread(a_calendar, server, 1)
    patient = await asyncio.to_thread(a_person, server)

    def hears(asked: Asked) -> Says:
        told.put_nowait(asked)
        return Says()

    async with a_server(hears) as ours:
        wish = new_subscription(
            f"Appointment?patient={patient.path}",
            endpoint=f"{ours.address}/hook/k3y",
            reason="keep the desk's calendar right",
            secret="s3cret",
            payload="application/fhir+json",
        )
        subscription = await asyncio.to_thread(server.created, wish)
        visit = await asyncio.to_thread(booked, server, a_booking(patient, slots[0]))
        heard = await asyncio.wait_for(told.get(), 20)
        await asyncio.to_thread(server.http.delete, f"{server.base}/Subscription/{subscription['id']}")

    assert (heard.method, heard.path) == ("PUT", f"/hook/k3y/Appointment/{visit.id}")
    assert heard.headers["authorization"] == "Bearer s3cret"
    assert read_appointment(heard.json).during == slots[0].during


async def test_the_desks_own_wire_carries_what_is_asked(server: FhirServer) -> None:
    schedule, slots = await asyncio.to_thread(a_calendar, server, 3)
    wanted = Wanted(within=DAY, schedules=(schedule,))
    ask = free_times(PLAIN_R4, wanted)
    assert isinstance(ask, Ask)

    async with a_client(server.base) as client:
        request = Request(
            method=ask.method,
            path=ask.path,
            link=ask.target,
            headers=ask.sent_headers,
            does=WireDoes(ask.does.value),
            answers=ORDINARY,
        )
        answer = await client.send(request)

    page = read_page(Said(status=answer.status, body=answer.json, headers=answer.headers), "Slot")
    assert [one.id for one in slots_in(page, wanted).found] == [one.id for one in slots]


def test_a_server_that_names_itself_in_every_reference_is_understood(tmp_path_factory: pytest.TempPathFactory) -> None:
    absolute = {"server_behaviour": {"absolute_references": True}}
    with a_fhir_server(tmp_path_factory.mktemp("absolute"), **absolute) as other:
        schedule, slots = a_calendar(other, 2)
        visit = booked(other, a_booking(a_person(other), slots[0]))

        assert slots[0].schedule == Reference(type="Schedule", id=schedule.id, base=other.base)
        assert visit.actors_of("Practitioner")[0].path == OKAFOR.path
        old = [now(other, slots[0])]
        moved = became(other, move(PLAIN_R4, visit, during=slots[1].during, old=old, new=[slots[1]]), visit)
        assert isinstance(moved, Booked)
        assert isinstance(became(other, confirm(PLAIN_R4, still(other, visit)), visit), Booked)
        assert still(other, visit).slots[0].path == f"Slot/{slots[1].id}"
