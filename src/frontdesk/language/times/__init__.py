"""When a patient would like to come: our own grammar, for English and Spanish. It never looks at a clock."""

from dataclasses import dataclass

from frontdesk.dialogue.state import Ask
from frontdesk.domain.wish import Wish
from frontdesk.language.context import Context
from frontdesk.language.script import Span
from frontdesk.language.times import english, spanish
from frontdesk.language.times.clauses import Reading, Said
from frontdesk.language.times.joining import between_made_range, numbers_settled, sides_joined
from frontdesk.language.times.pieces import Joint, Link, pieces_of
from frontdesk.language.times.wishes import wishes

_RULES = {"en": english.RULES, "es": spanish.RULES}
_TIME_ASKED = frozenset({Ask.TIME, Ask.WHICH_OFFER, Ask.WHICH_READING})


@dataclass(frozen=True, kw_only=True, slots=True)
class Timed:
    """What a message says about time: the readings, the likeliest first, and the characters they came from."""

    readings: tuple[Wish, ...]
    spans: tuple[Span, ...]

    @property
    def span(self) -> Span:
        """From the first word about time to the last."""
        return self.spans[0][0], self.spans[-1][1]


def time_in(plain: str, context: Context, *, language: str, moving: bool = False) -> Timed | None:
    """When the patient would like to come; None when the text has no word of time.

    No readings: there are words of time, and they are no wish ("I'm Friday's 3pm").

    `plain` is folded text; `moving` says that a visit is being moved, so that "from Friday to Monday"
    asks for Monday. Every window lies in the future, on the wall clock of the context's zone.
    """
    pieces = pieces_of(plain, _RULES[language], context.today)
    settled = numbers_settled(between_made_range(pieces), alone=context.asked in _TIME_ASKED)
    said: Said = Reading(moving=moving).read(sides_joined(settled, context.today, moving=moving))
    if all(isinstance(piece, Joint) and piece.link in (Link.BREAK, Link.COMMA) for piece in pieces):
        return None
    readings = wishes(said, context)
    spans = [span for clause in said.clauses for span in clause.spans]
    if said.soonest:
        spans.append(said.soonest)
    return Timed(readings=readings, spans=tuple(sorted(spans)))
