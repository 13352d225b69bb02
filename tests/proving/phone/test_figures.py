"""What the calls of a benchmark come to, with what was wanted of each figure."""

from frontdesk.proving.phone.bench import Outcome
from frontdesk.proving.phone.figures import figures, line, table

TURN = {"heard": 0.2, "ended": 0.3, "decided": 0.4, "spoke": 0.6}


def an_outcome(**changes: object) -> Outcome:
    """A clean call in which all was right."""
    known: dict[str, object] = {
        "number": 0, "script": "books-botox", "voice": "piper", "noise": None, "at_once": 2, "faults": (),
        "greeting": 0.4, "answers": (0.7, 0.8), "lines": 2, "interruptions": 0, "stopped": (), "turns": (TURN,),
        "told": 2, "told_heard": 2, "words": 10, "words_heard": 9, "seconds": 20.0, "work": 8.0, "load": 1.0,
        "megabytes": 700.0, "said": (("patient", "Hi."),),
    }  # fmt: skip
    return Outcome(**{**known, **changes})  # type: ignore[arg-type]


def test_figures_are_split_by_noise_and_stage() -> None:
    noisy = an_outcome(noise=10.0, faults=("0 visits in place of 1",), answers=(2.0, None), interruptions=1)

    found = figures([an_outcome(), noisy])

    assert (found.right, found.right_clean, found.right_noisy) == (1, (1, 1), {"10 dB": (0, 1)})
    assert (found.answers, found.unanswered, found.interruptions) == (4, 1, 0.25)
    stages = {name: round(middle, 2) for name, (middle, _) in found.stages.items()}
    assert stages == {"end of turn": 0.65, "recognition": 0.55, "decision": 0.1, "speech": 0.2}
    assert (found.told, found.words, found.work) == ((4, 4), (18, 20), 0.2)


def test_what_falls_short_is_said_so() -> None:
    good, bad = an_outcome(), an_outcome(noise=5.0, faults=("nobody was told",), greeting=3.0, interruptions=2)

    fine, short = "\n".join(table(figures([good]))), "\n".join(table(figures([bad])))

    assert "FALLS SHORT" not in fine
    assert short.count("FALLS SHORT") == 3
    assert "nobody was told" in line(bad)
    assert "    patient: Hi." in line(bad)
    assert line(good).endswith("right")
