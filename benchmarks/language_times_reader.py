"""Asks one library for the times of JSON lines, inside the venv that has it; it imports nothing of ours.

Each library is told what it can be told: the line's now, the language, the order of figures, that a future time is
meant. Where it gives several readings for an hour the first counts that lies ahead in a clinic's day, from 7 to 20.
"""

import json
import sys
from datetime import datetime, timedelta

# ruff: noqa: DTZ001, DTZ007  # wall clocks, as most of these libraries have them
KINDS = {"date", "time", "datetime", "daterange", "timerange", "datetimerange"}
DATED = (
    "day", "week", "month", "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec", "tom",
    "mañana", "hoy", "lunes", "martes", "jueves", "viernes", "bado", "domingo", "/", "th ", "night",
)  # fmt: skip
"""Duckling does not tell whether a date was said."""


def answer(start, end=None, direction=None, *, date=True, clock=True, span=(0, 0)):
    """An answer in the shape of ours; wall times without zone become those of the line later."""
    return {
        "start": start, "end": end, "direction": direction, "span": list(span),
        "date_only": date and not clock, "time_only": clock and not date,
    }  # fmt: skip


def likely(values, start_of, now):
    """The reading a clinic would take."""
    ahead = [one for one in values if start_of(one) >= now - timedelta(days=1)]
    daily = [one for one in ahead if start_of(one).hour == 0 or 7 <= start_of(one).hour < 20]
    return (daily or ahead or values)[0]


def by_dateparser():
    from dateparser.search import search_dates

    def read(line, now):
        order = "MDY" if line["lang"] == "en" else "DMY"
        language = line["lang"][:2]
        settings = {"RELATIVE_BASE": now, "PREFER_DATES_FROM": "future", "DATE_ORDER": order}
        found, at = [], 0
        for words, moment in search_dates(line["text"], languages=[language], settings=settings) or ():
            start = max(line["text"].find(words, at), 0)
            at = start + len(words)
            has_clock = moment.time() != now.time()
            moment = moment if has_clock else moment.replace(hour=0, minute=0)
            found.append(answer(moment, clock=has_clock, date=moment.date() != now.date(), span=(start, at)))
        return found

    return read


def by_parsedatetime():
    import parsedatetime

    calendars = {language: parsedatetime.Calendar(parsedatetime.Constants(name, usePyICU=False))
                 for language, name in (("en", "en_US"), ("es", "es"))}  # fmt: skip

    def read(line, now):
        found = []
        for moment, kind, start, end, _ in calendars[line["lang"][:2]].nlp(line["text"], sourceTime=now) or ():
            clock = bool(kind & 2)
            moment = moment if clock else moment.replace(hour=0, minute=0, second=0)
            found.append(answer(moment, date=bool(kind & 1), clock=clock, span=(start, end)))
        return found

    return read


def by_recognizers():
    from recognizers_date_time import recognize_datetime

    cultures = {"en": "en-us", "en-GB": "en-gb", "es": "es-es"}

    def moment(text, now):
        if text[:1].isdigit() and ":" in text[:3]:
            return datetime.combine(now.date(), datetime.strptime(text, "%H:%M:%S").time())
        return datetime.fromisoformat(text)

    def read(line, now):
        found = []
        for one in recognize_datetime(line["text"], cultures[line["lang"]], reference=now):
            values = [value for value in one.resolution["values"] if value["type"] in KINDS and usable(value)]
            if not values:
                continue
            picked = likely(
                values, lambda value: moment(value.get("start") or value.get("end") or value["value"], now), now
            )
            start, end = picked.get("start"), picked.get("end")
            kind, value = picked["type"], picked.get("value")
            direction = "after" if start and not end else "before" if end and not start else None
            found.append(
                answer(
                    moment(value or start or end, now),
                    moment(end, now) if start and end else None,
                    direction,
                    date="date" in kind,
                    clock="time" in kind,
                    span=(one.start, one.end + 1),
                )
            )
        return found

    def usable(value):
        return any(str(value.get(name, ""))[:1].isdigit() for name in ("start", "end", "value"))

    return read


