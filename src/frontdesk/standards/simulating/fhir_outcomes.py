"""OperationOutcome: how a FHIR server explains what went wrong."""

import json
from collections.abc import Sequence

from frontdesk.standards.simulating.fhir_values import Json, Resource


def issue(code: str, explained: str, *, severity: str = "error", location: Sequence[str] = ()) -> Resource:
    """One issue. `code` is of the value set issue-type, like "business-rule"; `location` is XPath or FHIRPath."""
    found: dict[str, Json] = {"severity": severity, "code": code}
    if explained:
        found["diagnostics"] = explained
    if location:
        found["location"] = list(location)
    return found


def outcome(*issues: Resource) -> Resource:
    """The resource that holds them."""
    return {"resourceType": "OperationOutcome", "issue": list(issues)}


def outcome_text(code: str, explained: str = "", *, severity: str = "error", location: Sequence[str] = ()) -> str:
    """An OperationOutcome of one issue as the body of a response."""
    return json.dumps(outcome(issue(code, explained, severity=severity, location=location)))
