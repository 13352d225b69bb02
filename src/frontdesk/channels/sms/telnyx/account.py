"""A practice's account with Telnyx. Implements `ports.carrying.Account`."""

import re
from collections.abc import AsyncIterator, Mapping
from datetime import datetime, timedelta
from urllib.parse import quote
from uuid import UUID, uuid5

import structlog

from frontdesk.channels.sms.codes import read_codes, refused
from frontdesk.channels.sms.paced import per_second, turn, yes
from frontdesk.channels.sms.telnyx.checking import check_account
from frontdesk.channels.sms.telnyx.client import NAME, Client
from frontdesk.channels.sms.telnyx.reading import is_signed, listed, public_key, recorded, told
from frontdesk.channels.voice.telnyx.placing import TelnyxPlacing
from frontdesk.channels.voice.telnyx.telephone import TelnyxTelephone
from frontdesk.domain.delivery import Line
from frontdesk.ports.carrying import Came, Known, ListsTexts, OfTheDesk, Told
from frontdesk.ports.channel import Accepted, NotTaken, Text
from frontdesk.ports.faults import Refused
from frontdesk.ports.finding import Finding
from frontdesk.ports.phoning import Telephone
from frontdesk.ports.webhook import Answered, Webhook
from frontdesk.wire.foreign import Foreign, Unreadable

REMEMBERS = timedelta(hours=23)
"""For this long a key is surely known there: it is kept for a day."""
_log = structlog.get_logger()
_KEY = re.compile(r"[A-Za-z0-9_:-]{1,255}")
_KEYS = UUID("0b6a7f0e-2f5e-4a36-8f5b-2b8f6f6f9a51")
_LINES = {
    "mobile": Line.MOBILE,
    "fixed line or mobile": Line.MOBILE,
    "fixed line": Line.LANDLINE,
    "voip": Line.VOIP,
}


class Telnyx:
    """One account; texts leave from the number that they name, which is in the messaging profile."""

    answered = Answered()
    tries_again = ""

    def __init__(self, settings: Mapping[str, str], desk: OfTheDesk) -> None:
        per_second(settings["texts_per_second"])
        self.looks_up = yes("look_up", settings["look_up"])
        self._profile = settings["messaging_profile"]
        self._public_key = public_key(settings["public_key"])
        self._client = Client(settings["address"], settings["api_key"], desk)
        self._codes = read_codes("telnyx")
        self._desk = desk
        app = settings["call_app"]
        self.telephone: Telephone | None = None
        if app:
            placing = TelnyxPlacing(self._client, self._codes, desk.clock, app=app)
            self.telephone = TelnyxTelephone(self._client, self._public_key, placing, app=app)

    async def close(self) -> None:
        """Part from Telnyx."""
        await self._client.close()

    async def send(self, text: Text) -> Accepted | NotTaken:
        """Hand a text over, under a key by which Telnyx knows a repeat for a day. Raises: the four faults."""
        if text.tried is not None and self._desk.clock.now() - text.tried > REMEMBERS:
            raise Refused(f"{NAME} no longer knows whether this text was sent; it is not sent a second time.")
        await turn(self._desk.pace, text.body)
        body = {
            "from": text.sender,
            "to": text.to,
            "text": text.body,
            "messaging_profile_id": self._profile,
            "type": "SMS",
            "webhook_url": f"{self._desk.webhook(text.sender)}?text={quote(text.key, safe='')}",
        }
        key = text.key if _KEY.fullmatch(text.key) else str(uuid5(_KEYS, text.key))
        took = await self._client.create_message(body, key=key)
        return refused(self._codes, took, name=NAME) if isinstance(took, str) else Accepted(receipt=took.text("id"))

    @property
    def listing(self) -> ListsTexts:
        """Telnyx keeps a detail record of every text, and shows the words of each for ten days."""
        return self

    async def came_since(self, number: str, since: datetime, *, known: Known) -> list[Came]:
        """The texts that came in for a number since then and are not known, oldest first.

        Raises: the four faults; Refused also where none of what is listed is known or shown: its ids would be no
        messages', and each would be taken for a new text.
        """
        rows: dict[str, Foreign] = {}
        async for page in self._client.records_to(number, first_on=since.date()):
            for row in page:
                if (dated := self._dated(row)) is not None and dated[1] >= since:
                    rows.setdefault(dated[0], row)
        had = await known(list(rows))
        new = {id: row for id, row in rows.items() if id not in had}
        shown = {id: await self._client.message(id) for id in new}
        if rows and not had and not any(shown.values()):
            raise Refused(f"{NAME} lists texts and shows none of them by their ids.")
        found = [one for id, row in new.items() if (one := self._listed(row, shown[id])) is not None]
        return sorted((one for one in found if one.to == number), key=lambda one: one.at or since)

    def _dated(self, row: Foreign) -> tuple[str, datetime] | None:
        try:
            return recorded(row)
        except Unreadable as strange:  # one that nobody can read must not keep out all others
            _log.error("a text in the carrier's list cannot be read", carrier=NAME, field=strange.field)
            return None

    def _listed(self, row: Foreign, payload: Mapping[str, object] | None) -> Came | None:
        try:
            return listed(row, payload, now=self._desk.clock.now())
        except Refused:
            _log.error("a text in the carrier's list cannot be read", carrier=NAME, field="message")
            return None

    def hear(self, webhook: Webhook) -> Told:
        """What a webhook tells. Raises: Refused."""
        if not is_signed(webhook, self._public_key):
            raise Refused("This webhook is not signed by Telnyx with the account's key, or not just now.")
        return told(webhook, self._codes)

    async def line(self, number: str) -> Line | None:
        """What kind of line a number is. Raises: the four faults."""
        named = await self._client.line_type(number)
        return None if named is None else _LINES.get(named, Line.OTHER)

    def check(self, number: str) -> AsyncIterator[Finding]:
        """Each finding as it comes; nothing is sent."""
        return check_account(self._client, self._profile, number, self._desk.webhook(number))


def connect(settings: Mapping[str, str], desk: OfTheDesk) -> Telnyx:
    """The account of these settings. Raises: NotPermitted (the address), Impossible (a setting is not one)."""
    return Telnyx(settings, desk)
