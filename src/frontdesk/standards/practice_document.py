"""A practice as one document that JSON can hold: what storage keeps and what the practice's files are cut from."""

from types import MappingProxyType

from frontdesk.domain.booking_rules import NOTHING
from frontdesk.domain.ids import DeviceId, LocationId, PracticeId, PractitionerId, RoomId, ServiceId
from frontdesk.domain.practice import (
    Answer,
    Device,
    Location,
    Policies,
    Practice,
    Practitioner,
    Room,
    Service,
    Shift,
    Understanding,
)
from frontdesk.domain.retention import Retention
from frontdesk.standards.booking_rules_document import (
    lunch_in,
    of_length,
    of_lunch,
    of_processing,
    of_rules,
    processing_in,
    rules_in,
)
from frontdesk.standards.care_document import care_in, of_care
from frontdesk.standards.chat_document import chat_in, of_chat
from frontdesk.standards.coverage_document import coverage_in, of_coverage
from frontdesk.standards.document import DocumentWrong, Entry, Fault
from frontdesk.standards.emergency_document import emergency_in
from frontdesk.standards.experiments_document import experiments_in, of_experiments
from frontdesk.standards.forms import (
    ABSENCE,
    DAY,
    EMAIL,
    KEY,
    LANGUAGE,
    LENGTH,
    PAGE,
    PHONE,
    SOME_LENGTH,
    STRETCH,
    TEXT,
    WEEKDAY,
    YES_OR_NO,
    ZONE,
    count_from,
    text_like,
    word_of,
)
from frontdesk.standards.questionnaire_document import SECTION as QUESTIONNAIRES
from frontdesk.standards.questionnaire_document import questionnaire_of
from frontdesk.standards.reminders_document import of_reminders, reminders_in
from frontdesk.standards.telling_document import of_telling, telling_in
from frontdesk.standards.transfer_document import of_transfer, transfer_in

Document = dict[str, object]
"""Mappings, lists, texts and whole numbers only. What is empty or as usual is left out."""

UNDERSTANDING = word_of(Understanding)
COUNT = count_from(1)
STATE = text_like(r"[A-Z]{2}", "a state as two capital letters, such as TX")
USUAL = Policies()


def from_document(document: object, *, id: PracticeId) -> Practice:
    """The practice that a document holds. Raises: DocumentWrong (with every fault of it)."""
    practice, faults = read_document(document, id=id)
    if faults:
        raise DocumentWrong(faults)
    return practice


def read_document(document: object, *, id: PracticeId) -> tuple[Practice, list[Fault]]:
    """The practice as far as it can be read, with all that is wrong; what is faulty is left out or stood in for."""
    faults: list[Fault] = []
    top = Entry.of(document, place=(), faults=faults)
    answered = coverage_in(top.entry("coverage"))
    practice = Practice(
        id=id,
        key=top.one("key", KEY),
        name=top.one("name", TEXT),
        assistant=top.one("assistant", TEXT),
        email=top.one_or("email", EMAIL, ""),
        languages=top.many("languages", LANGUAGE) or ("en",),
        insurance=top.many("insurance", TEXT),
        locations=tuple(map(_location, top.entries("locations", named_by="id"))),
        practitioners=tuple(map(_practitioner, top.entries("practitioners", named_by="id"))),
        rooms=tuple(map(_room, top.entries("rooms", named_by="id"))),
        devices=tuple(map(_device, top.entries("devices", named_by="id"))),
        services=tuple(one for entry in top.entries("services", named_by="id") if (one := _service(entry))),
        policies=_policies(top.entry("policies")),
        coverage=answered.usually,
        coverage_hours=answered.hours,
        overflow_after=answered.overflow_after,
        talks=answered.talks,
        payment_page=top.one_or("payment_page", PAGE, ""),
        telling=telling_in(top.entry("telling")),
        emergency=emergency_in(top.entry("emergency")),
        chat=chat_in(top.entry("chat")),
        reminding=reminders_in(top.entry("reminders")),
        experiments=experiments_in(top),
        transfer=transfer_in(top.entry("transfer")),
        intake=top.many("intake", TEXT),
        questionnaires=tuple(
            questionnaire_of(entry.fields, name=entry.place[-1], faults=faults)
            for entry in top.entries(QUESTIONNAIRES, named_by="id")
        ),
        knowledge=tuple(map(_answer, top.entries("knowledge", named_by="topic"))),
    )
    top.close()
    return practice, faults


