"""The words of a reminder: whose desk writes, when the visit is, what to answer. Never what for."""

from collections.abc import Sequence
from datetime import datetime

from frontdesk.domain.appointment import Appointment
from frontdesk.domain.practice import Practice
from frontdesk.domain.time import wall
from frontdesk.language.catalogue import catalogue
from frontdesk.language.details.phones import as_spoken
from frontdesk.language.letters import LetterWords
from frontdesk.language.moments import Calendar, clock

MOST = 160
"""One text of the plain alphabet; 47 CFR 64.1200(a)(9)(iv)(E) asks for no more."""


def reminder(
    practice: Practice, visits: Sequence[Appointment], *, form: bool = False, language: str, now: datetime
) -> str:
    """A text of MOST characters where the practice's name lets it be; the visits are of one day, the soonest first.

    `form`: a form is still to be filled in. It is not named, for its name may tell what the visit is for; a link
    would make the text too long, and comes when it is asked for.
    """
    told = catalogue(language)
    when = _when(practice, visits, language=language, now=now)
    key = "reminder" if len(visits) == 1 else "reminder_several"
    tried = [f"{key}_form", f"{key}_form_short"] if form else [key]
    all_ = [told.say(one, practice=practice.name, when=when) for one in (*tried, f"{key}_short")]
    return next((words for words in all_ if len(words) <= MOST), all_[-1])


def reminder_letter(
    practice: Practice, visits: Sequence[Appointment], *, given: str, language: str, now: datetime
) -> LetterWords:
    """The same as a mail, which nobody reads the answer of: it names the phone."""
    told = catalogue(language)
    body = told.say(
        "reminder_body",
        given=given,
        practice=practice.name,
        when=_when(practice, visits, language=language, now=now),
        phone=as_spoken(practice.locations[0].phone),
    )
    return LetterWords(subject=told.say("reminder_subject", practice=practice.name), body=f"{body}\n")


def _when(practice: Practice, visits: Sequence[Appointment], *, language: str, now: datetime) -> str:
    """ "Thursday, May 28 at 9:00 AM, 11:00 AM and 2:30 PM", on the wall clock of where the visits are."""
    zones = {one.id: one.zone for one in practice.locations}
    zone = zones.get(visits[0].location, practice.locations[0].zone)
    told = catalogue(language)
    first = Calendar(told=told, zone=zone, now=now).moment(visits[0].during.start)
    more = [clock(wall(visit.during.start, zone).time()) for visit in visits[1:]]
    if not more:
        return first
    return told.say("two_and", one=", ".join((first, *more[:-1])), other=more[-1])
