"""A patient's every word travels every way through a real demo; then all that is on the disk is searched for it."""

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from html import unescape
from pathlib import Path
from urllib.parse import quote
from uuid import uuid4

import httpx
import psycopg
import pyotp
import pytest
from fastapi.routing import APIRoute, APIWebSocketRoute
from psycopg.sql import SQL, Identifier
from starlette.routing import BaseRoute
from tests.cli.test_serve import free_port
from tests.safety.form_fields import form_fields
from tests.safety.search import found
from tests.safety.tables import tenant_tables
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from frontdesk.domain.ids import PracticeId
from frontdesk.storage.cluster import binaries
from frontdesk.storage.embedded import EmbeddedPostgres
from frontdesk.storage.jobs import Job, Work
from frontdesk.web.app import DEMO_PAGES, PAGES

pytestmark = pytest.mark.timeout(300)
"""A whole demo is started, lived in and searched; on a busy machine that takes its time."""

PLANTED = {
    "given name": "Quillonara",
    "family name": "Vexbridge",
    "phone": "+15125550173",
    "e-mail": "quillonara.vexbridge@example.com",
    "birth date": "1987-11-23",
    "birth date as people write it": "11/23/1987",
    "street": "4711 Wobblethorpe Lane",
    "city": "Kettlemarsh",
    "allergies": "Zibberwort pollen",
    "medications": "Frandoline 20 mg",
    "reason": "my left eyebrow twitches at dawn",
    "signature": "Q. Vexbridge-Sign",
    "a text": "please hurry, my wedding is in Lakeway",
    "a question in the chat": "does it hurt if I had shingles in March",
    "a walk-in's name": "Ottoline Grabenfurst",
    "a walk-in's phone": "+15125550188",
    "words that are refused": "unsigned words about a rash",
}
LIVE = "/demo/changes"
"""Stays open, and is asked by itself."""
KINDS = {
    "carrier": "local",
    "system": "opendental",
    "channel": "sms",
    "message": "00000000-0000-4000-8000-000000000000",
    "query": "missed",
}
"""The parts of addresses that name what somebody comes by."""
CONTROLS = {
    "a name in plain": "Control Patiencia",
    "in base64": "Control Basilia",
    "in hex": "Control Hexina",
    "a phone": "+15125550199",
}
TEXTS = (
    PLANTED["a text"],
    "Hi, I'd like to book a Botox consultation",
    "First time",
    "Thursday evening",
    "the first one",
    "Quillonara Vexbridge, 512 555 0173",
    PLANTED["e-mail"],
    "yes",
    "can I talk to a person about my Zibberwort pollen allergy",
)


@dataclass(frozen=True, kw_only=True)
class Disk:
    """Everything a demo left: its folder, its logs, and a dump of its database."""

    home: Path
    log: Path
    dump: Path
    backups: Path
    asked: set[tuple[str, str]] = field(default_factory=set)
    """Method and path of every request, "socket" for a line."""
    began: list[float] = field(default_factory=list)
    """When the demo was ready, by the machine's monotonic clock."""
    done: set[str] = field(default_factory=set)
    """The kinds of jobs that were done."""
    kept: dict[str, int] = field(default_factory=dict)
    """How many rows each table has in the end."""

    @property
    def files(self) -> list[Path]:
        written = [path for folder in (self.home, self.backups) for path in folder.rglob("*") if path.is_file()]
        return [self.log, self.dump, *written]


@pytest.fixture(scope="module")
def disk(tmp_path_factory: pytest.TempPathFactory) -> Disk:
    """The disk after a patient came by every way there is, and the controls beside them."""
    folder = tmp_path_factory.mktemp("leak")
    disk = Disk(home=folder / "home", log=folder / "app.log", dump=folder / "dump.sql", backups=folder / "backups")
    with Demo(disk) as url:
        asyncio.run(come_by_every_way(url, disk))
    run_commands(disk, folder / "sheet")
    with EmbeddedPostgres.join(disk.home) as joined:
        plant_controls(joined.url)
        disk.done.update(kinds_of_jobs_done(joined.url))
        disk.kept.update(rows_in_tables(joined.url))
        dump(joined.url, disk.dump)
    return disk


