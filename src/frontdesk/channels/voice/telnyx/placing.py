"""Calls that the desk places by Telnyx. Implements `ports.phoning.PlacesCalls`.

Source: https://developers.telnyx.com/api-reference/call-commands/dial ("Telnyx will ignore others Dial commands with
the same command_id"), .../docs/voice/programmable-voice/answering-machine-detection.
"""

from datetime import timedelta

from frontdesk.channels.sms.codes import Codes, refused
from frontdesk.channels.sms.telnyx.client import NAME, Client
from frontdesk.channels.voice.telnyx.media import as_state
from frontdesk.channels.voice.telnyx.reading import PLACED
from frontdesk.ports.channel import Accepted, NotTaken
from frontdesk.ports.clock import Clock
from frontdesk.ports.faults import Refused
from frontdesk.ports.phoning import Ring

KNOWS_FOR = timedelta(minutes=5)
"""For so long a command is surely known again by its id. How long it is, is not published: a guess."""


class TelnyxPlacing:
    """The calls of one account that the desk begins, by its Voice API application `app`."""

    def __init__(self, client: Client, codes: Codes, clock: Clock, *, app: str) -> None:
        self._client = client
        self._codes = codes
        self._clock = clock
        self._app = app

    async def place(self, ring: Ring) -> Accepted | NotTaken:
        """Have it ring, under an id by which Telnyx knows a repeat. Raises: the four faults."""
        if ring.tried is not None and self._clock.now() - ring.tried > KNOWS_FOR:
            raise Refused(f"{NAME} may no longer know whether this call was placed; it is not placed a second time.")
        took = await self._client.dial(
            {
                "connection_id": self._app,
                "to": ring.number,
                "from": ring.own,
                "timeout_secs": round(ring.rings_for.total_seconds()),
                "time_limit_secs": round(ring.lasts.total_seconds()),
                "webhook_url": ring.news_to,
                "client_state": as_state({PLACED: ring.key}),
                "command_id": f"call {ring.key}",
                "answering_machine_detection": "premium",
            }
        )
        if isinstance(took, str):
            return refused(self._codes, took, name=NAME)
        return Accepted(receipt=took.text("call_control_id"))
