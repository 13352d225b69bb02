"""The figures that simulated patients live by, each with its source, or called a guess."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, model_validator

FILE = Path(__file__).parent / "habits.yaml"


class Read(BaseModel):
    """A figure as the file has it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    value: float = Field(ge=0)
    source: str = ""
    says: str = ""
    guess: str = ""

    @model_validator(mode="after")
    def _says_where_it_is_from(self) -> "Read":
        if bool(self.source) == bool(self.guess) or bool(self.source) != bool(self.says):
            raise ValueError("a figure has a `source` with what it `says`, or is a `guess`, one of the two")
        return self


@dataclass(frozen=True, kw_only=True, slots=True)
class Habits:
    """What patients do, in shares from 0 to 1 where nothing else is said; habits.yaml has the source of each."""

    missed_unreminded: float
    missed_at_day_1: float
    missed_from_day_13: float
    first_reminder_leaves: float
    second_reminder_leaves: float
    third_reminder_leaves: float
    tells_when_reminded: float
    moves_rather: float
    cancels: float
    cancels_on_the_day: float
    cancels_by_text: float
    allowed_texts: float
    answers_texts: float
    confirms: float
    asks_back: float
    ends_texts: float
    answer_minutes: float
    answer_spread: float
    spanish: float
    takes_offer: float
    refuses_offer: float
    books_by_text: float
    median_lead_days: float
    lead_spread: float
    wants_evening: float
    wants_morning: float
    waits_for_it: float
    shift_kept_free: float


@cache
def figures() -> Mapping[str, Read]:
    """Every figure by name, with its source. Raises: ValidationError, where one has none."""
    return TypeAdapter(dict[str, Read]).validate_python(yaml.safe_load(FILE.read_text(encoding="utf-8")))


def usual_habits() -> Habits:
    """The habits of the file. Raises: TypeError, where it lacks one or has one that nobody lives by."""
    return Habits(**{name: read.value for name, read in figures().items()})
