"""A patient's phone on the screen: what it sends goes the way of a real text, signed, through the webhook."""

import re
from dataclasses import dataclass
from datetime import date

from fastapi import APIRouter, Request
from starlette.responses import Response

from frontdesk.channels.sms import local
from frontdesk.domain.practice import Practice
from frontdesk.domain.time import wall
from frontdesk.reception.texted import LONGEST_TEXT
from frontdesk.storage.clock import new_id
from frontdesk.storage.local_post import DeliveredText, keep_text, texts_on
from frontdesk.web.desk import desk_of
from frontdesk.web.pages.demo.practice import ENGLISH, demo_practice, desk_time, local_now, zone_of
from frontdesk.web.pages.sms import Incoming, Signed, take_text, webhook_url
from frontdesk.web.phones import pretty
from frontdesk.web.rendering import page
from frontdesk.web.security import from_own_page
from frontdesk.web.wall_clock import clock, near_day
from frontdesk.wiring import Frontdesk

NUMBERS = ("+15125550147", "+15125550182", "+15125550119", "+15125550163")
E164 = re.compile(r"\+[1-9]\d{6,14}")

router = APIRouter()


@dataclass(frozen=True, kw_only=True, slots=True)
class Bubble:
    """One text on the screen. `day` stands above the first of a day, `last` below the last of a row."""

    body: str
    mine: bool
    clock: str
    day: str | None
    last: bool


@router.get("/demo/phone")
async def phone(request: Request) -> Response:
    """The phone, before it knows its number; the browser asks for the thread of the number chosen."""
    desk = desk_of(request)
    practice = await demo_practice(desk)
    facts = {
        "practice": practice,
        "now": desk_time(desk, practice),
        "clock": clock(desk.clock.now(), zone_of(practice), ENGLISH),
        "numbers": [(number, pretty(number)) for number in NUMBERS],
        "clinic": pretty(practice.locations[0].phone),
        "longest": LONGEST_TEXT,
    }
    return page("demo/phone.html", facts)


@router.post("/demo/phone/thread")
async def thread(request: Request) -> Response:
    """The texts of one number. Asked for by POST, so that no number stands in an address."""
    desk = desk_of(request)
    number = str((await request.form()).get("number", ""))
    return await _thread(desk, await demo_practice(desk), number, notice="")


@router.post("/demo/phone/texts")
async def send_text(request: Request) -> Response:
    """Send a text from that number, and show the thread with it."""
    if not from_own_page(request):
        return Response(status_code=403)
    desk = desk_of(request)
    practice = await demo_practice(desk)
    form = await request.form()
    number, text = str(form.get("number", "")), str(form.get("text", "")).strip()[:LONGEST_TEXT]
    notice = ""
    if not E164.fullmatch(number):
        notice = "Choose a number like +15125550147 first."
    elif text:
        status = await _carry(desk, practice, number, text)
        notice = "" if status == 204 else f"Not delivered: the clinic's webhook answered {status}."
    return await _thread(desk, practice, number, notice=notice)


async def _carry(desk: Frontdesk, practice: Practice, number: str, text: str) -> int:
    """The status that the clinic's webhook answered to the local carrier."""
    id, now = new_id(), desk.clock.now()
    async with desk.storage.practice(practice.id) as db:
        await keep_text(db, id=id, key=f"sent:{id}", phone=number, body=text, from_patient=True, now=now)
    clinic = practice.locations[0].phone
    body = Incoming(id=str(id), sender=number, text=text).body()
    url = webhook_url(desk.settings.public_url, clinic)
    signature = local.sign(desk.settings.carrier_secret, url, body, now)
    return await take_text(desk, clinic, body, Signed(signature=signature, sent_at=str(int(now.timestamp()))))


async def _thread(desk: Frontdesk, practice: Practice, number: str, *, notice: str) -> Response:
    texts: list[DeliveredText] = []
    if E164.fullmatch(number):
        async with desk.storage.practice(practice.id) as db:
            texts = await texts_on(db, number)
    facts = {"bubbles": bubbles(texts, practice, local_now(desk, practice).date()), "notice": notice}
    return page("demo/phone_thread.html", facts)


def bubbles(texts: list[DeliveredText], practice: Practice, today: date) -> list[Bubble]:
    """A thread as a phone shows it."""
    zone = zone_of(practice)
    days = [wall(text.at, zone).date() for text in texts]
    shown = []
    for place, text in enumerate(texts):
        is_new_day = place == 0 or days[place] != days[place - 1]
        ends_row = place + 1 == len(texts) or texts[place + 1].from_patient != text.from_patient
        shown.append(
            Bubble(
                body=text.body,
                mine=text.from_patient,
                clock=clock(text.at, zone, ENGLISH),
                day=near_day(days[place], today, ENGLISH) if is_new_day else None,
                last=ends_row,
            )
        )
    return shown
