from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from tests.scheduling.worlds import (
    a_device,
    a_location,
    a_practice,
    a_practitioner,
    a_room,
    a_service,
    a_shift,
    clock,
)

from frontdesk.domain.experiment import Counted, Experiment, Order
from frontdesk.domain.ids import PractitionerId, ServiceId
from frontdesk.domain.practice import Answer, Practice, Weekday
from frontdesk.domain.reminding import PRESETS, Reminding
from frontdesk.reception.practice_files import (
    PracticeFilesWrong,
    differences,
    read_practice,
    remarks_on,
    write_practice,
)

DAY = timedelta(days=1)


def a_whole_practice() -> Practice:
    weekdays = {day: (clock("09:00-20:00"),) for day in Weekday if day is not Weekday.SUNDAY}
    shift = a_shift(weekdays=frozenset({Weekday.MONDAY, Weekday.TUESDAY}), breaks=["12:00-13:00"])
    return a_practice(
        locations=(a_location(hours=weekdays, phone="+15125550100"),),
        practitioners=(a_practitioner(shifts=(shift,)),),
        rooms=(a_room(), a_room("room-2")),
        devices=(a_device(fixed_in="room-1"),),
        services=(a_service(), a_service("laser", device_kinds=("laser",), after=15)),
        knowledge=(Answer(topic="parking", asked=("where do i park",), says="Behind the house; it is free."),),
    )


def written(folder: Path, practice: Practice | None = None) -> Path:
    write_practice(practice or a_whole_practice(), folder)
    return folder


def replaced(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new, 1))


def faults(folder: Path) -> list[str]:
    with pytest.raises(PracticeFilesWrong) as caught:
        read_practice(folder, id=a_practice().id)
    assert str(folder) in str(caught.value)
    assert all(line in str(caught.value) for line in caught.value.lines)
    return list(caught.value.lines)


def test_a_practice_comes_back_from_its_files_as_it_was(tmp_path: Path) -> None:
    practice = a_whole_practice()

    write_practice(practice, tmp_path / "small")

    assert read_practice(tmp_path / "small", id=practice.id) == practice


def test_ladders_of_reminders_come_back_and_a_strange_service_or_length_is_named(tmp_path: Path) -> None:
    ladders = Reminding(ladder=PRESETS["3-days-and-1"], services={ServiceId("laser"): (), ServiceId("botox"): (DAY,)})
    folder = written(tmp_path, replace(a_whole_practice(), reminding=ladders))
    text = (folder / "reminders.yaml").read_text()

    wrong = faults(folder)
    replaced(folder / "reminders.yaml", "  botox: [1 day]\n", "")
    again = read_practice(folder, id=a_practice().id)
    replaced(folder / "reminders.yaml", "3-days-and-1", "3-days")

    assert text == "ladder: 3-days-and-1\nservices:\n  botox: [1 day]\n  laser: none\n"
    assert len(wrong) == 1
    assert wrong[0].startswith("reminders.yaml: services > botox: this service is not known")
    assert again.reminding == Reminding(ladder=PRESETS["3-days-and-1"], services={ServiceId("laser"): ()})
    assert "reminders.yaml: ladder" in faults(folder)[0]


def test_the_files_are_readable(tmp_path: Path) -> None:
    written(tmp_path)

    assert (tmp_path / "services.yaml").read_text() == (
        "- id: peel\n"
        "  name: Peel\n"
        "  length: 30 minutes\n"
        "  roles: [nurse]\n"
        "  room_kinds: [treatment]\n"
        "- id: laser\n"
        "  name: Laser\n"
        "  length: 30 minutes\n"
        "  after: 15 minutes\n"
        "  roles: [nurse]\n"
        "  room_kinds: [treatment]\n"
        "  device_kinds: [laser]\n"
    )


def test_writing_again_takes_away_what_is_no_longer_there(tmp_path: Path) -> None:
    written(tmp_path)
    (tmp_path / "notes.txt").write_text("ours")

    written(tmp_path, replace(a_whole_practice(), knowledge=()))

    assert not (tmp_path / "knowledge.yaml").exists()
    assert (tmp_path / "notes.txt").read_text() == "ours"


def test_all_faults_of_all_files_are_named_together(tmp_path: Path) -> None:
    written(tmp_path)
    replaced(tmp_path / "practice.yaml", "assistant: Ava", "asistant: Ava")
    replaced(tmp_path / "locations.yaml", "America/Chicago", "Texas")
    replaced(tmp_path / "rooms.yaml", "location: here", "location: hear")
    replaced(tmp_path / "devices.yaml", "fixed_in: room-1", "fixed_in: room-11")
    replaced(tmp_path / "services.yaml", "30 minutes", "half an hour")
    replaced(tmp_path / "services.yaml", "roles: [nurse]", "roles: [nurze]")

    assert faults(tmp_path) == [
        "practice.yaml: assistant: assistant is missing; add a text",
        'practice.yaml: asistant: this key is not known; did you mean "assistant"?',
        'locations.yaml: here > zone: found "Texas"; wanted a time zone such as "America/Chicago"',
        'rooms.yaml: room-1 > location: there is no location "hear"; did you mean "here"?',
        'devices.yaml: laser-1 > fixed_in: there is no room "room-11"; did you mean "room-1"?',
        'services.yaml: peel > length: found "half an hour"; '
        'wanted a length above zero, such as "30 minutes" or "1 hour"',
        'services.yaml: peel > roles: nobody has the role "nurze"; did you mean "nurse"?',
    ]


