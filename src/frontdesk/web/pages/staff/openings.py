"""Times that opened up, for the people at the desk: what became of each, who was asked, and why in that order."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from frontdesk.domain.ids import PatientId
from frontdesk.domain.patient import Patient
from frontdesk.scheduling.ranking import Fit, Reasons, Urgency
from frontdesk.storage import openings
from frontdesk.storage.database import Db
from frontdesk.storage.openings import Became, Offer, Opening, Stands
from frontdesk.storage.waitlist import patients_of
from frontdesk.web.access import Visitor
from frontdesk.web.catalogue import Words
from frontdesk.web.wall_clock import clock, day_and_clock

SHOWN_FOR = timedelta(days=7)
MOST = 30
"""So many are shown, the newest first."""


async def rows_of(db: Db, visitor: Visitor, words: Words, patients: Mapping[PatientId, Patient | None]) -> list[object]:
    """The times of the last days with their offers; names only of those in `patients`."""
    found = (await openings.lately(db, since=visitor.now - SHOWN_FOR))[:MOST]
    made = await openings.offers_of(db, [one.id for one in found])
    whose = await patients_of(db, [one.waiting for one in made])
    names = {waiting: known.name for waiting, patient in whose.items() if (known := patients.get(patient)) is not None}
    return [_row(visitor, words, one, [offer for offer in made if offer.opening == one.id], names) for one in found]


def _row(
    visitor: Visitor, words: Words, opening: Opening, offers: Sequence[Offer], names: Mapping[UUID, str]
) -> dict[str, object]:
    practice = visitor.practice
    zone = practice.locations[0].zone
    services = {one.id: one.name for one in practice.services}
    persons = {one.id: one.name for one in practice.practitioners}
    asked = [one for one in offers if one.became not in {Became.BEGUN, Became.NOT_ASKED}]
    return {
        "what": services.get(opening.slot.service, opening.slot.service),
        "when": day_and_clock(opening.slot.during.start, zone, words),
        "who": persons.get(opening.slot.practitioner, ""),
        "stands": words(f"desk.opening.{_stands(opening)}"),
        "good": opening.stands is Stands.FILLED,
        "asked": words("desk.opening.asked", count=str(len(asked))),
        "offers": [
            {
                "name": names.get(one.waiting, ""),
                "at": clock(one.asked, zone, words),
                "how": words("desk.opening.kept" if one.kept else "desk.opening.first"),
                "became": words(f"desk.opening.{_became(one, opening, now=visitor.now)}"),
                "why": why(one.reasons, words),
            }
            for one in asked
        ],
    }


def why(reasons: Reasons, words: Words) -> str:
    """Why somebody was asked when they were, in a sentence."""
    parts = [words("desk.ranking.place", place=str(reasons.place), among=str(reasons.among))]
    if reasons.urgency is not Urgency.ROUTINE:
        parts.append(words(f"desk.ranking.{reasons.urgency.name.lower()}"))
    turn = "owed" if reasons.owed >= 0.5 else "had_more" if reasons.owed <= -0.5 else "even"
    parts.append(words(f"desk.ranking.{turn}"))
    if reasons.fit is not Fit.ANY_TIME:
        parts.append(words(f"desk.ranking.{reasons.fit.name.lower()}"))
    days = reasons.waited // timedelta(days=1)
    parts.append(words("desk.ranking.today") if days == 0 else words("desk.ranking.waited", days=str(days)))
    return "; ".join(parts)


def _stands(opening: Opening) -> str:
    return opening.stands.value


def _became(offer: Offer, opening: Opening, *, now: datetime) -> str:
    """Who said nothing while they could is told from who still may."""
    over = offer.open_until <= now or opening.stands not in {Stands.ASKING, Stands.CLAIMED}
    if offer.became is Became.ASKED:
        return "silent" if over else "may_answer"
    return "gone" if offer.became in {Became.GONE, Became.TOLD} else offer.became.value
