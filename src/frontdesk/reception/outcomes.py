"""What came of the desk's work in a stretch of time: every figure with what it is a share of."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from frontdesk.dialogue.coverage import is_anywhere_open
from frontdesk.domain.experiment import FEWEST, Arm, Experiment
from frontdesk.domain.ids import ServiceId
from frontdesk.domain.practice import Practice
from frontdesk.domain.time import Period, instant, wall
from frontdesk.outcomes.experiments import Judged
from frontdesk.outcomes.figures import Figure, Unit, change, share
from frontdesk.outcomes.proportions import Rate
from frontdesk.outcomes.sample import smallest_difference
from frontdesk.reception.experimenting import judged
from frontdesk.storage import experiments
from frontdesk.storage.database import Db
from frontdesk.storage.experiments import Ended
from frontdesk.storage.figures.answered import answered
from frontdesk.storage.figures.booked import QUERY as BOOKED
from frontdesk.storage.figures.booked import booked_by_assistant, when_booked
from frontdesk.storage.figures.filled import filled, recovered
from frontdesk.storage.figures.gathering import gather
from frontdesk.storage.figures.handed_over import handed_over
from frontdesk.storage.figures.missed import missed, missed_by_week
from frontdesk.storage.figures.resolved import resolved
from frontdesk.storage.noshow_models import Learned, last_model, weights_of

USUAL_DAYS = 28
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2200, 1, 1)
"""Days outside are a slip of the keyboard."""
_PLAIN_PRICE = re.compile(r"\$?\s*([0-9]{1,6}(?:,[0-9]{3})*(?:\.[0-9]{2})?)")
"""A price that is one amount: "$150"; "$12 per unit" is none."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """An experiment as it stands. `sees`: the smallest fall that its sample shows in four of five cases."""

    experiment: Experiment
    assigned: Mapping[Arm, int]
    judged: Judged
    over: Ended | None
    sees: float | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcomes:
    """The figures of a stretch, in the order they are shown, with the experiments and what was learned last."""

    within: Period
    figures: tuple[Figure, ...]
    experiments: tuple[Shown, ...]
    learned: Learned | None

    def all_figures(self) -> list[Figure]:
        """All of it as figures, for a table: experiments and the calibration too."""
        found = [*self.figures]
        for one in self.experiments:
            found += _of_experiment(one)
        if self.learned is not None:
            found += _of_model(self.learned)
        return found


def days(zone: ZoneInfo, first: date | None, last: date | None, *, now: datetime) -> Period | None:
    """The days from first to last, both whole, on the wall; None where they are turned round.

    Left out, the last one is yesterday, and there are USUAL_DAYS of them.
    """
    end = last or wall(now, zone).date() - timedelta(days=1)
    start = first or end - timedelta(days=USUAL_DAYS - 1)
    if not FIRST_DAY <= start <= end <= LAST_DAY:
        return None
    return Period(start=instant(start, time(0), zone), end=instant(end + timedelta(days=1), time(0), zone))


async def outcomes(db: Db, practice: Practice, within: Period, *, now: datetime) -> Outcomes:
    """Everything of the stretch, after what came of visits was gathered once more."""
    await gather(db, notice=practice.policies.change_notice, now=now)
    said = await when_booked(db, within)
    closed = sum(not is_anywhere_open(practice, now=at) for at in said)
    figures = (
        *await missed(db, within),
        *await missed_by_week(db, within),
        *await filled(db, within, now=now),
        await booked_by_assistant(db, within),
        share(BOOKED, "after-hours", Rate(hits=closed, of=len(said))),
        *await resolved(db, within, now=now),
        *await answered(db, within),
        *await handed_over(db, within),
        *await recovered(db, within, prices=plain_prices(practice)),
    )
    over = await experiments.ended(db, practice.experiments)
    rate = next(one for one in figures if one.name == "missed")
    base = rate.value or next(one for one in figures if one.name == "missed-base").value
    free = await experiments.not_filled(db, since=now - BASE, before=now)
    before = free.hits / free.of if free.of >= FEWEST else None
    return Outcomes(
        within=within,
        figures=figures,
        experiments=tuple(
            [
                Shown(
                    experiment=one,
                    assigned=await experiments.how_many_are_in(db, one),
                    judged=await judged(db, one, now=now),
                    over=over.get(one.id),
                    sees=_sees(one, before if one.order is not None else base),
                )
                for one in practice.experiments
            ]
        ),
        learned=await last_model(db),
    )


BASE = timedelta(days=180)
"""What the waitlist did in so long is what an experiment with it is planned by."""


def _sees(experiment: Experiment, base: float | None) -> float | None:
    """The smallest fall that its sample shows in four of five cases, where it is known what is usual."""
    return smallest_difference(base, experiment.sample // 2) if base and base < 1 else None


def plain_prices(practice: Practice) -> dict[ServiceId, float]:
    """The services whose price is one amount."""
    found = {}
    for service in practice.services:
        if plain := _PLAIN_PRICE.fullmatch(service.price.strip()):
            found[service.id] = float(plain.group(1).replace(",", ""))
    return found


def _of_experiment(shown: Shown) -> list[Figure]:
    """The rates of the last look, and the change; before the first look nothing but how many are known."""
    query, id, judged = "experiments", shown.experiment.id, shown.judged
    known = share(query, "known", Rate(hits=min(judged.known, judged.wanted), of=judged.wanted), part=id)
    if judged.first is None or judged.second is None:
        return [known]
    return [
        known,
        share(query, "usual-arm", judged.first, part=id),
        share(query, "other-arm", judged.second, part=id),
        change(query, "change", judged.change, now=judged.second, part=id),
    ]


def _of_model(learned: Learned) -> list[Figure]:
    query, model = "missed_risk", learned.model
    found = [share(query, "base-rate", model.base)]
    if model.tried is None:
        return found
    return [
        *found,
        *(share(query, "calibration", one.missed, part=f"{one.told:.3f}") for one in model.tried.bins),
        *(_weight(name, weight, model.base.of) for name, weight in weights_of(model)),
    ]


def _weight(name: str, weight: float, visits: int) -> Figure:
    """A weight beside the visits that it was learned from: log odds."""
    return Figure(
        query="missed_risk",
        name="weight",
        part=name,
        unit=Unit.LOG_ODDS,
        numerator=visits,
        denominator=visits,
        value=weight,
    )
