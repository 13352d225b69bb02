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
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from uuid import uuid4

import httpx
import psycopg
import pytest
from tests.cli.test_serve import free_port
from tests.safety.search import found
from websockets.asyncio.client import connect

from frontdesk.storage.cluster import binaries
from frontdesk.storage.embedded import EmbeddedPostgres

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

    @property
    def files(self) -> list[Path]:
        return [self.log, self.dump, *(path for path in self.home.rglob("*") if path.is_file())]


@pytest.fixture(scope="module")
def disk(tmp_path_factory: pytest.TempPathFactory) -> Disk:
    """The disk after a patient came by every way there is, and the controls beside them."""
    folder = tmp_path_factory.mktemp("leak")
    disk = Disk(home=folder / "home", log=folder / "app.log", dump=folder / "dump.sql")
    with Demo(disk) as url:
        asyncio.run(come_by_every_way(url, disk.home))
    run_commands(disk)
    with EmbeddedPostgres.join(disk.home) as joined:
        plant_controls(joined.url)
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
        for _ in range(600):
            if b"is ready" in self._disk.log.read_bytes():
                return f"http://localhost:{self._port}"
            assert self._process.poll() is None, self._disk.log.read_text()
            time.sleep(0.1)
        raise AssertionError("the demo has not become ready")

    def __exit__(self, *_: object) -> None:
        self._process.send_signal(signal.SIGINT)
        self._process.wait(30)
        self._log.close()


async def come_by_every_way(url: str, home: Path) -> None:
    """Texts, chat, form, mailbox, calendar, and every address with the values in its query, body and headers."""
    own = {"Sec-Fetch-Site": "same-origin", "Accept": "text/html"}
    async with httpx.AsyncClient(base_url=url, headers=own, timeout=20) as web:
        for text in TEXTS:
            await send_text(web, text)
        await chat(url)
        await send_form(web, await intake_link(web))
        await walk_in(web)
        await ask_every_address(web)
        break_the_database(home)
        await send_text(web, PLANTED["a text"])
        await send_text(web, "STOP")
        await asyncio.sleep(1.5)  # the worker looks at what is due


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


async def intake_link(web: httpx.AsyncClient) -> str:
    """The form's address, from the mail that confirmed the visit."""
    for _ in range(100):
        mailbox = await web.get("/demo/mailbox")
        link = re.search(r"/intake/[\w-]{60,}", unescape(mailbox.text))
        if link is not None:
            for part in re.findall(r"/demo/mailbox/[0-9a-f-]{36}", mailbox.text):
                for page in ("", "/page", "/invite.ics"):
                    assert (await web.get(part + page)).status_code == 200
            return link.group()
        await asyncio.sleep(0.1)
    raise AssertionError(f"no mail with a form: {mailbox.text[-2000:]}")


async def send_form(web: httpx.AsyncClient, link: str) -> None:
    answers = {
        "given": PLANTED["given name"],
        "family": PLANTED["family name"],
        **{"born_year": "1987", "born_month": "11", "born_day": "23"},
        "street": PLANTED["street"],
        "city": PLANTED["city"],
        **{"state": "TX", "postcode": "78701", "pregnancy": "no", "consent": "yes", "allow_calls": "yes"},
        "medications": PLANTED["medications"],
        "allergies": PLANTED["allergies"],
        "reason": PLANTED["reason"],
        "signature": PLANTED["signature"],
    }
    assert PLANTED["given name"] in (await web.get(link)).text
    missing = await web.post(link, data={**answers, "signature": ""})
    kept = await web.post(link, data=answers)
    again = await web.post(link, data=answers)
    assert (missing.status_code, kept.status_code, again.status_code) == (422, 200, 200)


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


async def ask_every_address(web: httpx.AsyncClient) -> None:
    """Each address that the app has, with the values wherever a caller can put them."""
    everything = dict(zip((f"v{number}" for number in range(len(PLANTED))), PLANTED.values(), strict=True))
    headers = {"User-Agent": PLANTED["given name"], "X-Frontdesk-Signature": PLANTED["e-mail"]}
    addresses = [
        *("/", "/widget.js", "/health/live", "/health/ready", "/demo/site", "/demo/phone", "/demo/mailbox"),
        *("/demo/calendar", "/demo/calendar/sheet", "/demo/rows.css", "/demo/visits/new", "/demo/mailbox/list"),
        *("/chat/smile", f"/chat/{PLANTED['given name']}", f"/intake/{PLANTED['e-mail']}", "/demo/visits"),
        *(f"/sms/local/{PLANTED['phone']}", f"/sms/{PLANTED['city']}/1", f"/demo/visits/{PLANTED['street']}"),
        *(f"/{PLANTED['reason']}", "/demo/phone/texts", "/demo/phone/thread", f"/demo/mailbox/{uuid4()}"),
    ]
    for address in addresses:
        await web.get(address, params={**everything, "on": PLANTED["birth date"]}, headers=headers)
        await web.post(address, params=everything, data=everything, headers=headers)
        await web.post(address, json=everything, headers=headers)


def break_the_database(home: Path) -> None:
    """Every connection of the desk is cut once: what is said about that stands in the logs too."""
    with EmbeddedPostgres.join(home) as joined, psycopg.connect(joined.url, autocommit=True) as owner:
        owner.execute("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'frontdesk'")


def run_commands(disk: Disk) -> None:
    """What people run at the terminal writes to the log too."""
    arguments = (
        ("text", "--from", PLANTED["phone"], f"I am {PLANTED['given name']} and {PLANTED['reason']}"),
        ("agreements", "list", "--practice", "smile"),
        ("forget", "--practice", "smile", "--patient", PLANTED["a walk-in's phone"], "--yes", "--cancel-visits"),
    )
    with disk.log.open("ab") as log:
        for command in arguments:
            done = subprocess.run(
                [sys.executable, "-m", "frontdesk", *command],
                env={**os.environ, "FRONTDESK_HOME": str(disk.home)},
                stdout=subprocess.DEVNULL,  # what a command answers is for its caller's eyes
                stderr=log,
                timeout=60,
                check=False,
            )
            assert done.returncode == 0, disk.log.read_text()[-2000:]


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


def test_no_value_of_a_patient_stands_anywhere_on_the_disk(disk: Disk) -> None:
    assert found(PLANTED, disk.files) == {}


def test_what_was_left_unsealed_on_purpose_is_found_in_dump_files_and_wal(disk: Disk) -> None:
    in_dump = found(CONTROLS, [disk.dump])
    in_files = found(CONTROLS, below(disk, "base"))
    in_wal = found(CONTROLS, below(disk, "pg_wal"))

    assert set(in_dump) == set(in_files) == set(in_wal) == set(CONTROLS)


def test_the_logs_were_written_and_searched(disk: Disk) -> None:
    known = {"the demo's": "Smile Aesthetics is ready", "of PostgreSQL": "database system is ready"}

    assert set(found(known, disk.files)) == set(known)


def test_the_patient_was_there_all_the_same(disk: Disk) -> None:
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
