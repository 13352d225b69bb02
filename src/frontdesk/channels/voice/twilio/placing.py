"""Calls that the desk places by Twilio. Implements `ports.phoning.PlacesCalls`.

Source: https://www.twilio.com/docs/voice/api/call-resource, .../docs/voice/answering-machine-detection: with
`DetectMessageEnd` Twilio asks for TwiML once a person was made out, or once a machine's greeting is over.
"""

from datetime import timedelta

from frontdesk.channels.sms.codes import Codes, refused
from frontdesk.channels.sms.twilio.client import NAME, Client
from frontdesk.channels.sms.twilio.reading import instant
from frontdesk.channels.voice.twilio.answering import ended_at, placed_at
from frontdesk.ports.carrying import OfTheDesk
from frontdesk.ports.channel import Accepted, NotTaken
from frontdesk.ports.faults import OutcomeUnknown
from frontdesk.ports.phoning import Ring
from frontdesk.wire.foreign import Foreign

SETTLES = timedelta(seconds=60)
"""A call that was taken stands in the list by then. Nothing is published of it: a guess, as of texts."""
SKEW = timedelta(minutes=2)
"""How far our clock may be ahead of Twilio's."""
OUT = "outbound-api"


class TwilioPlacing:
    """The calls of one account that the desk begins."""

    def __init__(self, client: Client, codes: Codes, desk: OfTheDesk) -> None:
        self._client = client
        self._codes = codes
        self._desk = desk

    async def place(self, ring: Ring) -> Accepted | NotTaken:
        """Have it ring. POST Calls knows no key: one that may ring is looked for in the list. Raises: the faults."""
        if (before := await self.found(ring)) is not None:
            return before
        took = await self._client.create_call(
            {
                "To": ring.number,
                "From": ring.own,
                "Url": placed_at(ring.news_to, ring.key),
                "StatusCallback": ended_at(ring.news_to, ring.key),
                "StatusCallbackEvent": "completed",
                "Timeout": str(round(ring.rings_for.total_seconds())),
                "TimeLimit": str(round(ring.lasts.total_seconds())),
                "MachineDetection": "DetectMessageEnd",
            }
        )
        return refused(self._codes, str(took), name=NAME) if isinstance(took, int) else Accepted(receipt=took)

    async def found(self, ring: Ring) -> Accepted | None:
        """The call from this number to that, made since it was tried, that is no other of ours; None: there is none.

        Implements `ports.phoning.FindsCalls`. Raises: the four faults; OutcomeUnknown while it is too early to say.
        """
        if ring.tried is None:
            return None
        rows = await self._client.calls(to=ring.number, sender=ring.own)
        since = ring.tried - SKEW
        like = [row for row in rows if _is_out(row) and instant(row, "date_created") >= since]
        others = await self._desk.ours([row.text("sid") for row in like])
        ours = [row.text("sid") for row in like if row.text("sid") not in others]
        if ours:
            return Accepted(receipt=ours[-1])
        if self._desk.clock.now() - ring.tried < SETTLES:
            raise OutcomeUnknown(f"{NAME} does not list the call yet that may ring; look again.")
        return None


def _is_out(row: Foreign) -> bool:
    return row.fields.get("direction") == OUT
