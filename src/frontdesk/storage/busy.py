"""What is taken in the built-in calendar over some days, read in one trip in PostgreSQL's own binary form."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from struct import Struct

from psycopg.rows import DictRow

from frontdesk.domain.appointment import Claim, Subject
from frontdesk.domain.ids import LocationId, PracticeId
from frontdesk.domain.time import Period
from frontdesk.scheduling.busy_time import Kept
from frontdesk.scheduling.ruler import Ruler
from frontdesk.storage.database import Storage

MICROSECOND = timedelta(microseconds=1)
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
"""Where PostgreSQL's instants are counted from, in microseconds."""

STRETCH = Struct(">5xq4xq")
"""The begin and the end of one range, as `range_send` writes them: what bounds it, and each bound after its length."""

BUSY_WITHIN = "select * from busy_within(%s, %s, %s, %s)"


@dataclass(frozen=True, kw_only=True, slots=True)
class Busy:
    """Everything kept busy over some days, not laid on a ruler yet; `version` of the practice was in force then."""

    version: int
    row: DictRow

    def kept(self, ruler: Ruler, *, but: Collection[Claim] = ()) -> Iterator[Kept]:
        """The stretches that claims hold of each lane of somebody or something, in ticks of a ruler; some left out."""
        left_out = {(one.subject.value, one.id, one.lane, _since_epoch(one.during)) for one in but}
        row, tick = self.row, ruler.tick // MICROSECOND
        begin = (ruler.start - EPOCH) // MICROSECOND
        just_after = begin - tick + 1  # what is divided from here on is rounded up
        each = zip(row["kinds"], row["subjects"], row["lanes"], row["locations"], row["stretches"], strict=True)
        for kind, id, lane, location, stretches in each:
            yield Kept(
                subject=Subject(kind),
                id=id,
                lane=lane,
                location=LocationId(location) if location else None,
                stretches=[
                    ((start - begin) // tick, (end - just_after) // tick)
                    for start, end in STRETCH.iter_unpack(stretches)
                    if not left_out or (kind, id, lane, (start, end)) not in left_out
                ],
            )


def _since_epoch(during: Period) -> tuple[int, int]:
    return (during.start - EPOCH) // MICROSECOND, (during.end - EPOCH) // MICROSECOND


async def busy_within(storage: Storage, practice: PracticeId, within: Period, *, now: datetime) -> Busy:
    """Everything that is kept busy in that stretch; holds that ran out are not.

    Raises: LookupError (nothing was applied for the practice).
    """
    row = await storage.at_once(BUSY_WITHIN, (practice, within.start, within.end, now), binary=True)
    if row is None or row["version"] is None:
        raise LookupError(f"nothing was applied for practice {practice}")
    return Busy(version=row["version"], row={key: [] if value is None else value for key, value in row.items()})
