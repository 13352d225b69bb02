"""The words of athenaOne's refusals: JSON with `error`, sometimes with more."""

import json
from collections.abc import Sequence

from frontdesk.standards.simulating.refusals import Refusal, guess, seen

NOT_VALID = "The data provided is invalid."


def says(error: str, **more: str | Sequence[str]) -> str:
    """A body that explains a refusal. Documented [error-body]: `error` may be shown to users, the rest may not."""
    return json.dumps({"error": error, **more})


def missing(*names: str) -> Refusal:
    """Fields that a call cannot do without."""
    return seen("missing-fields", 400, says("Additional fields are required.", missingfields=names, invalidfields=[]))


def not_valid(name: str, why: str) -> Refusal:
    """A value that does not fit, where no wording was recorded."""
    return guess("value-does-not-fit", 400, says(NOT_VALID, detailedmessage=f"{name}: {why}", invalidfields=[name]))


def no_patient() -> Refusal:
    """Nobody by that number. Recorded with 400 and with 404; the simulator answers 404."""
    wording = "The specified patient does not exist in that department."
    return seen("no-such-patient", 404, says(wording, detailedmessage=wording))


def taken() -> Refusal:
    """A slot that cannot be booked; the words do not tell taken from not open to booking, nor from never there."""
    return seen(
        "double-booking",
        409,
        says(
            "That appointment time was already booked or not available for booking.",
            detailedmessage="The appointment ID is already booked or is not marked as being available to be scheduled "
            "via the API.",
        ),
    )


def over_already() -> Refusal:
    """A visit that was checked in or cancelled before."""
    return seen(
        "already-checked-in",
        404,
        says(
            "This appointment has already been checked in",
            detailedmessage="The appointment is either already canceled or checked in",
        ),
    )


def not_permitted(rule: str) -> Refusal:
    """A key that may not do this."""
    return seen(rule, 401, says("Incorrect permissions.", detailedmessage="Bad auth."))


def needs_type_or_reason() -> Refusal:
    """A booking that says neither what for nor as what."""
    wording = "An appointment type or reason must be provided."
    return seen("type-or-reason", 400, says("Additional fields are required.", detailedmessage=wording))
