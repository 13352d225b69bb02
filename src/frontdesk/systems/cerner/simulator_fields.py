"""What a body may hold, element by element; each rule of a field is the published one."""

from collections.abc import Collection

from frontdesk.standards.simulating.fhir_outcomes import outcome_text
from frontdesk.standards.simulating.fhir_values import Json, Resource, elements_at, id_in, instant_of, text_at
from frontdesk.standards.simulating.refusals import documented, guess
from frontdesk.systems.cerner.simulator_refusals import broken_rule, unsupported


def check_kind(body: Resource, kind: str) -> None:
    """Nothing, when a body is of the type its address names. Raises: Refusal."""
    if body.get("resourceType") != kind:
        raise documented("resource-type", 422, outcome_text("business-rule", f"resourceType must be {kind}"))


def check_rules(body: Resource) -> None:
    """Nothing, when a body has neither implicit rules nor modifier extensions anywhere. Raises: Refusal 422."""
    if "implicitRules" in body:
        raise documented("implicit-rules", 422, outcome_text("not-supported", "implicitRules"))
    if _anywhere(body, "modifierExtension"):
        raise documented("modifier-extensions", 422, outcome_text("extension", "modifierExtension"))


def check_names(element: Resource, allowed: Collection[str], where: str) -> None:
    """Nothing, when an element holds nothing but these. Raises: Refusal 422."""
    for name in element:
        if name not in allowed:
            raise unsupported(f"{where}.{name}" if where else name)


def required(element: Resource, name: str, where: str) -> Json:
    """What an element holds under a name. Raises: Refusal 422 where that is nothing."""
    found = element.get(name)
    if found in (None, "", [], {}):
        raise broken_rule("required-fields", f"{where}.{name} is required")
    return found


def only_one(element: Resource, name: str, where: str) -> Resource:
    """The one element of a list. Raises: Refusal 422 for none, or several."""
    found = elements_at(element, name)
    if len(found) != 1:
        raise broken_rule("exactly-one", f"{where}.{name} holds exactly one element")
    return found[0]


def reference(element: Resource, name: str, kind: str, where: str) -> str:
    """The id that an element's reference names. Raises: Refusal 422 where it is none to this type."""
    sent = text_at(element, name, "reference")
    id = id_in(sent, kind) if "/" in sent else ""
    if not id:
        raise broken_rule("reference-type", f"{where}.{name} refers to a {kind}")
    return id


def check_period(element: Resource, where: str) -> None:
    """Nothing, when a period's ends have a time with its zone. Documented [period-with-time]. Raises: Refusal 422."""
    period = element.get("period")
    if period is None:
        return
    for edge in ("start", "end"):
        sent = text_at(period, edge)
        try:
            if sent:
                instant_of(sent)
        except ValueError:
            raise broken_rule("period-with-time", f"{where}.period.{edge} needs a time and a zone") from None


def check_length(text: Json, limit: int, where: str) -> None:
    """Nothing, when a text is no longer. Documented [character-limits]. Raises: Refusal 422."""
    if isinstance(text, str) and len(text) > limit:
        raise broken_rule("character-limits", f"{where} holds {limit} characters at most")


def a_text(value: Json, where: str) -> str:
    """A text that is not empty. Raises: Refusal 422."""
    if not isinstance(value, str) or not value.strip():
        raise guess("texts-are-texts", 422, outcome_text("business-rule", f"{where} is a text"))
    return value


def _anywhere(value: Json, name: str) -> bool:
    if isinstance(value, dict):
        return name in value or any(_anywhere(one, name) for one in value.values())
    return isinstance(value, list) and any(_anywhere(one, name) for one in value)
