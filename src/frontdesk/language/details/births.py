"""Birth dates from speech: what the grammar reads in each alternative, weighed over all of them and all tries."""

from collections.abc import Sequence
from datetime import date

from frontdesk.language.birth_dates import birth_dates_in
from frontdesk.language.details.reading import Detail, Evidence, Reading, Unread, another_way, confirmed_by, tries_of
from frontdesk.language.details.weighing import ranked, weighed
from frontdesk.language.script import folded
from frontdesk.language.timeline.told import DAY_FIRST

ON_CHART = 2.5
"""What it speaks for a date that it stands on a chart, in nats."""
SWAPPED, ONE_PART, CENTURY, OTHER = 1.5, 2.5, 1.5, 6.0
"""How unlikely it is, in nats, that a date was heard with day and month swapped, with one part wrong, in another
century, or as another one altogether."""


def read_birth_date(alternatives: Sequence[str], evidence: Evidence) -> Reading[date] | Unread:
    """The date of birth. `evidence.today` is the last one that counts."""
    tries = [ranked([_heard(text, evidence) for text in said]) for said in tries_of(alternatives, evidence)]
    values = {date.fromisoformat(written): 0.0 for heard in tries for written in heard}
    if any(tries):
        values |= {chart.birth_date: ON_CHART for chart in evidence.charts if chart.birth_date}
    told = weighed(values, [heard for heard in tries if heard], apart=_apart)
    if not told:
        return Unread(ask_by=another_way(Detail.BIRTH_DATE, evidence, digits=True))
    (best, sure), *rest = told
    return Reading(
        value=best,
        confidence=round(sure, 3),
        confirm_by=confirmed_by(Detail.BIRTH_DATE, sure, evidence, digits=True),
        also=tuple(other for other, _ in rest[:3]),
    )


def _heard(text: str, evidence: Evidence) -> list[tuple[str, float]]:
    day_first = evidence.region in DAY_FIRST
    found = birth_dates_in(folded(text), today=evidence.today, asked=True, day_first=day_first)
    return [(born.on.isoformat(), 0.0) for born in found]


def _apart(meant: date, written: str) -> float:
    heard = date.fromisoformat(written)
    if meant == heard:
        return 0.0
    if (meant.year, meant.month, meant.day) == (heard.year, heard.day, heard.month):
        return SWAPPED
    same = (meant.year == heard.year, meant.month == heard.month, meant.day == heard.day)
    if same[1:] == (True, True) and meant.year % 100 == heard.year % 100:
        return CENTURY
    return ONE_PART if sum(same) == 2 else OTHER
