"""A visit by e-mail: when and where, never what for; its invitation follows it through the patient's calendar."""

from dataclasses import replace
from datetime import datetime

from frontdesk.domain.appointment import Appointment
from frontdesk.domain.patient import Patient
from frontdesk.domain.practice import Practice
from frontdesk.language.catalogue import catalogue
from frontdesk.language.letters import LetterWords, cancelled_letter, confirmation_letter, moved_letter
from frontdesk.ports.channel import Mail
from frontdesk.standards.invitation import Method, invitation
from frontdesk.storage import outbox
from frontdesk.storage.conversations import Conversation
from frontdesk.storage.database import Db
from frontdesk.storage.invitations import Invitation, invitation_for, keep_invitation
from frontdesk.storage.patients import read_patient


async def confirm_by_mail(
    db: Db,
    practice: Practice,
    conversation: Conversation,
    visit: Appointment,
    *,
    patient: Patient,
    to: str,
    intake: str | None,
    now: datetime,
) -> None:
    """Send the mail that confirms a visit; `intake` None: the way to its form came with another mail.

    The same visit is confirmed once; where an invitation for it was sent before, that one is kept up.
    """
    if await invitation_for(db, visit.id) is not None:
        await follow_by_mail(db, practice, conversation, visit, now=now)
        return
    language = conversation.state.language
    letter = confirmation_letter(practice, visit, given=patient.given, intake=intake, language=language)
    first = Invitation(
        appointment=visit.id,
        uid=f"{visit.id}@{practice.email.partition('@')[2]}",
        patient=patient.id,
        email=to,
        sequence=0,
        stands=True,
        location=visit.location,
        practitioner=visit.practitioner,
        during=visit.during,
    )
    await _send(db, practice, conversation, first, letter, patient=patient, now=now)


async def follow_by_mail(
    db: Db, practice: Practice, conversation: Conversation, visit: Appointment, *, now: datetime
) -> None:
    """Make the patient's calendar show a visit as the patient is told of it, where an invitation for it was sent.

    Belongs into the transaction of the words. What is only asked for changes nothing yet.
    """
    invited = await invitation_for(db, visit.id)
    if invited is None or visit.is_requested or invited.says(visit):
        return
    patient = await read_patient(db, invited.patient)
    if patient is None:
        return
    language, given = conversation.state.language, patient.given
    if visit.status.takes_time:
        after = replace(
            invited,
            sequence=invited.sequence + 1,
            stands=True,
            location=visit.location,
            practitioner=visit.practitioner,
            during=visit.during,
        )
        letter = moved_letter(practice, visit, given=given, language=language)
    else:  # of a visit that is gone, its calendar may know nothing more
        after = replace(invited, sequence=invited.sequence + 1, stands=False)
        was = replace(visit, location=invited.location, practitioner=invited.practitioner, during=invited.during)
        letter = cancelled_letter(practice, was, given=given, language=language)
    await _send(db, practice, conversation, after, letter, patient=patient, now=now)


async def _send(
    db: Db,
    practice: Practice,
    conversation: Conversation,
    invited: Invitation,
    letter: LetterWords,
    *,
    patient: Patient,
    now: datetime,
) -> None:
    location = practice.location(invited.location)
    method = Method.REQUEST if invited.stands else Method.CANCEL
    mail = Mail(
        key=f"confirmation-{invited.uid.rpartition('@')[0]}-{invited.sequence}",
        sender=practice.email,
        to=invited.email,
        subject=letter.subject,
        body=letter.body,
        method=method.value,
        invitation=invitation(
            method=method,
            uid=invited.uid,
            sequence=invited.sequence,
            made=now,
            during=invited.during,
            zone=location.zone,
            summary=catalogue(conversation.state.language).say("letter_subject", practice=practice.name),
            address=location.address,
            organizer_name=practice.name,
            organizer_email=practice.email,
            attendee_name=patient.name,
            attendee_email=invited.email,
        ),
    )
    await keep_invitation(db, invited, now=now)
    await outbox.put_mail(db, conversation.id, patient.id, mail, now=now)