class Demo:
    """`frontdesk demo` in a process of its own, with all that it prints in a file."""

    def __init__(self, disk: Disk) -> None:
        self._disk = disk
        self._port = free_port()

    def __enter__(self) -> str:
        self._log = self._disk.log.open("ab")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "frontdesk", "demo", "--at", "2026-05-26T21:47", "--port", str(self._port)],
            env={**os.environ, "FRONTDESK_HOME": str(self._disk.home), "PYTHONUNBUFFERED": "1"},
            stdout=self._log,
            stderr=self._log,
        )
        for _ in range(1800):
            if b"is ready" in self._disk.log.read_bytes():
                self._disk.began.append(time.monotonic())
                return f"http://localhost:{self._port}"
            assert self._process.poll() is None, self._disk.log.read_text()
            time.sleep(0.1)
        raise AssertionError("the demo has not become ready")

    def __exit__(self, *_: object) -> None:
        self._process.send_signal(signal.SIGINT)
        self._process.wait(30)
        self._log.close()


async def come_by_every_way(url: str, disk: Disk) -> None:
    """Texts, chat, form, mailbox, calendar, and every address with the values in its query, body and headers."""
    own = {"Sec-Fetch-Site": "same-origin", "Accept": "text/html"}

    async def note(request: httpx.Request) -> None:
        disk.asked.add((request.method, request.url.path))

    hooks = {"request": [note]}
    async with httpx.AsyncClient(base_url=url, headers=own, timeout=20, event_hooks=hooks) as web:
        for text in TEXTS:
            await send_text(web, text)
        await chat(url)
        disk.asked.add(("socket", "/chat/smile/socket"))
        await talk(url)
        disk.asked.add(("socket", "/chat/smile/talk"))
        await call_unsigned(url)
        disk.asked.add(("socket", "/voice/local/+15125550100/stream"))
        await send_form(web, await intake_link(web))
        await walk_in(web)
        await asyncio.to_thread(frontdesk, disk, "keys", "rotate", "--practice", "smile")
        await listen(web, LIVE)
        form, ids = await signed_in(web, disk), ids_of_the_patient(disk.home)
        for live in ("/desk/smile/changes", f"/desk/smile/conversations/{ids[0]}/changes"):
            await listen(web, live)
        await ask_every_address(web, form, ids)
        await asyncio.to_thread(queue_every_kind, disk.home)
        break_the_database(disk.home)
        await send_text(web, PLANTED["a text"])
        await send_text(web, "STOP")
        for _ in range(120):  # until the worker has had its time, on however busy a machine
            if {work.value for work in Work} <= await asyncio.to_thread(kinds_of_jobs_done_in, disk.home):
                break
            await asyncio.sleep(0.5)


async def send_text(web: httpx.AsyncClient, text: str) -> None:
    """Send a text from the phone page, and wait for what comes back."""
    shown = await web.post("/demo/phone/texts", data={"number": PLANTED["phone"], "text": text})
    for _ in range(100):
        await asyncio.sleep(0.05)
        now = await web.post("/demo/phone/thread", data={"number": PLANTED["phone"]})
        if now.status_code == 200 and len(now.text) > len(shown.text):
            return


async def chat(url: str) -> None:
    async with connect(f"ws{url.removeprefix('http')}/chat/smile/socket") as line:
        await line.send(json.dumps({"token": None, "thread": None, "after": 0}))
        for text in (PLANTED["a question in the chat"], PLANTED["e-mail"], PLANTED["phone"]):
            await line.send(json.dumps({"id": str(uuid4()), "text": text}))
        await line.send(PLANTED["words that are refused"])
        for _ in range(3):
            await asyncio.wait_for(line.recv(), 10)


