"""What a number's holder allowed and ended, as far as the practice was told."""

from dataclasses import replace

from frontdesk.compliance.deciding import Known
from frontdesk.domain.consent import Use
from frontdesk.domain.ids import PatientId
from frontdesk.domain.message import ChannelKind
from frontdesk.storage.consents import ended_since, latest_at, latest_of
from frontdesk.storage.conversations import find_open
from frontdesk.storage.database import Db

ASKED_BEFORE_EACH = (Use.MESSAGES, Use.MARKETING, Use.CALLS)


async def known_of(db: Db, phone: str) -> Known:
    """What whoever has that number allowed and ended. To have written from it is permission to texts (CTIA 5.1)."""
    latest = {use: await latest_at(db, use, ChannelKind.SMS, phone) for use in ASKED_BEFORE_EACH}
    thread = await find_open(db, ChannelKind.SMS, phone)
    offers = latest[Use.MARKETING]
    if offers is not None and offers.allowed and await ended_since(db, offers, ChannelKind.SMS, phone):
        latest[Use.MARKETING] = replace(offers, allowed=False)
    wrote = {Use.MESSAGES: True} if thread is not None else {}
    return Known(
        said={**wrote, **{use: said.allowed for use, said in latest.items() if said is not None}},
        perhaps_ended=thread is not None and thread.state.perhaps_ended,
    )


async def may_advertise(db: Db, patient: PatientId, phone: str) -> bool:
    """Whether this patient allowed offers to that number, and neither they nor its holder ended them since.

    A number may be a family's: what one of them allowed is not the others' yes.
    """
    offers = await latest_of(db, Use.MARKETING, patient)
    if offers is None or not offers.allowed or (await known_of(db, phone)).said.get(Use.MARKETING) is not True:
        return False
    return not await ended_since(db, offers, ChannelKind.SMS, phone, patient=patient)
