"""How well the rules engine hears what a message does, on parts of open corpora that it never learned from.

`FRONTDESK_CORPORA=FOLDER python -m benchmarks.language_acts [--wrong]`. Without the corpora only the own cases and
the speed are told.
"""

import json
import os
import resource
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import yaml
from tools.train_acts import HWU, NLUPP, NLUPP_BOOKING, held_out

from frontdesk.dialogue.acts import Act, Emergency, OffTopic, Unclear
from frontdesk.dialogue.state import Ask
from frontdesk.domain.practice import Practice
from frontdesk.language.act_json import act_as_json
from frontdesk.language.context import Context
from frontdesk.language.understanding import understand
from frontdesk.sample.practice import smile

NOW = datetime(2026, 5, 27, 2, 47, tzinfo=UTC)
ROWS_FOR_ALARMS = 10_000

NAMES = {
    "affirm": {"affirm"}, "deny": {"deny"}, "dont_mind": {"dont_mind", "unsure"}, "unsure": {"unsure"},
    "confirm": {"confirm"}, "repeat": {"repeat"}, "explain": {"explain", "repeat"},
    "stop": {"stop", "opt_out", "cancel"}, "thanks": {"thanks"}, "greet": {"greet"}, "goodbye": {"goodbye"},
    "person": {"ask_person"}, "book": {"book"}, "reschedule": {"reschedule"}, "cancel": {"cancel"},
}  # fmt: skip
"""What our acts are called where the corpora have another word."""

_PRACTICE: Practice = smile()


def heard(text: str, asked: Ask | None = None) -> list[Act]:
    """The acts of a message outside any talk, or in answer to a question."""
    zone = _PRACTICE.locations[0].zone
    context = Context(now=NOW, zone=zone, practice=_PRACTICE, asked=asked)
    return [one.act for one in understand(text, context)]


def names(text: str, *, language: str = "en") -> set[str]:
    """What the acts are called."""
    zone = _PRACTICE.locations[0].zone
    found = understand(text, Context(now=NOW, zone=zone, practice=_PRACTICE, language=language))
    return {str(act_as_json(one)["act"]) for one in found}


def corpus(name: str) -> Iterator[dict[str, str]]:
    """The rows of one corpus; none where it is not there."""
    path = Path(os.environ.get("FRONTDESK_CORPORA", "")) / f"{name}.jsonl"
    if path.exists():
        yield from map(json.loads, path.read_text(encoding="utf-8").splitlines())


def kept_back(name: str) -> Iterator[dict[str, str]]:
    """The rows of a corpus that nothing was trained on."""
    return (row for row in corpus(name) if held_out(str(row["id"])))


def dialogue_acts(tell: Callable[[str], None]) -> str:
    """HWU64: the one act of a line is among those heard, and no other act of the eight is."""
    right = total = 0
    eight = {one for label in HWU.values() if label in NAMES for one in NAMES[label]} - {"book", "cancel"}
    for row in kept_back("hwu_dialogue_acts_dev"):
        label = HWU[row["act"]]
        if row["act"].startswith("calendar"):
            continue
        total += 1
        said = names(row["text"]) & eight | (names(row["text"]) & NAMES[label])
        good = bool(said & NAMES[label]) and said <= NAMES[label]
        right += good
        if not good:
            tell(f"{row['act']}: {row['text']} -> {sorted(said)}")
    return _share("dialogue acts right (HWU64)", right, total, 0.92)


def spanish_acts(tell: Callable[[str], None]) -> str:
    """Our own bank of lines in Spanish: the act of a line is among those heard."""
    bank: dict[str, list[str]] = yaml.safe_load((Path(__file__).parent / "spanish_acts.yaml").read_text("utf-8"))
    lines = [(act, text) for act, texts in bank.items() for text in texts]
    missed = [(act, text) for act, text in lines if act not in names(text, language="es")]
    for act, text in missed:
        tell(f"{act}: {text} -> {sorted(names(text, language='es'))}")
    return _share("acts heard in Spanish (our own lines)", len(lines) - len(missed), len(lines), None)


