"""Changes of a patient, by JSON Patch. An element of a list is changed in a pair: a test of its id, and the act."""

import re
from collections.abc import Sequence

from frontdesk.standards.simulating.fhir_patch import NotApplied, Operation, Wrong, patched
from frontdesk.standards.simulating.fhir_values import Resource, element_at, elements_at, without
from frontdesk.standards.simulating.refusals import guess
from frontdesk.systems.cerner.simulator_calls import Answer, Asked, Call, Changed, patching
from frontdesk.systems.cerner.simulator_domain import Domain
from frontdesk.systems.cerner.simulator_fields import check_names
from frontdesk.systems.cerner.simulator_patients import (
    check_address,
    check_birth_date,
    check_details,
    check_doctor,
    check_identifier,
    check_patient_names,
    check_telecom,
    with_element_ids,
)
from frontdesk.systems.cerner.simulator_refusals import broken_rule, stands_in_the_way

ADDED = {"/identifier/-", "/telecom/-", "/address/-", "/generalPractitioner/-"}
REPLACED = {"/gender", "/birthDate", "/maritalStatus", "/communication", "/extension"}
TESTED = re.compile(r"/(identifier|telecom|address|generalPractitioner)/\d+/id|/name/0/id")
REMOVED = re.compile(r"(/(identifier|telecom|address|generalPractitioner)/\d+)")
REPLACED_IN = re.compile(
    r"(/identifier/\d+)/(system|value|period)"
    r"|(/name/0)/(family|given|prefix|suffix|period)"
    r"|(/telecom/\d+)/(value|rank|extension|period)"
    r"|(/address/\d+)/(line|city|district|state|postalCode|country|period)"
)
"""Documented [patient-paths]: what may be added, replaced, tested and removed; all else is refused."""


def change(domain: Domain, asked: Asked) -> Answer:
    """A patient after a patch. Guess [patch-checked-as-create]: what stands afterwards obeys the rules of creating."""
    before = domain.get("Patient", asked.id)
    if before["active"] is not True:
        raise stands_in_the_way("patient-must-be-active", "the patient is not active")
    for one in asked.patch:
        _check(domain, one, asked.patch)
    listed = {name: before.get(name, []) for name in ("telecom", "address", "generalPractitioner")}
    plain = {name: before.get(name) for name in ("maritalStatus", "communication", "extension", "gender", "birthDate")}
    try:
        after = patched({**before, **listed, **plain}, asked.patch)
    except NotApplied as wrong:
        if wrong.wrong is Wrong.TEST_FAILED:
            raise guess("test-does-not-hold", 409, "") from None
        raise stands_in_the_way("nothing-at-the-path", wrong.explained) from None
    kept = {name: value for name, value in after.items() if value not in (None, [])}
    _check_whole(domain, kept)
    return Changed(resource=domain.store.put(with_element_ids(kept)))


def _check(domain: Domain, one: Operation, patch: Sequence[Operation]) -> None:
    match one.op:
        case "add" if one.path in ADDED:
            _check_added(domain, one)
        case "test" if TESTED.fullmatch(one.path):
            pass
        case "replace" if one.path in REPLACED:
            if one.path == "/birthDate":
                check_birth_date(one.value)
        case "remove" | "replace":
            pattern = REMOVED if one.op == "remove" else REPLACED_IN
            found = pattern.fullmatch(one.path)
            if found is None:
                raise broken_rule("patient-paths", f"{one.op} {one.path} is not supported")
            element = next(part for part in found.groups() if part)
            # Documented [test-with-it]: the element's id is tested in the same patch.
            if not any((other.op, other.path) == ("test", f"{element}/id") for other in patch):
                raise broken_rule("test-with-it", f"a test of {element}/id is needed")
        case _:
            raise broken_rule("patient-paths", f"{one.op} {one.path} is not supported")


def _check_added(domain: Domain, one: Operation) -> None:
    value = element_at([one.value], 0)
    match one.path:
        case "/identifier/-":
            check_identifier(value)
        case "/telecom/-":
            check_telecom(value)
        case "/address/-":
            check_address(value)
        case _:
            check_names(value, ("reference", "display"), "generalPractitioner")
            check_doctor(domain, value)


def _check_whole(domain: Domain, after: Resource) -> None:
    bare = {
        name: [without(one, "id", "text") for one in elements_at(after, name)]
        for name in ("name", "telecom", "address", "generalPractitioner")
    }
    check_patient_names(bare)
    check_details(domain, {**after, **bare})


CALLS: tuple[Call, ...] = (patching("Patient", change),)
