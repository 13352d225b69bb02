"""One clock for a data folder, and a demo that never becomes a practice."""

from datetime import UTC, datetime, timedelta

import pytest

from frontdesk.storage.clock import real_now
from frontdesk.storage.faults import DatabaseFault
from frontdesk.storage.installation import Entered, Kind, Pinned, enter

MAY = Pinned(at=datetime(2026, 5, 27, 2, 47, tzinfo=UTC), words="2026-05-27T02:47:00+00:00")
JUNE = Pinned(at=datetime(2026, 6, 27, 2, 47, tzinfo=UTC), words="2026-06-27T02:47:00+00:00")


def shows(entered: Entered, moment: datetime) -> bool:
    return abs(entered.clock.now() - moment) < timedelta(seconds=30)


def test_a_new_installation_runs_on_real_time(database_url: str) -> None:
    entered = enter(database_url)

    assert shows(entered, real_now())
    entered.leave()


def test_a_pinned_clock_runs_on_and_is_kept(database_url: str) -> None:
    first = enter(database_url)
    first.turn(MAY)
    first.leave()

    second = enter(database_url)

    assert shows(second, MAY.at)
    second.leave()


def test_whoever_comes_with_the_same_pin_joins(database_url: str) -> None:
    demo = enter(database_url)
    demo.turn(MAY)
    beside = enter(database_url)

    beside.turn(MAY)

    assert beside.clock == demo.clock
    demo.leave()
    beside.leave()


def test_another_pin_beside_a_running_process_is_refused(database_url: str) -> None:
    demo = enter(database_url)
    demo.turn(MAY)
    beside = enter(database_url)

    with pytest.raises(DatabaseFault, match="in use, and its clock shows 2026-05-27 02:4"):
        beside.turn(JUNE)
    demo.leave()
    beside.turn(JUNE)

    assert shows(beside, JUNE.at)
    beside.leave()


def test_a_demo_never_becomes_production_nor_the_other_way(database_url: str) -> None:
    entered = enter(database_url)
    entered.become(Kind.DEMO)

    with pytest.raises(DatabaseFault, match="invented patients"):
        entered.become(Kind.PRODUCTION)
    entered.leave()


def test_a_real_practice_is_never_emptied(database_url: str) -> None:
    entered = enter(database_url)
    entered.become(Kind.PRODUCTION)

    with pytest.raises(DatabaseFault, match="belongs to a real practice"):
        entered.empty()
    entered.leave()


def test_a_demo_in_use_is_not_emptied(database_url: str) -> None:
    other, mine = enter(database_url), enter(database_url)

    with pytest.raises(DatabaseFault, match="Stop it before --reset"):
        mine.empty()
    other.leave()
    mine.leave()
