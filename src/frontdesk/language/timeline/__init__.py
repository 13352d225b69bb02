"""Every expression of time in a text, in English: our own grammar. It never looks at a clock."""

from dataclasses import dataclass
from datetime import datetime

from frontdesk.language.script import Span, folded
from frontdesk.language.timeline.born import born_in_figures
from frontdesk.language.timeline.english import english_grammar
from frontdesk.language.timeline.nodes import Here, Moment, Told, When
from frontdesk.language.timeline.resolving import Reading, readings
from frontdesk.language.timeline.spanish import spanish_grammar

_GRAMMARS = {"en": english_grammar, "es": spanish_grammar}


@dataclass(frozen=True, kw_only=True, slots=True)
class Expression:
    """One expression of time: its readings, the likeliest first, and the characters it stands at."""

    readings: tuple[Reading, ...]
    span: Span
    told: Told

    @property
    def date_only(self) -> bool:
        """Whether no time of day was said."""
        return all(one.clock is None and one.part is None for one in _whens(self.told))

    @property
    def time_only(self) -> bool:
        """Whether no date was said."""
        return all(one.date is None and not isinstance(one.clock, Moment) for one in _whens(self.told))


def _whens(told: Told) -> list[When]:
    return [told.first, told.last] if told.last is not None else [told.first]


def _figures_in(text: str) -> Span:
    places = [place for place, character in enumerate(text) if character.isdigit()]
    return places[0], places[-1] + 1


def times_in(
    text: str, *, now: datetime, language: str = "en", day_first: bool = False, hour_asked: bool = False
) -> list[Expression]:
    """The expressions of time in a text, in its order; [] where there is none.

    `now` is what the reader's wall clock shows, without a zone; so are the readings. `hour_asked`: a number alone
    is an hour, because the time was asked for.
    """
    here = Here(now=now, day_first=day_first, hour_asked=hour_asked)
    born = born_in_figures(folded(text), here)
    if born is not None:
        told = Told(first=When(date=born))
        return [Expression(readings=tuple(readings(told, here)), span=_figures_in(text), told=told)]
    found: list[Expression] = []
    for whole, span in told_in(text, here, language=language):
        for told in (whole, *whole.more):
            made = tuple(dict.fromkeys(readings(told, here)))
            if made:
                found.append(Expression(readings=made, span=span, told=told))
    return found


def told_in(text: str, here: Here, *, language: str) -> list[tuple[Told, Span]]:
    """What a text says about time, as it was said, with the characters it stands at."""
    read = _GRAMMARS[language]().read(text, here)
    return [(item.node, (item.start, item.end)) for item in read if isinstance(item.node, Told)]
