"""How well names, postcodes and birth dates are read from what telephone speech recognition wrote.

`FRONTDESK_CORPORA=FOLDER python -m benchmarks.language_details [--wrong]`, on PolyAI's EVI (CC BY 4.0, British).
Each line alone, and each caller's tries together; beside it what the recogniser put first.
"""

import json
import os
import re
import sys
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from frontdesk.language.details import read_detail
from frontdesk.language.details.people import FullName
from frontdesk.language.details.reading import Detail, Evidence, Reading

DETAILS = {"name": Detail.NAME, "postcode": Detail.POSTCODE, "dob": Detail.BIRTH_DATE}
TODAY = date(2021, 6, 1)
"""About when the calls were made."""
SURE = 0.9

Row = dict[str, Any]


def rows() -> list[Row]:
    """The lines of the corpus; [] where it is not there."""
    path = Path(os.environ.get("FRONTDESK_CORPORA", "")) / "evi_en_dev.jsonl"
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []


def plain(value: object) -> str:
    """A value as it is compared: without case, gaps and signs."""
    if isinstance(value, FullName):
        value = value.given + value.family
    if isinstance(value, dict):
        value = value["first"] + value["last"]
    return re.sub(r"[^a-z0-9]", "", str(value).lower())


def read(detail: Detail, said: Sequence[str], earlier: Sequence[Sequence[str]] = ()) -> Reading[object] | None:
    """The reading of one try; None where nothing is read."""
    evidence = Evidence(spoken=True, region="GB", today=TODAY, earlier=tuple(tuple(one) for one in earlier))
    told = read_detail(detail, said, evidence)
    return (
        Reading(value=told.value, confidence=told.confidence, confirm_by=told.confirm_by)
        if isinstance(told, Reading)
        else None
    )


def measured(item: str, of: Sequence[Row], tell: Callable[[str], None]) -> str:
    """One line about one kind of detail."""
    detail = DETAILS[item]
    first = alone = 0
    callers: dict[str, list[Row]] = defaultdict(list)
    for row in of:
        callers[f"{row['id'].split('.')[0]} {row['truth']}"].append(row)
        told = read(detail, row["nbest"] or [row["asr"]])
        first += plain(row["asr"]) == plain(row["truth"])
        alone += told is not None and plain(told.value) == plain(row["truth"])
    together = sure = sure_and_right = 0
    for tries in callers.values():
        tries.sort(key=lambda row: int(row["attempt"]))
        *earlier, last = (row["nbest"] for row in tries)
        told = read(detail, last, earlier)
        right = told is not None and plain(told.value) == plain(tries[0]["truth"])
        together += right
        sure += told is not None and told.confidence >= SURE
        sure_and_right += right and told is not None and told.confidence >= SURE
        if not right:
            tell(f"{tries[0]['truth']}: {told.value if told else None} of {[row['nbest'][:3] for row in tries]}")
    guess = "" if item == "dob" else f" (the recogniser's own first guess {first / len(of):.1%})"
    return (
        f"{item}: each line {alone}/{len(of)} = {alone / len(of):.1%}{guess}, "
        f"a caller's tries together {together}/{len(callers)} = {together / len(callers):.1%}; "
        f"where sure from {SURE:.0%} on, right in {sure_and_right} of {sure}"
    )


def main(arguments: Sequence[str] = ()) -> int:
    """0 when measured."""
    tell: Callable[[str], None] = print if "--wrong" in arguments else (lambda _: None)
    found = rows()
    if not found:
        print("EVI is not there: FRONTDESK_CORPORA names no folder with evi_en_dev.jsonl")
        return 0
    for item in DETAILS:
        print(measured(item, [row for row in found if row["item"] == item], tell), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
