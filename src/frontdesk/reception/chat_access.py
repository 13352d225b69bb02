"""Who may be in which web conversation: the browser that began it, and those that came by a signed link."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from frontdesk.domain.ids import ConversationId, PracticeId, ServiceId
from frontdesk.domain.message import ChannelKind
from frontdesk.domain.practice import Practice, Service
from frontdesk.reception.links import Link, read_link, sign_link
from frontdesk.storage.chat_links import (
    ChatLink,
    LinkOver,
    Thread,
    add_link,
    conversation_of,
    open_link,
    others_in,
    thread_of,
)
from frontdesk.storage.conversations import find_standing
from frontdesk.storage.database import Db, Storage
from frontdesk.vault.keyring import Keyring

RESUME, OFFER, SERVICE = "chat", "offer", "book-service"
"""What a signed link is for; none does for another."""

TO_OPEN = timedelta(hours=1)
STAYS = timedelta(days=30)
"""A browser that came by a link to go on with a conversation stays in it for so long."""
ANSWERS_OFFER = timedelta(days=1)
"""One that came by an offered time: long enough to settle what follows."""
OFFER_OPENINGS = 5
"""A link in a text is opened by the phone's own viewer first, and again by the browser."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Came:
    """A browser at the door: its `token`, the `link` it came by, and a `fresh` token, to be known by if let in."""

    token: str
    link: str | None = None
    fresh: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Inside:
    """The conversation it is in, and the token it is known by there. `link` None: the conversation is its own."""

    token: str
    channel: ChannelKind
    address: str
    from_seq: int = 1
    link: UUID | None = None


async def let_in(storage: Storage, practice: Practice, came: Came, *, now: datetime) -> Inside | LinkOver:
    """Where a browser belongs. Whoever was in by a link that is over gets LinkOver, not a conversation of their own."""
    link = await _read(storage, came.link, now=now) if came.link else None
    async with storage.practice(practice.id) as db:
        known = await thread_of(db, came.token, now=now)
        if link is not None and link.practice == practice.id:
            leads_to = await conversation_of(db, link.what)
            own = await find_standing(db, ChannelKind.WEBCHAT, came.token)
            if own is not None and own.id == leads_to:  # the very browser that made the link
                return _own(came.token)
            if came.fresh and not (isinstance(known, Thread) and known.conversation == leads_to):
                opened = await open_link(db, link.what, came.fresh, now=now)
                return _by_link(came.fresh, opened) if isinstance(opened, Thread) else LinkOver()
    match known:
        case Thread():
            return _by_link(came.token, known)
        case LinkOver():
            return LinkOver()
        case None:
            return _own(came.token) if came.link is None else LinkOver()


async def still_in(db: Db, inside: Inside, *, now: datetime) -> bool:
    """Whether the browser may stay. One whose own conversation it is always may."""
    return inside.link is None or isinstance(await thread_of(db, inside.token, now=now), Thread)


async def resume_link(db: Db, conversation: ConversationId, *, id: UUID, now: datetime) -> tuple[str, datetime]:
    """A signed token that lets one more browser into a conversation, and until when it opens."""
    until = now + TO_OPEN
    await add_link(db, ChatLink(id=id, conversation=conversation, expires=until, stays_until=now + STAYS), now=now)
    return sign_link(db.keyring, db.practice, id, purpose=RESUME, expires=until), until


def offer_link(keyring: Keyring, practice: PracticeId, id: UUID, *, until: datetime) -> str:
    """A signed token for a link that `allow_offer` makes good.

    Its signature is good for as long as whoever came in time may stay, so that they may load the page again.
    """
    return sign_link(keyring, practice, id, purpose=OFFER, expires=until + ANSWERS_OFFER)


async def allow_offer(
    db: Db, conversation: ConversationId, id: UUID, *, from_seq: int, until: datetime, now: datetime
) -> None:
    """Let those who hold the link into a conversation from an offered time on, while the time is kept."""
    link = ChatLink(
        id=id,
        conversation=conversation,
        expires=until,
        stays_until=until + ANSWERS_OFFER,
        from_seq=from_seq,
        openings=OFFER_OPENINGS,
    )
    await add_link(db, link, now=now)


def service_number(practice: Practice, service: ServiceId) -> UUID:
    """What a booking link names a service by."""
    return uuid5(practice.id, f"service:{service}")


def service_numbered(practice: Practice, number: UUID) -> Service | None:
    """The service that a booking link names, while the practice has it and it can be booked."""
    return next((one for one in practice.services if one.bookable and service_number(practice, one.id) == number), None)


async def others_beside(db: Db, inside: Inside, conversation: ConversationId, *, now: datetime) -> int | None:
    """How many browsers came by links; None: this one did itself, and has no say over the others."""
    return None if inside.link is not None else await others_in(db, conversation, now=now)


async def _read(storage: Storage, token: str, *, now: datetime) -> Link | None:
    for purpose in (RESUME, OFFER):
        found = await read_link(token, purpose=purpose, now=now, keyring_of=storage.keyring)
        if isinstance(found, Link):
            return found
    return None


def _own(token: str) -> Inside:
    return Inside(token=token, channel=ChannelKind.WEBCHAT, address=token)


def _by_link(token: str, thread: Thread) -> Inside:
    return Inside(
        token=token,
        channel=thread.channel,
        address=thread.address,
        from_seq=thread.from_seq,
        link=thread.link,
    )
