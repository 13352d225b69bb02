"""A clinic whose visits need the sample medspa form, with one visit booked by text and the link that came with it."""

from dataclasses import dataclass, replace
from uuid import uuid4

from tests.sample.test_questionnaires import FOLDER, read
from tests.web.conftest import Running

from frontdesk.domain.message import ChannelKind
from frontdesk.domain.questionnaire import Questionnaire
from frontdesk.reception.links import sign_link
from frontdesk.storage.intakes import Intake, read_intake
from frontdesk.storage.practices import apply_practice

PHONE = "+15125550147"
TALK = (
    "Hi, I'd like to book a Botox consultation",
    "First time",
    "Thursday evening",
    "the first one",
    "Maria Gonzalez, 512 555 0147",
    "maria@example.com",
    "yes",
)


@dataclass(frozen=True, kw_only=True)
class Booked:
    """The visit's intake, and the address of its forms."""

    intake: Intake
    link: str


async def with_forms(running: Running, *names: str) -> tuple[Questionnaire, ...]:
    """Every visit of the clinic needs these forms from now on."""
    forms = tuple(read(FOLDER / f"{name}.json") for name in names)
    practice = replace(running.practice, questionnaires=forms, intake=names, languages=("en", "es"))
    await apply_practice(running.desk.storage, practice, [], now=running.desk.clock.now())
    return forms


async def booked(running: Running) -> Booked:
    """Maria books by text."""
    desk, practice = running.desk, running.practice.id
    for text in TALK:
        said = await desk.reception.receive(practice, ChannelKind.SMS, PHONE, text, provider_id=f"local:{uuid4()}")
        await desk.reception.answer(practice, said.conversation)
    async with desk.storage.practice(practice) as db:
        row = await db.one("select id from intake where practice_id = %s", (practice,))
        assert row is not None
        intake = await read_intake(db, row["id"])
        assert intake is not None
        token = sign_link(db.keyring, practice, intake.id, purpose="intake", expires=intake.expires)
    return Booked(intake=intake, link=f"{running.url}/intake/{token}")
