"""A visit booked by talking in the widget: a browser with a microphone, the desk's own ears and voice, in real time."""

import asyncio
import base64
import io
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
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
from frontdesk.voice.holding import models_of

WRITES = "My name is Maria Lopez, and my number is 512-555-0147"
SAYS = (
    (3.0, "Hi, I'd like to book a Botox consultation on Thursday afternoon."),
    (5.0, "No, it's my first time."),
    (5.5, "The second one please."),
    (5.5, "No e-mail, thank you."),
    (5.5, "Yes please."),
)
"""Each with the seconds of silence before it. Who waits for no answer is answered in turn all the same."""
RECORDS = """() => new Promise((begun) => {
  const sound = document.getElementById("call-sound"), parts = [];
  const record = () => {
    const recorder = new MediaRecorder(sound.srcObject);
    recorder.ondataavailable = (event) => parts.push(event.data);
    recorder.start(500);
    window.heard = () => new Promise((done) => {
      const reader = new FileReader();
      reader.onload = () => done(reader.result.split(",")[1]);
      const read = () => reader.readAsDataURL(new Blob(parts));
      if (recorder.state === "inactive") return read();
      recorder.onstop = read;
      recorder.stop();
    });
    begun();
  };
  const wait = () => sound.srcObject ? record() : setTimeout(wait, 20);
  wait();
})"""


@asynccontextmanager
async def with_microphone(chromium: Path, sound: Path) -> AsyncIterator[Page]:
    """A page of a browser whose microphone hears that file, once, from when it is first used."""
    fake = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
    hears = f"--use-file-for-fake-audio-capture={sound}%noloop"
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=[*ARGUMENTS, *fake, hears])
        yield await browser.new_page(locale="en-US", viewport={"width": 1280, "height": 800})
        await browser.close()


async def heard_by(chat: Frame) -> bytes:
    """What came back to the page, in 16-bit samples, 8,000 a second."""
    recorded = base64.b64decode(await chat.evaluate("heard()"))
    resampler = av.AudioResampler("s16", "mono", SAMPLES_A_SECOND)
    with av.open(io.BytesIO(recorded)) as container:
        frames = [part for frame in container.decode(audio=0) for part in resampler.resample(frame)]
    return np.concatenate([frame.to_ndarray()[0] for frame in frames]).astype("<i2").tobytes()


@pytest.mark.realtime
async def test_a_patient_books_by_talking_in_the_widget(talking: Running, chromium: Path, tmp_path: Path) -> None:
    desk, practice = talking.desk, talking.practice
    models = await asyncio.to_thread(models_of, desk.settings)
    spoken = [bytes(int(pause * SAMPLES_A_SECOND) * 2) + await models.mouth.say(words) for pause, words in SAYS]
    sound = tmp_path / "patient.wav"
    sound.write_bytes(wav(b"".join(spoken)))

    async with with_microphone(chromium, sound) as page, clinic_site(talking) as site:
        await page.goto(site)
        chat = await opened_chat(page)
        await say(chat, WRITES)
        await chat.get_by_role("button", name="Talk to us").first.click()
        await chat.evaluate(RECORDS)
        answers = chat.locator(".message.assistant .bubble")
        await expect(answers.filter(has_text="booked")).to_be_visible(timeout=50_000)
        await expect(chat.locator("#call-state")).to_have_text("Listening", timeout=20_000)
        heard = await heard_by(chat)
        written = await chat.locator(".message.patient .bubble").all_inner_texts()
        told = await answers.all_inner_texts()
        await chat.get_by_role("button", name="Hang up").click()
        await expect(chat.get_by_role("button", name="Talk to us").first).to_be_visible()

    async with desk.storage.practice(practice.id) as db:
        visits, patients = await every_visit(db), await every_patient(db)
    print(written, told)
    print(models.ear.heard(heard[: 16 * 8000], ()).text, "|||", models.ear.heard(heard[-16 * 8000 :], ()).text)
    (tmp_path / "heard.wav").write_bytes(wav(heard))
    print(tmp_path)
