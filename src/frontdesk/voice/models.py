"""Where the speech models are, and both loaded once."""

from dataclasses import dataclass
from pathlib import Path

from frontdesk.settings import Settings
from frontdesk.voice.hearing import Ear
from frontdesk.voice.speaking import Mouth


class ModelsMissing(Exception):
    """The text says which model is not there, and how to get it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Places:
    """A folder with a Whisper model as faster-whisper reads it, and a Piper voice (`.onnx`, its `.json` beside it)."""

    whisper: Path
    piper: Path


@dataclass(frozen=True, kw_only=True, slots=True)
class Models:
    """What hears and what speaks, shared by all calls of a process."""

    ear: Ear
    mouth: Mouth


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


def load_models(at: Places) -> Models:
    """Both models, ready to be used. Takes seconds: call it off the event loop.

    Raises: ModelsMissing.
    """
    if faults := missing(at):
        raise ModelsMissing(" ".join([*faults, "`frontdesk voice setup` says how to get them."]))
    models = Models(ear=Ear(at.whisper), mouth=Mouth(at.piper))
    models.ear.warm_up()
    models.mouth.warm_up()
    return models
