"""Trains the small model behind the rules: `FRONTDESK_CORPORA=FOLDER python -m tools.train_acts`.

Plain logistic regression, one label at a time, with the lines of tools/training/ and these corpora, all of them
CC BY: CLINC150, HWU64, NLU++, RESTAURANTS-8K, SLURP. The same input gives the same file. One row in seven is
held out and never trained on: benchmarks/language_acts.py measures on those.
"""

import json
import math
import os
import random
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

import yaml

from frontdesk.language.learned import features, written
from frontdesk.language.script import folded

ROOT = Path(__file__).resolve().parent.parent
MODEL = ROOT / "src" / "frontdesk" / "language" / "learned.bin"
OWN = ROOT / "tools" / "training" / "clinic_lines.yaml"
ROUNDS = 8
STEP = 1.0
SMALLEST_WEIGHT = 0.25
MOST_NEGATIVES = 9000
OWN_WEIGHT = 3
"""Our own lines are few, and in the clinic's words: each counts so often."""

CLINC = {
    "yes": "affirm", "no": "deny", "maybe": "unsure", "repeat": "repeat", "cancel": "stop", "goodbye": "goodbye",
    "greeting": "greet", "thank_you": "thanks", "are_you_a_bot": "automated", "what_is_your_name": "automated",
    "who_do_you_work_for": "automated", "what_can_i_ask_you": "ask_about", "change_user_name": "name", "user_name": "",
    "accept_reservations": "ask_about", "how_busy": "ask_about", "book_hotel": "book", "restaurant_reservation": "book",
    "schedule_maintenance": "book", "schedule_meeting": "book", "cancel_reservation": "cancel", "calendar": "ask_visit",
    "meeting_schedule": "ask_visit", "confirm_reservation": "confirm", "pto_request": "ask_about",
    "reminder": "ask_about", "reminder_update": "ask_about", "insurance": "ask_about", "directions": "ask_about",
}  # fmt: skip
CLINC_IN_SCOPE = ("calendar_update", "bill_balance", "bill_due", "pay_bill", "insurance_change")
HWU = {
    "affirm": "affirm", "negate": "deny", "dontcare": "dont_mind", "confirm": "confirm", "repeat": "repeat",
    "explain": "explain", "commandstop": "stop", "praise": "thanks", "calendar_set": "book",
    "calendar_query": "ask_visit", "calendar_remove": "cancel",
}  # fmt: skip
SLURP = {"calendar_set": "book", "calendar_query": "ask_visit", "calendar_remove": "cancel"}
NLUPP = {
    "affirm": "affirm", "acknowledge": "affirm", "deny": "deny", "dont_know": "unsure", "repeat": "repeat",
    "thank": "thanks", "greet": "greet", "end_call": "goodbye", "handoff": "person",
}  # fmt: skip
NLUPP_BOOKING = {
    "make_open_apply_setup_get_activate": "book", "change": "reschedule", "cancel_close_leave_freeze": "cancel",
}  # fmt: skip
TALK = ("affirm", "deny", "unsure", "repeat", "thanks", "greet", "goodbye", "person")
VISIT = ("book", "reschedule", "cancel")


