"""Looks whether anything is stuck, and has a person told: once when it begins, once when it is over."""

from datetime import datetime
from uuid import uuid5

from frontdesk.dialogue.telling import told_in_order
from frontdesk.domain.practice import Practice
from frontdesk.language.handing_over import over_words
from frontdesk.reception.following import SILENT
from frontdesk.reception.telling import tell_that
from frontdesk.storage import watched
from frontdesk.storage.database import Db
from frontdesk.storage.tasks import Task, close_task, open_task
from frontdesk.storage.watched import PATIENCE, Part, Sign, Trouble

REASONS = {
    Part.WORKER: "no worker has given a sign for five minutes",
    Part.WEB: "no web process has given a sign for five minutes",
    Part.WEBHOOKS: "the process that takes webhooks has given no sign for five minutes",
    Part.ANSWERS: "messages have waited five minutes for an answer",
    Part.TEXTS: "no text has left for five minutes",
    Part.LETTERS: "no e-mail has left for five minutes",
    Part.SYSTEM: SILENT,
}
"""What stands on the task; that of a connected system is opened by what follows it."""


async def look(db: Db, practice: Practice, sign: Sign, *, now: datetime) -> bool:
    """Give a sign of life and look at everything else; whether anything is stuck.

    Whoever has just started judges nobody: what stood still with the whole desk is about to move.
    """
    await watched.give_sign(db, sign, now=now)
    known = {one.part: one for one in await watched.troubles(db)}
    found = await watched.stuck(db, now=now)
    if now - sign.since >= PATIENCE:
        for part in found.keys() - known.keys():
            await _begins(db, part, found[part], now=now)
    for part in known.keys() - found.keys():
        if await watched.works_again(db, known[part]):
            await _is_over(db, practice, known[part], now=now)
    return bool(await watched.troubles(db))


async def _begins(db: Db, part: Part, since: datetime, *, now: datetime) -> None:
    own = part is not Part.SYSTEM
    id = uuid5(db.practice, f"{part.value} {since.isoformat()}") if own else await watched.task_of_system(db)
    if id is None:
        return  # what follows the system is about to tell of it
    if await watched.begin_trouble(db, Trouble(part=part, began=since, task=id)) and own:
        task = Task(id=id, conversation=None, appointment=None, reason=REASONS[part], urgent=True, opened=now)
        await open_task(db, task)


async def _is_over(db: Db, practice: Practice, trouble: Trouble, *, now: datetime) -> None:
    """The task is done, and whoever was told of it hears so."""
    if not await watched.end_trouble(db, trouble.part) or trouble.task is None:
        return
    await close_task(db, trouble.task, now=now)
    told = await watched.told_of(db, trouble.task)
    order = told_in_order(practice, REASONS[trouble.part], urgent=True)
    who = {one.id: one for one in (*practice.telling.contacts, *order) if one.id in told}
    words = over_words(REASONS[trouble.part], practice, language=practice.languages[0])
    await tell_that(db, practice, tuple(who.values()), words, about=uuid5(trouble.task, "over"), now=now)
