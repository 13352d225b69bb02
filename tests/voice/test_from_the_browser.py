"""A visit booked by talking in the widget: a browser with a microphone, the desk's own ears and voice, in real time."""

import asyncio
import base64
import io
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import av
import numpy as np
import pytest
from playwright.async_api import Frame, Page, async_playwright, expect
from tests.web.conftest import Running
from tests.web.pages.test_in_browser import clinic_site, opened_chat, say
from tools.browser import ARGUMENTS

from frontdesk.channels.voice.tones import wav
from frontdesk.channels.voice.ulaw import SAMPLES_A_SECOND
from frontdesk.domain.appointment import Status
from frontdesk.domain.time import wall
from frontdesk.storage.inventory import every_patient, every_visit
from frontdesk.voice.hearing import Ear
from frontdesk.voice.holding import models_of

WRITES = "My name is Maria Lopez, and my number is 512-555-0147"
SAYS = (
    ("How can I help|go on where we were", "Hi, I'd like to book a Botox consultation on Thursday afternoon."),
    ("Have you been", "No, it's my first time."),
    ("Which works better", "The second one please."),
    ("e-mail", "No e-mail, thank you."),
    ("Shall I book it", "Yes please."),
)
"""What is said once something like the former stands in the chat; by then it is about to be heard, and is cut off."""
BOOKED = "You're booked"
REPEATS = 8_000
"""Milliseconds after which somebody who was not heard, or asked something else, says it again: a machine that has
other work to do hears badly."""
GREETS = 3
"""Seconds of the greeting that are listened to."""
ENDS = re.compile("book.*Thursday May 2", re.IGNORECASE)
"""The last that is listened to. It goes on after that, for long."""
_WINDOW = 14 * 2 * SAMPLES_A_SECOND
RECORDS = """() => new Promise((begun) => {
  const sound = document.getElementById("call-sound"), parts = [];
  const record = () => {
    const recorder = new MediaRecorder(sound.srcObject);
    recorder.ondataavailable = (event) => parts.push(event.data);
    recorder.start(500);
    window.heard = () => new Promise((done) => {
      const reader = new FileReader();
      reader.onload = () => done(reader.result.split(",")[1]);
      reader.readAsDataURL(new Blob(parts));
    });
    begun();
  };
  const wait = () => sound.srcObject ? record() : setTimeout(wait, 20);
  wait();
})"""


KEEPS_PEER = """const Peer = RTCPeerConnection;
RTCPeerConnection = class extends Peer { constructor(...given) { super(...given); window.peer = this; } };"""
SPEAKS = """async () => {
  const [sender] = peer.getSenders(), asked = sender.track.getConstraints();
  sender.track.stop();
  await sender.replaceTrack((await navigator.mediaDevices.getUserMedia({ audio: asked })).getTracks()[0]);
}"""
"""A browser reads the file of its microphone when that is opened: for each line it is opened anew."""


class Patient:
    """Whoever sits at the browser: its microphone hears `sound`, once, from when it is opened."""

    def __init__(self, page: Page, sound: Path) -> None:
        self.page = page
        self._sound = sound

    async def says(self, chat: Frame, line: bytes) -> None:
        """Speak, after half a second of nothing."""
        self.hold(line)
        await chat.evaluate(SPEAKS)

    def hold(self, line: bytes) -> None:
        """Have something to say when the microphone is opened next."""
        self._sound.write_bytes(wav(bytes(SAMPLES_A_SECOND) + line))


async def talks(patient: Patient, chat: Frame, lines: Sequence[tuple[str, bytes]]) -> None:
    """Answer what is asked until the visit is booked; say it again where that was not heard."""
    answers = chat.locator(".message.assistant .bubble")
    known = re.compile("|".join([BOOKED, *(asked for asked, _ in lines)]))
    line = lines[0][1]
    while True:
        with suppress(AssertionError):
            await expect(answers.last).to_contain_text(known, timeout=REPEATS)
        told, heard = await answers.last.inner_text(), await answers.count()
        if BOOKED in told:
            return
        line = next((line for asked, line in lines if re.search(asked, told)), line)
        await patient.says(chat, line)
        with suppress(AssertionError):
            await expect(answers).not_to_have_count(heard, timeout=3 * REPEATS)