async def talk(url: str) -> None:
    """Nothing speaks in this demo: the line ends before anything is said."""
    for hello in ({"token": PLANTED["e-mail"]}, {"token": "t" * 43, "offer": PLANTED["phone"]}):
        async with connect(f"ws{url.removeprefix('http')}/chat/smile/talk") as line:
            await line.send(json.dumps(hello))
            with suppress(ConnectionClosed):
                while True:
                    await asyncio.wait_for(line.recv(), 10)


async def call_unsigned(url: str) -> None:
    """Nobody can call the demo but itself: its carrier's secret is drawn when it starts."""
    number, headers = quote(PLANTED["phone"]), {"X-Twilio-Signature": PLANTED["e-mail"]}
    for address in (number, quote("+15125550100")):
        with pytest.raises(InvalidStatus):
            await connect(f"ws{url.removeprefix('http')}/voice/local/{address}/stream", additional_headers=headers)


async def intake_link(web: httpx.AsyncClient) -> str:
    """The form's address, from the mail that confirmed the visit."""
    for _ in range(100):
        mailbox = await web.get("/demo/mailbox")
        for part in dict.fromkeys(re.findall(r"/demo/mailbox/[0-9a-f-]{36}", mailbox.text)):
            shown = await web.get(part)
            link = re.search(r"/intake/[\w-]{60,}", unescape(shown.text))
            if link is not None:  # the others tell the staff that somebody waits
                for page in ("/page", "/invite.ics"):
                    assert (await web.get(part + page)).status_code == 200
                return link.group()
        await asyncio.sleep(0.1)
    raise AssertionError(f"no mail with a form: {mailbox.text[-2000:]}")


async def send_form(web: httpx.AsyncClient, link: str) -> None:
    """Page by page, as the demo's form asks; one page is sent with something missing first, the end twice."""
    born = {"q.born.year": "1987", "q.born.month": "11", "q.born.day": "23"}
    home = {"q.street": PLANTED["street"], "q.city": PLANTED["city"], "q.state": "TX", "q.postcode": "78701"}
    who = {"q.given": PLANTED["given name"], "q.family": PLANTED["family name"], "q.phone": PLANTED["phone"]}
    taken = {"q.medications": PLANTED["medications"], "q.allergic": "true", "q.allergies": PLANTED["allergies"]}
    pages: tuple[dict[str, str], ...] = (
        {**who, **born, **home},
        {**taken, "q.pregnancy": "", "q.conditions": "", "q.thinners": "false"},
        {"q.sun": "", "q.before": "false"},
        {"q.goals": PLANTED["reason"]},
        {"q.consent-signature": PLANTED["signature"]},
    )
    assert PLANTED["given name"] in (await web.get(link)).text
    missing = await web.post(link, params={"step": 1}, data={**pages[0], "q.city": ""})
    assert missing.status_code == 422
    for step, fields in enumerate(pages, 1):
        shown = (await web.get(link, params={"step": step})).text
        chosen = {name: re.findall(rf'name="{name}" value="(\w+)"', shown)[-1] for name in fields if not fields[name]}
        kept = await web.post(link, params={"step": step}, data={**fields, **chosen, "go": "next"})
        assert kept.status_code == 303, (step, kept.text)
    end = {"go": "send", "allow_calls": "yes"}
    sent = [await web.post(link, params={"step": len(pages) + 1}, data=end) for _ in range(2)]
    assert [one.status_code for one in sent] == [200, 200]


