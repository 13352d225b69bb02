"""Calls by Telnyx. Implements `ports.phoning.Telephone`: every act is a command to the Voice API.

Source of every command: https://developers.telnyx.com/api-reference/call-commands. Telnyx ignores one with a
`command_id` that it knows for that call, so each is named by what it is for and may be asked for again.
"""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from frontdesk.channels.sms.telnyx.client import Client
from frontdesk.channels.sms.telnyx.reading import is_signed
from frontdesk.channels.voice.telnyx import media
from frontdesk.channels.voice.telnyx.reading import ASKED, BRIEFED, FOR, JOINED, STEP, TAKES, read_call
from frontdesk.ports.faults import Refused
from frontdesk.ports.phoning import NOTHING, CallNews, Dials, Joins, PlacesCalls, StreamWords
from frontdesk.ports.webhook import Answered, Webhook

KEY_MILLIS = 8000
"""How long somebody may think about it once all was said."""
_SHORTEST_RING = 5


class TelnyxTelephone:
    """The calls of one account. `app` is the Voice API application that places calls."""

    asks_what_next = False
    signs_openings = False

    def __init__(self, client: Client, public_key: Ed25519PublicKey, placing: PlacesCalls, *, app: str) -> None:
        self._placing = placing
        self._client = client
        self._public_key = public_key
        self._app = app

    @property
    def placing(self) -> PlacesCalls:
        """Calls that the desk begins."""
        return self._placing

    @property
    def words(self) -> StreamWords:
        """The messages of a media stream."""
        return media

    def is_from(self, webhook: Webhook) -> bool:
        """Whether Telnyx sent this about a call, just now."""
        return bool(webhook.body) and is_signed(webhook, self._public_key)

    def is_opening(self, opening: Webhook) -> bool:
        """Never: Telnyx signs no opening."""
        return False

    def hear(self, webhook: Webhook) -> CallNews:
        """What a webhook tells. Raises: Refused."""
        return read_call(webhook)

    async def turn_away(self, call: str) -> Answered:
        """Busy. Raises: the four faults."""
        return await self._do(call, "reject", "reject", cause="USER_BUSY")

    async def join(self, call: str, joins: Joins) -> Answered:
        """Answer, with a stream. Raises: the four faults."""
        return await self._do(call, "answer", "answer", **_stream(joins), webhook_url=joins.news_to)

    async def rejoin(self, call: str, joins: Joins) -> Answered:
        """A stream once more. Raises: the four faults."""
        again = joins.given.get("ringing", "")
        await self._do(call, "playback_stop", f"quiet {again}")
        return await self._do(call, "streaming_start", f"stream {again}", **_stream(joins))

    async def take_up(self, call: str, joins: Joins) -> Answered:
        """A stream. Raises: the four faults."""
        return await self._do(call, "streaming_start", "take up", **_stream(joins))

    async def dial(self, call: str, dials: Dials) -> Answered:
        """A second end, which is not joined yet; the caller hears it ring. Raises: the four faults."""
        await self._do(call, "playback_start", f"ring {dials.key}", audio_url=dials.ringing, loop="infinity")
        took = await self._client.dial(
            {
                "connection_id": self._app,
                "to": dials.number,
                "from": dials.own,
                "timeout_secs": max(_SHORTEST_RING, round(dials.rings_for.total_seconds())),
                "webhook_url": dials.news_to,
                "client_state": media.as_state({FOR: call}),
                "command_id": f"dial {dials.key}",
            }
        )
        if isinstance(took, str):
            raise Refused(f"Telnyx did not dial a number for a caller: {took}.")
        return NOTHING

    async def ask_to_take(self, call: str, leg: str, *, sound: str, news_to: str) -> Answered:
        """A sound, and one key. Raises: the four faults."""
        return await self._do(
            leg,
            "gather_using_audio",
            "ask",
            audio_url=sound,
            minimum_digits=1,
            maximum_digits=1,
            maximum_tries=1,
            timeout_millis=KEY_MILLIS,
            valid_digits=TAKES,
            client_state=media.as_state({FOR: call, STEP: ASKED}),
        )

    async def brief(self, call: str, leg: str, *, sound: str) -> Answered:
        """A sound. Raises: the four faults."""
        state = media.as_state({FOR: call, STEP: BRIEFED})
        return await self._do(leg, "playback_start", "brief", audio_url=sound, client_state=state)

    async def connect(self, call: str, leg: str) -> Answered:
        """Both hear each other; whoever hangs up ends it for both. Raises: the four faults."""
        await self._do(call, "playback_stop", f"quiet {leg}")
        state = media.as_state({FOR: call, STEP: JOINED})
        return await self._do(leg, "bridge", "bridge", call_control_id=call, client_state=state)

    async def hang_up(self, leg: str) -> Answered:
        """Raises: the four faults."""
        return await self._do(leg, "hangup", "hang up")

    async def _do(self, leg: str, command: str, once: str, **asked: object) -> Answered:
        await self._client.command(leg, command, {**asked, "command_id": once})
        return NOTHING


def _stream(joins: Joins) -> dict[str, object]:
    return {
        "stream_url": joins.url,
        "stream_track": "inbound_track",
        "stream_codec": "PCMU",
        "stream_bidirectional_mode": "rtp",
        "stream_bidirectional_codec": "PCMU",
        "client_state": media.as_state(joins.given),
    }
