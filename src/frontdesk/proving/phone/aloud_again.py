"""The desk's own speech, transcribed back from the line: whether the times and days it tells can be heard in it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from frontdesk.channels.voice.ulaw import SAMPLES_A_SECOND, decoded
from frontdesk.language.aloud import aloud
from frontdesk.proving.phone.carrying import PIECE, QUIET, is_sound
from frontdesk.voice.hearing import Ear

_LONGEST = 24 * SAMPLES_A_SECOND
"""Bytes of mu-law that are heard at once: the model takes 30 seconds."""
_REST = 12
"""Pieces of silence, a quarter of a second, at which speech may be taken apart."""
_NUMBERS = {
    word: str(number)
    for number, word in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
        ]
    )
} | {"thirty": "30", "noon": "12", "forty five": "45"}
_MONTHS = {
    name: number
    for number, name in enumerate(
        [
            "january",
            "february",
            "march",
            "april",
            "may",
            "june",
            "july",
            "august",
            "september",
            "october",
            "november",
            "december",
        ],
        start=1,
    )
}
_DAYS = "monday|tuesday|wednesday|thursday|friday|saturday|sunday"
_CLOCK = re.compile(r"(?<![\d$])(1[0-2]|[1-9])(?:\s*[:. ]?\s*([0-5]\d))?\s*([ap])\.?\s?m\b")
_DATE = re.compile(rf"\b({'|'.join(_MONTHS)})\s+(?:the\s+)?(\d{{1,2}})(?:st|nd|rd|th)?\b(?!\s*:)")
_WEEKDAY = re.compile(rf"\b({_DAYS})\b")


@dataclass(frozen=True, kw_only=True, slots=True)
class Reply:
    """What the desk said at once: the words it meant, and the sound as the caller heard it. `cut`: not to its end."""

    text: str
    ulaw: bytes
    cut: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class HeardBack:
    """A reply transcribed. `missing` are times and days that it tells and that are not in its sound."""

    text: str
    transcript: str
    told: int
    missing: tuple[str, ...]
    words: int
    words_heard: int


async def heard_back(reply: Reply, ear: Ear, *, hint: str) -> HeardBack:
    """The reply as it sounds. Of what the model may have heard, each reading counts for times and days."""
    best, readings = await _heard(reply.ulaw, ear, hint, longest=_LONGEST)
    said = " ".join(aloud(reply.text, "en").sentences)
    told = times_told(said)
    if set(told) - _told_in(readings):  # a long stretch at times leads the model to repeat a word for ever
        by_sentence, more = await _heard(reply.ulaw, ear, hint, longest=0)
        best = max(best, by_sentence, key=lambda one: len(set(told) & _told_in([" ".join(one)])))
        readings += more
    found = _told_in(readings)
    wanted, transcribed = plain_words(said), plain_words(" ".join(best))
    same = SequenceMatcher(None, wanted, transcribed, autojunk=False).get_matching_blocks()
    return HeardBack(
        text=reply.text,
        transcript=" ".join(best),
        told=len(told),
        missing=tuple(one for one in told if one not in found),
        words=len(wanted),
        words_heard=sum(block.size for block in same),
    )


async def _heard(ulaw: bytes, ear: Ear, hint: str, *, longest: int) -> tuple[list[str], list[str]]:
    """The likeliest words of each stretch, and all readings of all of them."""
    best, readings = [], []
    for sound in stretches(ulaw, longest=longest):
        heard = await ear.hear(decoded(sound), hints=(hint,))
        best.append(heard.text)
        readings += [heard.text, *heard.others]
    return best, [*readings, " ".join(best)]


def _told_in(readings: Sequence[str]) -> set[str]:
    return {one for reading in readings for one in times_told(reading)}


def times_told(words: str) -> list[str]:
    """Every clock time, date and weekday in the words, as "16:30", "5-28" and "thursday", each once."""
    plain = _figures(words)
    clocks = [
        f"{int(hour) % 12 + (12 if half == 'p' else 0)}:{minute or '00'}"
        for hour, minute, half in _CLOCK.findall(plain)
    ]
    dates = [f"{_MONTHS[month]}-{int(day)}" for month, day in _DATE.findall(plain)]
    return list(dict.fromkeys([*clocks, *dates, *_WEEKDAY.findall(plain)]))


def plain_words(words: str) -> list[str]:
    """The words one by one, in small letters and without their signs."""
    return re.findall(r"[a-z0-9]+", _figures(words).replace("'", ""))


def _figures(words: str) -> str:
    """Numbers in figures: "two PM" and "2 p.m." are the same time."""
    small = re.sub(
        r"\bnoon\b", "12 pm", words.lower().replace(",", " ").replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    )
    return re.sub(rf"\b({'|'.join(sorted(_NUMBERS, key=len, reverse=True))})\b", lambda one: _NUMBERS[one[1]], small)


def stretches(ulaw: bytes, *, longest: int = _LONGEST) -> Iterator[bytes]:
    """The sound in parts of about so many bytes, divided where it rests; silence at both ends is left out."""
    pieces = [ulaw[start : start + PIECE] for start in range(0, len(ulaw), PIECE)]
    first = next((place for place, one in enumerate(pieces) if one != QUIET), len(pieces))
    last = next((place for place in range(len(pieces), 0, -1) if pieces[place - 1] != QUIET), 0)
    part: list[bytes] = []
    for place in range(first, last):
        part.append(pieces[place])
        quiet = len(part) > _REST and not any(is_sound(one) for one in part[-_REST:])
        rests = quiet and len(part) * PIECE > longest // 2 and any(is_sound(one) for one in part)
        if rests or len(part) * PIECE >= _LONGEST:
            yield b"".join(part)
            part = []
    if part:
        yield b"".join(part)


def spoken_wrong(found: Sequence[HeardBack], wanted: str) -> Iterator[str]:
    """What a caller who only listens would not know: times of what was done, and words that were to be heard."""
    for one in found:
        if one.missing and _DONE.search(one.text):
            yield f"in the desk's speech {', '.join(one.missing)} is not heard"
    if wanted and not any(re.search(wanted, one.transcript, re.IGNORECASE | re.DOTALL) for one in found):
        yield f"in the desk's speech /{wanted}/ is not heard"


_DONE = re.compile(r"You're booked|is now|is cancelled|noted that you're coming|coming up")
