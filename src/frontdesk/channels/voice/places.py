"""Where the speech models are, and which language they speak. It loads none of them."""

import json
from dataclasses import dataclass
from pathlib import Path

from frontdesk.settings import Settings


class ModelsMissing(Exception):
    """The text says which model is not there, and how to get it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Places:
    """A folder with a Whisper model as faster-whisper reads it, and a Piper voice (`.onnx`, its `.json` beside it)."""

    whisper: Path
    piper: Path


def places(settings: Settings) -> Places:
    """Where the settings say that the models are, else where `frontdesk voice setup` puts them."""
    own = settings.home / "voice"
    return Places(whisper=settings.whisper or own / "whisper", piper=settings.piper or own / "piper" / "voice.onnx")


def missing(at: Places) -> list[str]:
    """What keeps calls from being heard or spoken, in a line each; [] where nothing does."""
    ear = [at.whisper / name for name in ("model.bin", "config.json")]
    mouth = [at.piper, at.piper.with_name(f"{at.piper.name}.json")]
    faults = [f"{file} is not there, so nothing can be heard." for file in ear if not file.is_file()]
    faults += [f"{file} is not there, so nothing can be said." for file in mouth if not file.is_file()]
    return faults


def voice_in(settings: Settings) -> str | None:
    """The language that calls are spoken in on this machine; None: a model is not there, or cannot be read."""
    at = places(settings)
    try:
        return None if missing(at) else language_of(at.piper)
    except (OSError, ValueError):
        return None


def language_of(piper: Path) -> str:
    """The language of a Piper voice, such as "en".

    Raises: OSError, ValueError where its description is none of Piper's.

    Source: piper, VOICES.md: `espeak.voice` in the voice's .json is the name by which espeak knows the language.
    """
    match json.loads(piper.with_name(f"{piper.name}.json").read_text("utf-8")):
        case {"espeak": {"voice": str(voice)}}:
            return voice.partition("-")[0]
        case _:
            raise ValueError(f"{piper}.json names no espeak voice; it is no description of a Piper voice.")
