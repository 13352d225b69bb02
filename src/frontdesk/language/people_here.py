"""Who of the practice does what, and on which days they are there, in words."""

from datetime import date

from frontdesk.domain.practice import Practice, Practitioner, Service, Shift, Weekday
from frontdesk.language.catalogue import Catalogue


def who_does(service: Service, practice: Practice, told: Catalogue, *, language: str) -> str:
    """Those who do a service, each with what they are called at work: "Dana Whitfield (RN, nurse injector)"."""
    able = [told.say("with_title", who=one.name, title=one.title) for one in practice.qualified(service)]
    return told.say("service_who", service=service.name_in(language), who=told.either(able))


def works_on(person: Practitioner, told: Catalogue, *, today: date) -> str:
    """The days of the week somebody works on, those of some weeks only after the others."""
    every = {day for shift in _running(person, today) if shift.every_weeks == 1 for day in shift.weekdays}
    some = {day for shift in _running(person, today) for day in shift.weekdays} - every
    names = told.lists["weekdays_plural"]
    days = [told.say("each_week", days=names[day.value]) for day in _in_order(every)]
    days += [told.say("some_weeks", days=names[day.value]) for day in _in_order(some)]
    listed = [", ".join(days[:-1]), days[-1]] if len(days) > 1 else days
    return told.say("who_works_on", who=person.name, days=told.all_of(listed))


def has_days(person: Practitioner, *, today: date) -> bool:
    """Whether anything is known of the days somebody works on: other systems may keep that to themselves."""
    return bool(_running(person, today))


def _running(person: Practitioner, today: date) -> list[Shift]:
    return [
        shift
        for shift in person.shifts
        if (shift.first is None or shift.first <= today) and (shift.last is None or today <= shift.last)
    ]


def _in_order(days: set[Weekday]) -> list[Weekday]:
    return sorted(days, key=lambda day: day.value)
