"""What a number's holder allowed and ended, as far as the practice was told."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from uuid import UUID

from frontdesk.compliance.deciding import Known
from frontdesk.domain.consent import Use
from frontdesk.domain.ids import PatientId
from frontdesk.domain.message import ChannelKind
from frontdesk.storage.consents import Answer, answers_at, ended_since, latest_of
from frontdesk.storage.conversations import Conversation, find_open_at
from frontdesk.storage.database import Db
from frontdesk.storage.placed_calls import Lately, lately_at

ASKED_BEFORE_EACH = (Use.MESSAGES, Use.MARKETING, Use.CALLS)


async def known_of(db: Db, phone: str, *, but: UUID | None = None) -> Known:
    """What whoever has that number allowed and ended. To have written from it is permission to texts (CTIA 5.1).

    Of the desk's calls to it that of the id `but` is left out.
    """
    return (await known_of_each(db, [phone], but=but))[phone]


async def known_of_each(db: Db, phones: Iterable[str], *, but: UUID | None = None) -> dict[str, Known]:
    """The same for several numbers."""
    numbers = [*dict.fromkeys(phones)]
    threads = await find_open_at(db, ChannelKind.SMS, numbers)
    answers = await answers_at(db, ASKED_BEFORE_EACH, ChannelKind.SMS, numbers)
    called = await lately_at(db, numbers, but=but)
    found: dict[str, Known] = {}
    for phone, said in zip(numbers, answers, strict=True):
        calls = called.get(phone, Lately())
        found[phone] = replace(await _known(db, phone, threads.get(phone), said), rang=calls.rang, heard=calls.heard)
    return found


async def _known(db: Db, phone: str, thread: Conversation | None, answers: Mapping[Use, Answer]) -> Known:
    said = {use: one.allowed for use, one in answers.items()}
    offers = answers.get(Use.MARKETING)
    if offers is not None and offers.allowed and await ended_since(db, offers, ChannelKind.SMS, phone):
        said[Use.MARKETING] = False
    wrote = {Use.MESSAGES: True} if thread is not None else {}
    return Known(said={**wrote, **said}, perhaps_ended=thread is not None and thread.state.perhaps_ended)


async def may_advertise(db: Db, patient: PatientId, phone: str) -> bool:
    """Whether this patient allowed offers to that number, and neither they nor its holder ended them since.

    A number may be a family's: what one of them allowed is not the others' yes.
    """
    offers = await latest_of(db, Use.MARKETING, patient)
    if offers is None or not offers.allowed or (await known_of(db, phone)).said.get(Use.MARKETING) is not True:
        return False
    return not await ended_since(db, offers, ChannelKind.SMS, phone, patient=patient)
