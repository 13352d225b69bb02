"""What a step of the desk was made of, in words for the practice's people: acts, effects, results, facts."""

import re
from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from frontdesk.domain.practice import Practice
from frontdesk.domain.time import wall

UNTOLD = frozenset({"code", "link", "intake"})
"""What opens something: whoever asks why a thing was said needs none of it."""
_CLAIMS = frozenset({"claims", "devices", "room", "assistants", "sequence", "held_until"})
"""What a time takes up: it is the calendar's to tell."""
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+(?:\+00:00|Z)")


_WAY_IN = re.compile(r"(/intake/)[\w-]+")


def without_ways_in(text: str) -> str:
    """A text with what opens a patient's form left out of its links."""
    return _WAY_IN.sub(r"\1(not told)", text)


class Explaining:
    """Words for one practice's people, on its wall clock."""

    def __init__(self, practice: Practice) -> None:
        self._zone: ZoneInfo = practice.locations[0].zone
        self._names: dict[str, str] = {}
        self._names.update((one.id, one.name) for one in practice.services)
        self._names.update((one.id, one.name) for one in practice.practitioners)
        self._names.update((one.id, one.name) for one in practice.locations)

    def act(self, act: Mapping[str, object]) -> str:
        """ "choose: offers 0 (characters 0-9, sure to 97 %)"."""
        own = {key: value for key, value in act.items() if key not in {"act", "span", "confidence", "confirm_by"}}
        span, sure = act.get("span"), act.get("confidence")
        where = f"characters {span[0]}-{span[1]}" if isinstance(span, list | tuple) else ""
        how = f"sure to {sure:.0%}" if isinstance(sure, int | float) else ""
        within = ", ".join(part for part in (where, how) if part)
        return f"{self._headed(act.get('act'), own)} ({within})"

    def effect(self, done: Mapping[str, object]) -> str:
        """ "find slots: service Botox consultation -> slots found: ..."."""
        asked, got = done.get("asked"), done.get("got")
        return f"{self._headed(done.get('effect'), asked)} -> {self._headed(done.get('result'), got)}"

    def say(self, say: Mapping[str, object]) -> str:
        """ "say booked: slot Thu 2026-05-28 18:00 Botox consultation with Dana Whitfield"."""
        own = {key: value for key, value in say.items() if key != "is"}
        return self._headed(re.sub(r"(?<!^)(?=[A-Z])", "_", str(say.get("is"))).lower(), own)

    def moment(self, at: datetime) -> str:
        """ "Thu 2026-05-28 18:00"."""
        return wall(at, self._zone).strftime("%a %Y-%m-%d %H:%M")

    def _headed(self, name: object, facts: object) -> str:
        told = self._value(facts) if facts else ""
        head = str(name).replace("_", " ")
        return f"{head}: {told}" if told else head

    def _value(self, value: object) -> str:
        match value:
            case bool():
                return "yes" if value else "no"
            case dict():
                return self._fields(value)
            case list() | tuple():
                return " | ".join(told for one in value if (told := self._value(one)))
            case str() if value in self._names:
                return self._names[value]
            case str() if _INSTANT.fullmatch(value):
                return self.moment(datetime.fromisoformat(value))
            case None:
                return ""
            case _:
                return str(value)

    def _fields(self, fields: Mapping[str, object]) -> str:
        if "during" in fields and isinstance(during := fields["during"], dict):
            return self._visit(fields, during)
        return ", ".join(
            f"{key.replace('_', ' ')} {'(not told)' if key in UNTOLD else told}"
            for key, value in fields.items()
            if key not in _CLAIMS and (told := self._value(value))
        )

    def _visit(self, fields: Mapping[str, object], during: Mapping[str, object]) -> str:
        service, who = self._value(fields.get("service")), self._value(fields.get("practitioner"))
        return " ".join(part for part in (self._value(during.get("start")), service, who and f"with {who}") if part)
