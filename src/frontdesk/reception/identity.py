"""Who is writing, proven: by what only the patient tells together, or by a code to what is on file.

A wrong claim, a person who is not a patient, and too many attempts get one and the same answer.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid5

from frontdesk.compliance.identity import CODE_DIGITS, CODE_HOLDS, Claim, fits, same_name
from frontdesk.domain.audit import Event, Happened, Outcome
from frontdesk.domain.contact import ContactKind
from frontdesk.domain.ids import PatientId
from frontdesk.domain.message import ChannelKind
from frontdesk.domain.patient import Patient
from frontdesk.domain.practice import Practice
from frontdesk.language.letters import code_letter
from frontdesk.ports.channel import Mail, Text
from frontdesk.storage import identity, outbox
from frontdesk.storage.conversations import Conversation
from frontdesk.storage.database import Db
from frontdesk.storage.identity import Wrong
from frontdesk.storage.patients import patients_of_phone

FAMILY = 20
"""Patients of one number that are looked at; a number with more is an office, and proves nobody."""


async def prove(db: Db, conversation: Conversation, claim: Claim, *, now: datetime) -> PatientId | None:
    """The one patient on file that the whole claim fits; None also where attempts are used up."""
    if not await identity.may_try(db, _about(conversation, claim.phone), now=now):
        _record_claim(db, conversation, None, by="too-many")
        return None
    fitting = [patient for patient in await patients_of_phone(db, claim.phone, most=FAMILY) if fits(claim, patient)]
    proven = fitting[0].id if len(fitting) == 1 else None
    _record_claim(db, conversation, proven, by="details")
    return proven


async def send_code(
    db: Db,
    practice: Practice,
    conversation: Conversation,
    *,
    given: str,
    family: str,
    phone: str,
    message: UUID,
    now: datetime,
) -> None:
    """A one-time code to the number or address on file of the patient so named, if there is one.

    Nothing that the writer sees tells whether it went: the answer is the caller's, the same for both. A repeat for
    the same `message` sends the same code once.
    """
    if not await identity.may_try(db, _about(conversation, phone), now=now):
        return
    on_file = await patients_of_phone(db, phone, most=FAMILY)
    named = [one for one in on_file if same_name(one.given, given) and same_name(one.family, family)]
    patient = named[0] if len(named) == 1 else None
    chance = int.from_bytes(db.keyring.signatures("one-time code", str(message))[0])
    code = f"{chance % 10**CODE_DIGITS:0{CODE_DIGITS}}"
    await identity.keep_code(db, conversation.id, code, patient=patient.id if patient else None, now=now)
    whose = frozenset({conversation.id, *([patient.id] if patient else [])})
    db.record(Event(what=Happened.IDENTITY_CODE_MADE, subjects=whose))
    if patient is not None:
        await _send(db, practice, conversation, patient, code, message=message, now=now)


async def prove_by_code(db: Db, conversation: Conversation, code: str, *, now: datetime) -> PatientId | Wrong:
    """Who the code proves the writer to be; it works once, in its own conversation, for a few minutes."""
    proven = await identity.use_code(db, conversation.id, code, now=now)
    _record_claim(db, conversation, None if isinstance(proven, Wrong) else proven, by="code")
    return proven


async def _send(
    db: Db, practice: Practice, conversation: Conversation, patient: Patient, code: str, *, message: UUID, now: datetime
) -> None:
    letter = code_letter(practice, code, minutes=CODE_HOLDS.seconds // 60, language=patient.language)
    writes_from_it = conversation.channel is ChannelKind.SMS and conversation.address == patient.phone
    key = f"code-{message}"
    if patient.email and (writes_from_it or not patient.phone):  # whoever holds the phone is to show something more
        mail = Mail(key=key, sender=practice.email, to=patient.email, subject=letter.subject, body=letter.body)
        await outbox.put_mail(db, conversation.id, patient.id, mail, now=now)
    elif patient.phone:
        sender = practice.locations[0].phone
        text = Text(key=key, sender=sender, to=patient.phone, body=letter.body, kind=ContactKind.CONFIRMATION)
        await outbox.put_text(db, conversation.id, uuid5(conversation.id, key), text, now=now)


def _record_claim(db: Db, conversation: Conversation, proven: PatientId | None, *, by: str) -> None:
    db.record(
        Event(
            what=Happened.IDENTITY_CLAIMED,
            subjects=frozenset({conversation.id, *([proven] if proven else [])}),
            outcome=Outcome.DONE if proven else Outcome.REFUSED,
            codes={"by": by},
        )
    )


def _about(conversation: Conversation, phone: str) -> Sequence[str]:
    return (f"address:{conversation.channel.value}:{conversation.address}", f"phone:{phone}")
