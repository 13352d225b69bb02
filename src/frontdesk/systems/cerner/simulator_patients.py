"""Patients: finding them, reading one, and registering a new one."""

from frontdesk.standards.simulating.fhir_outcomes import outcome_text
from frontdesk.standards.simulating.fhir_search import (
    Kind,
    Parameter,
    Search,
    any_fits,
    names_of,
    starts,
    within,
)
from frontdesk.standards.simulating.fhir_values import Json, Resource, elements_at, instant_of, text_at, texts_at
from frontdesk.standards.simulating.refusals import documented
from frontdesk.systems.cerner.simulator_calls import (
    Answer,
    Asked,
    Call,
    Created,
    Listed,
    Read,
    creating,
    reading,
    searching,
)
from frontdesk.systems.cerner.simulator_catalogue import COUNT, TEXT, TOKEN, id_alone, identifiers_of, with_ids
from frontdesk.systems.cerner.simulator_domain import Domain
from frontdesk.systems.cerner.simulator_fields import (
    a_text,
    check_kind,
    check_length,
    check_names,
    check_period,
    check_rules,
    reference,
    required,
)
from frontdesk.systems.cerner.simulator_refusals import bad_parameter, broken_rule, no_parameters, stands_in_the_way
from frontdesk.systems.cerner.simulator_world import EXTENSION, SSN, medical_record

TOO_MANY = 1000
GENDERS = ("male", "female", "other", "unknown")
SYSTEMS = ("phone", "fax", "email", "pager", "url", "sms", "other")
USES = ("home", "work", "temp", "old", "mobile")
PHONE_EXTENSION = "http://hl7.org/fhir/StructureDefinition/contactpoint-extension"
US_CORE = "http://hl7.org/fhir/us/core/StructureDefinition"
EXTENSIONS = (
    *(f"{US_CORE}/us-core-{name}" for name in ("race", "ethnicity", "birthsex")),
    f"{EXTENSION}/communication-preference",
)
EITHER = ("identifier", "name", "family", "given", "birthdate", "phone", "email", "address-postalcode")
KEPT = (
    *("name", "telecom", "address", "gender", "birthDate", "maritalStatus", "communication"),
    *("generalPractitioner", "extension"),
)


def patients(domain: Domain, asked: Asked) -> Answer:
    """Patients. Documented [patient-search]: `_id`, or one of eight; `gender` only narrows.

    Documented [too-many-patients]: more than 1,000 are refused. Documented [merged-are-absent]: who was merged into
    another is not found. Guess [phone-as-written]: phones and e-mail addresses are found as they are written down.
    """
    search = asked.search
    if "_id" in search:
        id_alone(search)
        return Listed(matches=[shown(one) for one in with_ids(domain, "Patient", asked) if not _merged(one)])
    if not any(name in search for name in EITHER):
        raise no_parameters()
    if any(not one.code for one in search.tokens("identifier")):
        raise bad_parameter("identifier-code", "identifier", "a code is needed, with or without its system")
    _check_birth_dates(search)
    found = [one for one in domain.store.all("Patient") if not _merged(one) and _fits(domain, search, one)]
    if len(found) > TOO_MANY:
        raise documented("too-many-patients", 422, outcome_text("too-costly", "More than 1000 patients qualify"))
    return Listed(matches=[shown(one) for one in found])


def patient(domain: Domain, asked: Asked) -> Answer:
    """One patient by id. Documented [merged-are-linked]: one merged into another is inactive and links to it."""
    return Read(resource=shown(domain.get("Patient", asked.id)))


def living_id(domain: Domain, id: str) -> str:
    """The id of a patient who can be written about. Guess [patient-must-be-active]. Raises: Refusal."""
    found = domain.store.get("Patient", id)
    if found is None:
        raise stands_in_the_way("unknown-reference", "there is no such patient")
    if found["active"] is not True:
        raise stands_in_the_way("patient-must-be-active", "the patient is not active")
    return id


def shown(one: Resource) -> Resource:
    """A patient as read. Documented [ssn-never-shown]."""
    return {**one, "identifier": [held for held in elements_at(one, "identifier") if held.get("system") != SSN]}


