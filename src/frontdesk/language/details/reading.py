"""What a detail is read as, how sure that is, and how to have it confirmed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Generic, TypeVar

from frontdesk.dialogue.acts import ConfirmBy
from frontdesk.domain.patient import Patient

T = TypeVar("T")

SURE, FAIRLY_SURE = 0.9, 0.5
"""From SURE on a detail is read back in passing; between the two it is asked about; below, it is taken another way."""
KEYPAD_AFTER, LINK_AFTER = 1, 2
"""After so many tries that came to nothing another way is proposed."""


class Detail(Enum):
    """What can be asked of somebody."""

    NAME = "name"
    PHONE = "phone"
    EMAIL = "email"
    BIRTH_DATE = "birth date"
    ADDRESS = "address"
    POSTCODE = "postcode"
    MEMBER = "member id"


@dataclass(frozen=True, kw_only=True, slots=True)
class Evidence:
    """What else speaks for one reading or another.

    `caller` is the number they call or write from, E.164. `charts` are patients that something else, such as the
    number of the call, has already singled out: with all charts at hand a stranger's name would be bent into a
    patient's. `earlier` are the tries before this one, oldest first, each as its alternatives. `spoken`: it came by
    voice. `spelled`: it was asked for letter by letter. `shape` is a pattern that the practice knows a member id to
    have; `region` is where the practice is; `known_given` and `known_family` the name they gave; `today` the date
    there.
    """

    caller: str | None = None
    charts: tuple[Patient, ...] = ()
    earlier: tuple[tuple[str, ...], ...] = ()
    spoken: bool = False
    spelled: bool = False
    shape: str | None = None
    region: str = "US"
    known_given: str | None = None
    known_family: str | None = None
    today: date = date.max


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading(Generic[T]):
    """The value that all evidence fits best; `also` are those that fit next, best first."""

    value: T
    confidence: float
    confirm_by: ConfirmBy
    also: tuple[T, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Unread:
    """Nothing was understood; `ask_by` is the way to take it now."""

    ask_by: ConfirmBy


_ON_KEYPAD = frozenset({Detail.PHONE, Detail.BIRTH_DATE})


def confirmed_by(detail: Detail, confidence: float, evidence: Evidence, *, digits: bool) -> ConfirmBy:
    """How to have a reading confirmed. `digits`: the value has no letters, so that keys can give it."""
    if not evidence.spoken:
        return ConfirmBy.NOTHING if confidence >= SURE else ConfirmBy.READ_BACK
    if confidence >= FAIRLY_SURE:
        return ConfirmBy.READ_BACK
    return another_way(detail, evidence, digits=digits)


def another_way(detail: Detail, evidence: Evidence, *, digits: bool = False) -> ConfirmBy:
    """The way to take a detail that was not understood: said once more, letter by letter, by keys, by a link."""
    tries = len(evidence.earlier)
    if not evidence.spoken:
        return ConfirmBy.SPELL if tries < LINK_AFTER else ConfirmBy.TEXT_LINK
    if (detail in _ON_KEYPAD or digits) and tries < LINK_AFTER + KEYPAD_AFTER:
        return ConfirmBy.KEYPAD
    if tries >= LINK_AFTER or (detail is Detail.ADDRESS and tries >= KEYPAD_AFTER):
        return ConfirmBy.TEXT_LINK
    return ConfirmBy.SPELL


def tries_of(alternatives: Sequence[str], evidence: Evidence) -> list[Sequence[str]]:
    """Every try with its alternatives, the present one last; tries with no words are left out."""
    return [said for said in (*evidence.earlier, alternatives) if any(text.strip() for text in said)]
