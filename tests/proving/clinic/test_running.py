"""Some tasks of the benchmark against the real desk, and against another agent over HTTP."""

import json
from random import Random

import httpx
import pytest
from psycopg import connect
from psycopg.conninfo import make_conninfo
from tests.conftest import Postgres
from tests.proving.clinic.worlds import a_task

from frontdesk.domain.practice import Understanding
from frontdesk.proving.clinic.bench import attempted, entered_at_rest
from frontdesk.proving.clinic.desk_agent import DeskAgent
from frontdesk.proving.clinic.http_agent import http_agent
from frontdesk.proving.clinic.library import every_task
from frontdesk.proving.clinic.listening import listen
from frontdesk.proving.clinic.patient import Patient
from frontdesk.settings import Settings
from frontdesk.vault.master import MasterKey
from frontdesk.wiring import open_frontdesk

SURE = ("stop-in-capitals", "cannot-breathe", "a-person-please")
ALSO = ("botox-consult-thursday-evening", "cancel-facial-in-good-time", "slot-gone-while-choosing", "list-everybody")


async def test_tasks_run_to_their_end_on_the_desk_and_the_gravest_pass(
    server: Postgres, master: MasterKey, master_home: object
) -> None:
    tasks = {task.id: task for task in every_task()}
    with connect(server.url, autocommit=True) as owner:
        owner.execute(f"create database clinic_short template {server.template} strategy file_copy")

    with entered_at_rest(make_conninfo(server.url, dbname="clinic_short")) as (database, clock):
        async with open_frontdesk(Settings(home=master_home), database) as desk:  # type: ignore[arg-type]
            agent = DeskAgent(desk, clock, understanding=Understanding.RULES)
            trials = [await attempted(tasks[id], agent, seed=0) for id in (*SURE, *ALSO)]

    assert [trial.task for trial in trials if not trial.lines] == []
    assert {trial.task: trial.faults for trial in trials if trial.task in SURE} == dict.fromkeys(SURE, ())


@pytest.mark.parametrize("style", ["plain", "terse", "chatty", "typos", "corrections", "silent"])
def test_a_patient_of_one_seed_says_the_same_to_the_same_replies(style: str) -> None:
    task = a_task(style=style)
    replies = [
        "Hi, which days or times work best for you?",
        "I have Thursday, May 28 at 5:00 PM or Thursday, May 28 at 7:30 PM. Which works better?",
        "What's your full name, and your phone number?",
        "Shall I book it?",
        "You're booked! Thursday, May 28.",
    ]

    talks = []
    for _ in range(2):
        patient = Patient(task=task, chance=Random(7))
        said = [patient.begin()] + [patient.hear(listen(reply, (), today=task.now.date())) for reply in replies]
        talks.append([one.text if one else None for one in said])

    assert talks[0] == talks[1]
    assert talks[0][2]


async def test_another_agent_is_tested_over_http() -> None:
    visits: list[dict[str, object]] = []
    asked: list[dict[str, object]] = []

    async def answer(request: httpx.Request) -> httpx.Response:
        body = json.loads(request.content or b"{}")
        asked.append({"call": f"{request.method} {request.url.path}", **body})
        match request.method, request.url.path:
            case "POST", "/sessions":
                return httpx.Response(200, json={"session": "s1", "visits": {"anitas": "1"}})
            case "POST", "/sessions/s1/messages" if not visits:
                visits.append(
                    {
                        "id": "2",
                        "patient": "m",
                        "service": "botox-consultation",
                        "practitioner": "dana-whitfield",
                        "start": "2026-05-28T18:00:00-05:00",
                        "status": "booked",
                    }
                )
                return httpx.Response(200, json={"replies": [{"text": "You're booked! Thursday, May 28 at 6:00 PM."}]})
            case "GET", "/sessions/s1":
                anitas = {
                    "id": "1",
                    "patient": "a",
                    "service": "hydrafacial",
                    "practitioner": "tomas-ortega",
                    "start": "2026-05-29T15:00:00Z",
                    "status": "booked",
                }
                charts = [{"id": "m", "name": "Maria Gonzalez"}, {"id": "a", "name": "Anita Villarreal"}]
                return httpx.Response(200, json={"visits": [anitas, *visits], "charts": charts})
            case "DELETE", _:
                return httpx.Response(204)
            case _:
                return httpx.Response(200, json={"replies": []})

    async with http_agent("http://agent.example", transport=httpx.MockTransport(answer)) as agent:
        trial = await attempted(a_task(), agent, seed=1)

    assert trial.faults == ()
    assert asked[0]["from"] == "+15125550147"
    assert "wants" not in json.dumps(asked[0])
