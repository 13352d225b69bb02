"""Some days at the real desk: what invented patients live through breaks no rule, and one seed lives one life."""

from dataclasses import replace
from pathlib import Path

import pytest
from psycopg import connect
from psycopg.conninfo import make_conninfo
from tests.conftest import Postgres

from frontdesk.domain.ids import ServiceId
from frontdesk.proving.simulating.figures import Lived
from frontdesk.proving.simulating.habits import Habits, usual_habits
from frontdesk.proving.simulating.refilling import refills
from frontdesk.proving.simulating.runs import Plan, live, unreminded
from frontdesk.sample.practice import smile
from frontdesk.vault.master import MasterKey

SOON = replace(
    usual_habits(),
    median_lead_days=1.2,
    lead_spread=0.3,
    cancels=0.3,
    missed_unreminded=0.38,
    confirms=1,
    books_by_text=0,
    waits_for_it=0,
)
"""People whose visits are near, so that much happens in a few days."""


def a_database(server: Postgres, name: str) -> str:
    with connect(server.url, autocommit=True) as owner:
        owner.execute(f"create database {name} template {server.template} strategy file_copy")
    return make_conninfo(server.url, dbname=name)


async def a_life(server: Postgres, home: Path, name: str, *, seed: int, habits: Habits = SOON) -> Lived:
    plan = Plan(days=4, seeds=(seed,), a_day=6, habits=habits)
    return await live(a_database(server, name), home, plan, seed, reminded=True)


async def test_days_are_lived_without_a_broken_rule(server: Postgres, master: MasterKey, master_home: Path) -> None:
    found = await a_life(server, master_home, "life_one", seed=3)

    assert found.visits >= 1
    assert found.shares["missed"].of == found.visits
    assert found.messages["reminder"] >= 2
    assert set(found.broken.values()) == {0}


def test_the_other_half_of_the_lives_has_no_reminders_and_is_else_the_same() -> None:
    other = unreminded(smile())

    assert other.reminding.of(ServiceId("botox-treatment")) == ()
    assert replace(other, reminding=smile().reminding) == smile()
    assert Plan(days=1, seeds=(1, 2), a_day=1, habits=SOON).lives == [(1, True), (1, False), (2, True), (2, False)]


@pytest.mark.parametrize(("takes", "taken"), [(1.0, True), (0.0, False)])
async def test_a_time_that_is_given_back_is_taken_by_whoever_waits_and_wants_it(
    server: Postgres, master: MasterKey, master_home: Path, takes: float, taken: bool
) -> None:
    habits = replace(usual_habits(), takes_offer=takes, refuses_offer=0, answer_minutes=2, answer_spread=0)
    url = a_database(server, f"refill_{taken}".lower())

    [found] = await refills(url, master_home, habits, hours=3, seeds=[1], waiting=3)

    assert found.taken is taken
    assert found.asked >= 1
    assert found.broken == 0
