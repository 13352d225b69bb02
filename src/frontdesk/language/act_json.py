"""Acts as JSON that a person can read: for the command line, for the record, for tests."""

import re
from dataclasses import fields
from datetime import date, time, timedelta
from enum import Enum

from frontdesk.dialogue.acts import Act, Heard
from frontdesk.domain.practice import Weekday
from frontdesk.domain.time import DayTime
from frontdesk.domain.wish import Window, Wish


def act_as_json(heard: Heard) -> dict[str, object]:
    """One act: {"act": "choose", "offers": [0], "span": [0, 8], "confidence": 0.97}; what is empty is left out."""
    act = heard.act
    told: dict[str, object] = {"act": _snake(type(act).__name__), **_values(act)}
    confirm = {"confirm_by": heard.confirm_by.value} if heard.confirm_by else {}
    also = {"also": [_values(one) for one in heard.also]} if heard.also else {}
    return {**told, "span": list(heard.span), "confidence": heard.confidence, **confirm, **also}


def _values(act: Act) -> dict[str, object]:
    values = [(one, getattr(act, one.name)) for one in fields(act)]
    return {one.name: _told(value) for one, value in values if value is not False or one.default is not False}


def _snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def _told(value: object) -> object:
    match value:
        case Wish():
            return _wish(value)
        case tuple():
            return [_told(one) for one in value]
        case date():
            return value.isoformat()
        case DayTime():
            return f"{value.start:%H:%M}-{value.end:%H:%M}"
        case timedelta():
            return int(value.total_seconds())
        case Enum():
            return value.value
        case _:
            return value


def _wish(wish: Wish) -> dict[str, object]:
    told: dict[str, object] = {"windows": [_window(window) for window in wish.windows]}
    if wish.excluded:
        told["excluded"] = [_window(window) for window in wish.excluded]
    if wish.same_time:
        told["same_time"] = True
    if wish.any_hour:
        told["any_hour"] = True
    if wish.practitioner:
        told["practitioner"] = wish.practitioner
    return told


def _window(window: Window) -> dict[str, object]:
    """Dates as "2026-05-28", hours as "18:00"; one day is `day`, several are `first` and `last`."""
    told: dict[str, object] = {}
    if window.first is not None and window.first == window.last:
        told["day"] = window.first.isoformat()
    else:
        for name, day in (("first", window.first), ("last", window.last)):
            if isinstance(day, date):
                told[name] = day.isoformat()
    if window.weekdays:
        told["weekdays"] = [day.name.lower() for day in sorted(window.weekdays, key=_place)]
    for name, at in (
        ("earliest", window.earliest),
        ("latest", window.latest),
        ("done_by", window.done_by),
        ("at", window.at),
    ):
        if isinstance(at, time):
            told[name] = at.strftime("%H:%M")
    return told


def _place(day: Weekday) -> int:
    return day.value
