"""What a number's holder allowed, as the rules are asked with it: who ends texts ends offers for good."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid5

from tests.clinic import NOW, a_practice

from frontdesk.domain.consent import Consent, Source, Use
from frontdesk.domain.ids import PatientId
from frontdesk.domain.message import ChannelKind
from frontdesk.domain.patient import Patient
from frontdesk.reception.allowed import known_of, may_advertise
from frontdesk.storage.consents import Whose, record_consent
from frontdesk.storage.database import Storage
from frontdesk.storage.patients import add_patient
from frontdesk.storage.practices import apply_practice

PHONE = "+15125550147"
ROBIN = Patient(id=PatientId(UUID(int=81)), given="Robin", family="Testcase", phone=PHONE)
SAM = replace(ROBIN, id=PatientId(UUID(int=82)), given="Sam")

Said = tuple[Patient, Use, bool]


async def heard(storage: Storage, *said: Said) -> tuple[bool | None, bool, bool]:
    """After these answers, in order: what the rules hear of offers to the number, and whether each may be offered."""
    practice = a_practice()
    await apply_practice(storage, practice, [], now=NOW)
    async with storage.practice(practice.id) as db:
        for patient in (ROBIN, SAM):
            await add_patient(db, patient, now=NOW)
        for number, (patient, use, allowed) in enumerate(said):
            answer = Consent(
                id=uuid5(patient.id, f"{number}"),
                use=use,
                allowed=allowed,
                source=Source.FORM if allowed else Source.TEXT,
                recorded=NOW + timedelta(minutes=number),
                said="said",
            )
            whose = Whose(subject=patient.id, channel=ChannelKind.SMS, address=PHONE, patient=patient.id)
            await record_consent(db, answer, whose)
        known = await known_of(db, PHONE)
        both = [await may_advertise(db, patient.id, PHONE) for patient in (ROBIN, SAM)]
    return known.said.get(Use.MARKETING), both[0], both[1]


async def test_nobody_is_offered_anything_unasked(storage: Storage) -> None:
    assert await heard(storage, (ROBIN, Use.MESSAGES, True)) == (None, False, False)


async def test_who_allowed_offers_may_be_offered_and_the_others_of_the_number_may_not(storage: Storage) -> None:
    assert await heard(storage, (ROBIN, Use.MARKETING, True)) == (True, True, False)


async def test_start_after_stop_brings_no_offers_back(storage: Storage) -> None:
    said: list[Said] = [(ROBIN, Use.MARKETING, True), (ROBIN, Use.MESSAGES, False), (ROBIN, Use.MESSAGES, True)]

    assert await heard(storage, *said) == (False, False, False)


async def test_a_new_yes_after_that_does(storage: Storage) -> None:
    said: list[Said] = [(ROBIN, Use.MARKETING, True), (ROBIN, Use.MESSAGES, False), (ROBIN, Use.MARKETING, True)]

    assert await heard(storage, *said) == (True, True, False)


async def test_a_no_from_the_number_ends_offers_to_whoever_has_it(storage: Storage) -> None:
    said: list[Said] = [(ROBIN, Use.MARKETING, True), (SAM, Use.MARKETING, False)]

    assert await heard(storage, *said) == (False, False, False)


async def test_a_no_to_calls_ends_no_offers_by_text(storage: Storage) -> None:
    said: list[Said] = [(ROBIN, Use.MARKETING, True), (ROBIN, Use.CALLS, False)]

    assert await heard(storage, *said) == (True, True, False)
