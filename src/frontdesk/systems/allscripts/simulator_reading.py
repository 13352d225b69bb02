"""How dates, times and XML that were sent are read. What the facts do not name is refused, never ignored."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from xml.etree import ElementTree

from frontdesk.systems.allscripts.simulator_refusals import guess, seen

FORMATS = (
    *("%m/%d/%Y", "%m/%d/%Y %I:%M:%S %p", "%m/%d/%Y %I:%M%p", "%d-%b-%Y"),
    *("%Y-%m-%d", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M"),
)
"""Seen [four-formats]: those that one system was seen to write. Seen [iso-in-parameters]: ISO 8601 is read as well.

Guess [formats-everywhere]: each is read wherever a date or a moment is asked for; one with a zone is not.
"""


def moment(given: str) -> datetime:
    """A wall-clock moment; a day alone is its beginning. Raises: Declined.

    Seen [date-conversion]: what is no date in a date's place is an error; its words are SQL Server's own, a guess.
    """
    for one in FORMATS:
        try:
            return datetime.strptime(given.strip(), one)  # noqa: DTZ007 - the server's wall clock has no zone
        except ValueError:
            continue
    raise seen("date-conversion", "Conversion failed when converting date and/or time from character string.")


def day(given: str) -> date:
    """A day. Raises: Declined."""
    return moment(given).date()


def days(first: str, last: str) -> tuple[date, date]:
    """The first and last day of a range. Raises: Declined. Guess [days-the-wrong-way]: for an end before its start."""
    start, end = day(first), day(last)
    if end < start:
        raise guess("days-the-wrong-way", "The end date is before the start date.")
    return start, end


def clock_time(given: str) -> time:
    """A time of day, `09:30` or `9:30 AM`. Raises: Declined. Guess [time-of-day]: that both are read."""
    for one in ("%H:%M", "%I:%M %p", "%I:%M%p"):
        try:
            return datetime.strptime(given.strip(), one).time()  # noqa: DTZ007 - a time of day alone
        except ValueError:
            continue
    raise seen("date-conversion", "Conversion failed when converting date and/or time from character string.")


def positive(given: str, name: str) -> int:
    """A whole number above nothing. Raises: Declined. Guess [not-a-number]."""
    if not re.fullmatch(r"[0-9]{1,9}", given.strip()) or int(given) == 0:
        raise guess("not-a-number", f"{name} is not a valid number.")
    return int(given)


@dataclass(frozen=True, kw_only=True, slots=True)
class Elements:
    """The elements of an XML parameter, by name; one that was not sent is absent."""

    values: Mapping[str, str] = field(default_factory=dict)

    def __contains__(self, name: str) -> bool:
        return name in self.values

    def text(self, name: str) -> str:
        """An element's text; "" when it was not sent, or empty."""
        return self.values.get(name, "")


def elements(given: str, root: str, names: Sequence[str]) -> Elements:
    """What an XML parameter says. Raises: Declined.

    Guess [xml-read-strictly]: one level of elements with these names and no attributes, each once, whatever their
    order. The vendor's own names are not published; a name that no public source gives is refused.
    """
    if "<!" in given or "<?" in given.lstrip()[5:]:
        raise guess("xml-read-strictly", "The XML may hold neither declarations nor instructions.")
    try:
        tree = ElementTree.fromstring(given)
    except ElementTree.ParseError:
        raise guess("xml-read-strictly", "The XML could not be read.") from None
    if tree.tag != root or tree.attrib or (tree.text or "").strip():
        raise guess("xml-read-strictly", f"The XML must be one {root} element.")
    values: dict[str, str] = {}
    for one in tree:
        if one.tag not in names or one.tag in values or one.attrib or len(one) or (one.tail or "").strip():
            raise guess("xml-read-strictly", f"The element {one.tag} is not expected there.")
        values[one.tag] = (one.text or "").strip()
    return Elements(values=values)