async def walk_in(web: httpx.AsyncClient) -> None:
    calendar = await web.get("/demo/calendar", params={"on": "2026-05-29"})
    practitioner = re.findall(r"practitioner=([a-z-]+)", unescape(calendar.text))[0]
    form = await web.get("/demo/visits/new", params={"practitioner": practitioner, "on": "2026-05-29", "at": "13:05"})
    services = re.findall(r'<option value="([a-z-]+)"', form.text)
    fields = {"practitioner": practitioner, "on": "2026-05-29", "at": "13:05", "kind": "visit", "overlap": "yes"}
    who = {"name": PLANTED["a walk-in's name"], "phone": PLANTED["a walk-in's phone"]}
    for service in services:
        entered = await web.post("/demo/visits", data={**fields, **who, "service": service})
        if entered.status_code == 204 or "HX-Trigger" in entered.headers:
            return
    raise AssertionError("nobody gives a walk-in a visit")


async def listen(web: httpx.AsyncClient, address: str) -> None:
    """A live line, to its first event."""
    async with web.stream("GET", address) as line:
        async for _ in line.aiter_lines():
            return


async def signed_in(web: httpx.AsyncClient, disk: Disk) -> str:
    """The owner, made at the terminal and signed in by this browser, who bears the patient's name and address."""
    who = ("--name", f"{PLANTED['given name']} {PLANTED['family name']}", "--email", PLANTED["e-mail"])
    made = await asyncio.to_thread(frontdesk, disk, "people", "add", "--practice", "smile", "--role", "owner", *who)
    link = made.stdout.strip().partition("/desk/smile")[2]
    password = "seven quiet herons"
    await web.get(f"/desk/smile{link}")
    await web.post(f"/desk/smile{link}", data={"password": password, "again": password})
    await web.post("/desk/smile/sign-in", data={"email": PLANTED["e-mail"], "password": password})
    page = (await web.get("/desk/smile/enroll")).text
    secret, form = re.search(r"<code>([A-Z2-7 ]+)</code>", page), re.search(r'name="form" value="(\w+)"', page)
    assert secret is not None
    assert form is not None
    shown = datetime.fromisoformat("2026-05-26T21:47-05:00").timestamp() + time.monotonic() - disk.began[0]
    code = pyotp.TOTP(secret[1].replace(" ", "")).at(int(shown))
    kept = await web.post("/desk/smile/enroll", data={"form": form[1], "code": code})
    assert kept.status_code == 200, kept.text
    account = await web.get("/desk/smile/account")
    found = re.search(r'name="form" value="(\w+)"', account.text)
    assert found is not None, account.text
    return found[1]


async def ask_every_address(web: httpx.AsyncClient, form: str, ids: list[str]) -> None:
    """Each address that the app has, by somebody signed in, with the values wherever a caller can put them."""
    values = list(PLANTED.values())
    everything = dict(zip((f"v{number}" for number in range(len(values))), values, strict=True))
    headers = {"User-Agent": PLANTED["given name"], "X-Frontdesk-Signature": PLANTED["e-mail"], "X-Form-Token": form}
    for route in sorted(all_routes(), key=lambda route: "sign-out" in route.path):
        if not isinstance(route, APIRoute) or route.path.endswith("/changes"):
            continue
        for turn, id in enumerate((*ids, PLANTED["street"])):
            parts = {"key": "smile", "id": id, "token": PLANTED["e-mail"], "number": values[2]} | KINDS
            address = re.sub(r"{(\w+)}", lambda part, parts=parts: quote(parts[part[1]], safe=""), route.path)
            fields = {name: values[(turn + place) % len(values)] for place, name in enumerate(sorted(form_fields()))}
            fields |= {"role": "owner", "fields": "tasks", "hours": "2", "form": form}
            for method in route.methods:
                if method == "GET":
                    query = {**everything, "on": PLANTED["birth date"], "state": values[0], "code": values[1]}
                    await web.get(address, params=query, headers=headers)
                    continue
                await web.post(address, params=everything, data=fields, headers=headers)
                await web.post(address, json=everything, headers=headers)
            if "{id}" not in route.path:
                break
    for address in (f"/chat/{PLANTED['given name']}", f"/desk/{PLANTED['given name']}", f"/{PLANTED['reason']}"):
        await web.get(address, params=everything, headers=headers)


