"""What simulated patients call about, read from files: what they answer to what, and what has to be so afterwards."""

import re
from functools import cache
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import AfterValidator, Field, ValidationError, model_validator

from frontdesk.proving.clinic.task import Before, End, Goal, Part, Person, Task

CALLS = Path(__file__).parent / "calls"
AT = "Tue 2026-05-26 10:00"
"""What the practice's clock shows in every call."""


class ScriptsWrong(Exception):
    """Files of calls that cannot be used; a line for each fault, with file, call and place."""


def _is_pattern(words: str) -> str:
    try:
        re.compile(words)
    except re.error as fault:
        raise ValueError(f"no regular expression: {fault}") from None
    return words


Pattern = Annotated[str, AfterValidator(_is_pattern)]


class Line(Part):
    """What is done where the desk's words fit `to`, a regular expression.

    `says` may hold pauses in seconds: "I'd like [0.8] a facial". `waits`: so many seconds without a word come first.
    `cuts_in`: so many seconds after the desk began to speak, without hearing it out. `once`: the next time that the
    words fit, another line or the patient's usual answer does. `breaks_off`: the line to the desk breaks, and the
    carrier brings the call back.
    """

    to: Pattern = ""
    says: str = ""
    presses: str = ""
    waits: float = 0.0
    cuts_in: float | None = None
    hangs_up: bool = False
    breaks_off: bool = False
    once: bool = False


class Texted(Part):
    """A text that the patient writes after the call, where the last text they got fits `to`."""

    to: Pattern = ""
    says: str


class Script(Part):
    """One call. Where no line fits, the patient answers as anybody does: with their name, a yes, the first time.

    `when` is what they say to the question for days and times, and where no time that is offered is one they can take.
    `done` is what the desk says when the patient has what they want. `who_comes` is the person whose name and birth
    date are told, where it is not the caller. `said_aloud`: words (a regular expression) that have to be heard in the
    desk's own speech, transcribed back, beside the times and days of what it has done.
    """

    id: str = Field(pattern=r"^[a-z0-9-]+$")
    about: str
    patient: Person
    who_comes: Person | None = None
    voice: str | None = None
    before: Before = Before()
    lines: tuple[Line, ...] = ()
    picks: str = "The first one, please."
    when: str = ""
    done: Pattern
    texts: tuple[Texted, ...] = ()
    said_aloud: Pattern = ""
    stops: bool = False
    """Whether the desk has to fall silent when the patient cuts in."""
    end: End

    @property
    def task(self) -> Task:
        """The same as a task of the clinic's benchmark, whose world and grading are used."""
        return Task(
            id=self.id,
            about=self.about,
            category="booking",
            at=AT,
            patient=self.patient,
            before=self.before,
            wants=(Goal(do="say", words=("-",)),),
            people=(self.who_comes,) if self.who_comes is not None else (),
            end=self.end,
        )

    @model_validator(mode="after")
    def _whole(self) -> "Script":
        self.task.address  # noqa: B018  # a faulty one is told when the file is read
        return self


@cache
def every_script(folder: Path = CALLS) -> tuple[Script, ...]:
    """All calls below a folder, by file and place in it. Raises: ScriptsWrong."""
    scripts: list[Script] = []
    faults: list[str] = []
    for file in sorted(folder.glob("*.yaml")):
        for raw in yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)["calls"]:
            try:
                scripts.append(Script.model_validate(raw))
            except ValidationError as wrong:
                where = f"{file.name}: {raw.get('id', 'a call without an id')}"
                faults += [f"{where}: {'.'.join(map(str, one['loc']))}: {one['msg']}" for one in wrong.errors()]
    ids = [one.id for one in scripts]
    faults += [f"{id}: two calls have this id" for id in sorted({id for id in ids if ids.count(id) > 1})]
    if faults:
        raise ScriptsWrong("\n".join(faults))
    return tuple(scripts)
