"""The demo's form stands before every visit, and one is open from the start."""

from tests.clinic import NOW

from frontdesk.reception.links import Link, read_link
from frontdesk.sample.forms import FORM, open_a_form, with_forms
from frontdesk.sample.practice import SMILE_ID, smile
from frontdesk.standards.practice_checks import faults_in
from frontdesk.storage.intakes import Intake, read_intake, submit_intake
from frontdesk.wiring import Frontdesk

HERE = "http://localhost:8000"


def test_the_sample_with_its_form_can_be_put_in_force() -> None:
    practice = with_forms(smile())

    assert faults_in(practice) == []
    assert [form.id for form in practice.questionnaires] == [FORM]


async def opened(smile: Frontdesk) -> Intake:
    async with smile.storage.practice(SMILE_ID) as db:
        link = await open_a_form(db, public_url=HERE, now=NOW)
    assert link is not None
    token = link.removeprefix(f"{HERE}/intake/")
    found = await read_link(token, purpose="intake", now=NOW, keyring_of=smile.storage.keyring)
    assert isinstance(found, Link)
    async with smile.storage.practice(SMILE_ID) as db:
        intake = await read_intake(db, found.what)
    assert intake is not None
    return intake


async def test_its_link_leads_to_the_same_form_until_that_is_handed_in(smile: Frontdesk) -> None:
    first, again = await opened(smile), await opened(smile)
    async with smile.storage.practice(SMILE_ID) as db:
        await submit_intake(db, first, "{}", now=NOW)
    other = await opened(smile)

    assert again == first
    assert other.appointment != first.appointment
