"""Gets the speech models, and tries them: a sentence is spoken and heard again."""

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass

from faster_whisper import download_model
from piper.download_voices import download_voice

from frontdesk.channels.voice.places import Places, missing
from frontdesk.voice.models import Models, load_models

TRIED = "I would like to book a visit on Thursday afternoon."


@dataclass(frozen=True, kw_only=True, slots=True)
class Tried:
    """What became of a sentence that was spoken and heard again, and the seconds for each."""

    said: str
    heard: str
    loaded: float
    spoke: float
    listened: float


def download(at: Places, *, whisper: str, piper: str) -> Iterator[str]:
    """Fetch what is not there, from where their makers publish it; a line for each. No patient's data is sent.

    Raises: OSError, ValueError (there is no such model).
    """
    if not (at.whisper / "model.bin").is_file():
        at.whisper.mkdir(parents=True, exist_ok=True)
        download_model(whisper, output_dir=str(at.whisper))
        yield f"Whisper {whisper} is in {at.whisper}."
    if not at.piper.is_file():
        at.piper.parent.mkdir(parents=True, exist_ok=True)
        download_voice(piper, at.piper.parent)
        for ending in (".onnx.json", ".onnx"):  # the voice last: what is there is whole
            (at.piper.parent / f"{piper}{ending}").rename(at.piper.with_name(f"{at.piper.stem}{ending}"))
        yield f"Piper's voice {piper} is in {at.piper}."


def tried(at: Places) -> Tried | list[str]:
    """A sentence through both models; or what is missing, in a line each."""
    if faults := missing(at):
        return faults
    began = time.monotonic()
    models = load_models(at)
    return asyncio.run(_tried(models, loaded=time.monotonic() - began))


async def _tried(models: Models, *, loaded: float) -> Tried:
    began = time.monotonic()
    sound = await models.mouth.say(TRIED)
    spoke = time.monotonic()
    heard = await models.ear.hear(sound, hints=())
    return Tried(said=TRIED, heard=heard.text, loaded=loaded, spoke=spoke - began, listened=time.monotonic() - spoke)