def test_a_folder_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    assert faults(tmp_path / "nowhere") == ["there is no such folder; name the one that holds practice.yaml"]


def test_an_empty_folder_names_the_files_it_needs(tmp_path: Path) -> None:
    assert faults(tmp_path) == [
        f"{name}: there is no such file; add it"
        for name in ("practice.yaml", "locations.yaml", "practitioners.yaml", "services.yaml")
    ]


def test_a_file_with_a_name_nobody_knows_is_named(tmp_path: Path) -> None:
    written(tmp_path)
    (tmp_path / "service.yml").write_text("")

    assert faults(tmp_path) == ['service.yml: this file is not known; did you mean "services.yaml"?']


def test_a_broken_line_is_named_by_its_number(tmp_path: Path) -> None:
    written(tmp_path)
    (tmp_path / "knowledge.yaml").write_text("- topic: parking\n   asked: [")

    assert faults(tmp_path) == [
        "knowledge.yaml: line 2, column 9: mapping values are not allowed in this context; "
        "correct the line, its dashes and its spaces"
    ]


def test_a_key_that_stands_twice_is_named(tmp_path: Path) -> None:
    written(tmp_path)
    replaced(tmp_path / "locations.yaml", "    tuesday:", "    monday:")

    assert faults(tmp_path) == [
        'locations.yaml: line 8, column 5: found the key "monday" a second time; '
        "correct the line, its dashes and its spaces"
    ]


def test_a_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    written(tmp_path)
    (tmp_path / "rooms.yaml").write_bytes(b"\xff\xfe\x00")

    assert faults(tmp_path) == ["rooms.yaml: found characters that are no text; save the file as UTF-8"]


def test_a_section_in_the_wrong_file_is_named(tmp_path: Path) -> None:
    written(tmp_path)
    with (tmp_path / "practice.yaml").open("a") as file:
        file.write("rooms: []\n")

    assert faults(tmp_path) == ["rooms.yaml: found in practice.yaml; move it to rooms.yaml"]


@pytest.mark.parametrize(
    ("practice", "fault"),
    [
        (
            a_practice(practitioners=(a_practitioner(shifts=(a_shift(location="hear"),)),)),
            "practitioners.yaml: dana > shifts > number 1 > location: "
            'there is no location "hear"; did you mean "here"?',
        ),
        (
            a_practice(practitioners=(a_practitioner(shifts=(a_shift("20:00-22:00"),)),)),
            "practitioners.yaml: dana > shifts > number 1: 20:00-22:00 on monday, when here is open 09:00-20:00; "
            "change the shift, or the location's hours",
        ),
        (
            a_practice(practitioners=(a_practitioner(shifts=(a_shift("09:00-12:00", breaks=["12:00-12:30"]),)),)),
            "practitioners.yaml: dana > shifts > number 1 > breaks: the break 12:00-12:30 is not inside 09:00-12:00; "
            "move it into the shift, or take it out",
        ),
        (
            a_practice(services=(a_service(device_kinds=("lazer",)),), devices=(a_device(),)),
            'services.yaml: peel > device_kinds: no device is of the kind "lazer"; did you mean "laser"?',
        ),
        (
            a_practice(services=(a_service(device_kinds=("laser", "laser")),), devices=(a_device(),)),
            'services.yaml: peel > device_kinds: 2 of the kind "laser" are needed and there are 1; '
            "add a device, or ask for fewer",
        ),
        (
            a_practice(services=(a_service(room_kinds=frozenset({"surgery"})),)),
            'services.yaml: peel > room_kinds: no room is of the kind "surgery"; known are: treatment',
        ),
        (
            a_practice(services=(a_service(lengths={PractitionerId("dena"): timedelta(minutes=20)}),)),
            'services.yaml: peel > lengths: there is no practitioner "dena"; did you mean "dana"?',
        ),
        (
            a_practice(rooms=(a_room(), a_room())),
            "rooms.yaml: room-1: found 2 of this name; give each a name of its own",
        ),
        (
            a_practice(
                rooms=(a_room(), a_room("room-2", kinds=["consultation"])),
                devices=(a_device(fixed_in="room-2"),),
                services=(a_service(device_kinds=("laser",)),),
            ),
            "services.yaml: peel: no location has a practitioner on shift, a fitting room and the devices together; "
            "change a shift, a room or a device's place",
        ),
        (
            a_practice(
                locations=(a_location(phone="+15125550100"), a_location("there", phone="+15125550100")),
                devices=(a_device(location="there", fixed_in="room-1"),),
            ),
            'devices.yaml: laser-1 > fixed_in: found the room "room-1", which is at here, not at there; '
            "name a room of the same location",
        ),
        (
            a_practice(locations=(a_location(phone="", address=""),)),
            "locations.yaml: here > phone: phone is missing; patients are told it; add it",
        ),
    ],
)
def test_what_a_clinic_manager_would_find_wrong_is_found(tmp_path: Path, practice: Practice, fault: str) -> None:
    written(tmp_path, practice)

    assert fault in faults(tmp_path)


