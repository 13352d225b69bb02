from datetime import UTC, datetime, timedelta
from pathlib import Path

from frontdesk.dialogue.says import SayServiceNow
from frontdesk.domain.ids import ServiceId
from frontdesk.domain.message import ChannelKind
from frontdesk.domain.practice import Weekday
from frontdesk.language.phrasing import Facts, phrase
from frontdesk.reception.practice_files import read_practice, remarks_on, write_practice
from frontdesk.sample.practice import SMILE_FOLDER, SMILE_ID, smile
from frontdesk.standards.practice_document import from_document, to_document

NOON = datetime(2026, 5, 26, 17, tzinfo=UTC)


def test_the_sample_practice_is_the_medspa_it_is_described_as() -> None:
    practice = smile()

    location = practice.locations[0]
    assert (practice.key, practice.name, location.zone.key) == ("smile", "Smile Aesthetics", "America/Chicago")
    assert (len(practice.practitioners), len(practice.rooms), len(practice.devices)) == (7, 5, 3)
    assert len(practice.services) >= 14
    assert location.phone == "+15125550100"


def test_the_doors_are_open_till_eight_on_tuesday_and_thursday_only() -> None:
    hours = smile().locations[0].hours

    late = {day for day, stretches in hours.items() if any(one.end.hour == 20 for one in stretches)}

    assert late == {Weekday.TUESDAY, Weekday.THURSDAY}
    assert all(one.end.hour <= 17 for day in set(hours) - late for one in hours[day])
    assert Weekday.SUNDAY not in hours


def test_a_botox_consultation_is_half_an_hour_with_a_nurse_injector() -> None:
    practice = smile()

    service = practice.service(ServiceId("botox-consultation"))

    assert service.length == timedelta(minutes=30)
    assert {person.id for person in practice.qualified(service)} == {"dana-whitfield", "kim-tran", "priya-raman"}


def test_laser_hair_removal_needs_a_laser_and_a_treatment_room_before_and_after_too() -> None:
    service = smile().service(ServiceId("laser-hair-removal"))

    assert service.device_kinds == ("laser",)
    assert service.room_kinds == {"treatment"}
    assert service.before > timedelta(0)
    assert service.after > timedelta(0)


def test_every_service_can_be_asked_for_in_other_words_and_has_a_price_and_a_preparation() -> None:
    for service in smile().services:
        assert len(service.also_called) >= 3, service.id
        assert service.price, service.id
        assert service.preparation, service.id


def test_the_questions_patients_ask_most_have_an_answer() -> None:
    topics = {answer.topic for answer in smile().knowledge}

    asked = {"hours", "address", "parking", "price", "cancellation policy", "insurance", "preparation", "payment"}
    assert asked <= topics


def test_the_sample_files_leave_nothing_to_remark(tmp_path: Path) -> None:
    practice = read_practice(SMILE_FOLDER, id=SMILE_ID)

    write_practice(practice, tmp_path)

    assert remarks_on(practice) == []
    assert read_practice(tmp_path, id=SMILE_ID) == practice


def test_a_service_is_called_by_its_name_in_the_patients_language_and_survives_being_written() -> None:
    practice = smile()
    service = practice.service(ServiceId("botox-consultation"))

    assert (service.name_in("en"), service.name_in("es")) == ("Botox consultation", "Consulta de Botox")
    assert practice.service(ServiceId("hydrafacial")).name_in("es") == "HydraFacial"
    assert from_document(to_document(practice), id=SMILE_ID).service(service.id).named_in == service.named_in


def test_a_visit_is_told_in_spanish_by_its_spanish_name() -> None:
    practice = smile()
    service = ServiceId("botox-consultation")
    told = SayServiceNow(service=service, first=None)
    here = Facts(practice=practice, zone=practice.locations[0].zone, language="es", channel=ChannelKind.SMS, now=NOON)

    assert "Consulta de Botox" in phrase([told], here).text
