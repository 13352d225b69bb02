"""What came of the desk's work: figures with what each is a share of, experiments, and the risk of a missed visit."""

import csv
import io
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from frontdesk.compliance.roles import Do, Field
from frontdesk.domain.experiment import Arm
from frontdesk.domain.time import wall
from frontdesk.language.handing_over import reason_words
from frontdesk.outcomes.figures import COLUMNS, Figure, Unit, row_of
from frontdesk.reception.noshows import NextDay, next_day
from frontdesk.reception.outcomes import Outcomes, Shown, days, outcomes
from frontdesk.storage.noshow_models import Learned, weights_of
from frontdesk.storage.patients import read_patient
from frontdesk.web.access import Visitor, needs
from frontdesk.web.catalogue import Words
from frontdesk.web.desk import desk_of
from frontdesk.web.pages.staff.inside import inside, words_of
from frontdesk.web.plots import Mark, Plot, plotted
from frontdesk.web.wall_clock import clock, day

router = APIRouter()
Seeing = Annotated[Visitor, Depends(needs(Do.SEE, Field.CALENDAR))]
PLOTTED = "missed-week"


@router.get("/desk/{key}/outcomes")
async def show(request: Request, visitor: Seeing, first: str = "", last: str = "") -> Response:
    """The stretch that was asked for, else the last four weeks; names only for who may know them."""
    words, practice = words_of(request), visitor.practice
    found, ahead, names = await _found(request, visitor, first, last)
    weeks = [one for one in found.figures if one.name == PLOTTED]
    zone = practice.locations[0].zone
    facts: dict[str, object] = {
        "first": wall(found.within.start, zone).date(),
        "last": wall(found.within.end, zone).date() - timedelta(days=1),
        "figures": [_row(one, words) for one in found.figures if one.name != PLOTTED],
        "weeks": [(words("desk.outcomes.week", day=one.part), *_cells(one, words)) for one in weeks],
        "week_plot": _weeks(weeks),
        "queries": sorted({one.query for one in found.all_figures()}),
        "experiments": [_experiment(one, words) for one in found.experiments],
        "risk": _risk(found.learned, words),
        "ahead": _ahead(ahead, visitor, words, names),
    }
    return inside(request, "staff/outcomes.html", visitor, "/outcomes", facts)


@router.get("/desk/{key}/outcomes/{query}.csv")
async def table(request: Request, query: str, visitor: Seeing, first: str = "", last: str = "") -> Response:
    """The figures of one query as a table."""
    found, _, _ = await _found(request, visitor, first, last)
    rows = [row_of(one) for one in found.all_figures() if one.query == query]
    if not rows:
        raise HTTPException(404)
    text = io.StringIO(newline="")
    written = csv.DictWriter(text, COLUMNS)
    written.writeheader()
    written.writerows(rows)
    headers = {"Content-Disposition": f'attachment; filename="{query}.csv"'}
    return Response(text.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)


async def _found(
    request: Request, visitor: Visitor, first: str, last: str
) -> tuple[Outcomes, NextDay | None, dict[object, str]]:
    practice, now = visitor.practice, visitor.now
    within = days(practice.locations[0].zone, _day(first), _day(last), now=now)
    if within is None:
        raise HTTPException(400)
    async with desk_of(request).storage.practice(practice.id) as db:
        found = await outcomes(db, practice, within, now=now)
        ahead = await next_day(db, practice, now=now)
        names: dict[object, str] = {}
        if ahead is not None and visitor.may(Do.SEE, Field.CONTACT):
            for one in ahead.calls:
                patient = await read_patient(db, one.visit.patient)
                names[one.visit.patient] = patient.name if patient else ""
    return found, ahead, names


def _row(figure: Figure, words: Words) -> tuple[str, str, str, str]:
    name = words(f"desk.outcomes.name.{figure.name}")
    part = figure.part
    if figure.name == "hand-off":
        part = reason_words(part, language=words.language)
    elif part:
        part = words(f"desk.outcomes.part.{part}")
    return (f"{name} ({part})" if part else name, *_cells(figure, words))


def _cells(figure: Figure, words: Words) -> tuple[str, str, str]:
    """Value, what it is of, and the interval."""
    of = words("desk.outcomes.of_what", part=_plain(figure.numerator), whole=_plain(figure.denominator))
    if figure.value is None:
        return words("desk.outcomes.none"), of, ""
    value = _value(figure.value, figure.unit, words)
    if figure.low is None or figure.high is None:
        return value, of, ""
    low, high = (_value(end, figure.unit, words) for end in (figure.low, figure.high))
    return value, of, words("desk.outcomes.range", low=low, high=high)


def _value(value: float, unit: Unit, words: Words) -> str:
    match unit:
        case Unit.SHARE:
            return f"{value:.1%}"
        case Unit.CHANGE:
            return f"{value:+.1%}"
        case Unit.SECONDS:
            return words("desk.outcomes.seconds", value=f"{value:.1f}")
        case Unit.MONEY | Unit.LOG_ODDS:
            return f"{value:,.2f}"


