"""How long each kind of data is kept: minimum necessary, over time."""

from dataclasses import dataclass
from datetime import timedelta

from frontdesk.domain.faults import Impossible

A_YEAR = timedelta(days=365)


@dataclass(frozen=True, kw_only=True, slots=True)
class Retention:
    """The practice's rules; what is older is removed by a job, once a day.

    `strangers`: conversations with whoever never became a patient, from the last message. `conversations`: those of
    patients. `sent`: copies of texts and mails that were handed over. `unused_forms`: intake forms that nobody sent
    in, from when their link ran out. `done_tasks`: what staff have dealt with. `leads`: patients who never came, from
    the last sign of them. `state` (two letters) says whose law on medical records holds; `record_years` keeps them
    longer than that law, never shorter.
    """

    strangers: timedelta = timedelta(days=90)
    conversations: timedelta = 3 * A_YEAR
    sent: timedelta = timedelta(days=30)
    unused_forms: timedelta = timedelta(days=30)
    done_tasks: timedelta = A_YEAR
    leads: timedelta = 2 * A_YEAR
    state: str = ""
    record_years: int | None = None

    def __post_init__(self) -> None:
        if self.state and not (len(self.state) == 2 and self.state.isascii() and self.state.isupper()):
            raise Impossible(f"Retention: a state is two capital letters such as TX; got {self.state}")


USUAL = Retention()
