"""The calls of the voice benchmark: what there is of them, and what they leave where all is heard."""

from pathlib import Path

import pytest
from psycopg import connect
from psycopg.conninfo import make_conninfo
from tests.conftest import Postgres

from frontdesk.domain.practice import Understanding
from frontdesk.proving.clinic.bench import entered_at_rest
from frontdesk.proving.clinic.desk_agent import DeskAgent
from frontdesk.proving.clinic.library import strangers_in
from frontdesk.proving.phone.by_words import in_words
from frontdesk.proving.phone.scripts import ScriptsWrong, every_script
from frontdesk.proving.phone.wanted import wanted_calls
from frontdesk.sample.practice import smile
from frontdesk.settings import Settings
from frontdesk.vault.master import MasterKey
from frontdesk.wiring import open_frontdesk

SHORT = ("hangs-up-and-goes-on-by-text", "line-breaks-and-comes-back", "moves-same-day-later", "says-nothing-first")
VOICES = ("piper", "espeak-us", "flite-man")


def test_there_are_calls_of_every_kind_and_they_name_what_the_practice_has() -> None:
    scripts = every_script()

    assert len(scripts) >= 40
    assert [fault for one in scripts for fault in strangers_in(one.task, smile())] == []
    assert any(line.cuts_in for one in scripts for line in one.lines)
    assert any(line.breaks_off for one in scripts for line in one.lines)
    assert any(line.presses for one in scripts for line in one.lines)
    assert any(one.texts for one in scripts)


def test_a_file_that_is_wrong_says_where(tmp_path: Path) -> None:
    (tmp_path / "calls.yaml").write_text("calls: [{id: one, about: -, patient: {name: A B}, done: '(', end: {}}]")

    with pytest.raises(ScriptsWrong, match=r"calls.yaml: one: done"):
        every_script(tmp_path)


def test_half_of_the_calls_have_noise_and_the_next_round_has_the_other_half() -> None:
    scripts = every_script()[:6]

    calls = wanted_calls(scripts, VOICES, 12)

    assert [one.script.id for one in calls] == [one.id for one in scripts] * 2
    assert sum(one.noise is None for one in calls) == 6
    assert all((calls[place].noise is None) is not (calls[place + 6].noise is None) for place in range(6))
    assert {one.noise for one in calls} == {None, 20.0, 10.0, 5.0}
    assert all(one.noise is None for one in wanted_calls(scripts, VOICES, 12, clean=True))


async def test_calls_leave_what_they_should_where_every_word_is_heard(
    server: Postgres, master: MasterKey, master_home: Path
) -> None:
    with connect(server.url, autocommit=True) as owner:
        owner.execute(f"create database calls_in_words template {server.template} strategy file_copy")

    with entered_at_rest(make_conninfo(server.url, dbname="calls_in_words")) as (database, clock):
        async with open_frontdesk(Settings(home=master_home), database) as desk:
            agent = DeskAgent(desk, clock, understanding=Understanding.RULES)
            found = await in_words([one for one in every_script() if one.id in SHORT], agent, clock)

    assert {one.script: one.faults for one in found} == dict.fromkeys(SHORT, ())