def to_document(practice: Practice) -> Document:
    """The document of a practice; `from_document` gives the same practice back."""
    return _filled(
        key=practice.key,
        name=practice.name,
        assistant=practice.assistant,
        email=practice.email,
        languages=list(practice.languages),
        insurance=list(practice.insurance),
        locations=[_of_location(one) for one in practice.locations],
        practitioners=[_of_practitioner(one) for one in practice.practitioners],
        rooms=[_of_room(one) for one in practice.rooms],
        devices=[_of_device(one) for one in practice.devices],
        services=[_of_service(one) for one in practice.services],
        policies=_of_policies(practice.policies),
        coverage=of_coverage(practice),
        payment_page=practice.payment_page,
        intake=list(practice.intake),
        telling=of_telling(practice.telling),
        emergency={danger: dict(words) for danger, words in practice.emergency.items()},
        chat=of_chat(practice.chat),
        reminders=of_reminders(practice.reminding),
        experiments=of_experiments(practice.experiments),
        transfer=of_transfer(practice.transfer),
        knowledge=[_of_answer(one) for one in practice.knowledge],
        questionnaires=[dict(one.resource) for one in practice.questionnaires],
    )


def _filled(**fields: object) -> Document:
    return {key: value for key, value in fields.items() if value not in (None, "", [], {})}


def _location(entry: Entry) -> Location:
    location = Location(
        id=LocationId(entry.one("id", TEXT)),
        name=entry.one("name", TEXT),
        zone=entry.one("zone", ZONE),
        address=entry.one_or("address", TEXT, ""),
        phone=entry.one_or("phone", PHONE, ""),
        parking=entry.one_or("parking", TEXT, ""),
        hours=MappingProxyType(entry.each_many("hours", WEEKDAY, STRETCH)),
        closures=MappingProxyType(entry.each("closures", DAY, TEXT)),
        latest_arrival=entry.one_or("latest_arrival", LENGTH, NOTHING),
    )
    entry.close()
    return location


def _of_location(location: Location) -> Document:
    return _filled(
        id=location.id,
        name=location.name,
        zone=ZONE.write(location.zone),
        address=location.address,
        phone=location.phone,
        parking=location.parking,
        hours={
            WEEKDAY.write(day): [STRETCH.write(one) for one in location.hours[day]]
            for day in sorted(location.hours, key=lambda day: day.value)
        },
        closures={DAY.write(day): location.closures[day] for day in sorted(location.closures)},
        latest_arrival=of_length(location.latest_arrival),
    )


def _practitioner(entry: Entry) -> Practitioner:
    practitioner = Practitioner(
        id=PractitionerId(entry.one("id", TEXT)),
        name=entry.one("name", TEXT),
        title=entry.one_or("title", TEXT, ""),
        roles=frozenset(entry.many("roles", TEXT)),
        also_called=entry.many("also_called", TEXT),
        shifts=tuple(shift for inner in entry.entries("shifts") if (shift := _shift(inner))),
        away=entry.many("away", ABSENCE),
        licences=MappingProxyType(entry.each("licences", TEXT, DAY)),
        columns=entry.one_or("columns", COUNT, 1),
        daily=entry.one_or("daily", COUNT, None),
    )
    entry.close()
    return practitioner


def _of_practitioner(practitioner: Practitioner) -> Document:
    return _filled(
        id=practitioner.id,
        name=practitioner.name,
        title=practitioner.title,
        roles=sorted(practitioner.roles),
        also_called=list(practitioner.also_called),
        shifts=[_of_shift(shift) for shift in practitioner.shifts],
        away=[ABSENCE.write(days) for days in practitioner.away],
        licences={name: DAY.write(practitioner.licences[name]) for name in sorted(practitioner.licences)},
        columns=None if practitioner.columns == 1 else practitioner.columns,
        daily=practitioner.daily,
    )


def _shift(entry: Entry) -> Shift | None:
    shift = entry.build(
        lambda: Shift(
            location=LocationId(entry.one("location", TEXT)),
            weekdays=frozenset(entry.at_least_one("weekdays", WEEKDAY)),
            during=entry.one("during", STRETCH),
            breaks=entry.many("breaks", STRETCH),
            first=entry.one_or("first", DAY, None),
            last=entry.one_or("last", DAY, None),
            every_weeks=entry.one_or("every_weeks", COUNT, 1),
            not_on=entry.many("not_on", DAY),
            lunch=lunch_in(entry),
            for_new=entry.many("for_new", STRETCH),
        )
    )
    entry.close()
    return shift


