"""When the assistant answers, by channel and hour, as it stands in a practice's document, and read back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType

from frontdesk.domain.message import ChannelKind
from frontdesk.domain.practice import OVERFLOW_AFTER, AnswersWhen, CoverageHours, Practice, Talks
from frontdesk.standards.document import Entry
from frontdesk.standards.forms import SOME_LENGTH, STRETCH, WEEKDAY, word_of

CHANNEL = word_of(ChannelKind)
ANSWERS_WHEN = word_of(AnswersWhen)
TALKS = word_of(Talks)


@dataclass(frozen=True, kw_only=True, slots=True)
class Answered:
    """What a document says of it."""

    usually: Mapping[ChannelKind, AnswersWhen]
    hours: tuple[CoverageHours, ...]
    overflow_after: timedelta
    talks: Talks


def coverage_in(entry: Entry) -> Answered:
    """The channels that are named, the hours that differ, and how long people have to answer first."""
    usually = {one: when for one in ChannelKind if (when := entry.one_or(one.value, ANSWERS_WHEN, None)) is not None}
    answered = Answered(
        usually=MappingProxyType(usually),
        overflow_after=entry.one_or("overflow_after", SOME_LENGTH, OVERFLOW_AFTER),
        talks=entry.one_or("talking", TALKS, Talks.ALWAYS),
        hours=tuple(map(_hours, entry.entries("hours"))),
    )
    entry.close()
    return answered


def of_coverage(practice: Practice) -> dict[str, object]:
    """The same as it is written."""
    written: dict[str, object] = {channel.value: when.value for channel, when in practice.coverage.items()}
    if practice.overflow_after != OVERFLOW_AFTER:
        written["overflow_after"] = SOME_LENGTH.write(practice.overflow_after)
    if practice.talks is not Talks.ALWAYS:
        written["talking"] = practice.talks.value
    if practice.coverage_hours:
        written["hours"] = [_of_hours(one) for one in practice.coverage_hours]
    return written


def _hours(entry: Entry) -> CoverageHours:
    hours = CoverageHours(
        during=entry.one("during", STRETCH),
        answers=entry.one("answers", ANSWERS_WHEN),
        channels=entry.many("channels", CHANNEL),
        weekdays=frozenset(entry.many("weekdays", WEEKDAY)),
    )
    entry.close()
    return hours


def _of_hours(hours: CoverageHours) -> dict[str, object]:
    written: dict[str, object] = {"during": STRETCH.write(hours.during), "answers": hours.answers.value}
    if hours.channels:
        written["channels"] = [one.value for one in hours.channels]
    if hours.weekdays:
        written["weekdays"] = [WEEKDAY.write(day) for day in sorted(hours.weekdays, key=lambda day: day.value)]
    return written