def several_intents(tell: Callable[[str], None]) -> str:
    """NLU++: micro-F1 over the intents that map to acts of ours."""
    counted: Counter[str] = Counter()
    for row in kept_back("nlupp_dev"):
        wanted = {NLUPP[intent] for intent in row["intents"] if intent in NLUPP}
        mapped = set(NLUPP.values())
        if row["booking"]:
            wanted |= {NLUPP_BOOKING[intent] for intent in row["intents"] if intent in NLUPP_BOOKING}
            mapped |= set(NLUPP_BOOKING.values())
        said_names = names(row["text"])
        said = {label for label in mapped if NAMES[label] & said_names}
        counted.update(right=len(said & wanted), false=len(said - wanted), missed=len(wanted - said))
        if said != wanted:
            tell(f"{row['text']} -> {sorted(said)}, wanted {sorted(wanted)}")
    if not counted:
        return "several intents (NLU++): the corpus is not there (goal 0.88)"
    f1 = 2 * counted["right"] / max(1, 2 * counted["right"] + counted["false"] + counted["missed"])
    return f"several intents (NLU++): micro-F1 {f1:.3f} (goal 0.88) {dict(counted)}"


def off_topic(tell: Callable[[str], None]) -> list[str]:
    """CLINC150, SLURP: what is off topic is recognised, what is about a schedule is kept; HINT3 as it comes."""
    counted: Counter[str] = Counter()
    for name in ("clinc_train", "slurp_dev"):
        for row in kept_back(name):
            if row["group"] in ("offtopic", "oos", "scheduling"):
                none_of_ours = all(isinstance(act, OffTopic | Unclear) for act in heard(row["text"]))
                scheduling = row["group"] == "scheduling"
                counted.update({(f"{name} scheduling" if scheduling else f"{name} off"): 1})
                good = none_of_ours != scheduling
                counted.update({(f"{name} kept" if scheduling else f"{name} seen"): good})
                if not good:
                    tell(f"{name} {row['group']}: {row['text']} -> {sorted(names(row['text']))}")
    hint = [row["text"] for row in corpus("hint3_train")]
    seen = sum(all(isinstance(act, OffTopic | Unclear) for act in heard(text)) for text in hint)
    off = counted["clinc_train off"] + counted["slurp_dev off"]
    kept = counted["clinc_train scheduling"] + counted["slurp_dev scheduling"]
    return [
        _share("off topic recognised", counted["clinc_train seen"] + counted["slurp_dev seen"], off, 0.90),
        _share("scheduling kept", counted["clinc_train kept"] + counted["slurp_dev kept"], kept, 0.97),
        _share("messages to shops recognised as off topic (HINT3, never trained on)", seen, len(hint), None),
    ]


def false_alarms(tell: Callable[[str], None]) -> str:
    """Ordinary messages in which an emergency is heard: at most one in 500."""
    rows = [row.get("user") or row["text"] for name in _ORDINARY for row in corpus(name)]
    step = max(1, len(rows) // ROWS_FOR_ALARMS)
    picked = rows[::step][:ROWS_FOR_ALARMS]
    alarms = [text for text in picked if any(isinstance(act, Emergency) for act in heard(text))]
    for text in alarms:
        tell(f"alarm: {text}")
    return f"false alarms: {len(alarms)} in {len(picked)} ordinary messages (goal: 1 in 500 at most)"


_ORDINARY = ("sgd_services_train", "restaurants8k_train", "clinc_train")


def speed() -> list[str]:
    """Time a message, on one core, in the order the messages come; memory at the end."""
    texts = [row.get("user") or row["text"] for name in _ORDINARY for row in corpus(name)][::20] or _OWN
    begun = time.process_time()
    heard(_OWN[0])
    first = time.process_time() - begun
    took: list[float] = []
    for text in texts:
        begun = time.process_time()
        heard(text)
        took.append(time.process_time() - begun)
    took.sort()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    median, slow = 1000 * took[len(took) // 2], 1000 * took[int(len(took) * 0.99)]
    return [
        f"a message: median {median:.2f} ms (goal 2), p99 {slow:.2f} ms "
        f"(goal 10), the first {1000 * first:.0f} ms, {len(texts)} messages",
        f"memory: {memory:.0f} MB (goal 250)",
    ]


_OWN = ["Hi, I'd like to book a Botox consultation", "can we move it to Friday after 3?", "no puedo respirar"]


def _share(what: str, right: int, total: int, goal: float | None) -> str:
    told = f"{what}: {right}/{total} = {right / total:.1%}" if total else f"{what}: the corpus is not there"
    return told + (f" (goal {goal:.0%})" if goal else "")


def main(arguments: Sequence[str] = ()) -> int:
    """0 when measured."""
    tell: Callable[[str], None] = print if "--wrong" in arguments else (lambda _: None)
    for line in (
        *speed(),
        dialogue_acts(tell),
        spanish_acts(tell),
        several_intents(tell),
        *off_topic(tell),
        false_alarms(tell),
    ):
        print(line, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
