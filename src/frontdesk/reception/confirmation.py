"""The confirmation by e-mail: when and where, never what for, with an invitation for the calendar."""

from datetime import datetime

from frontdesk.domain.appointment import Appointment
from frontdesk.domain.patient import Patient
from frontdesk.domain.practice import Practice
from frontdesk.language.letters import confirmation_letter
from frontdesk.ports.channel import Mail
from frontdesk.standards.invitation import invitation


def confirmation_mail(
    practice: Practice,
    visit: Appointment,
    *,
    patient: Patient,
    to: str,
    intake: str | None,
    language: str,
    now: datetime,
) -> Mail:
    """The mail that confirms a visit; `intake` None: the way to its form came with another mail.

    The same visit gives the same `key`, so that a repeat is recognised.
    """
    location = practice.location(visit.location)
    letter = confirmation_letter(
        practice, visit, given=patient.given, intake=intake, language=language, zone=location.zone
    )
    return Mail(
        key=f"confirmation-{visit.id}-0",
        sender=practice.email,
        to=to,
        subject=letter.subject,
        body=letter.body,
        invitation=invitation(
            uid=f"{visit.id}@{practice.email.partition('@')[2]}",
            sequence=0,
            made=now,
            during=visit.during,
            zone=location.zone,
            summary=letter.subject,
            address=location.address,
            organizer_name=practice.name,
            organizer_email=practice.email,
            attendee_name=patient.name,
            attendee_email=to,
        ),
    )
