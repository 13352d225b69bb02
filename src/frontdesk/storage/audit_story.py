"""What stands in the audit about one person."""

from collections.abc import Iterable
from uuid import UUID

from frontdesk.domain.audit import Happened, Recorded
from frontdesk.storage.audit import read_row
from frontdesk.storage.database import Db

TELLS_WHOSE = (Happened.ASSISTANT_DECIDED, Happened.IDENTITY_CLAIMED, Happened.CONSENT_RECORDED)
"""What joins a conversation to the patient it is with; they stand together in other events by chance."""


async def story(db: Db, subjects: Iterable[UUID]) -> list[Recorded]:
    """Every event about a patient, their conversations with it, in the order of the chain. Empty for a stranger's id.

    Raises: ValueError where the audit was changed so that it cannot be read; `prove` tells where.
    """
    whose = set(subjects)
    joined = await db.all(
        "select subjects from audit_about(%s) where what = any(%s)",
        (list(whose), [what.code for what in TELLS_WHOSE]),
    )
    whose |= {subject for row in joined for subject in row["subjects"]}
    rows = await db.all(
        "select e.* from audit_about(%s) as e "
        "left join audit_link l on l.practice_id = e.practice_id and l.event_id = e.id order by l.seq nulls last, e.id",
        (list(whose),),
    )
    return [read_row(row).recorded for row in rows]
