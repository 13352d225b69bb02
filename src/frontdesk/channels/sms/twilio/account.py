"""A practice's account with Twilio. Implements `ports.carrying.Account`."""

from collections.abc import AsyncIterator, Mapping
from datetime import datetime, timedelta
from urllib.parse import quote

import structlog

from frontdesk.channels.sms.codes import read_codes, refused
from frontdesk.channels.sms.paced import per_second, turn, yes
from frontdesk.channels.sms.twilio.checking import check_account
from frontdesk.channels.sms.twilio.client import NAME, Client
from frontdesk.channels.sms.twilio.reading import (
    TRIES_AGAIN,
    instant,
    is_signed,
    listed,
    told,
)
from frontdesk.channels.voice.twilio.placing import TwilioPlacing
from frontdesk.channels.voice.twilio.telephone import TwilioTelephone
from frontdesk.domain.delivery import Line
from frontdesk.ports.carrying import Came, Known, ListsTexts, OfTheDesk, Told
from frontdesk.ports.channel import Accepted, NotTaken, Text
from frontdesk.ports.faults import OutcomeUnknown, Refused
from frontdesk.ports.finding import Finding
from frontdesk.ports.phoning import Telephone
from frontdesk.ports.webhook import Answered, Webhook
from frontdesk.wire.foreign import Foreign, Unreadable

SETTLES = timedelta(seconds=60)
"""A message that was taken stands in the list by then: 20 seconds at most until its turn (`paced.LONGEST`), a request's
time, and what Twilio takes to list it. Of the last nothing is published: a guess, on the safe side."""
SKEW = timedelta(minutes=2)
"""How far our clock may be ahead of Twilio's."""
_log = structlog.get_logger()
_LINES = {"mobile": Line.MOBILE, "landline": Line.LANDLINE, "fixedVoip": Line.VOIP, "nonFixedVoip": Line.VOIP}


class Twilio:
    """One account; texts leave from the number that they name, through the messaging service where there is one."""

    answered = Answered(body=b"<Response/>", kind="text/xml")
    tries_again = TRIES_AGAIN

    def __init__(self, settings: Mapping[str, str], desk: OfTheDesk) -> None:
        per_second(settings["texts_per_second"])
        self.looks_up = yes("look_up", settings["look_up"])
        self._token = settings["auth_token"]
        self._service = settings["messaging_service"]
        self._client = Client(settings["address"], settings["account_sid"], self._token, desk)
        self._codes = read_codes("twilio")
        self._desk = desk
        placing = TwilioPlacing(self._client, self._codes, desk)
        self.telephone: Telephone | None = TwilioTelephone(self._token, placing)

    async def close(self) -> None:
        """Part from Twilio."""
        await self._client.close()

    async def send(self, text: Text) -> Accepted | NotTaken:
        """Hand a text over; one that may have been sent is looked for first, and sent again only if it is not there.

        Raises: the four faults; OutcomeUnknown also while it is too early to say that it is not there.
        """
        if (before := await self.found(text)) is not None:
            return before
        await turn(self._desk.pace, text.body)
        form = {
            "To": text.to,
            "From": text.sender,
            "Body": text.body,
            "StatusCallback": f"{self._desk.webhook(text.sender)}?text={quote(text.key, safe='')}",
        }
        if self._service:
            form["MessagingServiceSid"] = self._service
        took = await self._client.create_message(form)
        return refused(self._codes, str(took), name=NAME) if isinstance(took, int) else Accepted(receipt=took)

    async def found(self, text: Text) -> Accepted | None:
        """A text that may have been sent, where Twilio lists it. Implements `ports.channel.FindsTexts`."""
        if text.tried is None:
            return None
        sid = await self._sent_before(text, text.tried)
        if sid is not None:
            return Accepted(receipt=sid)
        if self._desk.clock.now() - text.tried < SETTLES:
            raise OutcomeUnknown(f"{NAME} does not list the text yet that may have been sent; look again.")
        return None

    @property
    def listing(self) -> ListsTexts:
        """Twilio lists every message that it has."""
        return self

    async def came_since(self, number: str, since: datetime, *, known: Known) -> list[Came]:
        """The texts that came in for a number since then and are not known, oldest first. Raises: the four faults."""
        newest_first: list[Came] = []
        since = since.replace(microsecond=0)  # the list knows whole seconds
        async for rows in self._client.messages_to(number, first_on=since.date()):
            found = [one for row in rows if (one := self._listed(row)) and one.at is not None and one.at >= since]
            had = await known([one.id for one in found])
            newest_first += [one for one in found if one.id not in had and one.to == number]
        once = {one.id: one for one in reversed(newest_first)}  # a text that comes in moves the pages meanwhile
        return sorted(once.values(), key=lambda one: one.at or since)

    def _listed(self, row: Foreign) -> Came | None:
        try:
            return listed(row, now=self._desk.clock.now())
        except Unreadable as strange:  # one that nobody can read must not keep out all others
            _log.error("a text in the carrier's list cannot be read", carrier=NAME, field=strange.field)
            return None

    def hear(self, webhook: Webhook) -> Told:
        """What a webhook tells. Raises: Refused."""
        if not is_signed(webhook, self._token):
            raise Refused("This webhook is not signed by Twilio with the account's Auth Token.")
        return told(webhook, self._codes)

    async def line(self, number: str) -> Line | None:
        """What kind of line a number is. Raises: the four faults."""
        named = await self._client.line_type(number)
        return None if named is None else _LINES.get(named, Line.OTHER)

    def check(self, number: str) -> AsyncIterator[Finding]:
        """Each finding as it comes; nothing is sent."""
        return check_account(self._client, self._service, number, self._desk.webhook(number))

    async def _sent_before(self, text: Text, since: datetime) -> str | None:
        """The sid of a message with these words from this number to that, made since then, that is no other text's.

        The words are the only mark: two texts of the same words to one phone, both lost, count one for the other. A
        message whose words an account does not keep counts for any.
        """
        rows = await self._client.messages(to=text.to, sender=text.sender)
        like = [row for row in rows if _may_be(row, text.body) and instant(row, "date_created") >= since - SKEW]
        others = await self._desk.ours([row.text("sid") for row in like])
        ours = [row.text("sid") for row in like if row.text("sid") not in others]
        return ours[-1] if ours else None


def _may_be(row: Foreign, body: str) -> bool:
    kept = row.fields.get("body")
    return not isinstance(kept, str) or not kept.strip("* ") or kept == body


def connect(settings: Mapping[str, str], desk: OfTheDesk) -> Twilio:
    """The account of these settings. Raises: NotPermitted (the address), Impossible (a setting is not one)."""
    return Twilio(settings, desk)
