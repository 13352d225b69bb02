"""The words of Epic's refusals: an OperationOutcome where FHIR was asked, an exception where layer 2 was."""

import json
import uuid
from collections.abc import Sequence

from frontdesk.standards.simulating.fhir_outcomes import outcome, outcome_text
from frontdesk.standards.simulating.fhir_values import Json, Resource
from frontdesk.standards.simulating.refusals import Known, Refusal, guess, seen
from frontdesk.systems.epic.simulator_hospital import World

NO_RESULTS = ("4101", "Resource request returns no results.")
NO_VISIT_TYPE = (
    "59200",
    "The Cadence Decision Tree was unable to determine a Visit Type based on the supplied parameters. Check the "
    "request parameters and decision tree build.",
)
NOT_FOUND = ("59144", "The reference provided was not found.")
PROCESSING = ("59134", "The request could not be processed as it stands.")
NOT_UNDERSTOOD = ("59109", "A parameter or its value was not understood.")
"""Seen [fhir-codes]: the numbers, and the words of the first three. Guess [words-of-codes]: those of the others."""

ENTIRE = "An error has occurred."


def told(
    world: World, code: tuple[str, str], *, severity: str, kind: str, diagnostics: str = "", at: str = ""
) -> Resource:
    """An issue with one of Epic's codes. Seen [codes-have-an-oid]. `at` is the element that is meant."""
    number, words = code
    coding: Resource = {"system": world.oid("7.2.657369"), "code": number, "display": words}
    issue: dict[str, Json] = {"severity": severity, "code": kind, "details": {"coding": [coding], "text": words}}
    if diagnostics:
        issue["diagnostics"] = diagnostics
    if at:
        issue |= {"location": [f"/f:{at}"], "expression": [at]}
    return issue


def outcome_entry(issues: Sequence[Resource]) -> Resource:
    """Seen [outcome-entry]: what a Bundle says beside what was found, in its last entry."""
    named = f"urn:uuid:{uuid.uuid4()}"
    return {"fullUrl": named, "resource": outcome(*issues), "search": {"mode": "outcome"}}


def not_found(world: World, diagnostics: str, at: str) -> Refusal:
    """A reference to nothing. Seen [not-found-is-59144]: fatal. The status, 404, is a guess."""
    issue = told(world, NOT_FOUND, severity="fatal", kind="not-found", diagnostics=diagnostics, at=at)
    return seen("not-found-is-59144", 404, json.dumps(outcome(issue)))


def not_processed(world: World, rule: str, diagnostics: str) -> Refusal:
    """What $book cannot do with a time that was given before. Guess: the code of processing issues, fatal."""
    issue = told(world, PROCESSING, severity="fatal", kind="processing", diagnostics=diagnostics)
    return guess(rule, 400, json.dumps(outcome(issue)))


def not_fhir(rule: str, status: int, kind: str, explained: str) -> Refusal:
    """A request to FHIR that the facts do not know; no code of Epic's is known for it."""
    return guess(rule, status, outcome_text(kind, explained, severity="fatal"))


def exception(command: str, details: str, *, message: str = "") -> str:
    """A body of layer 2. Seen [exception-body]: `ExceptionMessage` holds a command and its details."""
    words = f"An error occurred while executing the command: {command} details: {details}"
    kind = "System.Web.HttpException"
    return json.dumps(
        {"Message": message or words, "ExceptionMessage": words, "ExceptionType": kind, "StackTrace": None}
    )


def make_failed(rule: str, details: str) -> Refusal:
    """A booking refused. Seen [make-fail]: 400, and a pattern that tells why by numbers."""
    return seen(rule, 400, exception("MAKE-FAIL", f"code:{details}."))


def no_birth_date() -> Refusal:
    """A new patient without one."""
    words = exception("NO-DATE-OF-BIRTH", "Date of birth is required.", message=ENTIRE)
    return seen("no-date-of-birth", 400, words)


def not_layer2(rule: str, explained: str, *, status: int = 400) -> Refusal:
    """A request to layer 2 that the facts do not know; the command it names is made up, so that none relies on it."""
    return guess(rule, status, exception("SIMULATOR-REFUSED", explained, message=ENTIRE))


def unauthorized(rule: str, known: Known = Known.SEEN) -> Refusal:
    """Seen [bare-401]: the body of a 401 may be a bare JSON string."""
    return Refusal(rule, 401, json.dumps("Unauthorized"), known)
