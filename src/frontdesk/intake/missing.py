"""What is still missing in a form or is not as it has to be, and how far it is."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum

from frontdesk.domain.questionnaire import Answers, Coded, Item, Kind, Questionnaire, Signed, Value
from frontdesk.intake.enabling import enabled

LONGEST_LINE = 200
LONGEST_TEXT = 4000
"""Characters of a line and of a text, where the form names no other length."""
MOST_FILES = 6


class Wrong(Enum):
    """What is the matter with an answer; the value names the text that says so."""

    MISSING = "missing"
    CHOOSE = "choose"
    TOO_LONG = "too_long"
    NO_NUMBER = "no_number"
    NO_DATE = "no_date"
    NO_CHOICE = "no_choice"
    ONE_ONLY = "one_only"
    NOT_WITH_OTHERS = "not_with_others"
    NOT_SIGNED = "not_signed"
    SIGN_AGAIN = "sign_again"
    NO_FILE = "no_file"
    NO_PICTURE = "no_picture"
    TOO_MANY_FILES = "too_many_files"


@dataclass(frozen=True, kw_only=True, slots=True)
class Progress:
    """How many of the questions that must be answered are."""

    answered: int
    wanted: int

    @property
    def percent(self) -> int:
        """0 to 100; a form that must have nothing is done."""
        return 100 if not self.wanted else 100 * self.answered // self.wanted


Faults = dict[str, Wrong]


def missing(questionnaire: Questionnaire, answers: Answers, *, within: Iterable[Item] | None = None) -> Faults:
    """What keeps these items, or the whole form, from being done, by linkId, in the order of the page."""
    asked = enabled(questionnaire, answers)
    items = questionnaire.every_item() if within is None else (one for item in within for one in item.below())
    found: dict[str, Wrong] = {}
    for item in items:
        if item.is_question and item.link_id in asked:
            given = answers.get(item.link_id, ())
            if (wrong := _wrong(item, given, version=questionnaire.version)) is not None:
                found[item.link_id] = wrong
    return found


def kept(questionnaire: Questionnaire, answers: Answers) -> dict[str, tuple[Value, ...]]:
    """The answers to what is asked; of a question that is not asked any more nothing is handed in."""
    asked = enabled(questionnaire, answers)
    return {link_id: given for link_id, given in answers.items() if link_id in asked and given}


def progress(questionnaire: Questionnaire, answers: Answers) -> Progress:
    """How far the form is."""
    asked = enabled(questionnaire, answers)
    wanted = [item for item in questionnaire.every_item() if item.required and item.link_id in asked]
    wrong = missing(questionnaire, answers)
    return Progress(answered=sum(item.link_id not in wrong for item in wanted), wanted=len(wanted))


def longest(item: Item) -> int:
    """How many characters an answer may have."""
    return item.max_length or (LONGEST_TEXT if item.kind is Kind.TEXT else LONGEST_LINE)


def _wrong(item: Item, given: tuple[Value, ...], *, version: str) -> Wrong | None:
    if not given:
        return (
            _MISSING.get(item.kind, Wrong.MISSING if not item.signature else Wrong.NOT_SIGNED)
            if item.required
            else None
        )
    if item.signature:
        signed = given[0]
        return None if isinstance(signed, Signed) and signed.version == version else Wrong.SIGN_AGAIN
    if len(given) > 1 and not item.repeats:
        return Wrong.ONE_ONLY
    if item.kind is Kind.ATTACHMENT:
        return Wrong.TOO_MANY_FILES if len(given) > MOST_FILES else None
    return _not_as_asked(item, given)


def _not_as_asked(item: Item, given: tuple[Value, ...]) -> Wrong | None:
    if any(isinstance(one, str) and len(one) > longest(item) for one in given):
        return Wrong.TOO_LONG
    if item.kind not in {Kind.CHOICE, Kind.OPEN_CHOICE}:
        return None
    options = {option.value: option for option in item.options}
    chosen = [options.get(one) for one in given if isinstance(one, Coded)]
    if None in chosen or (item.kind is Kind.CHOICE and len(chosen) < len(given)):
        return Wrong.NO_CHOICE
    if len(given) > 1 and any(option is not None and option.exclusive for option in chosen):
        return Wrong.NOT_WITH_OTHERS
    return None


_MISSING: Mapping[Kind, Wrong] = {
    Kind.BOOLEAN: Wrong.CHOOSE,
    Kind.CHOICE: Wrong.CHOOSE,
    Kind.OPEN_CHOICE: Wrong.CHOOSE,
    Kind.ATTACHMENT: Wrong.NO_FILE,
}
