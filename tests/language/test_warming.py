"""The first message after the start; in a process of its own, since here everything was read long ago."""

import json
import subprocess
import sys

ASK = """
import json, time as clock
from tests.language.a_practice import a_context
from frontdesk.language.understanding import understand
from frontdesk.language.warming import warm_up

def seconds(do):
    start = clock.perf_counter()
    do()
    return clock.perf_counter() - start

warming = seconds(warm_up)
first = seconds(lambda: understand("hi there, botox on thursday after 3?", a_context()))
print(json.dumps({"warming": warming, "first": first}))
"""


def test_the_first_message_after_the_warm_up_is_not_slow() -> None:
    told = subprocess.run([sys.executable, "-c", ASK], capture_output=True, text=True, timeout=60, check=True)

    took = json.loads(told.stdout)
    assert took["first"] < took["warming"] / 4
