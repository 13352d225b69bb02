"""Times in words as JSON: the answer of `frontdesk understand --times`."""

from datetime import datetime, tzinfo

from frontdesk.language.timeline import Expression, times_in
from frontdesk.language.timeline.resolving import Reading

DAY_FIRST = frozenset({"GB", "IE", "AU", "NZ", "IN", "ZA", "UK"})
"""Countries that write English and mean the third of April by 3/4."""


def times_as_json(text: str, now: datetime, language: str, *, hour_asked: bool = False) -> list[dict[str, object]]:
    """Each expression of time in the order of the text, on the clock of the zone that `now` has.

    `language` is en or es, with a country where it matters: en-GB reads 3/4 as the third of April, as all Spanish does.
    """
    tongue, _, country = language.replace("_", "-").partition("-")
    day_first = tongue == "es" or country.upper() in DAY_FIRST
    found = times_in(text, now=now.replace(tzinfo=None), language=tongue, day_first=day_first, hour_asked=hour_asked)
    return [_expression(one, now.tzinfo) for one in found]


def _expression(one: Expression, zone: tzinfo | None) -> dict[str, object]:
    readings = [_reading(reading, one, zone) for reading in one.readings]
    told = {**readings[0], "span": list(one.span)}
    return {**told, "readings": readings} if len(readings) > 1 else told


def _reading(reading: Reading, one: Expression, zone: tzinfo | None) -> dict[str, object]:
    return {
        "kind": reading.kind.value,
        "start": _instant(reading.start, zone),
        "end": _instant(reading.end, zone) if reading.end else None,
        "direction": reading.direction.value if reading.direction else None,
        "grain": reading.grain.value,
        "date_only": one.date_only,
        "time_only": one.time_only,
    }


def _instant(wall: datetime, zone: tzinfo | None) -> str:
    return wall.replace(tzinfo=zone, microsecond=0).isoformat()
