"""A whole desk whose messages a model helps to understand; what it took is in the record of each step."""

from pathlib import Path

from tests.conftest import Postgres, smile_desk
from tests.language.model.test_engine import model_says
from tests.wire.loopback import a_server

from frontdesk.domain.message import ChannelKind
from frontdesk.settings import Settings
from frontdesk.storage import conversations

WORDS = "qué tal, something for the frown thing between my brows"


async def test_a_message_that_rules_do_not_know_is_understood_and_recorded(
    server: Postgres, smile_template: str, master_home: Path
) -> None:
    says = model_says([("name_service", "something for the frown thing between my brows", "botox-consultation")])
    async with a_server(lambda _: says) as model:
        settings = Settings(home=master_home, model="local:tiny", model_url=f"{model.address}/v1")
        async with smile_desk(server, smile_template, settings) as desk:
            practice = await desk.practice_keyed("smile")
            assert practice is not None
            received = await desk.reception.receive(
                practice.id, ChannelKind.SMS, "+15125550147", WORDS, provider_id=None
            )
            await desk.reception.answer(practice.id, received.conversation)
            assert received.message is not None
            async with desk.storage.practice(practice.id) as db:
                why = await conversations.why(db, received.message.id)
                replies = await conversations.replies_to(db, received.message.id)

    assert why is not None
    assert why.acts[0]["services"] == ["botox-consultation"]
    assert why.effects[0]["effect"] == "ask_model"
    assert why.effects[0]["result"] == "model"
    assert "Botox consultation" in replies[0].text
