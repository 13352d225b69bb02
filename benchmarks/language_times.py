"""How well times are read, beside the libraries that people use for it, on parts of open corpora and on own cases.

`FRONTDESK_CORPORA=FOLDER python -m benchmarks.language_times [FOLDER] [--wrong] [--alone]`. Without the corpora only
the own cases and the speed are told. The other libraries are installed into a venv of their own below `build/`;
`--alone` leaves them out, `--wrong` prints what we read otherwise than the corpora.
"""

import json
import os
import re
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import yaml

from benchmarks.language_times_peers import HOME, PEERS, read_by
from benchmarks.peers import installed
from frontdesk.language.timeline.told import times_as_json

HERE = Path(__file__).parent
TODAY = "2026-05-26T09:12:00-05:00"
"""A Tuesday: the now of every line whose corpus names none."""

SGD_TODAY = "2019-03-01T08:00:00-08:00"
MOST_FOR_PEERS = 600
SLOTS = ("date", "time")
OTHER_BUSINESS = re.compile(
    r"\b(?:wea?th?er|waether|forecast|calend[ae]r|event|free|availab|schedule|table|restaurant)", re.IGNORECASE
)
SHAPES = {"date": re.compile(r"\d{4}-\d\d-\d\d"), "time": re.compile(r"\d\d:\d\d")}

