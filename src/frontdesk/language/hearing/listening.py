"""One message while it is being heard: what was understood so far, and the words that are left."""

from frontdesk.dialogue.acts import (
    Act,
    ConfirmBy,
    GiveAddress,
    GiveBirthDate,
    GiveEmail,
    GiveMember,
    GiveName,
    GivePhone,
    GivePostcode,
    Heard,
)
from frontdesk.dialogue.state import Ask
from frontdesk.domain.wish import Wish
from frontdesk.language.context import Context
from frontdesk.language.script import Script, Span, folded, without
from frontdesk.language.times import Timed

SURE = 0.97
CERTAIN = 0.9
LIKELY = 0.85

_DETAILS = (GiveName, GivePhone, GiveEmail, GiveBirthDate, GiveAddress, GivePostcode, GiveMember)
_NOTHING_ARRANGED = frozenset(
    {None, Ask.HOW_CAN_I_HELP, Ask.SERVICE, Ask.WHETHER_TO_BOOK, Ask.REMINDED, Ask.COME_AGAIN}
)


class Listening:
    """One message being understood: each kind of meaning takes its words, the next reads the rest.

    `heard` are the acts so far, with spans of the message as it was written. All other spans count the characters of
    `plain`, but for `denied` and `spoken_of`, dangers that are none or only told of. `own_times` are said of a visit
    that stands, `own_wish` is the day of it; `moving`: a visit is to be moved. `timed` keeps the times that were read.
    """

    def __init__(self, read: Script, context: Context) -> None:
        self.read = read
        self.written = read.written
        self.plain = read.plain
        self.context = context
        self.heard: list[Heard] = []
        self.taken: list[Span] = []
        self.denied: list[Span] = []
        self.spoken_of: list[Span] = []
        self.moving = False
        self.own_times: list[Span] = []
        self.own_wish: Wish | None = None
        self.timed: dict[tuple[str, bool], Timed | None] = {}
        self._left = (0, read.plain)

    @property
    def rest(self) -> str:
        """`plain` with the words that were taken blocked out."""
        taken, left = self._left
        if len(self.taken) != taken:  # what was taken is never given back
            left = without(self.plain, self.taken)
            self._left = len(self.taken), left
        return left

    @property
    def nothing_arranged(self) -> bool:
        """Whether no visit is being arranged: then what is said of one is said of one that stands."""
        return self.context.asked in _NOTHING_ARRANGED

    def hear(
        self, act: Act, span: Span, confidence: float = SURE, *, take: bool = True, also: tuple[Act, ...] = ()
    ) -> None:
        """Keep an act that those characters of `plain` do; their words are taken, unless others may read them too."""
        confirm = None
        if isinstance(act, _DETAILS):
            confirm = ConfirmBy.NOTHING if confidence >= CERTAIN else ConfirmBy.READ_BACK
        heard = Heard(act=act, span=self.read.span(*span), confidence=confidence, confirm_by=confirm, also=also)
        self.heard.append(heard)
        if take:
            self.taken.append(span)

    def has(self, *kinds: type) -> bool:
        """Whether an act of one of these kinds was heard."""
        return any(isinstance(one.act, kinds) for one in self.heard)

    def said(self, one: Heard) -> str:
        """The words of an act, as they were written, folded."""
        return folded(self.written[slice(*one.span)])


def overlap(one: Span, other: Span) -> bool:
    """Whether two stretches of the same text share a character."""
    return one[0] < other[1] and other[0] < one[1]
