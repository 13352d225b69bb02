"""What a person needs to know who takes a conversation over: the story so far, as it stood when they were asked to."""

from dataclasses import dataclass
from datetime import date

from frontdesk.dialogue.acts import Relation
from frontdesk.dialogue.state import Ask, State
from frontdesk.domain.appointment import Appointment, Slot
from frontdesk.domain.ids import ServiceId
from frontdesk.domain.wish import Wish


@dataclass(frozen=True, kw_only=True, slots=True)
class Story:
    """The facts gathered. `said` are the patient's words that led to it; `visitor` is who comes, where not the writer.

    `slot` is the time that was chosen and is not booked, `visit` the one that stands and is meant; `booked` is how
    many visits were booked in this conversation. `proven`: it is known to be that patient, and not only said.
    """

    said: str = ""
    flow: str | None = None
    asked: Ask | None = None
    service: ServiceId | None = None
    wish: Wish | None = None
    slot: Slot | None = None
    visit: Appointment | None = None
    first_visit: bool | None = None
    given: str | None = None
    family: str | None = None
    phone: str | None = None
    email: str | None = None
    birth_date: date | None = None
    visitor: Relation | None = None
    booked: int = 0
    proven: bool = False
    language: str = "en"


def story_of(state: State, *, said: str = "") -> Story:
    """What a conversation knows, for a person."""
    known = state.known
    return Story(
        said=said,
        flow=state.flow,
        asked=state.asked,
        service=known.service,
        wish=known.wish,
        slot=known.slot,
        visit=state.visit,
        first_visit=known.first_visit,
        given=known.given,
        family=known.family,
        phone=known.phone or state.address,
        email=known.email,
        birth_date=known.birth_date,
        visitor=known.visitor,
        booked=len(state.booked),
        proven=state.proof is not None,
        language=state.language,
    )
