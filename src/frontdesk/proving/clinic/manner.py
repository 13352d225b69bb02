"""How a patient types: slips, small letters, asides; and the many ways of writing a number, a birth date, a time."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from random import Random

from frontdesk.proving.clinic.task import Style

_WEEKDAYS = {
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "es": ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"),
}
_MONTHS = {
    "en": ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
           "December"),
    "es": ("enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre",
           "noviembre", "diciembre"),
}  # fmt: skip
_LEAST = 5
"""Letters of a word that a slip may be made in; shorter ones become other words."""


def typed(text: str, style: Style, *, kept: Iterable[str], chance: Random) -> str:
    """The text as somebody of that style types it; what is in `kept` (names, numbers) is typed with care."""
    match style:
        case "terse":
            return text[:1].lower() + text[1:].rstrip(".!") if not _begins_kept(text, kept) else text.rstrip(".!")
        case "typos":
            return _with_slips(text, tuple(kept), chance)
        case _:
            return text


def phone_written(phone: str, chance: Random) -> str:
    """One of the ways an American writes a number."""
    digits = "".join(sign for sign in phone if sign.isdigit())[-10:]
    area, middle, last = digits[:3], digits[3:6], digits[6:]
    return chance.choice(
        (
            f"{area} {middle} {last}",
            f"{area}-{middle}-{last}",
            f"({area}) {middle}-{last}",
            f"{area}.{middle}.{last}",
            digits,
            f"+1 {area} {middle} {last}",
        )
    )


def phone_mistaken(phone: str, chance: Random) -> str:
    """The number with its last two digits the wrong way round, or one more than they are."""
    last = int(phone[-2:])
    turned = int(phone[-1] + phone[-2])
    wrong = turned if turned != last else (last + 1) % 100
    return phone_written(f"{phone[:-2]}{wrong:02d}", chance)


def born_written(born: date, language: str, chance: Random) -> str:
    """One of the ways a birth date is written."""
    month = _MONTHS[language][born.month - 1]
    if language == "es":
        return chance.choice((f"{born.day} de {month} de {born.year}", f"{born.day} de {month} del {born.year}"))
    return chance.choice(
        (
            f"{month} {born.day}, {born.year}",
            f"{month} {born.day} {born.year}",
            f"{born.month}/{born.day}/{born.year}",
            f"{born.month:02d}/{born.day:02d}/{born.year}",
            f"{born:%Y-%m-%d}",
        )
    )


def choice_written(chosen: datetime, offers: Sequence[datetime], language: str, chance: Random) -> str:
    """One of the ways to name a time among those offered, each of which names it alone."""
    ways = [_full(chosen, language), f"{_date(chosen, language)} {_at(chosen, language)}"]
    if _is_alone([(one.hour % 12, one.minute) for one in offers], (chosen.hour % 12, chosen.minute)):
        ways.append(_clock(chosen, language))
    if _is_alone([one.weekday() for one in offers], chosen.weekday()):
        weekday = _WEEKDAYS[language][chosen.weekday()]
        ways += [weekday if language == "en" else f"el {weekday}"]
    if _is_alone([one.date() for one in offers], chosen.date()):
        ways.append(_date(chosen, language))
    return chance.choice(ways)


def _is_alone(seen: Sequence[object], one: object) -> bool:
    return seen.count(one) <= 1 and len(set(map(str, seen))) == len(seen)


def _full(at: datetime, language: str) -> str:
    weekday = _WEEKDAYS[language][at.weekday()]
    return f"{weekday} {_at(at, language)}" if language == "en" else f"el {weekday} {_at(at, language)}"


def _at(at: datetime, language: str) -> str:
    return f"at {_clock(at, language)}" if language == "en" else f"a las {_clock(at, language)}"


def _date(at: datetime, language: str) -> str:
    month = _MONTHS[language][at.month - 1]
    return f"{month} {at.day}" if language == "en" else f"el {at.day} de {month}"


def _clock(at: datetime, language: str) -> str:
    hour, minute = at.hour % 12 or 12, f":{at.minute:02d}" if at.minute else ""
    if language == "en":
        return f"{hour}{minute} {'am' if at.hour < 12 else 'pm'}"
    part = "de la mañana" if at.hour < 12 else "de la tarde" if at.hour < 20 else "de la noche"
    return f"{hour}{minute} {part}"


def _begins_kept(text: str, kept: Iterable[str]) -> bool:
    return any(one and text.startswith(one) for one in kept)


def _with_slips(text: str, kept: tuple[str, ...], chance: Random) -> str:
    """The same words with a slip in one or two of those that hold no fact."""
    careful = {part.strip(".,!?").lower() for one in kept for part in one.split()}
    words = text.split(" ")
    loose = [
        place
        for place, word in enumerate(words)
        if word.isalpha() and word.islower() and len(word) >= _LEAST and word not in careful
    ]
    for place in chance.sample(loose, k=min(len(loose), chance.choice((1, 1, 2)))):
        words[place] = _slipped(words[place], chance)
    return " ".join(words)


def _slipped(word: str, chance: Random) -> str:
    at = chance.randrange(1, len(word) - 2)
    match chance.randrange(3):
        case 0:
            return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
        case 1:
            return word[:at] + word[at + 1 :]
        case _:
            return word[: at + 1] + word[at:]