def register(domain: Domain, asked: Asked) -> Answer:
    """A new patient. Documented [unknown-fields-ignored]: what is not published is left out.

    Guess [no-duplicate-check]: a second patient of the same name and birth date is made all the same.
    """
    body = asked.body
    check_kind(body, "Patient")
    check_rules(body)
    organization, others = _enrolment(body)
    if domain.store.get("Organization", organization) is None:
        raise stands_in_the_way("unknown-reference", "there is no such organization")
    if body.get("active", True) is not True:
        raise broken_rule("active-only-true", "active is true")
    check_patient_names(body)
    check_details(domain, body)
    id = domain.store.new_id()
    record = medical_record(f"MRN{id}", id=f"CI-{id}-0", organization=organization)
    # Guess [mrn-at-enrolment]: enrolling gives a medical record number.
    made: dict[str, Json] = {
        "resourceType": "Patient",
        "id": id,
        "identifier": [record, *({**one, "use": "usual"} for one in others)],
        "active": True,
    }
    made.update({name: body[name] for name in KEPT if name in body})
    return Created(resource=domain.store.put(with_element_ids(made)))


def with_element_ids(patient: Resource) -> Resource:
    """The patient with an id on each element of a list that lacks one. Documented [element-ids]."""
    held = dict(patient)
    for name in ("identifier", "name", "telecom", "address", "generalPractitioner"):
        listed: list[Json] = []
        taken = {text_at(one, "id") for one in elements_at(patient, name)}
        for place, one in enumerate(elements_at(patient, name)):
            kind = {"phone": "PH-", "email": "EM-"}.get(text_at(one, "system"), "") if name == "telecom" else ""
            number = place
            while (fresh := f"CI-{kind}{patient['id']}{number or ''}-0") in taken and "id" not in one:
                number += 1
            listed.append(one if "id" in one else {"id": fresh, **one})
            taken.add(fresh)
        if listed:
            held[name] = listed
    names = [
        {**one, "text": f"{text_at(one, 'family')}, {' '.join(texts_at(one, 'given'))}"}
        for one in elements_at(held, "name")
    ]
    return {**held, "name": names}


def check_patient_names(body: Resource) -> None:
    """Nothing, when a body's names are as published. Documented [official-name]. Raises: Refusal 422."""
    names = elements_at(body, "name")
    for name in names:
        _check_name(name)
    for name in names:
        whole = text_at(name, "family") and texts_at(name, "given")
        if name.get("use") == "official" and whole and not text_at(name, "period", "end"):
            return
    raise broken_rule("official-name", "an official name with family and given, without an end, is required")


def check_details(domain: Domain, body: Resource) -> None:
    """Nothing, when what else a body tells of a patient is as published. Raises: Refusal 422."""
    if "gender" in body and body["gender"] not in GENDERS:
        raise broken_rule("gender", f"gender is one of {', '.join(GENDERS)}")
    if "birthDate" in body:
        check_birth_date(body["birthDate"])
    for one in elements_at(body, "telecom"):
        check_telecom(one)
    for one in elements_at(body, "address"):
        check_address(one)
    if len(elements_at(body, "communication")) > 1:
        raise broken_rule("one-communication", "communication has one element")
    for one in elements_at(body, "generalPractitioner"):
        check_doctor(domain, one)
    for one in elements_at(body, "extension"):
        if one.get("url") not in EXTENSIONS:
            raise stands_in_the_way("patient-extensions", "this extension is not supported")


def check_birth_date(value: Json) -> None:
    """Nothing, for a whole day. Raises: Refusal 422."""
    try:
        instant_of(f"{a_text(value, 'birthDate')}T00:00:00Z")
    except ValueError:
        raise broken_rule("birth-date", "birthDate is a day, YYYY-MM-DD") from None


def check_telecom(one: Resource) -> None:
    """Nothing, for a whole way to reach somebody. Documented [telecom-fields]. Raises: Refusal 422."""
    check_names(one, ("system", "use", "value", "period", "extension", "rank"), "telecom")
    for name in ("system", "use", "value"):
        a_text(required(one, name, "telecom"), f"telecom.{name}")
    if one["system"] not in SYSTEMS or one["use"] not in USES:
        raise broken_rule("telecom-fields", f"telecom is of {', '.join(SYSTEMS)}, used as {', '.join(USES)}")
    check_length(one["value"], 100, "telecom.value")
    check_period(one, "telecom")
    for held in elements_at(one, "extension"):
        if one["system"] != "phone" or held.get("url") != PHONE_EXTENSION:
            raise broken_rule("telecom-fields", f"telecom.extension is {PHONE_EXTENSION}, of a phone")
        check_length(held.get("valueString"), 100, "telecom.extension.valueString")


def check_address(one: Resource) -> None:
    """Nothing, for an address as published. Documented [address-fields]. Raises: Refusal 422."""
    parts = ("city", "district", "state", "country")
    check_names(one, ("use", "line", *parts, "postalCode", "period"), "address")
    required(one, "use", "address")
    check_period(one, "address")
    for line in texts_at(one, "line"):
        check_length(line, 100, "address.line")
    for name in parts:
        check_length(one.get(name), 100, f"address.{name}")
    check_length(one.get("postalCode"), 25, "address.postalCode")