def _weeks(weeks: Sequence[Figure]) -> Plot:
    marks = [
        Mark(along=number, value=one.value, low=one.low, high=one.high, name=one.part[5:])
        for number, one in enumerate(weeks)
        if one.value is not None and one.low is not None and one.high is not None
    ]
    return plotted(marks, most_along=max(1, len(weeks) - 1))


def _experiment(shown: Shown, words: Words) -> dict[str, object]:
    judged = shown.judged
    change = judged.change
    return {
        "id": shown.experiment.id,
        "standing": words(f"desk.outcomes.{judged.standing.value.replace(' ', '_')}"),
        "known": words(
            "desk.outcomes.known",
            what=words(f"desk.outcomes.{shown.experiment.counted_in}"),
            known=str(judged.known),
            wanted=str(judged.wanted),
            usual=str(shown.assigned[Arm.USUAL]),
            other=str(shown.assigned[Arm.OTHER]),
        ),
        "sees": words("desk.outcomes.sees", least=f"{shown.sees:.1%}") if shown.sees is not None else "",
        "next_look": words("desk.outcomes.next_look", many=str(judged.next_look)) if judged.next_look else "",
        "arms": words(
            "desk.outcomes.arms",
            usual=words("desk.outcomes.of_what", part=str(judged.first.hits), whole=str(judged.first.of)),
            other=words("desk.outcomes.of_what", part=str(judged.second.hits), whole=str(judged.second.of)),
        )
        if judged.first is not None and judged.second is not None
        else "",
        "change": words(
            "desk.outcomes.change",
            value=f"{change.value:+.1%}",
            low=f"{change.interval.low:+.1%}",
            high=f"{change.interval.high:+.1%}",
        )
        if change is not None
        else "",
    }


def _risk(learned: Learned | None, words: Words) -> dict[str, object]:
    if learned is None:
        return {"says": words("desk.outcomes.not_yet"), "tried": "", "weights": ()}
    model = learned.model
    facts: dict[str, object] = {
        "tried": "",
        "weights": (),
        "says": words("desk.outcomes.learned", day=day(learned.at.date(), words), visits=str(model.base.of))
        if model.knows
        else words(
            "desk.outcomes.base_only",
            visits=str(model.base.of),
            missed=str(model.base.hits),
            rate=f"{model.base.value:.1%}" if model.base.value is not None else "-",
        ),
    }
    tried = model.tried
    if tried is None:
        return facts
    visits = sum(one.missed.of for one in tried.bins)
    points, bins = [], []
    for one in tried.bins:
        interval, value = one.missed.interval(), one.missed.value
        if interval is None or value is None:
            continue
        points.append(Mark(along=one.told, value=value, low=interval.low, high=interval.high))
        of = words("desk.outcomes.of_what", part=str(one.missed.hits), whole=str(one.missed.of))
        bins.append((f"{one.told:.1%}", f"{value:.1%}", of))
    return {
        **facts,
        "tried": words(
            "desk.outcomes.tried",
            visits=str(visits),
            brier=f"{tried.brier:.4f}",
            base=f"{tried.base_brier:.4f}",
            error=f"{tried.error:.3f}",
        ),
        "plot": plotted(points, most_along=1.0, diagonal=True),
        "bins": bins,
        "weights": [(words(f"desk.outcomes.feature.{name}"), f"{weight:+.2f}") for name, weight in weights_of(model)],
    }


def _ahead(ahead: NextDay | None, visitor: Visitor, words: Words, names: dict[object, str]) -> dict[str, object] | None:
    if ahead is None:
        return None
    practice = visitor.practice
    zones = {one.id: one.zone for one in practice.locations}
    people = {one.id: one.name for one in practice.practitioners}
    return {
        "title": words("desk.outcomes.next_day", day=day(ahead.day, words), visits=str(ahead.visits)),
        "calls": [
            {
                "who": names.get(one.visit.patient, ""),
                "patient": one.visit.patient if one.visit.patient in names else None,
                "when": clock(one.visit.during.start, zones.get(one.visit.location, practice.locations[0].zone), words),
                "risk": words("desk.outcomes.call", risk=f"{one.risk:.0%}"),
                "why": ", ".join(words(f"desk.outcomes.feature.{name}") for name in one.why),
            }
            for one in ahead.calls
        ],
        "one_more": [
            words(
                "desk.outcomes.one_more",
                who=people.get(one.practitioner, one.practitioner),
                visits=str(one.visits),
                expected=f"{one.expected:.1f}",
                any=f"{one.any_missed:.0%}",
            )
            for one in ahead.one_more
        ],
    }


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise HTTPException(400) from None


def _plain(number: float) -> str:
    return str(int(number)) if number == int(number) else f"{number:.1f}"
