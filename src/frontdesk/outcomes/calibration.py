"""Whether a risk that was told comes true as often as it says."""

from collections.abc import Sequence
from dataclasses import dataclass

from frontdesk.outcomes.proportions import Rate

BINS = 10


@dataclass(frozen=True, kw_only=True, slots=True)
class Bin:
    """Visits of about the same risk: the mean of what was told, and how many were missed."""

    told: float
    missed: Rate


@dataclass(frozen=True, kw_only=True, slots=True)
class Calibration:
    """`brier` is the mean squared error of what was told, 0 at best; `error` the mean gap between told and missed.

    `base_brier`: what telling the base rate for each visit would have got.
    Source: G. W. Brier, Monthly Weather Review 78 (1950) 1-3; expected calibration error over equal-count bins.
    """

    bins: tuple[Bin, ...]
    brier: float
    base_brier: float
    error: float


def calibration(told: Sequence[float], missed: Sequence[bool], *, bins: int = BINS) -> Calibration | None:
    """How what was told compares with what came; None of nothing. Bins hold equally many visits, lowest risk first."""
    many = len(told)
    if not many:
        return None
    pairs = sorted(zip(told, missed, strict=True))
    bins = min(bins, many)
    cut = [pairs[many * number // bins : many * (number + 1) // bins] for number in range(bins)]
    made = tuple(
        Bin(
            told=sum(risk for risk, _ in part) / len(part),
            missed=Rate(hits=sum(came for _, came in part), of=len(part)),
        )
        for part in cut
    )
    share = sum(missed) / many
    return Calibration(
        bins=made,
        brier=sum((risk - came) ** 2 for risk, came in pairs) / many,
        base_brier=share * (1 - share),
        error=sum(abs(one.told - one.missed.hits / one.missed.of) * one.missed.of for one in made) / many,
    )
