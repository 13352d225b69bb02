"""The reminded desk, which calls patients by a simulated Twilio: no sound, only what is said and what is told of it."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid5

from tests.channels.sms.simulated import ACCOUNT, TOKEN, Counted, settings_of
from tests.clinic import a_practice
from tests.reception.reminded_desk import MARIA, PHONE, RemindedDesk, reminded_desk

from frontdesk.channels.sms.carriers import carrier
from frontdesk.channels.sms.twilio.stand_in import StandIn as Twilio
from frontdesk.connecting.texting import Texting
from frontdesk.domain.consent import Consent, Source, Use
from frontdesk.domain.ids import AppointmentId
from frontdesk.domain.message import ChannelKind
from frontdesk.domain.reminding import Called, Calling
from frontdesk.domain.reminding import Reminding as Ladders
from frontdesk.ports.carrying import OfTheDesk
from frontdesk.ports.connecting import StandIn
from frontdesk.ports.phoning import AnsweredBy, Rang
from frontdesk.proving.phone.twilio import Placed, TwilioCalls
from frontdesk.proving.simulator_transport import InProcess
from frontdesk.reception.calling import Call, Calls, Spoken
from frontdesk.reception.placing import NobodyToTell, Placing
from frontdesk.reception.putting_through import PuttingThrough
from frontdesk.reception.reminding import Reminding
from frontdesk.storage import placed_calls
from frontdesk.storage.clock import new_id
from frontdesk.storage.consents import Whose, record_consent
from frontdesk.storage.deliveries import known_receipts
from frontdesk.storage.placed_calls import PlacedCall
from frontdesk.storage.practices import Endpoint, claim_endpoint

UNTEXTED = Calling(to=Called.UNTEXTED)
EVERYBODY = Calling(to=Called.EVERYBODY)
TOLD, DUE, VISIT = "2026-06-01 10:00", "2026-06-09 15:00", "2026-06-10 15:00"


@dataclass(kw_only=True)
class CalledDesk:
    """The desk, the carrier, and what becomes of its calls."""

    at: RemindedDesk
    twilio: TwilioCalls

    @property
    def placed(self) -> list[Placed]:
        """Every call that the carrier was asked for."""
        return self.twilio.placed

    async def allows(self, *uses: Use, allowed: bool = True) -> None:
        """Maria has ticked these in a form."""
        async with self.at.desk.storage.practice(self.at.practice.id) as db:
            for use in uses:
                answer = Consent(
                    id=uuid5(MARIA.id, f"{use.value} {allowed}"),
                    use=use,
                    allowed=allowed,
                    source=Source.FORM,
                    recorded=self.at.clock.at,
                    said="ticked",
                )
                whose = Whose(subject=MARIA.id, channel=ChannelKind.SMS, address=PHONE, patient=MARIA.id)
                await record_consent(db, answer, whose)

    async def picks_up(self, by: AnsweredBy, *, place: int = -1) -> Spoken | None:
        """What whoever picks up hears first; None: they are hung up on."""
        call, key = self.placed[place].sid, self.key(place)
        what = await self.at.desk.placing.answered(self.at.practice.id, key, call, by)
        if isinstance(what, NobodyToTell):
            return None
        begun = await self.at.desk.calls.pick_up(self.at.practice.id, Call(id=call, caller=what.number))
        assert isinstance(begun, Spoken)
        heard_as = AnsweredBy.HUMAN if by is AnsweredBy.UNKNOWN else by
        ends = AnsweredBy.MACHINE_ENDED if by is AnsweredBy.MACHINE else heard_as
        return await self.at.desk.calls.picked_up_by(self.at.practice.id, begun.conversation, ends)

    async def says(self, spoken: Spoken, words: str, *, turn: int = 1) -> Spoken:
        """What they are answered."""
        return await self.at.desk.calls.answer(
            self.at.practice.id, spoken.conversation, words, turn=f"{self.placed[-1].sid}:{turn}"
        )

    async def ends(self, how: Rang, *, place: int = -1) -> None:
        """The carrier tells that it is over, twice; what follows is done."""
        for _ in range(2):
            await self.at.desk.placing.ended(self.at.practice.id, self.key(place), self.placed[place].sid, how)
        await self.at.works()

    def key(self, place: int = -1) -> str:
        return self.placed[place].asked["Url"].rsplit("placed=", 1)[1]

    async def row(self, place: int = -1) -> PlacedCall:
        async with self.at.desk.storage.practice(self.at.practice.id) as db:
            one = await placed_calls.read_placed(db, UUID(self.key(place)))
        assert one is not None
        return one

    async def why(self, visit: AppointmentId) -> Sequence[tuple[str, str]]:
        return [(one.stage.value, one.why) for one in await self.at.reminders(visit)]


@asynccontextmanager
async def called_desk(
    database_url: str, home: Path, *, calls: Calling = UNTEXTED, language: str = "en", takes: str = "voice"
) -> AsyncIterator[CalledDesk]:
    """A desk that reminds a day before, and calls whom the practice calls; `takes` is what comes in on its number."""
    practice = replace(a_practice(), reminding=Ladders(ladder=(timedelta(days=1),), calls=calls))
    number = practice.locations[0].phone
    async with reminded_desk(database_url, home, TOLD, practice=practice) as at:
        async with at.desk.storage.practice(practice.id) as db:
            await claim_endpoint(db, Endpoint(channel=takes, address=number))
        texts = Twilio(account=ACCOUNT, token=TOKEN, clock=at.clock.now)
        texts.numbers[number] = "https://clinic.example.com/sms"
        twilio = TwilioCalls(texts, clock=at.clock.now)
        manifest, opens = carrier("twilio")

        async def pause(seconds: float) -> None:
            at.clock.at += timedelta(seconds=seconds)

        async def ours(receipts: Sequence[str]) -> frozenset[str]:
            async with at.desk.storage.practice(practice.id) as db:
                return await known_receipts(db, receipts)

        of_desk = OfTheDesk(
            pace=Counted(),
            asking=Counted(),
            ours=ours,
            webhook=lambda _: "",
            clock=at.clock,
            gate=None,
            stand_in=StandIn(pause=pause, seconds=lambda: at.clock.at.timestamp(), transport=InProcess(twilio)),
        )
        account = opens(manifest.completed(settings_of("twilio", texts, "http://localhost:1")), of_desk)
        storage, practices = at.desk.storage, at.desk.practices
        through = PuttingThrough(storage, practices, at.clock)
        at.desk = replace(
            at.desk,
            texting_of=lambda _: Texting(carrier=manifest, account=account),
            calls_in=lambda _: language,
            placing=Placing(storage, practices, at.clock),
            putting_through=through,
            calls=Calls(storage, practices, at.clock, new_id, at.desk.reception, through),
            reminding=Reminding(
                storage,
                practices,
                at.clock,
                lambda _: at.system,
                book=at.desk.book,
                new_id=new_id,
                public_url=at.desk.settings.public_url,
                calls_in=lambda _: language,
            ),
        )
        try:
            yield CalledDesk(at=at, twilio=twilio)
        finally:
            await account.close()
