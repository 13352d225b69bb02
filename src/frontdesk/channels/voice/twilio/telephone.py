"""Calls by Twilio. Implements `ports.phoning.Telephone`: what is to be done stands in the answers to its webhooks."""

from frontdesk.channels.sms.twilio.reading import is_signed, is_signed_opening
from frontdesk.channels.voice.twilio import media
from frontdesk.channels.voice.twilio.answering import (
    ENDED,
    JOINED,
    REJECTED,
    asking_to_take,
    briefing,
    connected_to,
    dialling,
    read_call,
)
from frontdesk.ports.phoning import CallNews, Dials, Joins, PlacesCalls, StreamWords
from frontdesk.ports.webhook import Answered, Webhook


class TwilioTelephone:
    """The calls of one account, or of the carrier on this machine that speaks as Twilio does."""

    asks_what_next = True
    signs_openings = True

    def __init__(self, token: str, placing: PlacesCalls | None = None) -> None:
        self._token = token
        self._placing = placing

    @property
    def placing(self) -> PlacesCalls | None:
        """Calls that the desk begins; None: the carrier of this machine calls nobody."""
        return self._placing

    @property
    def words(self) -> StreamWords:
        """The messages of a Media Stream."""
        return media

    def is_from(self, webhook: Webhook) -> bool:
        """Whether Twilio sent this about a call."""
        return bool(webhook.body) and is_signed(webhook, self._token)

    def is_opening(self, opening: Webhook) -> bool:
        """Whether Twilio sent this to open a stream."""
        return is_signed_opening(opening, self._token)

    def hear(self, webhook: Webhook) -> CallNews:
        """What a webhook tells. Raises: Refused."""
        return read_call(webhook)

    async def turn_away(self, call: str) -> Answered:
        """Busy."""
        return _twiml(REJECTED)

    async def join(self, call: str, joins: Joins) -> Answered:
        """The call and a stream."""
        return _twiml(connected_to(joins))

    async def rejoin(self, call: str, joins: Joins) -> Answered:
        """The same once more."""
        return _twiml(connected_to(joins))

    async def take_up(self, call: str, joins: Joins) -> Answered:
        """The same, of a call that we have placed."""
        return _twiml(connected_to(joins))

    async def dial(self, call: str, dials: Dials) -> Answered:
        """The caller hears it ring."""
        return _twiml(dialling(dials))

    async def ask_to_take(self, call: str, leg: str, *, sound: str, news_to: str) -> Answered:
        """A sound, and one key."""
        return _twiml(asking_to_take(sound, news_to))

    async def brief(self, call: str, leg: str, *, sound: str) -> Answered:
        """A sound, after which they hear each other."""
        return _twiml(briefing(sound))

    async def connect(self, call: str, leg: str) -> Answered:
        """They hear each other."""
        return _twiml(JOINED)

    async def hang_up(self, leg: str) -> Answered:
        """The end that Twilio asks about is hung up."""
        return _twiml(ENDED)


def _twiml(words: str) -> Answered:
    return Answered(body=words.encode(), kind="text/xml")
