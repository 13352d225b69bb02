"""Words in, acts out, through the real command: each line is answered as it comes."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import click.testing
import pytest

from frontdesk.cli.json_lines import Unreadable
from frontdesk.cli.understand import command
from frontdesk.cli.understand_acts import acts_of
from frontdesk.cli.understand_times import times_of
from frontdesk.sample.practice import smile

NOW = "2026-05-26T21:47-05:00"
OFFERS = ["2026-05-28T18:00-05:00", {"start": "2026-06-02T18:30-05:00", "practitioner": "Dana"}]
COMMAND = [sys.executable, "-m", "frontdesk", "understand"]


def acts(text: str, **more: object) -> list[dict[str, Any]]:
    return acts_of(json.dumps({"text": text, "now": NOW, **more}), smile())


def names(text: str, **more: object) -> list[str]:
    return [one["act"] for one in acts(text, **more)]


def test_each_line_is_answered_as_it_comes(home: Path) -> None:
    with subprocess.Popen(
        COMMAND,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "FRONTDESK_HOME": str(home)},
    ) as running:
        assert running.stdin is not None
        assert running.stdout is not None
        answers = []
        for text in ("cancel my appointment", "I'm running 10 minutes late"):
            running.stdin.write(json.dumps({"text": text, "now": NOW, "lang": "en"}) + "\n")
            running.stdin.flush()
            answers.append(json.loads(running.stdout.readline()))
        running.stdin.close()

    assert [[one["act"] for one in answer["acts"]] for answer in answers] == [["cancel"], ["running_late"]]
    assert answers[1]["acts"][0]["by"] == 600
    assert answers[0]["acts"][0]["span"] == [0, 21]
    assert running.returncode == 0


def test_a_line_that_cannot_be_read_is_answered_and_the_others_are_too() -> None:
    lines = f'{{"text": "hello", "now": "{NOW}"}}\nnot json\n\n{{"text": "thanks", "now": "{NOW}"}}\n'

    done = subprocess.run(COMMAND, input=lines, capture_output=True, text=True, timeout=60, check=False)

    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert [list(one) for one in told] == [["acts"], ["error"], ["acts"]]
    assert done.returncode == 1
    assert done.stderr == ""


def test_what_was_asked_and_offered_decides() -> None:
    (chosen,) = acts("the later one", asked="which_offer", offers=OFFERS)
    (by_name,) = acts("6:30 works", asked="which offer", offers=OFFERS)
    (born,) = acts("April 27 1988", asked="birth_date")

    assert (chosen["act"], chosen["offers"]) == ("choose", [1])
    assert by_name["offers"] == [1]
    assert (born["act"], born["born"]) == ("give_birth_date", "1988-04-27")


def test_the_language_is_heard_where_it_is_not_said() -> None:
    assert names("quiero cancelar mi cita") == names("quiero cancelar mi cita", lang="es") == ["cancel"]


def test_the_day_is_that_of_the_offset_that_now_has() -> None:
    here = acts("tomorrow at 10", lang="en")[0]["wish"]["windows"][0]["day"]
    there = acts_of(json.dumps({"text": "tomorrow at 10", "now": "2026-05-27T04:47+02:00"}), smile())

    assert here == "2026-05-27"
    assert there[0]["wish"]["windows"][0]["day"] == "2026-05-28"


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("[]", 'needs a "text"'),
        ('{"text": "hi"}', '"now" is None'),
        ('{"text": "hi", "now": "today"}', "write a date and a time"),
        ('{"text": "hi", "now": "2026-05-26T21:47-05:00", "lang": "fr"}', "one of en, es"),
        ('{"text": "hi", "now": "2026-05-26T21:47-05:00", "asked": "why"}', "which_offer"),
        ('{"text": "hi", "now": "2026-05-26T21:47-05:00", "offers": "6"}', "a list of starts"),
        (
            '{"text": "hi", "now": "2026-05-26T21:47-05:00", "offers": [{"start": "2026-05-28T18:00", '
            '"practitioner": "Zed"}]}',
            "dana-whitfield",
        ),
        ('{"text": "hi", "now": "2026-05-26T21:47-05:00", "word": 1}', "word is known to no line"),
        ('{"text": "hi", "now": "2026-05-26T21:47+05:30"}', "whole hours"),
    ],
)
def test_what_is_wrong_with_a_line_is_said(line: str, says: str) -> None:
    with pytest.raises(Unreadable, match=says):
        acts_of(line, smile())


def test_times_are_told_with_the_zone_of_now() -> None:
    told = times_of(json.dumps({"text": "friday after 3, or the week of june 8", "now": NOW, "lang": "en"}))

    assert told == {
        "times": [
            {
                "kind": "open", "start": "2026-05-29T15:00:00-05:00", "end": None, "direction": "after",
                "grain": "hour", "date_only": False, "time_only": False, "span": [0, 14],
                "readings": told["times"][0]["readings"],
            },
            {
                "kind": "point", "start": "2026-06-08T00:00:00-05:00", "end": None, "direction": None, "grain": "week",
                "date_only": True, "time_only": False, "span": [23, 37],
            },
        ]
    }  # fmt: skip
    assert [one["start"][11:13] for one in told["times"][0]["readings"]] == ["15", "03"]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ('{"text": "hi", "now": "2026-05-26T21:47-05:00", "lang": "fr"}', "one of en, es"),
        ('{"text": "hi"}', "write a date and a time"),
        ('{"text": "hi", "now": "2026-05-26T21:47-05:00", "asked": "name"}', 'it is "time"'),
    ],
)
def test_what_is_wrong_with_a_line_for_times_is_said(line: str, says: str) -> None:
    with pytest.raises(Unreadable, match=says):
        times_of(line)


def test_the_command_answers_with_times_when_asked_for_them() -> None:
    line = json.dumps({"text": "tomorrow at noon", "now": NOW, "lang": "en"})

    done = click.testing.CliRunner().invoke(command, ["--times"], input=f"{line}\nnonsense\n")

    told = [json.loads(one) for one in done.stdout.splitlines()]
    assert [list(one) for one in told] == [["times"], ["error"]]
    assert told[0]["times"][0]["start"] == "2026-05-27T12:00:00-05:00"
    assert done.exit_code == 1


def test_what_speech_heard_and_the_chart_knows_are_weighed_and_other_readings_told() -> None:
    charts = [{"given": "John", "family": "Smith", "birth_date": "1984-03-03"}]
    (phone,) = acts("512 555 0147", asked="phone", caller="+15125550147", alternatives=["512 555 0157"])
    (name,) = acts("jon smyth", asked="name", alternatives=["john smith"], charts=charts)
    (code,) = acts("SW one a one aa", detail="postcode", region="GB")
    (born,) = acts("27th 2nd", detail="birth date", earlier=["27th of the 2nd 1995"], region="GB")

    assert (phone["phone"], phone["also"], phone["span"]) == ("+15125550147", [{"phone": "+15125550157"}], [0, 12])
    assert (name["given"], name["family"]) == ("John", "Smith")
    assert (code["act"], code["postcode"], code["confirm_by"]) == ("give_postcode", "SW1A 1AA", "read back")
    assert born["born"] == "1995-02-27"
    assert all(0 < one["confidence"] <= 1 for one in (phone, name, code, born))


def test_known_names_are_taken_and_what_was_not_caught_is_taken_another_way() -> None:
    (family,) = acts("Marshall", asked="name", known={"given": "Katie"})
    (nothing,) = acts("mhm", asked="email", alternatives=["m"], known={"given": "Katie"})

    assert family["act"] == "give_name"
    assert (nothing["act"], nothing["confirm_by"]) == ("unclear", "spell")


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"alternatives": "one"}, "a list of texts"),
        ({"earlier": [[1]]}, "a list of texts"),
        ({"earlier": 5}, "it is a list"),
        ({"caller": 5125550147}, "in quotes"),
        ({"known": {"gvn": "Ann"}}, "gvn is not known there"),
        ({"charts": [3]}, "it is 3"),
        ({"charts": [{"birth_date": "3/3/84"}]}, "1984-03-03"),
        ({"detail": "shoe size"}, "one of address"),
    ],
)
def test_what_is_wrong_with_what_is_known_is_said(more: dict[str, object], says: str) -> None:
    with pytest.raises(Unreadable, match=says):
        acts("hi", **more)


def test_a_line_that_breaks_the_reading_does_not_stop_the_others() -> None:
    deep = '{"text": ' + "[" * 100_000
    lines = f'{deep}\n{{"text": "end of the week", "now": "{NOW}"}}\n'.encode() + b"\xff\xfe\n"

    done = click.testing.CliRunner().invoke(command, ["--times"], input=lines)

    assert [list(json.loads(one)) for one in done.stdout.splitlines()] == [["error"], ["times"], ["error"]]
    assert done.exit_code == 1
