"""A text that came in by a carrier, by its webhook or out of its list: taken in once, by one way."""

from datetime import datetime

from frontdesk.domain.audit import Actor, ActorKind
from frontdesk.domain.ids import PracticeId
from frontdesk.domain.message import ChannelKind
from frontdesk.ports.carrying import Came
from frontdesk.reception.acknowledging import acknowledged_by_text
from frontdesk.reception.desk import Reception
from frontdesk.reception.keywords import came_in
from frontdesk.storage.database import Storage
from frontdesk.storage.practices import Practices

LONGEST_TEXT = 1600
"""Characters; what carriers deliver as one message."""
BY_CARRIER = Actor(kind=ActorKind.DESK, id="carrier", via="sms")


def known_as(carrier: str, id: str) -> str:
    """What a text of a carrier is known by here, whichever way it comes."""
    return f"{carrier}:{id}"


async def text_came(
    storage: Storage,
    practices: Practices,
    reception: Reception,
    practice: PracticeId,
    came: Came,
    *,
    carrier: str,
    now: datetime,
) -> None:
    """Take a text in: a contact's answer to a task, or a patient's words. The same one again changes nothing.

    Raises: as `Letterbox.put`; nothing is lost then, and it may be brought again.
    """
    id = known_as(carrier, came.id)
    if await acknowledged_by_text(
        storage, practices, practice, came.sender, came.text, provider_id=id, sent=came.at, now=now
    ):
        return
    received = await reception.receive(
        practice, ChannelKind.SMS, came.sender, came.text[:LONGEST_TEXT], provider_id=id, sent=came.at
    )
    if came.keyword is None:
        return
    async with storage.practice(practice, by=BY_CARRIER) as db:
        await came_in(db, received.conversation, came, carrier=carrier, now=now)
