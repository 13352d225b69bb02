"""The page of outcomes: every figure beside what it is a share of, plots that are tables too, marks at the desk."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

from playwright.async_api import Browser, expect
from tests.clinic import BOTOX, MAIN, NOW
from tests.web.axe import violations
from tests.web.conftest import Running
from tests.web.pages.staff.at_the_desk import colleague
from tests.web.pages.staff.test_audited import MARIA
from tests.web.pages.staff.test_calendar_by_hand import a_visit

from frontdesk.compliance.roles import Role
from frontdesk.domain.appointment import Status
from frontdesk.domain.experiment import Experiment
from frontdesk.domain.reminding import PRESETS
from frontdesk.reception.noshows import learn_again
from frontdesk.storage.practices import apply_practice
from frontdesk.storage.visits import read_appointment

TRIED = Experiment(id="fewer-reminders", ladder=PRESETS["3-days-and-1"], starts=date(2026, 5, 1), sample=60)
WIDER = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


async def lived(running: Running) -> None:
    """A year of visits that were booked long or shortly ahead, half an experiment, and a visit tomorrow."""
    practice = replace(running.practice, experiments=(TRIED,))
    await apply_practice(running.desk.storage, practice, [], now=NOW)
    async with running.desk.storage.practice(practice.id) as db:
        for number in range(400):
            start = datetime(2026, 5, 25, 15, tzinfo=UTC) - timedelta(hours=5 * number)
            far, patient = number % 2 == 0, uuid4()
            missed = number % 3 != 0 if far else number % 30 == 1
            await db.run(
                "insert into visit_outcome (practice_id, system, number, patient_id, service, location, starts_at, "
                "ends_at, booked_at, became) values (%s, '', %s, %s, %s, %s, %s, %s, %s, %s)",
                (
                    db.practice,
                    str(number),
                    patient,
                    BOTOX,
                    MAIN,
                    start,
                    start,
                    start - timedelta(days=35 if far else 1),
                    "missed" if missed else "came",
                ),
            )
            if number < 40:
                await db.run(
                    "insert into experiment_assignment values (%s, %s, %s, %s, %s, %s)",
                    (db.practice, TRIED.id, patient, "usual" if number % 4 < 2 else "other", str(number), start),
                )
    await learn_again(running.desk.storage, practice, now=running.desk.clock.now() + timedelta(minutes=1))
    tomorrow = await a_visit(running, "2026-05-27 10:00")
    async with running.desk.storage.practice(practice.id) as db:
        await db.run("update appointment set created_at = %s where id = %s", (NOW - timedelta(days=35), tomorrow))


async def test_the_page_tells_everything_with_what_it_is_of_and_can_be_read_by_all(
    running: Running, browser: Browser
) -> None:
    await lived(running)
    ann = await colleague(running)
    faults: list[str] = []
    for size in ("phone", "desktop"):
        async with ann.browsing(browser, size) as page:
            await page.goto(f"{ann.url}/outcomes")
            await expect(page.get_by_role("img", name="Visits missed, week by week")).to_be_visible()
            await expect(page.get_by_role("img", name="Told and missed")).to_be_visible()
            faults += await violations(page)
            if await page.evaluate(WIDER):
                faults.append(f"{size}: wider than the screen")
            shown = await page.locator("main").inner_text()

    assert faults == []
    assert "60 patients known" in shown
    assert "Looked at next when 45 are known" in shown
    assert "Wednesday, May 27, visits: 1" in shown
    assert MARIA.name in shown
    assert "Because: Booked long ahead" in shown
    assert "it steers a call by the desk and nothing else" in shown.casefold()
    assert " of 0" in shown  # nothing was offered from a waitlist, and it says so


async def test_tables_bear_the_name_of_their_query_and_strange_ones_are_not_found(running: Running) -> None:
    await lived(running)
    ann, seer = await colleague(running), await colleague(running, Role.READ_ONLY, "Ron Low")
    async with ann.asking() as web:
        table = await web.get("/outcomes/missed.csv?first=2026-05-01&last=2026-05-25")
        answers = [
            (await web.get(f"/outcomes{address}")).status_code
            for address in ("/strange.csv", "?first=May", "?first=2026-05-20&last=2026-05-10")
        ]
    async with seer.asking() as web:
        without_names = (await web.get("/outcomes")).text

    assert table.headers["content-disposition"] == 'attachment; filename="missed.csv"'
    assert table.text.splitlines()[0] == "query,name,part,unit,numerator,denominator,value,low,high"
    assert table.text.splitlines()[1].startswith("missed,missed,,share,")
    assert answers == [404, 400, 400]
    assert MARIA.family not in without_names
    assert "A call may help" in without_names


async def test_the_desk_marks_who_came_and_who_did_not_once_it_can_be_known(running: Running) -> None:
    ann = await colleague(running)
    gone, soon, later = [await a_visit(running, f"2026-05-{when}") for when in ("26 18:00", "26 23:00", "28 10:00")]

    async with ann.asking() as web:
        forms = [(await web.get(f"/calendar/visits/{id}")).text for id in (gone, soon, later)]
        early = await web.post(f"/calendar/visits/{soon}/mark", data={"status": "noshow"})
        arrived = await web.post(f"/calendar/visits/{soon}/mark", data={"status": "arrived"})
        after_all = await web.post(f"/calendar/visits/{soon}/mark", data={"status": "booked"})
        missed = await web.post(f"/calendar/visits/{gone}/mark", data={"status": "noshow"})
        again = await web.post(f"/calendar/visits/{gone}/mark", data={"status": "arrived"})
        strange = await web.post(f"/calendar/visits/{later}/mark", data={"status": "eaten"})

    assert [form.count('name="status"') for form in forms] == [3, 1, 0]
    assert "Somebody else changed" in early.text or early.status_code == 200
    assert (arrived.status_code, after_all.status_code, missed.status_code) == (204, 204, 204)
    assert again.status_code == 200
    assert strange.status_code == 400
    async with running.desk.storage.practice(running.practice.id) as db:
        became = [await read_appointment(db, id) for id in (gone, soon, later)]
    assert [one.status for one in became if one] == [Status.NOSHOW, Status.BOOKED, Status.BOOKED]
