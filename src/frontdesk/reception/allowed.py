"""What a number's holder allowed and ended, as far as the practice was told."""

from frontdesk.compliance.deciding import Known
from frontdesk.domain.consent import Use
from frontdesk.domain.message import ChannelKind
from frontdesk.storage.consents import latest_at
from frontdesk.storage.conversations import find_open
from frontdesk.storage.database import Db

ASKED_BEFORE_EACH = (Use.MESSAGES, Use.MARKETING, Use.CALLS)


async def known_of(db: Db, phone: str) -> Known:
    """What whoever has that number allowed and ended. To have written from it is permission to texts (CTIA 5.1)."""
    latest = {use: await latest_at(db, use, ChannelKind.SMS, phone) for use in ASKED_BEFORE_EACH}
    thread = await find_open(db, ChannelKind.SMS, phone)
    wrote = {Use.MESSAGES: True} if thread is not None else {}
    return Known(
        said={**wrote, **{use: said.allowed for use, said in latest.items() if said is not None}},
        perhaps_ended=thread is not None and thread.state.perhaps_ended,
    )
