"""Which items of a form are asked, by what was answered so far: FHIR's enableWhen."""

from collections.abc import Iterable
from datetime import date

from frontdesk.domain.questionnaire import Answers, Attached, Coded, EnableWhen, Item, Operator, Questionnaire, Value


def enabled(questionnaire: Questionnaire, answers: Answers) -> frozenset[str]:
    """The linkIds of the items that are asked, read or shown.

    What stands in a group that is not asked is not asked either, and the answer to a question that is not asked counts
    as none: so the items are gone through until nothing changes.
    """
    asked = frozenset(item.link_id for item in questionnaire.every_item())
    for _ in range(len(asked) + 1):
        counted = {link_id: given for link_id, given in answers.items() if link_id in asked}
        now = frozenset(_asked(questionnaire.items, counted))
        if now == asked:
            return asked
        asked = now
    return asked


def _asked(items: Iterable[Item], answers: Answers) -> Iterable[str]:
    for item in items:
        if _holds(item, answers):
            yield item.link_id
            yield from _asked(item.items, answers)


def _holds(item: Item, answers: Answers) -> bool:
    if not item.enable_when:
        return True
    held = [holds(condition, answers.get(condition.question, ())) for condition in item.enable_when]
    return any(held) if item.enable_any else all(held)


def holds(condition: EnableWhen, given: tuple[Value, ...]) -> bool:
    """Whether a condition is met by the answers to its question.

    As R4 words it: one equal answer is enough for "=", none may be equal for "!=", which holds without an answer too.
    """
    wanted = condition.answer
    match condition.operator:
        case Operator.EXISTS:
            return bool(given) == wanted
        case Operator.EQUALS:
            return any(_same(one, wanted) for one in given)
        case Operator.DIFFERS:
            return not any(_same(one, wanted) for one in given)
        case Operator.ABOVE:
            return any((order := _order(one, wanted)) is not None and order > 0 for one in given)
        case Operator.BELOW:
            return any((order := _order(one, wanted)) is not None and order < 0 for one in given)
        case Operator.AT_LEAST:
            return any((order := _order(one, wanted)) is not None and order >= 0 for one in given)
        case Operator.AT_MOST:
            return any((order := _order(one, wanted)) is not None and order <= 0 for one in given)


def _same(given: Value, wanted: Value) -> bool:
    """A yes is no 1: Python would take them for the same."""
    if isinstance(given, bool) is not isinstance(wanted, bool):
        return False
    return given == wanted


def _order(given: Value, wanted: Value) -> int | None:
    """Below, at or above zero as `given` stands to `wanted`; None where the two cannot be compared."""
    if isinstance(given, bool | Coded | Attached) or isinstance(wanted, bool | Coded):
        return None
    if isinstance(given, int) and isinstance(wanted, int):
        return (given > wanted) - (given < wanted)
    if isinstance(given, date) and isinstance(wanted, date):
        return (given > wanted) - (given < wanted)
    if isinstance(given, str) and isinstance(wanted, str):
        return (given > wanted) - (given < wanted)
    return None
