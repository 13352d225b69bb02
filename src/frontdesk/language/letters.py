"""Mails to patients, worded from facts in their language. Nothing in them tells what a visit is for."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

import phonenumbers
import yaml

from frontdesk.domain.appointment import Appointment
from frontdesk.domain.practice import Practice
from frontdesk.domain.time import wall

LANGUAGES = ("en", "es")


@dataclass(frozen=True, kw_only=True, slots=True)
class Letter:
    """A mail's words."""

    subject: str
    body: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Words:
    """One language's mails, as its catalogue has them."""

    subject: str
    body: str
    parking: str
    notice: str
    weekdays: tuple[str, ...]
    months: tuple[str, ...]
    when: str

    def said(self, moment: datetime) -> str:
        """A time on the wall clock, in full."""
        return self.when.format(
            weekday=self.weekdays[moment.weekday()],
            month=self.months[moment.month - 1],
            day=moment.day,
            year=moment.year,
            hour=moment.hour % 12 or 12,
            minute=f"{moment.minute:02d}",
            half="AM" if moment.hour < 12 else "PM",
        )


def confirmation_letter(
    practice: Practice, visit: Appointment, *, given: str, intake: str, language: str, zone: ZoneInfo
) -> Letter:
    """The mail that confirms a visit; a language without a catalogue gets English."""
    words = _words(language if language in LANGUAGES else "en")
    place = practice.location(visit.location)
    notice = practice.policies.change_notice
    body = words.body.format(
        given=given,
        practice=practice.name,
        when=words.said(wall(visit.during.start, zone)),
        address=place.address,
        parking=words.parking.format(parking=place.parking) if place.parking else "",
        intake=intake,
        phone=spoken_number(place.phone),
        notice=words.notice.format(hours=int(notice / timedelta(hours=1))) if notice else "",
    )
    return Letter(subject=words.subject.format(practice=practice.name), body=body)


def spoken_number(phone: str) -> str:
    """An E.164 number as people of its country write it."""
    number = phonenumbers.parse(phone)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)


@cache
def _words(language: str) -> Words:
    text = files("frontdesk.language").joinpath("catalogue", f"letters_{language}.yaml").read_text("utf-8")
    read = yaml.safe_load(text)
    return Words(
        subject=read["confirmation"]["subject"],
        body=read["confirmation"]["body"],
        parking=read["confirmation"]["parking"],
        notice=read["confirmation"]["notice"],
        weekdays=tuple(read["weekdays"]),
        months=tuple(read["months"]),
        when=read["when"],
    )
