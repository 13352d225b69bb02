"""The words of what is written to a patient's chart, beside the patient's own."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import yaml

from frontdesk.domain.message import ChannelKind
from frontdesk.domain.time import wall
from frontdesk.standards.form_paper import FormWords

LONGEST_QUOTE = 300
"""Letters of one message; the rest is in the conversation."""
MOST_QUOTES = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class ChartWords:
    """The words of a form's paper. `unprinted`: that it could not have every letter."""

    form: FormWords
    unprinted: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """What a patient said before a visit was booked, each message in their own words.

    `booked` is the instant of the message that booked it, `reason` the message that asked for it, `health` what they
    told of their health, `asked` what is for a clinician to answer.
    """

    channel: ChannelKind
    booked: datetime
    first_visit: bool | None = None
    reason: str = ""
    health: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()


def chart_words(language: str) -> ChartWords:
    """Those of a language. Raises: FileNotFoundError (the desk does not speak it)."""
    told = _told(language)
    return ChartWords(form=FormWords(language=language, **told["form"]), unprinted=told["paper"]["unprinted"])


def said_note(said: Said, *, language: str, zone: ZoneInfo) -> str:
    """The note, in one line: many systems keep no line ends. `language` is the practice's; what is quoted stays."""
    told, channels = _told(language)["note"], _told(language)["channels"]
    first = {True: told["first"], False: told["again"], None: ""}[said.first_visit]
    when = f"{wall(said.booked, zone):%Y-%m-%d %H:%M %Z}"
    parts = [
        told["arranged"].format(channel=channels[said.channel.value], when=when),
        first,
        *(
            told[key].format(words=" ".join(map(_quoted, quotes[:MOST_QUOTES])))
            for key, quotes in (("reason", (said.reason,)), ("health", said.health), ("asked", said.asked))
            if any(quotes)
        ),
        told["unchecked"],
    ]
    return " ".join(part for part in parts if part)


def _quoted(message: str) -> str:
    words = " ".join(message.split())
    return f"“{words if len(words) <= LONGEST_QUOTE else f'{words[:LONGEST_QUOTE].rstrip()}…'}”"


@cache
def _told(language: str) -> Mapping[str, Mapping[str, str]]:
    path = Path(__file__).parent / "catalogue" / f"chart_{language}.yaml"
    told: Mapping[str, Mapping[str, str]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return told
