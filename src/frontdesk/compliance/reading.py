"""Rules as they stand in YAML, read with checks: a list, one entry per rule and version."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, time
from enum import Enum
from typing import TypeVar

import yaml

from frontdesk.compliance.rule import (
    Asks,
    Cap,
    Checked,
    Counted,
    Disclosure,
    Force,
    Hours,
    Keep,
    Keywords,
    Meaning,
    MostCharacters,
    MustSay,
    MustSayAloud,
    NeedsConsent,
    Recording,
    Revocation,
    Rule,
    Rules,
    Source,
    Topic,
    Words,
)
from frontdesk.compliance.spelling import plain
from frontdesk.domain.consent import Use
from frontdesk.domain.contact import ContactKind
from frontdesk.domain.faults import Impossible
from frontdesk.domain.message import ChannelKind
from frontdesk.domain.practice import Weekday
from frontdesk.domain.time import DayTime

NEEDED = ("id", "version", "jurisdiction", "topic", "start", "source", "asks")
KEYS = frozenset({*NEEDED, "end", "force", "checked", "contacts", "channels", "words"})
DAYS = {"mon": 0, "tue": 1, "wed": 2, "thu": 3, "fri": 4, "sat": 5, "sun": 6}
One = TypeVar("One", bound=Enum)


class RulesWrong(Exception):
    """One or more rules cannot be read; the text has a line for each, with the file, the rule and what is wanted."""


def read_rules(files: Mapping[str, str]) -> Rules:
    """The rules in those files, texts by name. Raises: RulesWrong, with every fault in all of them."""
    faults: list[str] = []
    rules: list[Rule] = []
    for name, text in files.items():
        try:
            listed = yaml.safe_load(text)
        except yaml.YAMLError as fault:
            faults.append(f"{name} is no YAML: {fault}")
            continue
        if not isinstance(listed, list):
            faults.append(f"{name}: a list of rules is wanted, each beginning with `- id:`")
            continue
        for number, entry in enumerate(listed, 1):
            where = f"{name}, rule {entry.get('id', number) if isinstance(entry, dict) else number}"
            try:
                rules.append(_rule(entry))
            except (Impossible, _Wrong) as fault:
                faults.append(f"{where}: {fault}")
    if faults:
        raise RulesWrong("\n".join(faults))
    try:
        return Rules(all=tuple(rules))
    except Impossible as fault:
        raise RulesWrong(str(fault)) from None


class _Wrong(Exception):
    pass


def _rule(entry: object) -> Rule:
    values = _table(entry, "a rule")
    if missing := [key for key in NEEDED if key not in values]:
        raise _Wrong(f"{', '.join(missing)} is missing")
    if strange := sorted(set(values) - KEYS):
        raise _Wrong(f"{', '.join(strange)} is no part of a rule; there are {', '.join(sorted(KEYS))}")
    source = _table(values["source"], "source")
    if not source.get("cite") or not source.get("says"):
        raise _Wrong("source needs `cite` (where it stands) and `says` (what stands there, in one sentence)")
    jurisdiction = str(values["jurisdiction"])
    if re.fullmatch(r"US(-[A-Z]{2})?", jurisdiction) is None:
        raise _Wrong(f"jurisdiction is {jurisdiction}; US or a state such as US-FL is wanted")
    return Rule(
        id=str(values["id"]),
        version=_number(values["version"], "version"),
        jurisdiction=jurisdiction,
        topic=_one(Topic, values["topic"], "topic"),
        start=_day(values["start"], "start"),
        end=_day(values["end"], "end") if values.get("end") else None,
        source=Source(cite=str(source["cite"]), says=str(source["says"]), url=str(source.get("url", ""))),
        asks=_asks(values["asks"]),
        force=_one(Force, values.get("force", "law"), "force"),
        checked=_one(Checked, values.get("checked", "source"), "checked"),
        contacts=frozenset(_one(ContactKind, each, "contacts") for each in _list(values.get("contacts"), "contacts")),
        channels=frozenset(_one(ChannelKind, each, "channels") for each in _list(values.get("channels"), "channels")),
        words=tuple(str(each) for each in _list(values.get("words"), "words")),
    )


def _asks(value: object) -> Asks:
    named = _table(value, "asks")
    if len(named) != 1 or (kind := next(iter(named))) not in ASKS:
        raise _Wrong(f"asks is {', '.join(named) or 'empty'}; exactly one of {', '.join(ASKS)} is wanted")
    return ASKS[kind](named[kind])


def _disclosure(value: object) -> Disclosure:
    values = _exactly(value, "disclosure", {"law"}, {"asked"})
    return Disclosure(law=str(values["law"]), asked=_is(values, "asked"))


def _consent(value: object) -> NeedsConsent:
    values = _exactly(value, "consent", {"use"}, {"unless-ended"})
    return NeedsConsent(use=_one(Use, values["use"], "use"), unless_ended=_is(values, "unless-ended"))


def _revocation(value: object) -> Revocation:
    values = _exactly(value, "revocation", {"business-days"}, {"every-purpose"})
    return Revocation(
        business_days=_number(values["business-days"], "business-days"), every_purpose=_is(values, "every-purpose")
    )


def _keywords(value: object) -> Keywords:
    values = _exactly(value, "keywords", {"meaning", "words"}, {"within", "sayings", "use"})
    return Keywords(
        meaning=_one(Meaning, values["meaning"], "meaning"),
        words=frozenset(plain(str(word)) for word in _list(values["words"], "words")),
        within=_is(values, "within"),
        known=not _is(values, "sayings"),
        use=_one(Use, values.get("use", Use.MESSAGES.value), "use"),
    )


def _hours(value: object) -> Hours:
    values = _table(value, "hours")
    days: dict[Weekday, DayTime] = {}
    for key, stretch in values.items():
        if key in {"holidays", "presumed"}:
            continue
        first, _, last = str(key).partition("-")
        if first not in DAYS or (last or first) not in DAYS or DAYS[last or first] < DAYS[first]:
            raise _Wrong(f"hours: {key} is no day; `mon-fri`, `sat` or `sun` is wanted")
        begins, _, ends = str(stretch).partition("-")
        try:
            during = DayTime(start=time.fromisoformat(begins), end=time.fromisoformat(ends))
        except ValueError:
            raise _Wrong(f"hours: {key} is {stretch}; a stretch such as 08:00-21:00 is wanted") from None
        days |= {Weekday(day): during for day in range(DAYS[first], DAYS[last or first] + 1)}
    return Hours(days=days, holidays=bool(values.get("holidays", True)), presumed=_is(values, "presumed"))


def _cap(value: object) -> Cap:
    values = _exactly(value, "cap", {"a-day", "a-week"}, {"of"})
    return Cap(
        a_day=_number(values["a-day"], "a-day"),
        a_week=_number(values["a-week"], "a-week"),
        of=_one(Counted, values.get("of", Counted.MESSAGES.value), "of"),
    )


def _forbidden(value: object) -> Words:
    return Words(forbidden=frozenset(plain(str(word)) for word in _list(value, "forbidden")))


def _most_characters(value: object) -> MostCharacters:
    return MostCharacters(most=_number(value, "most-characters"))


def _must_say(value: object) -> MustSay:
    return MustSay(first_only=_is(_exactly(value, "must-say", set(), {"first-only"}), "first-only"))


def _aloud(value: object) -> MustSayAloud:
    values = _exactly(value, "aloud", {"most-seconds"}, set())
    return MustSayAloud(most_seconds=_number(values["most-seconds"], "most-seconds"))


def _recording(value: object) -> Recording:
    if value not in {"all", "one"}:
        raise _Wrong(f"recording is {value}; all or one (whose consent is needed) is wanted")
    return Recording(all_parties=value == "all")


def _keep(value: object) -> Keep:
    values = _exactly(value, "keep", {"what", "years"}, {"minors-until"})
    until = values.get("minors-until")
    return Keep(
        what=frozenset(str(each) for each in _list(values["what"], "what")),
        years=_number(values["years"], "years"),
        minors_until=_number(until, "minors-until") if until is not None else None,
    )


ASKS: Mapping[str, Callable[[object], Asks]] = {
    "disclosure": _disclosure,
    "consent": _consent,
    "revocation": _revocation,
    "keywords": _keywords,
    "hours": _hours,
    "cap": _cap,
    "forbidden": _forbidden,
    "most-characters": _most_characters,
    "must-say": _must_say,
    "aloud": _aloud,
    "recording": _recording,
    "keep": _keep,
}


def _table(value: object, what: str) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise _Wrong(f"{what} is {value}; names with values are wanted")
    return value


def _exactly(value: object, what: str, needed: set[str], more: set[str]) -> Mapping[str, object]:
    values = _table(value, what)
    if not needed <= set(values) <= needed | more:
        raise _Wrong(f"{what} has {', '.join(map(str, values))}; {', '.join(sorted(needed | more))} are known to it")
    return values


def _list(value: object, what: str) -> Iterable[object]:
    if value is None:
        return ()
    if not isinstance(value, list):
        raise _Wrong(f"{what} is {value}; a list is wanted")
    return value


def _one(kind: type[One], value: object, what: str) -> One:
    # YAML 1.1 reads a bare `off`, `on` or `no` as a truth value; none of ours is one
    known = [str(each.value) for each in kind]
    if str(value) not in known:
        raise _Wrong(f"{what} is {value}; one of {', '.join(known)} is wanted")
    return next(each for each in kind if each.value == value)


def _number(value: object, what: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise _Wrong(f"{what} is {value}; a whole number is wanted")
    return value


def _is(values: Mapping[str, object], key: str) -> bool:
    value = values.get(key, False)
    if not isinstance(value, bool):
        raise _Wrong(f"{key} is {value}; true or false is wanted")
    return value


def _day(value: object, what: str) -> date:
    if not isinstance(value, date):
        raise _Wrong(f"{what} is {value}; a day such as 2027-01-01 is wanted")
    return value
