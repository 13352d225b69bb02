"""The words of a reminder: whose desk writes, when the visit is, what to answer. Never what for."""

from collections.abc import Sequence
from datetime import datetime

from frontdesk.domain.appointment import Appointment
from frontdesk.domain.ids import ServiceId
from frontdesk.domain.practice import Practice
from frontdesk.domain.time import wall
from frontdesk.language.catalogue import catalogue
from frontdesk.language.details.phones import as_spoken
from frontdesk.language.letters import LetterWords
from frontdesk.language.moments import Calendar, clock

MOST = 160
"""One text of the plain alphabet; 47 CFR 64.1200(a)(9)(iv)(E) asks for no more."""


def reminder(
    practice: Practice,
    visits: Sequence[Appointment],
    *,
    names: Sequence[str] = (),
    wording: str = "",
    form: bool = False,
    prepare: Sequence[ServiceId] = (),
    language: str,
    now: datetime,
) -> str:
    """A text of MOST characters where the practice's name lets it be; the visits are of one day, the soonest first.

    `wording`: the practice's own words, tried on a reminder that says nothing else and is short enough with them.
    `names`: who comes to each, where they are of several people; they are left out where they make it too long.
    `form`: a form is still to be filled in. It is not named, for its name may tell what the visit is for; a link
    would make the text too long, and comes when it is asked for. `prepare`: with how to prepare for these, in the
    practice's words, it is as long as they make it.
    """
    told = catalogue(language)
    when = _when(practice, visits, names=names, language=language, now=now)
    key = "reminder" if len(visits) == 1 else "reminder_several"
    if prepare:
        words = preparation(practice, prepare, language=language)
        whole = f"{key}_prepare_form" if form else f"{key}_prepare"
        return told.say(whole, practice=practice.name, when=when, prepare=words)
    if wording and not form and len(own := wording.format(practice=practice.name, when=when)) <= MOST:
        return own
    tried = [f"{key}_form", f"{key}_form_short"] if form else [key]
    plain = _when(practice, visits, language=language, now=now)
    all_ = [
        told.say(one, practice=practice.name, when=moments)
        for moments in dict.fromkeys((when, plain))
        for one in (*tried, f"{key}_short")
    ]
    return next((words for words in all_ if len(words) <= MOST), all_[-1])


def reminder_aloud(
    practice: Practice, visits: Sequence[Appointment], *, names: Sequence[str] = (), language: str, now: datetime
) -> str:
    """The same as it is said in a call, to whoever says that it is them."""
    when = _when(practice, visits, names=names, language=language, now=now)
    return catalogue(language).say("call_reminder" if len(visits) == 1 else "call_reminder_several", when=when)


def call_opening(practice: Practice, *, given: str, disclosed: Sequence[str], language: str) -> str:
    """What is said to whoever picks up a call of the desk's: who calls, that it is no person, how to end such calls.

    `disclosed` are keys of the catalogue that the law wants said besides. Nothing in it says what it is about.
    """
    told, fills = catalogue(language), _of_the_desk(practice)
    more = "".join(f" {told.say(key, **fills)}" for key in disclosed)
    return told.say("call_opening", **fills, given=given, disclosed=more)


def call_message(practice: Practice, *, given: str, language: str) -> str:
    """What is left with a machine: who called, for whom, and how to call back."""
    return catalogue(language).say("call_message", **_of_the_desk(practice), given=given)


def call_message_time(
    practice: Practice, visits: Sequence[Appointment], *, given: str, language: str, now: datetime
) -> str:
    """The same with when the visits are, where the practice wants that said to a machine."""
    when = _when(practice, visits, language=language, now=now)
    return catalogue(language).say("call_message_time", **_of_the_desk(practice), given=given, when=when)


def _of_the_desk(practice: Practice) -> dict[str, str]:
    phone = as_spoken(practice.locations[0].phone)
    return {"assistant": practice.assistant, "practice": practice.name, "phone": phone}


def preparation(practice: Practice, services: Sequence[ServiceId], *, language: str) -> str:
    """How to prepare for these services, each thing said once."""
    return " ".join(dict.fromkeys(practice.service(one).preparation_in(language) for one in services))


def reminder_letter(
    practice: Practice,
    visits: Sequence[Appointment],
    *,
    prepare: Sequence[ServiceId] = (),
    form: str = "",
    given: str,
    language: str,
    now: datetime,
) -> LetterWords:
    """The same as a mail, which nobody reads the answer of: it names the phone. `form`: the way to one still due."""
    told = catalogue(language)
    words = {"prepare": preparation(practice, prepare, language=language)} if prepare else {}
    links = {"link": form} if form else {}
    body = told.say(
        f"reminder_body{'_prepare' if prepare else ''}{'_form' if form else ''}",
        **words,
        **links,
        given=given,
        practice=practice.name,
        when=_when(practice, visits, language=language, now=now),
        phone=as_spoken(practice.locations[0].phone),
    )
    return LetterWords(subject=told.say("reminder_subject", practice=practice.name), body=f"{body}\n")


def aftercare(practice: Practice, visit: Appointment, *, language: str) -> str:
    """What to mind after a visit, in the practice's words, with the phone of where it was."""
    return catalogue(language).say("aftercare", practice=practice.name, **_aftercare(practice, visit, language))


def come_again(practice: Practice, service: ServiceId, *, language: str) -> str:
    """That it is time for the next visit, in the practice's words; without any it does not say what for."""
    told = catalogue(language)
    words = practice.service(service).again_in(language) or told.say("time_to_come_again")
    return told.say("come_again", practice=practice.name, again=words)


def aftercare_letter(practice: Practice, visit: Appointment, *, given: str, language: str) -> LetterWords:
    """The same as a mail; its subject says nothing of the visit."""
    told = catalogue(language)
    fills = _aftercare(practice, visit, language)
    body = told.say("aftercare_body", given=given, practice=practice.name, **fills)
    return LetterWords(subject=told.say("aftercare_subject", practice=practice.name), body=f"{body}\n")


def _aftercare(practice: Practice, visit: Appointment, language: str) -> dict[str, str]:
    phones = {one.id: one.phone for one in practice.locations}
    said = practice.service(visit.service).aftercare_in(language) if visit.service else ""
    return {"aftercare": said, "phone": as_spoken(phones.get(visit.location, practice.locations[0].phone))}


def _when(
    practice: Practice, visits: Sequence[Appointment], *, names: Sequence[str] = (), language: str, now: datetime
) -> str:
    """ "Thursday, May 28 at 9:00 AM, 11:00 AM and 2:30 PM", on the wall clock of where the visits are.

    With `names`: "Thursday, May 28 at 9:00 AM (Ana) and 11:00 AM (Leo)".
    """
    zones = {one.id: one.zone for one in practice.locations}
    zone = zones.get(visits[0].location, practice.locations[0].zone)
    told = catalogue(language)
    first = Calendar(told=told, zone=zone, now=now).moment(visits[0].during.start)
    all_ = [first, *(clock(wall(visit.during.start, zone).time()) for visit in visits[1:])]
    if names:
        all_ = [told.say("visit_of", visit=one, given=given) for one, given in zip(all_, names, strict=True)]
    if len(all_) == 1:
        return first
    return told.say("two_and", one=", ".join(all_[:-1]), other=all_[-1])