@asynccontextmanager
async def with_microphone(chromium: Path, sound: Path) -> AsyncIterator[Patient]:
    """Somebody at a browser."""
    fake = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
    hears = f"--use-file-for-fake-audio-capture={sound}%noloop"
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=[*ARGUMENTS, *fake, hears])
        page = await browser.new_page(locale="en-US", viewport={"width": 1280, "height": 800})
        await page.add_init_script(KEEPS_PEER)
        patient = Patient(page, sound)
        patient.hold(b"")
        yield patient
        await browser.close()


async def heard_by(chat: Frame) -> bytes:
    """What came back to the page, in 16-bit samples, 8,000 a second."""
    recorded = base64.b64decode(await chat.evaluate("heard()"))
    resampler = av.AudioResampler("s16", "mono", SAMPLES_A_SECOND)
    with av.open(io.BytesIO(recorded)) as container:
        frames = [part for frame in container.decode(audio=0) for part in resampler.resample(frame)]
    return np.concatenate([frame.to_ndarray()[0] for frame in frames]).astype("<i2").tobytes()


async def heard_of_both(chat: Frame, ear: Ear) -> tuple[str, str]:
    """How the desk began and what it said last, by the tests' own ear; listened to until the booking was told."""
    async with asyncio.timeout(90):
        while True:
            heard = await heard_by(chat)
            booked = (await ear.hear(heard[-_WINDOW:], hints=())).text.replace(",", "")
            if ENDS.search(booked):
                return (await ear.hear(heard[:_WINDOW], hints=())).text, booked
            await asyncio.sleep(1)


@pytest.mark.realtime
@pytest.mark.timeout(400)
async def test_a_patient_books_by_talking_in_the_widget(talking: Running, chromium: Path, tmp_path: Path) -> None:
    desk, practice = talking.desk, talking.practice
    models = await asyncio.to_thread(models_of, desk.settings)
    lines = [(asked, await models.mouth.say(words)) for asked, words in SAYS]

    async with with_microphone(chromium, tmp_path / "patient.wav") as patient, clinic_site(talking) as site:
        await patient.page.goto(site)
        chat = await opened_chat(patient.page)
        await say(chat, WRITES)
        await chat.get_by_role("button", name="Talk to us").first.click()
        async with asyncio.timeout(60):  # what a page waits for by itself ends by nothing else, and does not tell
            await chat.evaluate(RECORDS)
        await expect(chat.locator("#call")).to_have_attribute("data-is", "speaking", timeout=30_000)
        await asyncio.sleep(GREETS)
        async with asyncio.timeout(180):
            await talks(patient, chat, lines)
        greeting, booked = await heard_of_both(chat, models.ear)
        written = await chat.locator(".message.patient .bubble").all_inner_texts()
        await chat.get_by_role("button", name="Hang up").click()
        await expect(chat.get_by_role("button", name="Talk to us").first).to_be_visible()

    async with desk.storage.practice(practice.id) as db:
        visits, patients = await every_visit(db), await every_patient(db)
    [maria] = [one for one in patients if one.family == "Lopez" and one.phone == "+15125550147"]
    [visit] = [one for one in visits if one.patient == maria.id]
    start = wall(visit.during.start, practice.locations[0].zone)
    assert (visit.service, visit.status) == ("botox-consultation", Status.BOOKED)
    assert (maria.given, start.isoformat()[:10], start.hour >= 12) == ("Maria", "2026-05-28", True)
    assert len(written) >= 1 + len(SAYS)  # what was said stands in the chat, beside what was written
    assert any("Botox consultation" in one for one in written[1:])
    assert "automat" in greeting  # of "automated assistant"; a busy machine has gaps in what it plays
    assert ENDS.search(booked)