def check_identifier(one: Resource) -> None:
    """Nothing, for a further identifier. Documented [further-identifiers]. Raises: Refusal 422."""
    check_names(one, ("type", "system", "value", "period"), "identifier")
    for name in ("type", "system", "value"):
        required(one, name, "identifier")
    check_period(one, "identifier")


def check_doctor(domain: Domain, one: Resource) -> None:
    """Nothing, for a reference to a practitioner. Documented [practitioners-only]. Raises: Refusal 422."""
    id = reference({"generalPractitioner": one}, "generalPractitioner", "Practitioner", "Patient")
    if domain.store.get("Practitioner", id) is None:
        raise stands_in_the_way("unknown-reference", "there is no such practitioner")


def _enrolment(body: Resource) -> tuple[str, list[Resource]]:
    """The organization that enrols, and the further identifiers. Documented [assigner-alone]."""
    identifiers = elements_at(body, "identifier")
    if not identifiers or set(identifiers[0]) != {"assigner"}:
        raise broken_rule("assigner-alone", "identifier[0] holds an assigner and nothing else")
    for one in identifiers[1:]:
        check_identifier(one)
    return reference(identifiers[0], "assigner", "Organization", "identifier[0]"), identifiers[1:]


def _check_name(name: Resource) -> None:
    """Documented [name-fields]: a use, two given names at most, one prefix, one suffix, no text."""
    check_names(name, ("use", "family", "given", "prefix", "suffix", "period"), "name")
    required(name, "use", "name")
    if not text_at(name, "family") and not texts_at(name, "given"):
        raise broken_rule("name-fields", "a name holds a family or a given name")
    for part, most in (("given", 2), ("prefix", 1), ("suffix", 1)):
        if len(texts_at(name, part)) > most:
            raise broken_rule("name-fields", f"name.{part} holds {most} at most")
        for one in texts_at(name, part):
            check_length(one, 100, f"name.{part}")
    check_length(name.get("family"), 100, "name.family")
    check_period(name, "name")


def _check_birth_dates(search: Search) -> None:
    """Documented [birthdate-prefixes]: a day, once with a prefix or twice as ge and le, without a time."""
    bounds = search.bounds("birthdate")
    if any(one.has_time for one in bounds):
        raise bad_parameter("birthdate-prefixes", "birthdate", "a time is not taken")
    if len(bounds) == 2 and sorted(one.prefix for one in bounds) != ["ge", "le"]:
        raise bad_parameter("birthdate-prefixes", "birthdate", "twice, it is ge and le")


def _fits(domain: Domain, search: Search, one: Resource) -> bool:
    now = domain.now()
    # Documented [current-names]: a name whose period is over is not found.
    family, given = names_of(one, "family", now=now), names_of(one, "given", now=now)
    if not (starts(search, "family", family) and starts(search, "given", given)):
        return False
    if not starts(search, "name", [*family, *given]):
        return False
    for name, system in (("phone", "phone"), ("email", "email")):
        held = [text_at(way, "value") for way in elements_at(one, "telecom") if way.get("system") == system]
        if name in search and search.text(name) not in held:
            return False
    if "address-postalcode" in search:
        codes = [text_at(place, "postalCode") for place in elements_at(one, "address")]
        if not any(code.startswith(search.text("address-postalcode")) for code in codes):
            return False
    if "identifier" in search and not any_fits(search.tokens("identifier"), identifiers_of(one)):
        return False
    if "gender" in search and one.get("gender") != search.text("gender"):
        return False
    born = text_at(one, "birthDate")
    if "birthdate" in search:
        return bool(born) and within(search.bounds("birthdate"), instant_of(f"{born}T00:00:00Z"))
    return True


def _merged(one: Resource) -> bool:
    return bool(elements_at(one, "link"))


NAME = Parameter(kind=Kind.TEXT, modifiers=frozenset({"exact"}))
CALLS: tuple[Call, ...] = (
    searching(
        "Patient",
        patients,
        {
            **dict.fromkeys(("name", "family", "given"), NAME),
            **dict.fromkeys(("identifier", "phone", "email", "_id"), TOKEN),
            "gender": Parameter(kind=Kind.TOKEN, choices=frozenset(GENDERS)),
            "birthdate": Parameter(kind=Kind.DATE, times=2),
            "address-postalcode": TEXT,
            "_count": COUNT,
        },
        usual=20,  # Documented [patient-count].
    ),
    reading("Patient", patient),
    creating("Patient", register),
)
