"""The rules of booking as they stand in a practice's document, and read back."""

from datetime import timedelta

from frontdesk.domain.booking_rules import (
    NO_RULES,
    Apart,
    BookingRules,
    ForWhom,
    Lunch,
    Prerequisite,
    Processing,
    Spacing,
)
from frontdesk.domain.ids import ServiceId
from frontdesk.standards.document import Entry, Written
from frontdesk.standards.forms import CLOCK, LENGTH, SOME_LENGTH, STRETCH, TEXT, count_from, word_of

FOR_WHOM = word_of(ForWhom)
AGE = count_from(0)
COUNT = count_from(1)
NOTHING = timedelta(0)


def of_length(length: timedelta) -> Written | None:
    """A length as it is written; None, and so left out, when it is nothing."""
    return LENGTH.write(length) if length else None


def lunch_in(entry: Entry) -> Lunch | None:
    """The floating pause under `lunch`, if there is one."""
    if not (inner := entry.entry("lunch")).fields:
        return None
    lunch = inner.build(lambda: Lunch(between=inner.one("between", STRETCH), length=inner.one("length", SOME_LENGTH)))
    inner.close()
    return lunch


def of_lunch(lunch: Lunch | None) -> dict[str, object] | None:
    """A floating pause as it is written."""
    if lunch is None:
        return None
    return {"between": STRETCH.write(lunch.between), "length": SOME_LENGTH.write(lunch.length)}


def processing_in(entry: Entry) -> Processing | None:
    """The time without the practitioner under `processing`, if there is some."""
    if not (inner := entry.entry("processing")).fields:
        return None
    processing = inner.build(
        lambda: Processing(after=inner.one("after", SOME_LENGTH), length=inner.one("length", SOME_LENGTH))
    )
    inner.close()
    return processing


def of_processing(processing: Processing | None) -> dict[str, object] | None:
    """Processing time as it is written."""
    if processing is None:
        return None
    return {
        "after": SOME_LENGTH.write(processing.after),
        "length": SOME_LENGTH.write(processing.length),
    }


def rules_in(entry: Entry) -> BookingRules:
    """The rules among a service's lines."""
    return BookingRules(
        for_whom=entry.one_or("for_whom", FOR_WHOM, NO_RULES.for_whom),
        from_age=entry.one_or("from_age", AGE, None),
        to_age=entry.one_or("to_age", AGE, None),
        licences=entry.many("licences", TEXT),
        lead_time=entry.one_or("lead_time", LENGTH, None),
        horizon=entry.one_or("horizon", SOME_LENGTH, None),
        latest_start=entry.one_or("latest_start", CLOCK, None),
        daily=entry.one_or("daily", COUNT, None),
        daily_each=entry.one_or("daily_each", COUNT, None),
        extra_for_new=entry.one_or("extra_for_new", LENGTH, NOTHING),
        spacing=tuple(one for inner in entry.entries("spacing") if (one := _spacing(inner))),
        needs_first=tuple(first for inner in entry.entries("needs_first") if (first := _prerequisite(inner))),
        sessions_apart=_apart(entry),
    )


def of_rules(rules: BookingRules) -> dict[str, object]:
    """The rules of a service as they are written among its lines."""
    return {
        "for_whom": None if rules.for_whom is ForWhom.ANYBODY else FOR_WHOM.write(rules.for_whom),
        "from_age": rules.from_age,
        "to_age": rules.to_age,
        "licences": list(rules.licences),
        "lead_time": None if rules.lead_time is None else LENGTH.write(rules.lead_time),
        "horizon": rules.horizon and SOME_LENGTH.write(rules.horizon),
        "latest_start": None if rules.latest_start is None else CLOCK.write(rules.latest_start),
        "daily": rules.daily,
        "daily_each": rules.daily_each,
        "extra_for_new": of_length(rules.extra_for_new),
        "spacing": [_of_spacing(one) for one in rules.spacing],
        "needs_first": [_of_prerequisite(one) for one in rules.needs_first],
        "sessions_apart": rules.sessions_apart and _of_apart(rules.sessions_apart),
    }


def _apart(entry: Entry) -> Apart | None:
    inner = entry.entry("sessions_apart")
    if not inner.fields:
        return None
    apart = inner.build(
        lambda: Apart(at_least=inner.one("at_least", SOME_LENGTH), at_most=inner.one("at_most", SOME_LENGTH))
    )
    inner.close()
    return apart


def _of_apart(apart: Apart) -> dict[str, object]:
    return {"at_least": SOME_LENGTH.write(apart.at_least), "at_most": SOME_LENGTH.write(apart.at_most)}


def _spacing(entry: Entry) -> Spacing | None:
    spacing = entry.build(
        lambda: Spacing(
            since=tuple(map(ServiceId, entry.at_least_one("since", TEXT))),
            at_least=entry.one_or("at_least", SOME_LENGTH, None),
            at_most=entry.one_or("at_most", SOME_LENGTH, None),
        )
    )
    entry.close()
    return spacing


def _of_spacing(spacing: Spacing) -> dict[str, object]:
    return {
        "since": list(spacing.since),
        **({"at_least": SOME_LENGTH.write(spacing.at_least)} if spacing.at_least else {}),
        **({"at_most": SOME_LENGTH.write(spacing.at_most)} if spacing.at_most else {}),
    }


def _prerequisite(entry: Entry) -> Prerequisite | None:
    first = entry.build(
        lambda: Prerequisite(
            services=tuple(map(ServiceId, entry.at_least_one("services", TEXT))),
            valid=entry.one_or("valid", SOME_LENGTH, None),
            at_least=entry.one_or("at_least", LENGTH, NOTHING),
        )
    )
    entry.close()
    return first


def _of_prerequisite(first: Prerequisite) -> dict[str, object]:
    return {
        "services": list(first.services),
        **({"valid": SOME_LENGTH.write(first.valid)} if first.valid else {}),
        **({"at_least": LENGTH.write(first.at_least)} if first.at_least else {}),
    }
