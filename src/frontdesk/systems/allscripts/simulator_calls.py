"""One action of the simulated Unity: what it takes, what it is asked, what it answers."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import Enum

from frontdesk.systems.allscripts.simulator_practice import Practice
from frontdesk.systems.allscripts.simulator_refusals import guess
from frontdesk.systems.allscripts.simulator_rows import Row, Shown, Table, text

PARAMETERS = tuple(f"Parameter{place}" for place in range(1, 7))
KEYS = ("Action", "Appname", "AppUserID", "PatientID", "Token", *PARAMETERS, "Data")
"""What each request holds, all of it, as text. Documented [all-keys]."""


class Whose(Enum):
    """Whether an action is about one patient, whom PatientID names."""

    NOBODYS = "nobody's"
    ANYBODYS = "anybody's"
    ONE_PATIENTS = "one patient's"


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """One action as its answer needs it. `patient` is the row that PatientID names, None where it is empty.

    `behind` is how far open times lag behind the book, for the fault of a stale slot.
    """

    parameters: Mapping[int, str] = field(default_factory=dict)
    patient: Row | None = None
    session: Row = field(default_factory=dict)
    behind: timedelta = timedelta(0)

    def parameter(self, place: int) -> str:
        """A parameter, "" where it is empty."""
        return self.parameters.get(place, "")


@dataclass(frozen=True, kw_only=True, slots=True)
class Action:
    """An action the facts name. `takes` are the numbers of its parameters; the others have to be empty."""

    name: str
    answer: Callable[[Practice, Asked], Sequence[Shown]]
    takes: tuple[int, ...] = ()
    whose: Whose = Whose.NOBODYS
    writes: bool = False


def reading(
    name: str,
    answer: Callable[[Practice, Asked], Sequence[Shown]],
    *,
    takes: tuple[int, ...] = (),
    whose: Whose = Whose.NOBODYS,
) -> Action:
    """An action that changes nothing."""
    return Action(name=name, answer=answer, takes=takes, whose=whose)


def writing(
    name: str,
    answer: Callable[[Practice, Asked], Sequence[Shown]],
    *,
    takes: tuple[int, ...],
    whose: Whose = Whose.ANYBODYS,
) -> Action:
    """An action that changes the practice."""
    return Action(name=name, answer=answer, takes=takes, whose=whose, writes=True)


def named(table: Table, given: str, noun: str) -> Row:
    """The row with this number, or with this abbreviation. Raises: Declined.

    Guess [number-or-abbreviation]: which of the two is meant is known of one parameter, so either is taken everywhere.
    Spaces after an abbreviation count for nothing, as it may come padded.
    """
    for row in table:
        if given.strip() in (str(row[table.key]), text(row, "Abbreviation")):
            return row
    raise guess("nothing-of-that-name", f"{noun} {given.strip()} was not found.")


def numbered(table: Table, given: str, noun: str) -> Row:
    """The row with this number. Raises: Declined. Guess [nothing-of-that-name]."""
    row = table.get(int(given)) if given.isascii() and given.isdigit() and len(given) < 18 else None
    if row is None:
        raise guess("nothing-of-that-name", f"{noun} {given} was not found.")
    return row
