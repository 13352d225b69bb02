"""An answer by mail to whoever wrote by mail, whatever channel their conversation is on."""

from datetime import datetime

from frontdesk.domain.message import ChannelKind, Message
from frontdesk.domain.practice import Practice
from frontdesk.language.catalogue import catalogue
from frontdesk.ports.channel import Mail
from frontdesk.storage import outbox
from frontdesk.storage.arrived_mail import header_of
from frontdesk.storage.conversations import Conversation
from frontdesk.storage.database import Db


async def goes_by_mail(
    db: Db, practice: Practice, conversation: Conversation, reply: Message, *, now: datetime
) -> bool:
    """Whether those words answer a mail, or can go by nothing else; then they are on their way.

    The subject says nothing of them.
    """
    header = await header_of(db, reply.answers) if reply.answers is not None else None
    if header is None and conversation.channel is not ChannelKind.EMAIL:
        return False
    mail = Mail(
        key=f"reply-{reply.id}",
        sender=practice.email,
        to=header.sender if header else conversation.address,
        subject=catalogue(conversation.state.language).say("mail_reply_subject", practice=practice.name),
        body=f"{reply.text}\n",
        answers=header.message_id if header else None,
    )
    await outbox.put_mail(db, conversation.id, conversation.patient or conversation.id, mail, now=now)
    return True
