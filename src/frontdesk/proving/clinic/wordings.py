"""How patients put things: files of wordings by act, filled with a task's facts and drawn by chance."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

import yaml

from frontdesk.proving.clinic.task import Style

FOLDER = Path(__file__).parent / "wordings"
_SLOT = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Wordings:
    """The wordings of one language, by act."""

    by_act: Mapping[str, tuple[str, ...]]

    def draw(self, act: str, values: Mapping[str, str], *, style: Style, chance: Random) -> str:
        """One wording of the act with its slots filled; those that want a value that is not there are left out.

        The terse draw from the shortest third, the chatty from the longer half.
        """
        fitting = [one for one in self.by_act[act] if set(_SLOT.findall(one)) <= values.keys()]
        fitting.sort(key=len)
        if style == "terse":
            fitting = fitting[: max(1, len(fitting) // 3)]
        elif style == "chatty":
            fitting = fitting[len(fitting) // 2 :]
        return chance.choice(fitting).format(**values)


@cache
def wordings(language: str) -> Wordings:
    """Those of a language, "en" or "es"."""
    read = yaml.load((FOLDER / f"{language}.yaml").read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    return Wordings(by_act={act: tuple(_lines(text)) for act, text in read.items()})


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]