_SMALL = {"at", "on", "for", "the", "in", "of", "under", "to", "by", "and"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """A text, the labels it carries, and the labels it is known to carry or not; None: all of them."""

    text: str
    labels: frozenset[str]
    known: frozenset[str] | None = None
    times: int = 1


def held_out(id: str) -> bool:
    """Whether this row is kept for measuring."""
    return crc32(id.encode()) % 7 == 0


def corpus(folder: Path, name: str) -> Iterator[dict[str, object]]:
    """The rows of one corpus; none where the file is not there."""
    path = folder / f"{name}.jsonl"
    if path.exists():
        yield from map(json.loads, path.read_text(encoding="utf-8").splitlines())


def rows(folder: Path) -> Iterator[Row]:
    """Everything that is trained on."""
    for row in corpus(folder, "clinc_train"):
        if held_out(str(row["id"])):
            continue
        intent, group = str(row["intent"]), row["group"]
        if intent in CLINC:
            yield Row(text=str(row["text"]), labels=frozenset({CLINC[intent]} - {""}))
        elif group in ("offtopic", "oos"):
            yield Row(text=str(row["text"]), labels=frozenset({"off_topic"}))
        elif intent in CLINC_IN_SCOPE:
            yield Row(text=str(row["text"]), labels=frozenset(), known=frozenset({"off_topic", *TALK}))
    for row in corpus(folder, "hwu_dialogue_acts_dev"):
        if not held_out(str(row["id"])):
            yield Row(text=str(row["text"]), labels=frozenset({HWU[str(row["act"])]}))
    for row in corpus(folder, "slurp_dev"):
        if not held_out(str(row["id"])):
            label = SLURP.get(str(row["intent"]), "off_topic" if row["group"] == "offtopic" else "ask_about")
            known = frozenset({"off_topic", *VISIT, *TALK, "ask_visit", "ask_about"})
            times = 1 if label == "off_topic" else OWN_WEIGHT
            yield Row(text=str(row["text"]), labels=frozenset({label}), known=known, times=times)
    for row in corpus(folder, "nlupp_dev"):
        if not held_out(str(row["id"])):
            yield nlupp(row)
    for row in corpus(folder, "restaurants8k_train"):
        if not held_out(str(row["id"])):
            yield Row(
                text=str(row["text"]), labels=frozenset(), known=None if only_details(row) else frozenset({"off_topic"})
            )
    for label, lines in yaml.safe_load(OWN.read_text(encoding="utf-8")).items():
        for line in lines:
            yield Row(text=line, labels=frozenset(label.split("+")), times=OWN_WEIGHT)


def nlupp(row: Mapping[str, object]) -> Row:
    """A row of NLU++ in our labels; what it says about a bank account tells nothing of visits."""
    intents = row["intents"]
    assert isinstance(intents, list)
    labels = {NLUPP[intent] for intent in intents if intent in NLUPP}
    known = set(TALK)
    if row["booking"]:
        labels |= {NLUPP_BOOKING[intent] for intent in intents if intent in NLUPP_BOOKING}
        known |= {*VISIT, "off_topic"}
    return Row(text=str(row["text"]), labels=frozenset(labels), known=frozenset(known), times=2)


def only_details(row: Mapping[str, object]) -> bool:
    """Whether a row of RESTAURANTS-8K is nothing but days, hours, names and numbers: then it carries no label."""
    slots, text = row["slots"], str(row["text"])
    assert isinstance(slots, dict)
    covered = {place for spans in slots.values() for start, end, _ in spans for place in range(start, end)}
    left = "".join(sign for place, sign in enumerate(text) if place not in covered)
    return bool(covered) and not set(re.findall(r"[a-z]+", left.lower())) - _SMALL


@dataclass(frozen=True, kw_only=True, slots=True)
class Example:
    """A row as the model sees it."""

    places: tuple[int, ...]
    share: float
    row: Row


def trained(examples: Sequence[Example], label: str, *, size: int) -> tuple[float, list[float]]:
    """Base and weights, by logistic regression with AdaGrad."""
    chance = random.Random(label)  # the same numbers each time, not secrets
    known = [one for one in examples if one.row.known is None or label in one.row.known]
    positive = [one for one in known if label in one.row.labels]
    negative = [one for one in known if label not in one.row.labels]
    if len(negative) > MOST_NEGATIVES and label != "off_topic":
        negative = chance.sample(negative, MOST_NEGATIVES)
    lift = max(1.0, min(4.0, len(negative) / (4 * len(positive))))
    learning = [(one, 1.0) for one in positive for _ in range(one.row.times)]
    learning += [(one, 0.0) for one in negative for _ in range(one.row.times if label == "off_topic" else 1)]
    base, weight, squares, base_squares = 0.0, [0.0] * size, [1e-3] * size, 1e-3
    for _ in range(ROUNDS):
        chance.shuffle(learning)
        for example, truth in learning:
            total = base + example.share * sum(map(weight.__getitem__, example.places))
            error = truth - 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))
            if abs(error) < 0.02:
                continue
            error *= lift if truth else 1.0
            base_squares += error * error
            base += 0.1 * STEP * error / math.sqrt(base_squares)
            slope = error * example.share
            square = slope * slope
            for place in example.places:
                squares[place] += square
                weight[place] += STEP * slope / math.sqrt(squares[place])
    return base, weight


def examples_of(all_rows: Iterable[Row]) -> tuple[list[str], list[Example]]:
    """The features met twice or more, and the rows in terms of them."""
    read = [(row, features(folded(row.text))) for row in all_rows]
    counted = Counter(feature for _, found in read for feature in found)
    kept = sorted(feature for feature, times in counted.items() if times >= 2)
    place = {feature: at for at, feature in enumerate(kept)}
    return kept, [
        Example(
            places=tuple(place[feature] for feature in found if feature in place),
            share=1 / math.sqrt(len(found) or 1),
            row=row,
        )
        for row, found in read
    ]


def main() -> int:
    """0 when the model is written; 2 when the corpora are not there."""
    folder = Path(os.environ.get("FRONTDESK_CORPORA", ""))
    if not (folder / "clinc_train.jsonl").exists():
        print("FRONTDESK_CORPORA names no folder with clinc_train.jsonl; nothing is trained.")
        return 2
    kept, examples = examples_of(rows(folder))
    labels = sorted({label for one in examples for label in one.row.labels})
    by_feature: dict[str, dict[int, int]] = {}
    base: list[float] = []
    for at, label in enumerate(labels):
        start, weight = trained(examples, label, size=len(kept))
        base.append(round(start, 3))
        for place, value in enumerate(weight):
            if abs(value) >= SMALLEST_WEIGHT:
                by_feature.setdefault(kept[place], {})[at] = round(100 * value)
        print(f"{label}: {sum(label in one.row.labels for one in examples)} rows", flush=True)
    MODEL.write_bytes(written(labels, base, by_feature))
    print(f"{len(by_feature)} features, {MODEL.stat().st_size / 1e6:.1f} MB in {MODEL.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
