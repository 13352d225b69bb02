"""The reasoned exceptions, one table each in tools/rules/allowed.toml. One that nothing needs is a complaint."""

import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from tools.rules.source import Complaint

LIST = PurePosixPath("tools/rules/allowed.toml")


@dataclass(frozen=True, kw_only=True)
class Allowance:
    """One rule left out in one file. `reason` is for the next reader; `line` is where it stands in the list."""

    rule: str
    path: PurePosixPath
    reason: str
    line: int

    def covers(self, complaint: Complaint) -> bool:
        """Whether a complaint is what this allows."""
        return complaint.rule == self.rule and complaint.path == self.path


def read_allowances(root: Path) -> list[Allowance]:
    """The list as it stands. Raises: KeyError where a table lacks its rule, path or reason."""
    text = (root / LIST).read_text()
    lines = [number for number, line in enumerate(text.splitlines(), start=1) if line.strip() == "[[allow]]"]
    return [
        Allowance(rule=one["rule"], path=PurePosixPath(one["path"]), reason=one["reason"], line=line)
        for one, line in zip(tomllib.loads(text).get("allow", []), lines, strict=True)
    ]


def left_over(complaints: Iterable[Complaint], allowances: Sequence[Allowance]) -> Iterator[Complaint]:
    """What is not allowed, and each allowance that nothing needs any more."""
    needed: set[int] = set()
    for complaint in complaints:
        covering = next((one for one in allowances if one.covers(complaint)), None)
        if covering is None:
            yield complaint
        else:
            needed.add(covering.line)
    for one in allowances:
        if one.line not in needed:
            yield Complaint(
                path=LIST, line=one.line, rule="allowed", says=f"{one.path} no longer needs this; take it out"
            )
