"""A word that the carrier acted on before we heard of it: what it means for what may be sent."""

from datetime import datetime
from uuid import NAMESPACE_URL, uuid5

from frontdesk.domain.consent import Consent, Source, Use
from frontdesk.domain.ids import ConversationId
from frontdesk.domain.message import ChannelKind
from frontdesk.ports.carrying import Came, Keyword
from frontdesk.storage.consents import Whose, latest_at, record_consent
from frontdesk.storage.database import Db


async def came_in(db: Db, conversation: ConversationId, came: Came, *, carrier: str, now: datetime) -> None:
    """Keep what the carrier did about a text. Twice is once.

    A START undoes what the carrier ended by itself; what a patient ended in words that we heard, they take back so.
    Where a text is heard late and the opposite was said after it was sent, that stands.
    """
    if came.keyword not in {Keyword.STOP, Keyword.START}:
        return
    last = await latest_at(db, Use.MESSAGES, ChannelKind.SMS, came.sender)
    if came.keyword is Keyword.START and (last is None or last.source is not Source.CARRIER):
        return
    late = came.at is not None and last is not None and last.recorded > came.at
    if late and last is not None and last.allowed is (came.keyword is Keyword.STOP):
        return
    consent = Consent(
        id=uuid5(NAMESPACE_URL, f"{db.practice} {carrier} {came.id} keyword"),
        use=Use.MESSAGES,
        allowed=came.keyword is Keyword.START,
        source=Source.CARRIER,
        recorded=now,
        said=came.text,
    )
    await record_consent(db, consent, Whose(subject=conversation, channel=ChannelKind.SMS, address=came.sender))