def test_a_shift_that_begins_before_the_doors_open_is_a_remark_and_no_fault(tmp_path: Path) -> None:
    whole = a_whole_practice()
    early = a_shift("08:30-17:00", weekdays=frozenset({Weekday.MONDAY}))
    practice = replace(whole, practitioners=(a_practitioner(shifts=(early,)),))

    read = read_practice(written(tmp_path, practice), id=practice.id)

    assert remarks_on(read) == [
        "practitioners > dana > shifts > number 1: 08:30-17:00 on monday reaches beyond open 09:00-20:00; "
        "nobody is booked outside the location's hours"
    ]


def test_changes_are_told_in_words() -> None:
    old = a_whole_practice()
    here, dana, peel, laser = old.locations[0], old.practitioners[0], old.services[0], old.services[1]
    new = replace(
        old,
        name="Smile",
        locations=(replace(here, hours={**here.hours, Weekday.MONDAY: (clock("09:00-17:00"),)}),),
        practitioners=(replace(dana, roles=frozenset({"nurse", "laser"})),),
        rooms=(*old.rooms, a_room("room-3")),
        devices=(),
        services=(laser, replace(peel, length=timedelta(minutes=45), bookable=False, price="$90")),
        policies=replace(old.policies, offers=3),
    )

    assert differences(old, new) == [
        "practice small: name Small Practice -> Smile",
        "location here: hours monday 09:00-20:00 removed, 09:00-17:00 added",
        "practitioner dana: roles laser added",
        "room room-3: added",
        "device laser-1: removed",
        "service peel: length 30 -> 45 minutes",
        "service peel: price nothing -> $90",
        "service peel: bookable nothing -> no",
        "services: listed in another order",
        "policies: offers 2 -> 3",
    ]


def test_the_same_practice_has_no_changes() -> None:
    assert differences(a_whole_practice(), a_whole_practice()) == []


def test_a_first_version_is_told_by_what_it_holds() -> None:
    assert differences(None, a_whole_practice()) == [
        "practice small: new, with 1 location, 1 practitioner, 2 rooms, 1 device, 2 services, 1 answer"
    ]


def test_experiments_come_back_and_what_is_wrong_with_one_is_named(tmp_path: Path) -> None:
    tried = Experiment(id="fewer", ladder=PRESETS["3-days-and-1"], starts=date(2026, 6, 1), sample=600)
    folder = written(tmp_path, replace(a_whole_practice(), experiments=(tried,)))
    text = (folder / "experiments.yaml").read_text()

    again = read_practice(folder, id=a_practice().id)
    replaced(folder / "experiments.yaml", "reminder-ladder", "price")
    compared = faults(folder)
    replaced(folder / "experiments.yaml", "price", "reminder-ladder")
    replaced(folder / "experiments.yaml", "600", "6")
    small = faults(folder)

    assert text == (
        "- id: fewer\n  compares: reminder-ladder\n  ladder: 3-days-and-1\n  starts: '2026-06-01'\n  sample: 600\n"
    )
    assert again.experiments == (tried,)
    assert compared[0].startswith("experiments.yaml: fewer > compares")
    assert "a sample of 40 patients or more is needed" in small[0]


def test_a_wording_and_an_order_come_back_as_they_were_written(tmp_path: Path) -> None:
    words = (("en", "{practice}: see you {when}. C? STOP ends texts."), ("es", "{practice}: {when}. C? STOP termina."))
    tried = (
        Experiment(id="words", wording=words, starts=date(2026, 6, 1), sample=600),
        Experiment(
            id="order", order=Order.LONGEST_FIRST, starts=date(2026, 6, 1), sample=300, counts=Counted.NOT_FILLED
        ),
    )
    folder = written(tmp_path, replace(a_whole_practice(), experiments=tried))

    again = read_practice(folder, id=a_practice().id)
    text = (folder / "experiments.yaml").read_text()

    assert again.experiments == tried
    assert "compares: reminder-wording" in text
    assert "order: longest-first" in text
    assert "not-filled" not in text
