"""The speech models, both loaded once."""

from dataclasses import dataclass

from frontdesk.channels.voice.places import ModelsMissing, Places, language_of, missing
from frontdesk.voice.hearing import ENGLISH, Ear
from frontdesk.voice.speaking import Mouth


@dataclass(frozen=True, kw_only=True, slots=True)
class Models:
    """What hears and what speaks, shared by all calls of a process."""

    ear: Ear
    mouth: Mouth
    language: str

    @property
    def speak(self) -> frozenset[str]:
        """The languages that are both heard and spoken."""
        return frozenset({self.language}) if self.ear.hears_all or self.language == ENGLISH else frozenset()


def load_models(at: Places) -> Models:
    """Both models, ready to be used. Takes seconds: call it off the event loop.

    Raises: ModelsMissing.
    """
    if faults := missing(at):
        raise ModelsMissing(" ".join([*faults, "`frontdesk voice setup` says how to get them."]))
    language = language_of(at.piper)
    models = Models(ear=Ear(at.whisper, language=language), mouth=Mouth(at.piper), language=language)
    models.ear.warm_up()
    models.mouth.warm_up()
    return models
