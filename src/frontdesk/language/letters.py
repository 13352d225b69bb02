"""The words of a letter: when and where, never what for, since mail is read by others too."""

from dataclasses import dataclass
from datetime import datetime

from frontdesk.domain.appointment import Appointment, Slot
from frontdesk.domain.practice import Practice
from frontdesk.language.catalogue import catalogue
from frontdesk.language.details.phones import as_spoken
from frontdesk.language.moments import Calendar


@dataclass(frozen=True, kw_only=True, slots=True)
class LetterWords:
    """Subject and body, ready to be posted."""

    subject: str
    body: str


def confirmation_letter(
    practice: Practice, visit: Appointment, *, given: str, intake: str | None, language: str
) -> LetterWords:
    """What the confirmation says; the time on the location's wall clock, with its year.

    Raises: KeyError when the visit names a location or practitioner the practice does not have.
    """
    told, fills = catalogue(language), _fills(practice, visit, given=given, language=language)
    if intake is None:
        body = told.say("letter_body_without_form", **fills)
    else:
        body = told.say("letter_body", **fills, link=intake)
    return LetterWords(subject=told.say("letter_subject", practice=practice.name), body=f"{body}\n")


def moved_letter(practice: Practice, visit: Appointment, *, given: str, language: str) -> LetterWords:
    """What goes with a changed invitation: how the visit stands now. Raises: KeyError, as above."""
    told, fills = catalogue(language), _fills(practice, visit, given=given, language=language)
    body = told.say("letter_moved_body", **fills)
    return LetterWords(subject=told.say("letter_moved_subject", practice=practice.name), body=f"{body}\n")


def cancelled_letter(practice: Practice, visit: Appointment, *, given: str, language: str) -> LetterWords:
    """What goes with an invitation that is taken back; `visit` as it was last told. Raises: KeyError, as above."""
    told, fills = catalogue(language), _fills(practice, visit, given=given, language=language)
    body = told.say(
        "letter_cancelled_body", **{name: fills[name] for name in ("given", "practice", "when", "phone", "assistant")}
    )
    return LetterWords(subject=told.say("letter_cancelled_subject", practice=practice.name), body=f"{body}\n")


def _fills(practice: Practice, visit: Appointment, *, given: str, language: str) -> dict[str, str]:
    location = practice.location(visit.location)
    # A letter is kept: seen from the year before, every date names its year.
    before = visit.during.start.replace(year=visit.during.start.year - 1, day=1)
    calendar = Calendar(told=catalogue(language), zone=location.zone, now=before)
    return {
        "given": given,
        "practice": practice.name,
        "when": calendar.moment(visit.during.start),
        "who": practice.practitioner(visit.practitioner).first_name if visit.practitioner else practice.name,
        "address": location.address,
        "phone": as_spoken(location.phone),
        "assistant": practice.assistant,
    }


def text_letter(practice: Practice, text: str, *, language: str) -> LetterWords:
    """The words of a text that did not reach a phone, as a mail; the subject says nothing of them."""
    told = catalogue(language)
    phone = as_spoken(practice.locations[0].phone)
    return LetterWords(
        subject=told.say("text_by_mail_subject", practice=practice.name),
        body=told.say("text_by_mail_body", text=text, practice=practice.name, phone=phone),
    )


def opening_letter(
    practice: Practice, slot: Slot, *, until: datetime | None, link: str, given: str, language: str, now: datetime
) -> LetterWords:
    """What tells those who wait of a time that opened up: kept until then, or for the first to answer.

    The wall clocks are the location's.
    """
    told = catalogue(language)
    calendar = Calendar(told=told, zone=practice.location(slot.location).zone, now=now)
    kept = {"until": calendar.moment(until)} if until is not None else {}
    body = told.say(
        "opening_body" if kept else "opening_body_first",
        given=given,
        practice=practice.name,
        when=calendar.moment(slot.during.start),
        who=practice.practitioner(slot.practitioner).first_name if slot.practitioner else practice.name,
        link=link,
        **kept,
    )
    return LetterWords(subject=told.say("opening_subject", practice=practice.name), body=f"{body}\n")


def code_letter(practice: Practice, code: str, *, minutes: int, language: str) -> LetterWords:
    """The words that carry a one-time code, by text or mail; they say nothing of why or for whom."""
    told = catalogue(language)
    return LetterWords(
        subject=told.say("code_subject", practice=practice.name),
        body=told.say("code_body", code=code, practice=practice.name, minutes=str(minutes)),
    )
