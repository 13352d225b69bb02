"""The hourly job gathers what came of visits, and once a month learns from them."""

from frontdesk.reception.outcomes import days, outcomes
from frontdesk.sample.practice import SMILE_ID
from frontdesk.storage.jobs import Job, Work
from frontdesk.storage.noshow_models import last_model
from frontdesk.wiring import Frontdesk
from frontdesk.work.worker import DOES


async def test_the_job_gathers_learns_and_done_again_changes_nothing(smile: Frontdesk) -> None:
    job = Job(work=Work.OUTCOMES, practice=SMILE_ID, on=SMILE_ID)
    practice, now = await smile.practice(SMILE_ID), smile.clock.now()
    rows, models = [], []

    for _ in range(2):
        await DOES[Work.OUTCOMES](smile, job)
        async with smile.storage.practice(SMILE_ID) as db:
            rows.append(await db.all("select * from visit_outcome order by number"))
            models.append(await last_model(db))

    assert rows[0] == rows[1]
    assert len(rows[0]) > 100
    assert models[0] is not None
    assert models[0] == models[1]
    assert not models[0].model.knows  # a week of visits is too few
    within = days(practice.locations[0].zone, None, None, now=now)
    assert within is not None
    async with smile.storage.practice(SMILE_ID) as db:
        found = await outcomes(db, practice, within, now=now)
    assert found.learned == models[0]