def _of_shift(shift: Shift) -> Document:
    return _filled(
        location=shift.location,
        weekdays=[WEEKDAY.write(day) for day in sorted(shift.weekdays, key=lambda day: day.value)],
        during=STRETCH.write(shift.during),
        breaks=[STRETCH.write(pause) for pause in shift.breaks],
        first=shift.first and DAY.write(shift.first),
        last=shift.last and DAY.write(shift.last),
        every_weeks=None if shift.every_weeks == 1 else shift.every_weeks,
        not_on=[DAY.write(day) for day in shift.not_on],
        lunch=of_lunch(shift.lunch),
        for_new=[STRETCH.write(kept) for kept in shift.for_new],
    )


def _room(entry: Entry) -> Room:
    room = Room(
        id=RoomId(entry.one("id", TEXT)),
        name=entry.one("name", TEXT),
        location=LocationId(entry.one("location", TEXT)),
        kinds=frozenset(entry.many("kinds", TEXT)),
        capacity=entry.one_or("capacity", COUNT, 1),
    )
    entry.close()
    return room


def _of_room(room: Room) -> Document:
    return _filled(
        id=room.id,
        name=room.name,
        location=room.location,
        kinds=sorted(room.kinds),
        capacity=None if room.capacity == 1 else room.capacity,
    )


def _device(entry: Entry) -> Device:
    fixed_in = entry.one_or("fixed_in", TEXT, None)
    device = Device(
        id=DeviceId(entry.one("id", TEXT)),
        name=entry.one("name", TEXT),
        kind=entry.one("kind", TEXT),
        location=LocationId(entry.one("location", TEXT)),
        fixed_in=RoomId(fixed_in) if fixed_in else None,
    )
    entry.close()
    return device


def _of_device(device: Device) -> Document:
    return _filled(id=device.id, name=device.name, kind=device.kind, location=device.location, fixed_in=device.fixed_in)


def _service(entry: Entry) -> Service | None:
    care = care_in(entry)
    service = entry.build(
        lambda: Service(
            id=ServiceId(entry.one("id", TEXT)),
            name=entry.one("name", TEXT),
            named_in=MappingProxyType(entry.each("named_in", LANGUAGE, TEXT)),
            also_called=entry.many("also_called", TEXT),
            length=entry.one("length", SOME_LENGTH),
            lengths=MappingProxyType(
                {PractitionerId(who): length for who, length in entry.each("lengths", TEXT, SOME_LENGTH).items()}
            ),
            before=entry.one_or("before", LENGTH, NOTHING),
            after=entry.one_or("after", LENGTH, NOTHING),
            roles=frozenset(entry.at_least_one("roles", TEXT)),
            room_kinds=frozenset(entry.many("room_kinds", TEXT)),
            device_kinds=entry.many("device_kinds", TEXT),
            price=entry.one_or("price", TEXT, ""),
            about=entry.one_or("about", TEXT, ""),
            preparation=entry.one_or("preparation", TEXT, ""),
            bookable=entry.one_or("bookable", YES_OR_NO, True),
            practitioner_before=entry.one_or("practitioner_before", LENGTH, NOTHING),
            practitioner_after=entry.one_or("practitioner_after", LENGTH, NOTHING),
            processing=processing_in(entry),
            assistants=entry.many("assistants", TEXT),
            places=entry.one_or("places", COUNT, 1),
            intake=entry.many("intake", TEXT),
            rules=rules_in(entry),
            care=care,
        )
    )
    entry.close()
    return service


def _of_service(service: Service) -> Document:
    return _filled(
        id=service.id,
        name=service.name,
        named_in=dict(service.named_in),
        also_called=list(service.also_called),
        length=SOME_LENGTH.write(service.length),
        lengths={who: SOME_LENGTH.write(service.lengths[who]) for who in sorted(service.lengths)},
        before=LENGTH.write(service.before) if service.before else None,
        after=LENGTH.write(service.after) if service.after else None,
        roles=sorted(service.roles),
        room_kinds=sorted(service.room_kinds),
        device_kinds=list(service.device_kinds),
        price=service.price,
        about=service.about,
        preparation=service.preparation,
        **of_care(service.care),
        bookable=None if service.bookable else YES_OR_NO.write(False),
        practitioner_before=of_length(service.practitioner_before),
        practitioner_after=of_length(service.practitioner_after),
        processing=of_processing(service.processing),
        assistants=list(service.assistants),
        places=None if service.places == 1 else service.places,
        intake=list(service.intake),
        **of_rules(service.rules),
    )


