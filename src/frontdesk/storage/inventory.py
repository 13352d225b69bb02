"""All that stands in a practice, for whoever grades what conversations left behind."""

from frontdesk.domain.appointment import Appointment
from frontdesk.domain.audit import Recorded
from frontdesk.domain.patient import Patient
from frontdesk.storage.audit import read_row
from frontdesk.storage.database import Db
from frontdesk.storage.patients import read_patient
from frontdesk.storage.visits import as_appointment, record_seen
from frontdesk.storage.waitlist import Waiting, read_waiting


async def every_visit(db: Db) -> list[Appointment]:
    """Every visit and hold, cancelled ones too, soonest first; times that staff keep free are none."""
    rows = await db.all(
        "select * from appointment where practice_id = %s and service is not null order by starts_at, id",
        (db.practice,),
    )
    record_seen(db, rows)
    return [as_appointment(row) for row in rows]


async def every_patient(db: Db) -> list[Patient]:
    """Every chart, the longest known first."""
    rows = await db.all("select id from patient where practice_id = %s order by created_at, id", (db.practice,))
    charts = [await read_patient(db, row["id"]) for row in rows]
    return [chart for chart in charts if chart is not None]


async def every_event(db: Db) -> list[Recorded]:
    """Everything that stands in the audit, oldest first."""
    rows = await db.all("select * from audit_event where practice_id = %s order by id", (db.practice,))
    return [read_row(row).recorded for row in rows]


async def every_waiting(db: Db) -> list[Waiting]:
    """Everybody who waits for a time to open, the longest waiting first."""
    rows = await db.all(
        "select * from waiting where practice_id = %s and left_at is null order by order_no", (db.practice,)
    )
    return [await read_waiting(db, row) for row in rows]
