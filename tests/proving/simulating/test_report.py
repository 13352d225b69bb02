"""The report tells each share with what it is a share of, for people and for programs."""

import json

from frontdesk.outcomes.proportions import Rate
from frontdesk.proving.simulating.figures import Lived
from frontdesk.proving.simulating.habits import usual_habits
from frontdesk.proving.simulating.refilling import Refilled
from frontdesk.proving.simulating.report import SAYS, as_json, lines, progress
from frontdesk.proving.simulating.runs import Plan

PLAN = Plan(days=7, seeds=(1, 2), a_day=16, habits=usual_habits())


def a_life(seed: int, *, reminded: bool, missed: int, broken: int = 0) -> Lived:
    shares = dict.fromkeys(SAYS, Rate(hits=1, of=4)) | {"missed": Rate(hits=missed, of=100)}
    return Lived(
        seed=seed,
        reminded=reminded,
        days=7,
        visits=100,
        shares=shares,
        messages={"reminder": 40},
        answers={"confirm": 8},
        broken={"quiet hours": broken},
        seconds=61.4,
    )


LIVES = [
    a_life(seed, reminded=reminded, missed=missed, broken=int(not reminded))
    for seed, reminded, missed in ((1, True, 10), (1, False, 20), (2, True, 14), (2, False, 24))
]
REFILLED = Refilled(hours=24, waiting=40, refilled=Rate(hits=19, of=20), asked=12.5, ceiling=0.9688, broken=0)


def test_people_read_shares_with_and_without_reminders_and_the_rules_that_were_broken() -> None:
    told = "\n".join(lines(PLAN, LIVES, [REFILLED], seconds=600))

    with_reminders, without = told.split("without reminders")
    assert "12.0 %" in with_reminders.replace("12.0%", "12.0 %")
    assert "24 of 200" in with_reminders
    assert "rules broken: 0" in with_reminders
    assert "44 of 200" in without
    assert "rules broken: 2 (quiet hours 2)" in without
    assert "cancelled 24 h ahead, 40 waiting: refilled 95.0%" in without
    assert progress(LIVES[0]) == "seed 1, with reminders: 100 visits in 61 s"


def test_programs_read_the_same_with_denominators() -> None:
    found = json.loads(json.dumps(as_json("smile", PLAN, LIVES, [REFILLED], seconds=600)))

    missed = found["reminders"]["with"]["missed"]
    assert (missed["numerator"], missed["denominator"]) == (24, 200)
    assert missed["low"] < missed["value"] < missed["high"]
    assert found["reminders"]["without"]["rules_broken"] == 2
    assert found["refills"][0]["refilled"]["denominator"] == 20