def by_ctparse():
    from ctparse import ctparse
    from ctparse.types import Interval

    def read(line, now):
        found = ctparse(line["text"], ts=now, timeout=1.0)
        said = found and found.resolution
        if not said or not hasattr(said, "mstart"):
            first, last = (said.t_from, said.t_to) if isinstance(said, Interval) else (None, None)
            if not first and not last:
                return []
        else:
            first, last = said, None
        whole = first or last
        moment = datetime(whole.year or now.year, whole.month or now.month, whole.day or now.day,
                          whole.hour or 0, whole.minute or 0)  # fmt: skip
        has_clock = whole.hour is not None or getattr(whole, "POD", None) is not None
        end = (
            datetime(last.year, last.month, last.day, last.hour or 0, last.minute or 0)
            if first and last and last.year
            else None
        )
        direction = None if (first and last) or not isinstance(said, Interval) else "after" if first else "before"
        return [answer(moment, end, direction, clock=has_clock, date=True, span=(said.mstart, said.mend))]

    return read


def by_timefhuman():
    from datetime import date, time

    from timefhuman import tfhConfig, timefhuman

    def told(value, now, span):
        if isinstance(value, list):
            return [one for each in value for one in told(each, now, span)]
        if isinstance(value, tuple):
            first, last = value[0], value[-1]
            start = told(first, now, span)
            end = told(last, now, span)
            return [{**start[0], "end": end[0]["start"]}] if start and end else start
        if isinstance(value, datetime):
            return [answer(value.replace(tzinfo=None), date=True, clock=True, span=span)]
        if isinstance(value, date):
            return [answer(datetime.combine(value, time(0)), clock=False, span=span)]
        if isinstance(value, time):
            return [answer(datetime.combine(now.date(), value), date=False, span=span)]
        return []

    def read(line, now):
        config = tfhConfig(now=now, return_matched_text=True)
        return [one for _, span, value in timefhuman(line["text"], config=config) for one in told(value, now, span)]

    return read


def by_duckling():
    from duckling import (
        Context,
        default_locale_lang,
        load_time_zones,
        parse,
        parse_dimensions,
        parse_lang,
        parse_locale,  # fmt: skip
        parse_ref_time,
    )

    zones = load_time_zones("/usr/share/zoneinfo")
    locales = {"en": ("EN", "EN_US"), "en-GB": ("EN", "EN_GB"), "es": ("ES", "ES_ES")}
    dimensions = parse_dimensions(["time"])

    def moment(value):
        return datetime.fromisoformat(value["value"][:19])

    def read(line, now):
        seconds = int((now - datetime(1970, 1, 1)).total_seconds())
        language, locale = locales[line["lang"]]
        here = Context(
            parse_ref_time(zones, "UTC", seconds), parse_locale(locale, default_locale_lang(parse_lang(language)))
        )
        found = []
        for one in parse(line["text"], here, dimensions, False):
            picked = likely(
                one["value"]["values"], lambda value: moment(value.get("from") or value.get("to") or value), now
            )
            first, last = picked.get("from"), picked.get("to")
            direction = "after" if first and not last else "before" if last and not first else None
            whole = first or last or picked
            clock = whole["grain"] in ("hour", "minute", "second")
            words = one["body"].lower()
            dated = (
                not clock
                or len(
                    {moment(value.get("from") or value.get("to") or value).time() for value in one["value"]["values"]}
                )
                > 2
            )
            dated = dated or any(name in words for name in DATED)
            found.append(
                answer(moment(whole), moment(last) if first and last else None, direction,
                       date=dated, clock=clock, span=(one["start"], one["end"]))
            )  # fmt: skip
        return found

    return read


READERS = {
    "dateparser": by_dateparser, "parsedatetime": by_parsedatetime, "recognizers-text": by_recognizers,
    "ctparse": by_ctparse, "timefhuman": by_timefhuman, "duckling": by_duckling,
}  # fmt: skip


def answer_every_line(peer):
    """An answer a line; a library that fails at a line has none for it."""
    read = READERS[peer]()
    for written in sys.stdin:
        line = json.loads(written)
        now = datetime.fromisoformat(line["now"])
        try:
            found = read(line, now.replace(tzinfo=None))
        except Exception:  # whatever another library raises at a line
            found = []
        for one in found:
            one["start"] = one["start"].replace(tzinfo=now.tzinfo, microsecond=0).isoformat()
            one["end"] = one["end"] and one["end"].replace(tzinfo=now.tzinfo, microsecond=0).isoformat()
        print(json.dumps(found))


if __name__ == "__main__":
    answer_every_line(sys.argv[1])