Answer = Mapping[str, object]
Grade = Callable[[Sequence[Answer]], "str"]
RIGHT, WRONG, NOTHING = "right", "wrong", "nothing"


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """A line to be read, and what its answers are worth: right, wrong or nothing."""

    text: str
    now: str
    language: str
    grade: Grade
    hour_asked: bool = False
    """Whether the line answers a question for the time."""

    def asked(self) -> dict[str, str]:
        """The line as the command takes it."""
        return {"text": self.text, "now": self.now, "lang": self.language} | (
            {"asked": "time"} if self.hour_asked else {}
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """Lines of one kind, with the share that is to be right and the share that may be wrong."""

    name: str
    lines: Sequence[Line]
    goal: float
    most_wrong: float | None = None

    def sample(self) -> "Part":
        """Every so manieth line: the slowest of the libraries needs a tenth of a second for one."""
        step = -(-len(self.lines) // MOST_FOR_PEERS)
        return replace(self, lines=self.lines[::step])


def corpus(folder: Path | None, name: str) -> Iterator[dict[str, object]]:
    """The rows of one corpus; none where it is not there."""
    path = folder / f"{name}.jsonl" if folder else None
    if path and path.exists():
        yield from map(json.loads, path.read_text(encoding="utf-8").splitlines())


def own_cases(language: str) -> Iterator[Line]:
    """Our own expressions: each with its kind, start, end, direction and grain, as far as they are written."""
    told = yaml.load((HERE / f"times_{language}.yaml").read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # all text
    for text, wanted in told["cases"].items():
        yield Line(text=text, now=told["now"], language=language, grade=_as_written(wanted, told["now"]))


def _as_written(wanted: str, now: str) -> Grade:
    zone = now[-6:]

    def moment(written: str) -> str:
        return datetime.fromisoformat(written if len(written) > 10 else f"{written}T00:00").isoformat() + zone

    def grade(answers: Sequence[Answer]) -> str:
        if wanted == "~":
            return WRONG if answers else RIGHT
        if not answers:
            return NOTHING
        expected = []
        for one in wanted.split(", "):
            words = one.split()
            start, *rest = words
            sign = {"+": "after", "-": "before"}.get(rest[0]) if rest else None
            end = moment(rest[1]) if rest and rest[0] == "to" else None
            expected.append((moment(start), end, sign))
        found = [(str(one["start"]), one.get("end"), one.get("direction")) for one in answers]
        return RIGHT if found == expected else WRONG

    return grade


def booking_lines(folder: Path | None) -> Iterator[Line]:
    """RESTAURANTS-8K: each date and time that was marked is met, and nothing else is read."""
    for row in corpus(folder, "restaurants8k_train"):
        slots: dict[str, list[list[object]]] = row["slots"]  # type: ignore[assignment]
        marked = [(int(str(one[0])), int(str(one[1])), kind) for kind in SLOTS for one in slots.get(kind, [])]
        if marked:
            hour_asked = row["asked"] == ["time"]
            yield Line(text=str(row["text"]), now=TODAY, language="en", grade=_met(marked), hour_asked=hour_asked)


def _met(marked: Sequence[tuple[int, int, str]]) -> Grade:
    def grade(answers: Sequence[Answer]) -> str:
        if not answers:
            return NOTHING
        spans: list[tuple[int, int, Answer]] = [(*one["span"], one) for one in answers]  # type: ignore[misc]
        for start, end, kind in marked:
            met = [one for first, last, one in spans if first < end and start < last]
            if not any(not one["time_only" if kind == "date" else "date_only"] for one in met):
                return WRONG
        alone = [one for one in spans if not any(one[0] < end and start < one[1] for start, end, _ in marked)]
        return WRONG if alone else RIGHT

    return grade


def whole_turns(folder: Path | None) -> Iterator[Line]:
    """SGD: the date and the clock time of a turn, both as annotated, and no other."""
    for row in corpus(folder, "sgd_services_train"):
        acts: list[list[str]] = row["acts"]  # type: ignore[assignment]
        said = [act for act in acts if len(act) > 2 and act[0] == "INFORM" and act[1].startswith("appointment_")]
        wanted = {act[1].removeprefix("appointment_"): act[-1] for act in said}
        known = all(SHAPES[kind].fullmatch(value) for kind, value in wanted.items())
        if wanted and known and len(said) == len(wanted):
            yield Line(text=str(row["user"]), now=SGD_TODAY, language="en", grade=_date_and_time(wanted))


def turns_without(folder: Path | None) -> Iterator[Line]:
    """SGD: turns that tell no time. Those about the weather or a calendar are left out: their times are not marked."""
    for row in corpus(folder, "sgd_services_train"):
        acts: list[list[str]] = row["acts"]  # type: ignore[assignment]
        told = {*row.get("new", ()), *(act[1] for act in acts if len(act) > 1)}  # type: ignore[misc]
        if not any(slot.startswith("appointment_") for slot in told) and not OTHER_BUSINESS.search(str(row["user"])):
            yield Line(text=str(row["user"]), now=SGD_TODAY, language="en", grade=_silent)


def _silent(answers: Sequence[Answer]) -> str:
    return WRONG if answers else RIGHT


def _date_and_time(wanted: Mapping[str, str]) -> Grade:
    def grade(answers: Sequence[Answer]) -> str:
        found = {
            "date": {str(one["start"])[:10] for one in answers if not one["time_only"]},
            "time": {str(one["start"])[11:16] for one in answers if not one["date_only"]},
        }
        if not answers:
            return NOTHING
        return RIGHT if all(found[kind] == ({wanted[kind]} if kind in wanted else set()) for kind in found) else WRONG

    return grade


def dated_slots(folder: Path | None) -> Iterator[Line]:
    """NLU++: a date or clock time that stands alone in its line, with its value; times by the clock of twelve hours."""
    for row in corpus(folder, "nlupp_dev"):
        slots: dict[str, dict[str, object]] = row["slots"]  # type: ignore[assignment]
        dated = {kind: slot for kind, slot in slots.items() if kind.startswith(SLOTS)}
        if len(dated) == 1 and all("value" in slot for slot in dated.values()):
            ((_, slot),) = dated.items()
            value: dict[str, int] = slot["value"]  # type: ignore[assignment]
            yield Line(
                text=str(row["text"]),
                now=f"{row['ref']}+00:00".replace("T00:", "T09:"),
                language="en-GB",
                grade=_value(value),
            )


def _value(value: Mapping[str, int]) -> Grade:
    def grade(answers: Sequence[Answer]) -> str:
        if not answers:
            return NOTHING
        for one in answers:
            start = str(one["start"])
            if "year" in value and start[:10] == f"{value['year']:04}-{value['month']:02}-{value['day']:02}":
                return RIGHT
            if "hour" in value and (int(start[11:13]) % 12, int(start[14:16])) == (value["hour"] % 12, value["minute"]):
                return RIGHT
        return WRONG

    return grade


def birth_dates(folder: Path | None) -> Iterator[Line]:
    """EVI: what telephone speech recognition wrote of a birth date, one line alone."""
    for row in corpus(folder, "evi_en_dev"):
        if row["item"] == "dob":
            yield Line(
                text=str(row["asr"]), now="2021-06-01T09:00:00+01:00", language="en-GB", grade=_born(str(row["truth"]))
            )


def _born(truth: str) -> Grade:
    def grade(answers: Sequence[Answer]) -> str:
        if not answers:
            return NOTHING
        return RIGHT if str(answers[0]["start"])[:10] == truth else WRONG

    return grade


def parts(folder: Path | None) -> list[Part]:
    """All that is measured."""
    return [
        Part(name="own English expressions", lines=list(own_cases("en")), goal=0.88, most_wrong=0.04),
        Part(name="own Spanish expressions", lines=list(own_cases("es")), goal=0.75),
        Part(name="booking lines (RESTAURANTS-8K)", lines=list(booking_lines(folder)), goal=0.98),
        Part(name="booking turns, date and time (SGD)", lines=list(whole_turns(folder)), goal=0.97),
        Part(name="booking turns without any (SGD)", lines=list(turns_without(folder)), goal=0.97, most_wrong=0.03),
        Part(name="dates and times, British (NLU++)", lines=list(dated_slots(folder)), goal=0.88),
        Part(name="birth dates by telephone (EVI)", lines=list(birth_dates(folder)), goal=0.75),
    ]


def ours(lines: Sequence[Mapping[str, str]]) -> list[list[Answer]]:
    """What our grammar reads."""
    return [
        times_as_json(one["text"], datetime.fromisoformat(one["now"]), one["lang"], hour_asked="asked" in one)
        for one in lines
    ]


def shares(part: Part, answers: Sequence[Sequence[Answer]], tell: Callable[[str], None]) -> tuple[float, float]:
    """The shares that are right and wrong; the rest had no answer."""
    right = wrong = 0
    for line, found in zip(part.lines, answers, strict=True):
        grade = line.grade(found)
        right, wrong = right + (grade == RIGHT), wrong + (grade == WRONG)
        if grade != RIGHT:
            read = [(one["start"], one["end"], one["direction"], line.text[slice(*one["span"])]) for one in found]  # type: ignore[misc]
            tell(f"{part.name}: {grade}: {line.text!r} -> {read}")
    return right / len(part.lines), wrong / len(part.lines)


def speed(lines: Sequence[Line]) -> str:
    """Time a message on one core, in the order the messages come."""
    took: list[float] = []
    for line in lines:
        now = datetime.fromisoformat(line.now)
        begun = time.process_time()
        times_as_json(line.text, now, line.language)
        took.append(time.process_time() - begun)
    took.sort()
    median, slow = 1000 * took[len(took) // 2], 1000 * took[int(len(took) * 0.99)]
    return f"a message: median {median:.2f} ms (goal 1), p99 {slow:.2f} ms, {len(took)} messages"


def main(arguments: Sequence[str] = ()) -> int:
    """0 when measured."""
    tell: Callable[[str], None] = print if "--wrong" in arguments else (lambda _: None)
    named = [one for one in arguments if not one.startswith("-")]
    folder = Path(named[0] if named else os.environ.get("FRONTDESK_CORPORA", "-"))
    measured = parts(folder)
    print(speed([line for part in measured for line in part.lines]), flush=True)
    peers = () if "--alone" in arguments else installed(PEERS, HOME)
    for part in measured:
        if not part.lines:
            print(f"{part.name}: the corpus is not there; FRONTDESK_CORPORA names its folder")
            continue
        right, wrong = shares(part, ours([line.asked() for line in part.lines]), tell)
        limit = f", at most {part.most_wrong:.0%} wrong" if part.most_wrong else ""
        print(f"\n{part.name}, {len(part.lines)} lines (goal {part.goal:.0%}{limit})")
        print(f"  {'ours':<20} {right:6.1%} right {wrong:6.1%} wrong", flush=True)
        for peer in peers:
            some = part.sample()
            right, wrong = shares(some, read_by(peer, [line.asked() for line in some.lines]), lambda _: None)
            print(f"  {peer:<20} {right:6.1%} right {wrong:6.1%} wrong, of {len(some.lines)}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