def all_routes() -> list[BaseRoute]:
    return [route for router in (*PAGES, *DEMO_PAGES) for route in router.routes]


def ids_of_the_patient(home: Path) -> list[str]:
    """A visit and a mail, where there is something to be shown."""
    with EmbeddedPostgres.join(home) as joined, psycopg.connect(joined.url) as owner:
        visit = owner.execute("select id from appointment where patient_id is not null order by created_at desc")
        mail = owner.execute("select id from local_mail")
        return [str(row[0]) for row in (visit.fetchone(), mail.fetchone()) if row]


def queue_every_kind(home: Path) -> None:
    """A job of each kind about the patient, as if it were due."""
    with EmbeddedPostgres.join(home) as joined, psycopg.connect(joined.url) as owner:
        rows = {
            Work.ANSWER: "select practice_id, id from conversation limit 1",
            Work.NEWS: "select practice_id, id from appointment where patient_id is not null limit 1",
        }
        rows[Work.DELIVER] = rows[Work.ANSWER]
        for work in Work:
            found = owner.execute(rows.get(work, "select id, id from practice")).fetchone()
            assert found is not None
            job = Job(work=work, practice=PracticeId(found[0]), on=found[1])
            owner.execute(
                "insert into queue.pgqueuer (priority, entrypoint, payload, status) values (0, %s, %s, 'queued')",
                (work.value, job.payload()),
            )


def kinds_of_jobs_done(url: str) -> set[str]:
    with psycopg.connect(url) as owner:
        rows = owner.execute("select distinct entrypoint from queue.pgqueuer_log where status = 'successful'")
        return {str(row[0]) for row in rows}


def kinds_of_jobs_done_in(home: Path) -> set[str]:
    with EmbeddedPostgres.join(home) as joined:
        return kinds_of_jobs_done(joined.url)


def break_the_database(home: Path) -> None:
    """Every connection of the desk is cut once: what is said about that stands in the logs too."""
    with EmbeddedPostgres.join(home) as joined, psycopg.connect(joined.url, autocommit=True) as owner:
        owner.execute("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'frontdesk'")


def rows_in_tables(url: str) -> dict[str, int]:
    with psycopg.connect(url) as owner:
        return {
            table: len(owner.execute(SQL("select from {}").format(Identifier(table))).fetchall())
            for table in tenant_tables(url)
        }


def run_commands(disk: Disk, sheet: Path) -> None:
    """What people run at the terminal writes to the log too; a backup is made of all that there is."""
    words = f"I am {PLANTED['given name']} and {PLANTED['reason']}"
    walk_in = ("--practice", "smile", "--patient", PLANTED["a walk-in's phone"])
    frontdesk(disk, "text", "--from", PLANTED["phone"], words)
    frontdesk(disk, "agreements", "list", "--practice", "smile")
    frontdesk(disk, "forget", *walk_in, "--yes", "--cancel-visits")
    frontdesk(disk, "keys", "export-recovery", str(sheet))
    frontdesk(disk, "keys", "confirm-recovery", str(sheet))
    frontdesk(disk, "backup", str(disk.backups))


def frontdesk(disk: Disk, *command: str) -> subprocess.CompletedProcess[str]:
    """A command that went well. What it answers is for its caller's eyes; what it logs is kept."""
    done = subprocess.run(
        [sys.executable, "-m", "frontdesk", *command],
        env={**os.environ, "FRONTDESK_HOME": str(disk.home)},
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )
    with disk.log.open("a") as log:
        log.write(done.stderr)
    assert done.returncode == 0, done.stderr[-2000:]
    return done


