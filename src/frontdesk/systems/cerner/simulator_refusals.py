"""The words of the domain's refusals: an empty body, plain text, or an OperationOutcome. Documented [three-bodies]."""

from frontdesk.standards.simulating.fhir_outcomes import outcome_text
from frontdesk.standards.simulating.refusals import Refusal, documented, guess, verbatim


def no_parameters() -> Refusal:
    """A search that lacks a parameter it cannot do without."""
    return verbatim("required-parameter", 400, "no supported search parameters provided")


def bad_parameter(rule: str, name: str, why: str) -> Refusal:
    """A parameter that the facts do not allow so; 400 is documented, its words are not published."""
    return documented(rule, 400, f"{name}: {why}")


def no_such(kind: str) -> Refusal:
    """Nothing of this type has the id."""
    return documented("not-found", 404, "")


def unsupported(name: str) -> Refusal:
    """A body with an element that the call does not take."""
    return documented("unsupported-field", 422, outcome_text("business-rule", f"{name} is not supported"))


def broken_rule(rule: str, why: str) -> Refusal:
    """A body whose values the published rules of the field do not allow; the words are ours."""
    return documented(rule, 422, outcome_text("business-rule", why))


def stands_in_the_way(rule: str, why: str) -> Refusal:
    """A write that the simulator refuses without a published answer."""
    return guess(rule, 422, outcome_text("business-rule", why))


def taken(status: int) -> Refusal:
    """A slot that is no longer free. What the vendor answers is not published."""
    return guess("slot-taken", status, outcome_text("conflict", "The slot is no longer available"))
