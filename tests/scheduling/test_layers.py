"""What is explained is what was found: rules by themselves make up the starts, and wishes as sets are wishes."""

from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from tests.scheduling.test_offers import wishes
from tests.scheduling.test_slots_properties import Question, questions
from tests.scheduling.worlds import CHICAGO, a_practice, at

from frontdesk.domain.time import Period
from frontdesk.domain.wish import Wish
from frontdesk.scheduling.busy_time import NOTHING_BUSY
from frontdesk.scheduling.rule import all_of
from frontdesk.scheduling.search import search_for
from frontdesk.scheduling.starts import free_starts, layers_behind
from frontdesk.scheduling.timetable import timetable
from frontdesk.scheduling.wish_time import wished

FORTNIGHT = at("2026-05-28 00:00", minutes=14 * 24 * 60)
LAID_OUT = timetable(a_practice(), FORTNIGHT)


@given(questions())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_the_rules_behind_a_practitioners_starts_are_those_starts(asked: Question) -> None:
    table = timetable(asked.practice, asked.within)
    busy = NOTHING_BUSY.and_of(asked.busy, table.ruler)
    search = search_for(asked.practice, asked.service, asked.within, now=asked.now)
    seen: dict[str, int] = {}

    for starts in free_starts(search, table, busy):
        at_another_location = seen.get(starts.practitioner.id, 0)
        explained = all_of(layers_behind(starts, search, table, busy))

        assert starts.ticks & ~explained == 0
        assert explained & ~starts.ticks & ~at_another_location == 0
        seen[starts.practitioner.id] = at_another_location | starts.ticks


@given(wishes)
@settings(max_examples=60, deadline=None)
def test_a_wish_as_a_set_lets_through_what_the_wish_lets_through(wish: Wish) -> None:
    clock, ruler = LAID_OUT.clocks[LAID_OUT.practice.locations[0].id], LAID_OUT.ruler
    length = timedelta(minutes=30)

    ticks = wished(wish, clock, ruler.ticks(length))

    start = FORTNIGHT.start
    while start < FORTNIGHT.end:
        fits = wish.fits(Period(start=start, end=start + length), CHICAGO)
        assert bool(ticks >> ruler.at_or_after(start) & 1) is fits
        start += timedelta(minutes=30)
