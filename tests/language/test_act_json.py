"""Acts told as JSON are readable and leave out what is empty."""

import json
from datetime import date, time

from frontdesk.dialogue.acts import Choose, Danger, Emergency, Heard, WhichTime, WishTime
from frontdesk.domain.practice import Weekday
from frontdesk.domain.wish import Window, Wish
from frontdesk.language.act_json import act_as_json


def test_a_choice_is_told_with_its_span() -> None:
    heard = Heard(act=Choose(offers=(0,)), span=(0, 8), confidence=0.97)

    assert act_as_json(heard) == {"act": "choose", "offers": [0], "span": [0, 8], "confidence": 0.97}


def test_a_wish_is_told_as_days_and_hours() -> None:
    day = date(2026, 5, 28)
    wish = Wish(
        windows=(Window(first=day, last=day, earliest=time(17)), Window(weekdays=frozenset({Weekday.TUESDAY}))),
        excluded=(Window(first=day, at=time(18, 30)),),
    )

    told = act_as_json(Heard(act=WishTime(wish=wish)))

    assert told["wish"] == {
        "windows": [{"day": "2026-05-28", "earliest": "17:00"}, {"weekdays": ["tuesday"]}],
        "excluded": [{"first": "2026-05-28", "at": "18:30"}],
    }


def test_everything_told_is_json() -> None:
    acts = [Emergency(danger=Danger.SELF_HARM), WhichTime(readings=(Wish(), Wish()))]

    told = [json.loads(json.dumps(act_as_json(Heard(act=act)))) for act in acts]

    assert [one["act"] for one in told] == ["emergency", "which_time"]
    assert told[0]["danger"] == "self-harm"
