"""What the calls of a benchmark come to."""

import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from frontdesk.proving.phone.bench import Outcome
from frontdesk.voice.holding import NOTICED

STAGES = ("heard", "ended", "decided", "spoke")


@dataclass(frozen=True, kw_only=True, slots=True)
class Figures:
    """What the calls come to. Times in seconds; `stages` are medians, from the caller's last word on."""

    calls: int
    right: int
    right_clean: tuple[int, int]
    right_noisy: tuple[int, int]
    greeting: tuple[float, float]
    answer: tuple[float, float]
    stages: Mapping[str, float]
    unanswered: int
    interruptions: float


def figures(outcomes: Sequence[Outcome]) -> Figures:
    """The figures of at least one call."""
    clean = [one for one in outcomes if one.noise is None]
    noisy = [one for one in outcomes if one.noise is not None]
    waits = [wait for one in outcomes for wait in one.waited.answers]
    turns = [turn for one in outcomes for turn in one.turns]
    said = sum(one.waited.lines for one in outcomes)
    return Figures(
        calls=len(outcomes),
        right=sum(not one.faults for one in outcomes),
        right_clean=(sum(not one.faults for one in clean), len(clean)),
        right_noisy=(sum(not one.faults for one in noisy), len(noisy)),
        greeting=_middle_and_most([one.waited.greeting for one in outcomes if one.waited.greeting is not None]),
        answer=_middle_and_most([wait for wait in waits if wait is not None]),
        stages={name: NOTICED + statistics.median(turn[name] for turn in turns) if turns else 0.0 for name in STAGES},
        unanswered=sum(wait is None for wait in waits),
        interruptions=sum(one.waited.interruptions for one in outcomes) / said if said else 0.0,
    )


def _middle_and_most(times: Sequence[float]) -> tuple[float, float]:
    """The median, and what 95 of 100 stay under."""
    ordered = sorted(times) or [0.0]
    return statistics.median(ordered), ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))]


def line(one: Outcome) -> str:
    """One call in a line; below it, where something was wrong, all that was said."""
    noise = "clean" if one.noise is None else f"{one.noise:.0f} dB"
    waits = " ".join("-" if wait is None else f"{wait:.2f}" for wait in one.waited.answers)
    head = f"{one.script:<18}{one.voice:<17}{noise:<7}{'; '.join(one.faults) or 'right':<40}{waits}"
    return "\n".join([head, *(f"    {who}: {text}" for who, text in one.said if one.faults)])


def table(found: Figures) -> Iterator[str]:
    """The same in lines for a person, each with what was wanted of it."""
    (clean, of_clean), (noisy, of_noisy) = found.right_clean, found.right_noisy
    (greeting, most_greeting), (answer, most_answer) = found.greeting, found.answer
    shares = f"{clean} of {of_clean} clean, {noisy} of {of_noisy} with noise"
    stages = ", ".join(f"{name} {found.stages[name]:.2f} s" for name in STAGES)
    yield f"calls that left what they should   {found.right} of {found.calls}: {shares} (85 and 75 in 100)"
    yield f"pick-up to first sound             median {greeting:.2f} s, 95 in 100 by {most_greeting:.2f} s (1 s)"
    yield f"last word to first sound           median {answer:.2f} s, 95 in 100 by {most_answer:.2f} s (0.9 s, 1.8 s)"
    yield f"  of it, medians since the word    {stages}"
    yield f"lines that got no answer           {found.unanswered}"
    yield f"patients who were interrupted      {found.interruptions:.3f} of their lines (0.05)"