def _policies(entry: Entry) -> Policies:
    policies = Policies(
        lead_time=entry.one_or("lead_time", LENGTH, USUAL.lead_time),
        horizon=entry.one_or("horizon", SOME_LENGTH, USUAL.horizon),
        grid=entry.one_or("grid", SOME_LENGTH, USUAL.grid),
        hold=entry.one_or("hold", SOME_LENGTH, USUAL.hold),
        offers=entry.one_or("offers", COUNT, USUAL.offers),
        change_notice=entry.one_or("change_notice", LENGTH, USUAL.change_notice),
        understanding=entry.one_or("understanding", UNDERSTANDING, USUAL.understanding),
        retention=_retention(entry.entry("retention")),
        travel=entry.one_or("travel", LENGTH, USUAL.travel),
        release_for_new=entry.one_or("release_for_new", LENGTH, None),
        series_horizon=entry.one_or("series_horizon", SOME_LENGTH, USUAL.series_horizon),
        substance_use_program=entry.one_or("substance_use_program", YES_OR_NO, False),
        note_on_visit=entry.one_or("note_on_visit", YES_OR_NO, False),
    )
    entry.close()
    return policies


def _of_policies(policies: Policies) -> Document:
    furthest = policies.series_horizon
    return _filled(
        lead_time=LENGTH.write(policies.lead_time),
        horizon=SOME_LENGTH.write(policies.horizon),
        grid=SOME_LENGTH.write(policies.grid),
        hold=SOME_LENGTH.write(policies.hold),
        offers=policies.offers,
        change_notice=LENGTH.write(policies.change_notice),
        understanding=UNDERSTANDING.write(policies.understanding),
        retention=_of_retention(policies.retention),
        travel=of_length(policies.travel),
        release_for_new=None if policies.release_for_new is None else LENGTH.write(policies.release_for_new),
        series_horizon=None if furthest == USUAL.series_horizon else SOME_LENGTH.write(furthest),
        substance_use_program=YES_OR_NO.write(True) if policies.substance_use_program else None,
        note_on_visit=YES_OR_NO.write(True) if policies.note_on_visit else None,
    )


def _retention(entry: Entry) -> Retention:
    usual = USUAL.retention
    retention = Retention(
        strangers=entry.one_or("strangers", SOME_LENGTH, usual.strangers),
        conversations=entry.one_or("conversations", SOME_LENGTH, usual.conversations),
        sent=entry.one_or("sent", SOME_LENGTH, usual.sent),
        unused_forms=entry.one_or("unused_forms", SOME_LENGTH, usual.unused_forms),
        done_tasks=entry.one_or("done_tasks", SOME_LENGTH, usual.done_tasks),
        leads=entry.one_or("leads", SOME_LENGTH, usual.leads),
        state=entry.one_or("state", STATE, usual.state),
        record_years=entry.one_or("record_years", COUNT, usual.record_years),
    )
    entry.close()
    return retention


def _of_retention(retention: Retention) -> Document:
    """What differs from the usual."""
    usual = USUAL.retention
    lengths = {
        "strangers": (retention.strangers, usual.strangers),
        "conversations": (retention.conversations, usual.conversations),
        "sent": (retention.sent, usual.sent),
        "unused_forms": (retention.unused_forms, usual.unused_forms),
        "done_tasks": (retention.done_tasks, usual.done_tasks),
        "leads": (retention.leads, usual.leads),
    }
    return _filled(
        state=retention.state,
        record_years=retention.record_years,
        **{name: SOME_LENGTH.write(mine) for name, (mine, normal) in lengths.items() if mine != normal},
    )


def _answer(entry: Entry) -> Answer:
    answer = Answer(
        topic=entry.one("topic", TEXT),
        asked=entry.many("asked", TEXT),
        says=entry.one("says", TEXT),
        said_in=MappingProxyType(entry.each("said_in", LANGUAGE, TEXT)),
    )
    entry.close()
    return answer


def _of_answer(answer: Answer) -> Document:
    return _filled(topic=answer.topic, asked=list(answer.asked), says=answer.says, said_in=dict(answer.said_in))