def plant_controls(url: str) -> None:
    """Values left unsealed on purpose, in each form, in a table of the same database."""
    plain, base64, hexed, phone = CONTROLS.values()
    with psycopg.connect(url, autocommit=True) as owner:
        owner.execute("create table control (words text, b64 text, hexed text, phone text)")
        owner.execute(
            "insert into control values (%s, encode(%s::bytea, 'base64'), encode(%s::bytea, 'hex'), %s)",
            (plain, base64.encode(), hexed.encode(), phone.removeprefix("+1")),
        )
        owner.execute("checkpoint")


def dump(url: str, file: Path) -> None:
    with file.open("wb") as written:
        subprocess.run([binaries() / "pg_dump", url], stdout=written, check=True, timeout=60)


def below(disk: Disk, *names: str) -> Iterator[Path]:
    """The files of the built-in PostgreSQL below one of these folders."""
    yield from (path for path in disk.home.rglob("*") if path.is_file() and set(names) & set(path.parts))


def no_value_of_a_patient_stands_anywhere_on_the_disk(disk: Disk) -> None:
    assert found(PLANTED, disk.files) == {}


def every_route_and_every_kind_of_job_had_a_hand_in_it(disk: Disk) -> None:
    """A new route is asked by itself; one of a kind that is not has to be asked in `come_by_every_way`."""
    missed = []
    for route in all_routes():
        assert isinstance(route, APIRoute | APIWebSocketRoute), f"ask {route} in come_by_every_way"
        methods = route.methods if isinstance(route, APIRoute) else {"socket"}
        missed += [
            f"{method} {route.path}"
            for method in methods
            if not any(how == method and route.path_regex.match(path) for how, path in disk.asked)
        ]

    assert missed == []
    kept = {table for table, rows in disk.kept.items() if rows}
    assert kept >= {"message", "intake", "consent", "outbox", "local_mail", "account", "session", "leave_to_look"}
    assert {work.value for work in Work} - disk.done == set()


def the_backup_was_made_and_holds_the_patients_cells_all_the_same(disk: Disk) -> None:
    files = [path for path in disk.backups.rglob("*") if path.is_file()]

    assert "keys.jsonl" in {path.name for path in files}
    assert max(path.stat().st_size for path in files) > 50_000


def what_was_left_unsealed_on_purpose_is_found_in_dump_files_and_wal(disk: Disk) -> None:
    in_dump = found(CONTROLS, [disk.dump])
    in_files = found(CONTROLS, below(disk, "base"))
    in_wal = found(CONTROLS, below(disk, "pg_wal"))

    assert set(in_dump) == set(in_files) == set(in_wal) == set(CONTROLS)


def the_logs_were_written_and_searched(disk: Disk) -> None:
    known = {"the demo's": "Smile Aesthetics is ready", "of PostgreSQL": "database system is ready"}

    assert set(found(known, disk.files)) == set(known)


def the_patient_was_there_all_the_same(disk: Disk) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "frontdesk", "export", "--practice", "smile", "--patient", PLANTED["phone"]],
        env={**os.environ, "FRONTDESK_HOME": str(disk.home)},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )

    for name in ("family name", "e-mail", "birth date", "street", "allergies", "reason", "signature", "a text"):
        assert PLANTED[name] in done.stdout, name


SHOWN = (
    no_value_of_a_patient_stands_anywhere_on_the_disk,
    every_route_and_every_kind_of_job_had_a_hand_in_it,
    the_backup_was_made_and_holds_the_patients_cells_all_the_same,
    what_was_left_unsealed_on_purpose_is_found_in_dump_files_and_wal,
    the_logs_were_written_and_searched,
    the_patient_was_there_all_the_same,
)
"""What is looked at once the patient has come by every way: in one test, since coming by takes a minute."""


def test_a_patient_comes_by_every_way_and_nothing_of_them_stands_on_the_disk(
    disk: Disk, subtests: pytest.Subtests
) -> None:
    for shown in SHOWN:
        with subtests.test(shown.__name__.replace("_", " ")):
            shown(disk)
