"""Feasts and the day of each in a year."""

from collections.abc import Callable
from datetime import date, timedelta

_WEEK = timedelta(days=7)


def easter(year: int) -> date:
    """Easter Sunday. Source: the anonymous Gregorian computus (Meeus, Astronomical Algorithms, chapter 8)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e, f = b // 4, b % 4, (b + 8) // 25
    h = (19 * a + b - d - (b - f + 1) // 3 + 15) % 30
    k = (32 + 2 * e + 2 * (c // 4) - h - c % 4) % 7
    m = (a + 11 * h + 22 * k) // 451
    month, day = divmod(h + k - 7 * m + 114, 31)
    return date(year, month, day + 1)


def _fixed(month: int, day: int) -> Callable[[int], date]:
    return lambda year: date(year, month, day)


def _nth(number: int, weekday: int, month: int, later: int = 0) -> Callable[[int], date]:
    """The nth such weekday of a month, the last one as -1, and so many days later."""

    def on(year: int) -> date:
        if number < 0:
            last = date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
            return last - timedelta(days=(last.weekday() - weekday) % 7)
        first = date(year, month, 1)
        return first + timedelta(days=(weekday - first.weekday()) % 7 + later) + (number - 1) * _WEEK

    return on


def _from_easter(days: int) -> Callable[[int], date]:
    return lambda year: easter(year) + timedelta(days=days)


HOLIDAYS: dict[str, Callable[[int], date]] = {
    "christmas": _fixed(12, 25),
    "christmas eve": _fixed(12, 24),
    "boxing day": _fixed(12, 26),
    "new year's eve": _fixed(12, 31),
    "new year": _fixed(1, 1),
    "epiphany": _fixed(1, 6),
    "valentine": _fixed(2, 14),
    "saint patrick": _fixed(3, 17),
    "april fools": _fixed(4, 1),
    "earth day": _fixed(4, 22),
    "cinco de mayo": _fixed(5, 5),
    "juneteenth": _fixed(6, 19),
    "independence day": _fixed(7, 4),
    "halloween": _fixed(10, 31),
    "all saints": _fixed(11, 1),
    "day of the dead": _fixed(11, 2),
    "veterans day": _fixed(11, 11),
    "groundhog day": _fixed(2, 2),
    "thanksgiving": _nth(4, 3, 11),
    "black friday": _nth(4, 3, 11, later=1),
    "cyber monday": _nth(4, 3, 11, later=4),
    "labor day": _nth(1, 0, 9),
    "memorial day": _nth(-1, 0, 5),
    "martin luther king": _nth(3, 0, 1),
    "presidents day": _nth(3, 0, 2),
    "columbus day": _nth(2, 0, 10),
    "mother's day": _nth(2, 6, 5),
    "father's day": _nth(3, 6, 6),
    "easter": _from_easter(0),
    "easter monday": _from_easter(1),
    "good friday": _from_easter(-2),
    "palm sunday": _from_easter(-7),
    "ash wednesday": _from_easter(-46),
}
"""By a name of our own; the languages list what people call them."""
