"""Both carriers' accounts over their stand-ins, in one shape for tests that hold for every carrier."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from frontdesk.channels.sms.carriers import carrier
from frontdesk.channels.sms.standing_in import Posted
from frontdesk.channels.sms.telnyx import stand_in as telnyx
from frontdesk.channels.sms.twilio import stand_in as twilio
from frontdesk.channels.sms.twilio.reading import TRIES_AGAIN
from frontdesk.ports.carrying import Account, OfTheDesk
from frontdesk.ports.channel import Text
from frontdesk.ports.connecting import StandIn
from frontdesk.ports.webhook import Webhook
from frontdesk.proving.simulator_transport import InProcess
from frontdesk.standards.simulating.faults import Faults
from frontdesk.standards.simulating.waiting import Clock, Wait, sleep

NOW = datetime(2026, 5, 27, 2, 47, tzinfo=UTC)
OURS, PHONE = "+15125550101", "+15125550147"
PUBLIC = "https://clinic.example.com"
ACCOUNT, SERVICE, TOKEN = "AC" + "1" * 32, "MG" + "2" * 32, "an invented token"
KEY, PROFILE = "KEY0invented", "0f512bda-ae1e-4597-8e11-e5f5686b97d3"
CARRIERS = ("twilio", "telnyx")


class Hands:
    """A clock that a test turns; pausing turns it, too."""

    def __init__(self) -> None:
        self.at = NOW

    def now(self) -> datetime:
        return self.at

    async def pause(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)

    async def wait(self, length: timedelta) -> None:
        self.at += length

    def seconds(self) -> float:
        return self.at.timestamp()


class Counted:
    """A budget that counts."""

    def __init__(self) -> None:
        self.taken = 0

    async def acquire(self) -> None:
        self.taken += 1


@dataclass(kw_only=True)
class Simulated:
    """An account, the carrier behind it, and the desk's side."""

    account: Account
    stand_in: twilio.StandIn | telnyx.StandIn
    hands: Hands
    settings: dict[str, str]
    pace: Counted = field(default_factory=Counted)
    ours: set[str] = field(default_factory=set)

    @property
    def faults(self) -> Faults:
        return self.stand_in.faults

    @property
    def bodies(self) -> list[str]:
        """The words of every message that the carrier has taken, in order."""
        if isinstance(self.stand_in, twilio.StandIn):
            return [one.body for one in self.stand_in.sent]
        return [one.text for one in self.stand_in.sent]

    def receipt(self, place: int, status: str | None = None) -> Posted:
        """The receipt of the message at that place; "sent" is the one before the end."""
        if isinstance(self.stand_in, twilio.StandIn):
            return self.stand_in.receipt(self.stand_in.sent[place], status)
        event = "message.sent" if status == "sent" else "message.finalized"
        return self.stand_in.receipt(self.stand_in.sent[place], event)

    def refuse(self, phone: str, twilio_code: int, telnyx_code: str) -> None:
        if isinstance(self.stand_in, twilio.StandIn):
            self.stand_in.refuses[phone] = twilio_code
        else:
            self.stand_in.refuses[phone] = telnyx_code

    def webhook(self, posted: Posted) -> Webhook:
        return Webhook(url=posted.url, headers=posted.headers, body=posted.body, received=self.hands.now())


def settings_of(name: str, stand_in: twilio.StandIn | telnyx.StandIn, address: str) -> dict[str, str]:
    """What a clinic would type in."""
    if isinstance(stand_in, twilio.StandIn):
        return {"address": address, "account_sid": ACCOUNT, "auth_token": TOKEN, "messaging_service": SERVICE}
    return {
        "address": address,
        "api_key": KEY,
        "public_key": stand_in.public_key,
        "messaging_profile": PROFILE,
    }


def a_stand_in(
    name: str, *, now: Clock, wait: Wait = sleep, number: str = OURS, public_url: str = PUBLIC
) -> twilio.StandIn | telnyx.StandIn:
    """A carrier with the clinic's account in order."""
    url = f"{public_url}/sms/{name}/%2B{number[1:]}"
    if name == "twilio":
        one = twilio.StandIn(account=ACCOUNT, token=TOKEN, clock=now, wait=wait)
        one.numbers[number] = url + TRIES_AGAIN
        one.services[SERVICE] = twilio.Service(sid=SERVICE, numbers=[number])
        return one
    other = telnyx.StandIn(key=KEY, profile=PROFILE, clock=now, wait=wait)
    other.numbers.append(number)
    other.campaigns[number] = "ASSIGNED"
    other.webhook = other.failover = url
    return other


@asynccontextmanager
async def simulated(name: str, **settings: str) -> AsyncIterator[Simulated]:
    """An open account over its stand-in, in this process."""
    hands = Hands()
    stand_in = a_stand_in(name, now=hands.now, wait=hands.wait)
    manifest, opens = carrier(name)
    given = {**settings_of(name, stand_in, "http://localhost:1"), **settings}
    pace, ours = Counted(), set[str]()

    async def known(receipts: Sequence[str]) -> frozenset[str]:
        return frozenset(receipts) & ours

    webhook: Callable[[str], str] = lambda number: f"{PUBLIC}/sms/{name}/%2B{number[1:]}"  # noqa: E731
    desk = OfTheDesk(
        pace=pace,
        asking=Counted(),
        ours=known,
        webhook=webhook,
        clock=hands,
        gate=None,
        stand_in=StandIn(pause=hands.pause, seconds=hands.seconds, transport=InProcess(stand_in)),
    )
    account = opens(manifest.completed(given), desk)
    yield Simulated(account=account, stand_in=stand_in, hands=hands, settings=given, pace=pace, ours=ours)
    await account.close()


def a_text(body: str = "See you on Thursday.", *, to: str = PHONE, tried: datetime | None = None) -> Text:
    """A text under an intent of its own."""
    return Text(key=str(uuid4()), sender=OURS, to=to, body=body, tried=tried)
