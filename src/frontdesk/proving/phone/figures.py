"""What the calls of a benchmark come to."""

import statistics
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from frontdesk.proving.phone.bench import Outcome
from frontdesk.proving.phone.memory import Memory
from frontdesk.voice.holding import NOTICED

STAGES = ("end of turn", "recognition", "decision", "speech")
"""The first two run side by side: the answer is decided once both are done."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Figures:
    """What the calls come to. Times in seconds, a median and what 95 of 100 stay under; pairs count so many of so many.

    `stages`: from the last word to the end of the turn and to its words being known, from both to the decision, from
    there to the first sound. `stopped`: from the patient's cutting in to the desk's silence. `work`: seconds of
    processor for a second of call, patient's and desk's; `load`: the least and the most there was on the machine.
    """

    calls: int
    right: int
    right_clean: tuple[int, int]
    right_noisy: Mapping[str, tuple[int, int]]
    right_by_voice: Mapping[str, tuple[int, int]]
    greeting: tuple[float, float]
    answer: tuple[float, float]
    stages: Mapping[str, tuple[float, float]]
    answers: int
    unanswered: int
    interruptions: float
    stopped: tuple[float, float]
    cut_in: int
    told: tuple[int, int]
    words: tuple[int, int]
    work: float
    load: tuple[float, float]
    memory: tuple[tuple[float, float, int], ...]


def figures(outcomes: Sequence[Outcome], memory: Sequence[Memory] = ()) -> Figures:
    """The figures of at least one call."""
    waits = [wait for one in outcomes for wait in one.answers]
    lines, seconds = sum(one.lines for one in outcomes), sum(one.seconds for one in outcomes)
    stopped = [one for outcome in outcomes for one in outcome.stopped]
    noises = sorted({one.noise for one in outcomes if one.noise is not None}, reverse=True)
    return Figures(
        calls=len(outcomes),
        right=_right(outcomes)[0],
        right_clean=_right([one for one in outcomes if one.noise is None]),
        right_noisy={f"{noise:.0f} dB": _right([one for one in outcomes if one.noise == noise]) for noise in noises},
        right_by_voice={
            voice: _right([one for one in outcomes if one.voice == voice])
            for voice in sorted({one.voice for one in outcomes})
        },
        greeting=middle_and_most([one.greeting for one in outcomes if one.greeting is not None]),
        answer=middle_and_most([wait for wait in waits if wait is not None]),
        stages=_stages([turn for one in outcomes for turn in one.turns]),
        answers=len(waits),
        unanswered=sum(wait is None for wait in waits),
        interruptions=sum(one.interruptions for one in outcomes) / lines if lines else 0.0,
        stopped=middle_and_most(stopped),
        cut_in=len(stopped),
        told=(sum(one.told_heard for one in outcomes), sum(one.told for one in outcomes)),
        words=(sum(one.words_heard for one in outcomes), sum(one.words for one in outcomes)),
        work=sum(one.work / one.at_once for one in outcomes) / seconds if seconds else 0.0,
        load=(min(one.load for one in outcomes), max(one.load for one in outcomes)),
        memory=tuple((one.minutes, one.megabytes, one.calls) for one in memory),
    )


def _stages(turns: Sequence[Mapping[str, float]]) -> dict[str, tuple[float, float]]:
    """How long each stage took; see `TurnTimes` for what is measured."""
    known = {
        "end of turn": [NOTICED + turn["ended"] for turn in turns],
        "recognition": [NOTICED + turn["heard"] for turn in turns],
        "decision": [turn["decided"] - max(turn["ended"], turn["heard"]) for turn in turns],
        "speech": [turn["spoke"] - turn["decided"] for turn in turns],
    }
    return {name: middle_and_most(known[name]) for name in STAGES}


def _right(outcomes: Sequence[Outcome]) -> tuple[int, int]:
    return sum(not one.faults for one in outcomes), len(outcomes)


def middle_and_most(times: Sequence[float]) -> tuple[float, float]:
    """The median, and what 95 of 100 stay under."""
    ordered = sorted(times) or [0.0]
    return statistics.median(ordered), ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))]


HEAD = f"{'call':<33}{'voice':<17}{'noise':<7}{'pick-up':>8}{'answer':>8}{'worst':>7}{'load':>6}{'MB':>6}  left"


def line(one: Outcome) -> str:
    """One call in a line, its times in seconds; below it, where something was wrong, all that was said."""
    noise = "clean" if one.noise is None else f"{one.noise:.0f} dB"
    waits = [wait for wait in one.answers if wait is not None]
    middle, worst = (statistics.median(waits), max(waits)) if waits else (0.0, 0.0)
    times = f"{one.greeting or 0.0:>8.2f}{middle:>8.2f}{worst:>7.2f}{one.load:>6.1f}{one.megabytes:>6.0f}"
    head = f"{one.script:<33}{one.voice:<17}{noise:<7}{times}  {'; '.join(one.faults) or 'right'}"
    said = [f"    {who}: {text}" for who, text in one.said if one.faults]
    return "\n".join([head, *said, *(f"    heard back: {words}" for words in one.heard_back)])


def table(found: Figures) -> Iterator[str]:
    """The figures in lines for a person, each with what was wanted of it; what falls short is said so."""
    clean, noisy = found.right_clean, _sum(found.right_noisy.values())
    yield f"calls that left what they should   {found.right} of {found.calls}"
    yield f"  clean                            {_of(clean)}, 85 % wanted{_short(_share(clean) < 0.85 and clean[1] > 0)}"
    yield f"  with noise                       {_of(noisy)}, 75 % wanted{_short(_share(noisy) < 0.75 and noisy[1] > 0)}"
    yield from (f"    {noise:<31}{_of(pair)}" for noise, pair in found.right_noisy.items())
    yield from (f"  {voice:<33}{_of(pair)}" for voice, pair in found.right_by_voice.items())
    yield f"times and days heard in our speech {_of(found.told)}; words {_of(found.words)}"
    if found.answers:
        yield from _times(found)
    yield f"processor                          {found.work:.2f} s for a second of call, patient and desk together"
    yield f"load of the machine                {found.load[0]:.1f} to {found.load[1]:.1f}"
    for minutes, megabytes, calls in found.memory:
        yield f"memory after {minutes:>5.1f} minutes         {megabytes:.0f} MB, {calls} calls held"


def _times(found: Figures) -> Iterator[str]:
    """How long patients waited, and whether they were let speak to their end."""
    yield _time("pick-up to first sound", found.greeting, most=1.0)
    yield _time("last word to first sound", found.answer, middle=0.9, most=1.8) + f"; {found.answers} answers"
    for name in STAGES:
        middle, most = found.stages[name]
        yield f"  {name:<33}median {middle:.2f} s, 95 in 100 by {most:.2f} s"
    yield f"lines that got no answer           {found.unanswered}"
    share = found.interruptions
    yield f"patients who were interrupted      {share:.3f} of their lines, 0.05 wanted{_short(share >= 0.05)}"
    if found.cut_in:
        yield _time("cut in to silence", found.stopped) + f"; {found.cut_in} times"


def _time(name: str, pair: tuple[float, float], *, middle: float | None = None, most: float | None = None) -> str:
    wanted = " and ".join(f"{one:.1f} s" for one in (middle, most) if one is not None)
    short = (middle is not None and pair[0] >= middle) or (most is not None and pair[1] >= most)
    told = f"{name:<35}median {pair[0]:.2f} s, 95 in 100 by {pair[1]:.2f} s"
    return f"{told}, {wanted} wanted{_short(short)}" if wanted else told


def _short(falls: bool) -> str:
    return ": FALLS SHORT" if falls else ""


def _sum(pairs: Iterable[tuple[int, int]]) -> tuple[int, int]:
    each = list(pairs)
    return sum(one for one, _ in each), sum(other for _, other in each)


def _share(pair: tuple[int, int]) -> float:
    return pair[0] / pair[1] if pair[1] else 0.0


def _of(pair: tuple[int, int]) -> str:
    return f"{pair[0]} of {pair[1]} ({_share(pair):.0%})"
