"""What a check of somebody's account or system finds, told so that whoever runs the clinic's computers can act."""

from dataclasses import dataclass
from enum import Enum


class Level(Enum):
    """Whether something works, wants a look, or does not work."""

    GOOD = "ok"
    LOOK = "look"
    BAD = "BAD"


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One line of the table. `do` says what to do, "" where nothing is to be done."""

    level: Level
    what: str
    says: str
    do: str = ""

    def __str__(self) -> str:
        says = f"  {self.level.value:5} {self.what}: {self.says}"
        return f"{says}\n        {self.do}" if self.do else says
