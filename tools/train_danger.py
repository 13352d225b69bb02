"""Trains the small model behind the rules of emergencies: `FRONTDESK_CORPORA=FOLDER python -m tools.train_danger`.

From the sentences of tools/training/danger/ (written for this, by other hands than the rules and the test bank) and, as
ordinary messages, from the corpora of tools.train_acts. The same input gives the same file. Ordinary rows whose
checksum is divisible by three are held out: benchmarks/language_acts.py counts false alarms on those.
"""

import math
import os
import random
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from zlib import crc32

import yaml

from frontdesk.dialogue.acts import Danger
from frontdesk.language.danger import read_rules
from frontdesk.language.danger.learned import ANY, FILE, danger_features
from frontdesk.language.learned import written
from frontdesk.language.script import folded
from tools.train_acts import Example, Row, corpus

CASES = Path(__file__).parent.parent / "tests" / "language" / "cases"
TIMES_SAID = Path(__file__).parent.parent / "benchmarks"
SENTENCES = Path(__file__).parent / "training" / "danger"
CORPORA = ("clinc_train", "hwu_dialogue_acts_dev", "slurp_dev", "nlupp_dev", "restaurants8k_train")
ROUNDS = 40
COST = 1.0
TIMES = 2
"""A written sentence counts so often: ordinary rows are many."""
SMALLEST_WEIGHT = 0.03
KINDS = {
    "filler_and_vessels": Danger.AFTER_TREATMENT,
    "infection_spreading": Danger.AFTER_TREATMENT,
    "bleeding_burns": Danger.AFTER_TREATMENT,
    "breathing_and_allergy": Danger.MEDICAL,
    "heart": Danger.MEDICAL,
    "stroke": Danger.MEDICAL,
    "fainting_and_seizures": Danger.MEDICAL,
    "overdose_poisoning": Danger.MEDICAL,
    "pregnancy_and_children": Danger.MEDICAL,
    "violence": Danger.MEDICAL,
    "self_harm": Danger.SELF_HARM,
    "dental": Danger.DENTAL,
}


def is_held_out(text: str) -> bool:
    """Whether an ordinary row is kept for counting false alarms."""
    return crc32(text.encode()) % 3 == 0


def rows(folder: Path) -> Iterator[Row]:
    """Everything that is trained on."""
    for file in sorted(SENTENCES.glob("emergencies*.yaml")):
        for kinds in yaml.safe_load(file.read_text(encoding="utf-8")).values():
            for kind, sentences in kinds.items():
                for sentence in sentences:
                    yield Row(text=sentence, labels=frozenset({ANY, KINDS[kind].value}), times=TIMES)
    for file in sorted(SENTENCES.glob("ordinary*.yaml")):
        for kinds in yaml.safe_load(file.read_text(encoding="utf-8")).values():
            for sentences in kinds.values():
                for sentence in sentences:
                    yield Row(text=sentence, labels=frozenset(), times=TIMES)
    for sentence in booked():
        yield Row(text=sentence, labels=frozenset(), times=TIMES)
    for name in CORPORA:
        for row in corpus(folder, name):
            if not is_held_out(text := str(row["text"])):
                speaks = any(sign.startswith("@") for sign in read_rules(folded(text))[1])
                yield Row(text=text, labels=frozenset(), known=frozenset({ANY}), times=TIMES if speaks else 1)


def booked() -> Iterator[str]:
    """What patients write when they book, move and cancel, from the tests of understanding: none is an emergency.

    And how they say when, in both languages, from the tables that times are measured on.
    """
    for file in sorted(CASES.glob("*.yaml")):
        for case in yaml.safe_load(file.read_text(encoding="utf-8")):
            if not any(str(act).startswith(("emergency", "clinical")) for act in case["acts"]):
                yield str(case["say"])
    for language in ("en", "es"):
        for said in yaml.safe_load((TIMES_SAID / f"times_{language}.yaml").read_text(encoding="utf-8"))["cases"]:
            yield str(said)


def examples_of(all_rows: Iterator[Row]) -> tuple[list[str], list[Example]]:
    """The features met twice or more, and the rows in terms of them."""
    read = []
    for row in all_rows:
        plain = folded(row.text)
        read.append((row, danger_features(plain, read_rules(plain)[1])))
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


def separated(examples: Sequence[Example], label: str, *, size: int) -> tuple[float, list[float]]:
    """Base and weights of a linear support vector machine with squared hinge loss, by dual coordinate descent.

    Source: Hsieh et al., A Dual Coordinate Descent Method for Large-scale Linear SVM, 2008. A margin of 0 is even odds.
    """
    chance = random.Random(label)  # the same numbers each time, not secrets
    base, weight, duals = 0.0, [0.0] * size, [0.0] * len(examples)
    order = [at for at, one in enumerate(examples) if one.row.known is None or label in one.row.known]
    for _ in range(ROUNDS):
        chance.shuffle(order)
        for at in order:
            one, softness = examples[at], 1 / (2 * COST * examples[at].row.times)
            truth = 1.0 if label in one.row.labels else -1.0
            margin = truth * (base + one.share * sum(map(weight.__getitem__, one.places)))
            curve = one.share * one.share * len(one.places) + 1 + softness
            dual = max(0.0, duals[at] - (margin - 1 + softness * duals[at]) / curve)
            step = (dual - duals[at]) * truth
            if step:
                duals[at] = dual
                base += step
                for place in one.places:
                    weight[place] += step * one.share
    return base, weight


def main() -> int:
    """0 when the model is written; 2 when the corpora are not there."""
    folder = Path(os.environ.get("FRONTDESK_CORPORA", ""))
    if not (folder / "clinc_train.jsonl").exists():
        print("FRONTDESK_CORPORA names no folder with clinc_train.jsonl; nothing is trained.")
        return 2
    kept, examples = examples_of(rows(folder))
    labels = [ANY, *(kind.value for kind in Danger)]
    by_feature: dict[str, dict[int, int]] = {}
    base: list[float] = []
    for at, label in enumerate(labels):
        start, weight = separated(examples, label, size=len(kept))
        base.append(round(start, 3))
        for place, value in enumerate(weight):
            if abs(value) >= SMALLEST_WEIGHT:
                by_feature.setdefault(kept[place], {})[at] = round(100 * value)
        print(f"{label}: {sum(label in one.row.labels for one in examples)} rows", flush=True)
    FILE.write_bytes(written(labels, base, by_feature))
    print(f"{len(by_feature)} features, {FILE.stat().st_size / 1e6:.1f} MB in {FILE.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
