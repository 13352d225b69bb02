"""What identifies a patient is taken out of a message before it leaves, and put back into what returns."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from frontdesk.dialogue.acts import (
    GiveAddress,
    GiveBirthDate,
    GiveEmail,
    GiveMember,
    GiveName,
    GivePhone,
    GivePostcode,
    Heard,
    NameCompanion,
)
from frontdesk.language.context import Context
from frontdesk.language.vocabulary import words

MARK = re.compile(r"\[[A-Z]+_\d+\]")
_LONG_NUMBER = re.compile(r"(?<!\w)(?=[\dA-Z-]*\d[\dA-Z-]*\d[\dA-Z-]*\d)[\dA-Z][\dA-Z-]{5,}(?!\w)")
_PHONE_LIKE = re.compile(r"(?<!\w)\+?\(?\d[\d\s().-]{5,}\d(?!\w)")
_EMAIL_LIKE = re.compile(r"[^\s@<>]+@[^\s@<>]+")
_PAST_DATE = re.compile(
    r"(?<!\w)\d{1,2}\s*[/.-]\s*\d{1,2}\s*[/.-]\s*(?:19\d\d|20[01]\d|\d\d)(?!\w)|(?<!\w)(?:19|200)\d\d(?!\w)"
)
_STREET = re.compile(
    r"(?<!\w)\d{1,6}\s+(?:[A-Z][\w'.-]*\s+){1,4}(?:street|st|avenue|ave|road|rd|drive|dr|lane|ln|boulevard|blvd|way|court|ct|"
    r"place|pl|circle|cir)\b\.?",
    re.IGNORECASE,
)
_CAPITALISED = re.compile(r"(?<!\w)[A-ZÀ-Þ][\w'’-]+(?:\s+(?:(?:de|la|los|van|von|del|da)\s+)*[A-ZÀ-Þ][\w'’-]+){0,3}")
_SAYS_NAME = re.compile(
    r"(?:my name(?:'s| is)|name:|this is|i am|i'm|me llamo|mi nombre es|soy)\s+"
    r"((?:[A-ZÀ-Þ][\w'’-]+)(?:\s+(?:de|la|los|van|von|del|da|[A-ZÀ-Þ][\w'’.-]*)){0,4})",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Hidden:
    """A message with marks in place of what identifies the patient. `originals` is what stood there, by mark."""

    text: str
    originals: dict[str, str] = field(repr=False)
    written: str = field(repr=False)

    def revealed(self, quote: str) -> str:
        """The words as the patient wrote them."""
        return MARK.sub(lambda mark: self.originals.get(mark.group(), mark.group()), quote)

    def span(self, quote: str) -> tuple[int, int] | None:
        """Where a quote stands in the message as it was written; None when it does not stand there."""
        words = self.revealed(quote).strip()
        if not words:
            return None
        start = self.written.find(words)
        if start < 0:
            start = self.written.casefold().find(words.casefold())
        return (start, start + len(words)) if start >= 0 else None


def hide(text: str, context: Context, by_rules: Sequence[Heard]) -> Hidden:
    """The message without names, numbers, addresses and birth dates that rules find or the conversation knows."""
    originals: dict[str, str] = {}
    hidden, end = "", 0
    for (start, stop), kind in _apart(sorted(_found(text, context, by_rules), key=lambda one: (one[0][0], -one[0][1]))):
        mark = f"[{kind}_{sum(name.startswith(f'[{kind}_') for name in originals) + 1}]"
        originals[mark] = text[start:stop]
        hidden += text[end:start] + mark
        end = stop
    return Hidden(text=hidden + text[end:], originals=originals, written=text)


_Found = tuple[tuple[int, int], str]


def _found(text: str, context: Context, by_rules: Sequence[Heard]) -> Iterator[_Found]:
    kinds = {
        GiveName: "NAME", GivePhone: "PHONE", GiveEmail: "EMAIL", GiveBirthDate: "DATE", GiveAddress: "ADDRESS",
        GivePostcode: "ADDRESS", GiveMember: "NUMBER", NameCompanion: "NAME",
    }  # fmt: skip
    for one in by_rules:
        if kind := kinds.get(type(one.act)):
            yield one.span, kind
    known = context.known
    for name in (known.given, known.family, *(part for one in known.companions for part in one)):
        for match in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", text, re.IGNORECASE) if name else ():
            yield match.span(), "NAME"
    for match in _SAYS_NAME.finditer(text):
        yield match.span(1), "NAME"
    yield from _known_names(text, context)
    for pattern, kind in (
        (_EMAIL_LIKE, "EMAIL"),
        (_PAST_DATE, "DATE"),
        (_STREET, "ADDRESS"),
        (_PHONE_LIKE, "PHONE"),
        (_LONG_NUMBER, "NUMBER"),
    ):
        for match in pattern.finditer(text):
            yield match.span(), kind


def _known_names(text: str, context: Context) -> Iterator[_Found]:
    """Given names as people have them, with the capitalised words that follow; the clinic's own people stay."""
    colleagues = {word.casefold() for person in context.practice.practitioners for word in person.name.split()}
    for match in _CAPITALISED.finditer(text):
        first = match.group().split()[0].casefold()
        if first in words("given_names") and first not in colleagues:
            yield match.span(), "NAME"


def _apart(found: Sequence[_Found]) -> Iterator[_Found]:
    """Those that do not overlap, the first and longest before the others; what reaches further is stretched."""
    kept: list[_Found] = []
    for span, kind in found:
        if kept and span[0] < kept[-1][0][1]:
            (start, stop), before = kept[-1]
            kept[-1] = ((start, max(stop, span[1])), before)
        else:
            kept.append((span, kind))
    yield from kept
