"""Has the calls placed that wait in the outbox: a few at a time, each marked before it is dialled."""

from datetime import datetime, timedelta

from frontdesk.channels.voice.addresses import call_webhook_at
from frontdesk.domain.ids import PatientId
from frontdesk.ports.channel import Accepted, NotTaken, ToCall
from frontdesk.ports.faults import NotPermitted, Refused, Unreachable
from frontdesk.ports.phoning import FindsCalls, PlacesCalls, Ring
from frontdesk.reception.placing import AT_ONCE, LASTS, RINGS_FOR
from frontdesk.storage import outbox, placed_calls, reminders
from frontdesk.storage.database import Turn
from frontdesk.storage.outbox import Outgoing
from frontdesk.wiring import Frontdesk

WAITS_FOR_OTHERS = timedelta(seconds=20)
"""After so long it is looked again whether a call is over."""


async def waits_for_others(desk: Frontdesk, turn: Turn, out: Outgoing) -> bool:
    """Whether as many calls as may are under way, so that this one is placed later."""
    if out.tried is not None:
        return False
    now = desk.clock.now()
    async with turn.transaction() as db:
        if await placed_calls.under_way(db, but=out.id) < AT_ONCE:
            return False
        await outbox.move(db, out, due=now + WAITS_FOR_OTHERS, reason="moved: others are being called")
    return True


async def rings_already(desk: Frontdesk, turn: Turn, out: Outgoing, call: ToCall) -> Accepted | None:
    """The call that was placed in the hands of a worker that died, where its carrier tells. Raises: the four faults."""
    places, carrier = await _placing(desk, turn, call)
    if not isinstance(places, FindsCalls):
        return None
    found = await places.found(_ring(desk, out, call, carrier, tried=out.tried))
    if found is not None:
        await _rings(desk, turn, out, found)
    return found


async def place(desk: Frontdesk, turn: Turn, out: Outgoing, call: ToCall) -> Accepted | NotTaken:
    """Have it ring. Raises: the four faults."""
    places, carrier = await _placing(desk, turn, call)
    async with turn.transaction() as db:
        if not (await reminders.sent_as(db, [out.id]))[out.id]:
            raise Refused("What the call was to tell went another way.")
        await placed_calls.begin(db, out.id, PatientId(out.subject), call.number, now=desk.clock.now())
    try:
        took = await places.place(_ring(desk, out, call, carrier, tried=out.tried))
    except (Unreachable, NotPermitted):
        if out.tried is None:
            async with turn.transaction() as db:
                await placed_calls.put_back(db, out.id, now=desk.clock.now())
        raise
    if isinstance(took, Accepted):
        await _rings(desk, turn, out, took)
    return took


async def _rings(desk: Frontdesk, turn: Turn, out: Outgoing, took: Accepted) -> None:
    async with turn.transaction() as db:
        await placed_calls.rings(db, out.id, took.receipt, now=desk.clock.now())


async def _placing(desk: Frontdesk, turn: Turn, call: ToCall) -> tuple[PlacesCalls, str]:
    """How the practice calls somebody, and the carrier's key. Raises: Refused (it does not).

    What the carrier asks about a call finds the practice by its number, which has to take calls for that.
    """
    texting = desk.texting_of(turn.practice)
    telephone = texting.account.telephone if texting is not None else None
    if texting is None or telephone is None or telephone.placing is None or desk.calls_in(turn.practice) is None:
        raise Refused("The practice cannot call anybody: it needs a carrier's account and the speech models.")
    if await desk.storage.practice_at("voice", call.own) != turn.practice:
        raise Refused("The practice's number takes no calls. Run: frontdesk voice setup")
    return telephone.placing, texting.carrier.key


def _ring(desk: Frontdesk, out: Outgoing, call: ToCall, carrier: str, *, tried: datetime | None) -> Ring:
    return Ring(
        key=str(out.id),
        number=call.number,
        own=call.own,
        rings_for=RINGS_FOR,
        lasts=LASTS,
        news_to=call_webhook_at(desk.settings.public_url, carrier, call.own),
        tried=tried,
    )
