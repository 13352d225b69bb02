""" "Half an hour later", "push it a week", "una hora antes": how far from the time it has a visit is wanted."""

import re
from dataclasses import dataclass
from datetime import timedelta

from frontdesk.language.script import BARRIER, Span
from frontdesk.language.vocabulary import phrases, vocabulary

_COUNTED = {
    word: number
    for line in (*vocabulary("en")["counted"], *vocabulary("es")["counted"])
    for word, number in (pair.split("=") for pair in line.split())
}
_COUNTED |= {"fifteen": "15", "twenty": "20", "thirty": "30", "forty": "40", "forty-five": "45", "forty five": "45"}
_COUNTED |= {"quince": "15", "veinte": "20", "treinta": "30", "cuarenta y cinco": "45"}
_COUNTED |= {
    "a": "1",
    "an": "1",
    "one": "1",
    "un": "1",
    "una": "1",
    "a couple of": "2",
    "a couple": "2",
    "un par de": "2",
}
_N = "|".join(sorted((re.escape(word) for word in _COUNTED), key=len, reverse=True))
_UNITS = {
    timedelta(minutes=1): r"min(?:ute|uto)?s?",
    timedelta(hours=1): r"h(?:ou)?rs?|horas?",
    timedelta(days=1): r"days?|dias?",
    timedelta(weeks=1): r"weeks?|semanas?",
}
_LENGTH = (
    rf"(?:(?P<half>half an hour|(?:a |another )?half[- ]hour|media hora(?: mas)?)"
    rf"|(?P<hour_and_half>an hour and a half|hora y media|una hora y media)"
    rf"|(?:another )?(?P<count>\d{{1,3}}|{_N})[ -]?(?P<unit>{'|'.join(_UNITS.values())}))"
)
_LENGTH_SAID = re.compile(rf"(?<!\w)(?:(?:by|about|like|maybe|just|unos|unas|como|por) )*{_LENGTH}(?!\w)")


@dataclass(frozen=True, kw_only=True, slots=True)
class Shifted:
    """How much later (earlier: below nothing), and the words that say so."""

    by: timedelta
    span: Span


def shift_in(plain: str) -> Shifted | None:
    """The shift that a folded text speaks of; None where a length is said of something else."""
    for said in _LENGTH_SAID.finditer(plain):
        before = re.split(rf"[.!?{BARRIER}\n]", plain[: said.start()])[-1]
        after = phrases("shift_after").match(plain, said.end() + _gap(plain, said.end()))
        pushed = list(phrases("shift_before").finditer(before))
        if after is None and not pushed:
            continue
        words = after.group() if after else pushed[-1].group()
        back = phrases("shift_earlier").search(words) is not None
        length = _length(said)
        end = after.end() if after else said.end()
        return Shifted(by=-length if back else length, span=(said.start(), end))
    return None


def _gap(plain: str, at: int) -> int:
    return len(plain[at:]) - len(plain[at:].lstrip(" "))


def _length(said: re.Match[str]) -> timedelta:
    if said["half"]:
        return timedelta(minutes=30)
    if said["hour_and_half"]:
        return timedelta(minutes=90)
    count = int(_COUNTED.get(said["count"], said["count"]))
    unit = next(one for one, words in _UNITS.items() if re.fullmatch(words, said["unit"]))
    return count * unit
