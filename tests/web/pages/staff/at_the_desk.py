"""People at the desk's console in real browsers, and patients who write to them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from uuid import UUID, uuid4

import httpx
from playwright.async_api import Browser, BrowserContext, Page
from tests.web.conftest import Running
from tests.web.pages.staff.test_sign_in import OWN

from frontdesk.compliance.roles import Role
from frontdesk.domain.ids import ConversationId
from frontdesk.domain.message import ChannelKind
from frontdesk.storage import people, sessions
from frontdesk.storage.conversations import messages
from frontdesk.storage.people import Access, Account
from frontdesk.web.access import form_token_of

SIZES = {
    "desktop": {"width": 1440, "height": 900},
    "tablet": {"width": 1024, "height": 768},
    "upright": {"width": 768, "height": 1024},
    "phone": {"width": 390, "height": 844},
}
PHONE = "+15125550147"


@dataclass(frozen=True, kw_only=True)
class Colleague:
    """Somebody with a session at the running desk."""

    running: Running
    account: Account
    token: str

    @property
    def url(self) -> str:
        return f"{self.running.url}/desk/{self.running.practice.key}"

    @asynccontextmanager
    async def browsing(self, browser: Browser, size: str = "desktop", locale: str = "en-US") -> AsyncIterator[Page]:
        """A page of a browser in which they are signed in. A script that breaks on it breaks the test."""
        context: BrowserContext = await browser.new_context(
            viewport=SIZES[size],  # type: ignore[arg-type]
            locale=locale,
            timezone_id="America/Chicago",
            reduced_motion="reduce",
        )
        await context.add_cookies([{"name": "frontdesk-desk", "value": self.token, "url": self.running.url}])
        page = await context.new_page()
        page.set_default_timeout(8000)
        broken: list[str] = []
        page.on("pageerror", lambda error: broken.append(str(error)))
        page.on("console", lambda line: broken.append(line.text) if "Content Security Policy" in line.text else None)
        yield page
        await context.close()
        assert broken == [], broken

    @asynccontextmanager
    async def asking(self) -> AsyncIterator[httpx.AsyncClient]:
        """A program with their session, which sends forms as their pages do."""
        cookies = {"frontdesk-desk": self.token}
        headers = {**OWN, "x-form-token": form_token_of(self.token)}
        async with httpx.AsyncClient(base_url=self.url, cookies=cookies, headers=headers) as web:
            yield web


async def colleague(running: Running, role: Role = Role.FRONT_DESK, name: str = "Ann Lee") -> Colleague:
    """Somebody of that role, signed in with both factors."""
    now, token = running.desk.clock.now(), uuid4().hex
    email = f"{name.split()[0].lower()}-{role.value}@example.com"
    account = Account(id=uuid4(), name=name, email=email, role=role, access=Access.INVITED)
    async with running.desk.storage.practice(running.practice.id) as db:
        await people.add_account(db, account, by="test", now=now)
        await people.set_access(db, account.id, Access.ACTIVE)
        await sessions.begin_session(db, uuid4(), account.id, token, proven=True, device="a browser", now=now)
    return Colleague(running=running, account=account, token=token)


async def wrote(running: Running, text: str, phone: str = PHONE) -> ConversationId:
    """A patient's text, answered as far as the assistant may; the conversation."""
    reception, practice = running.desk.reception, running.practice.id
    received = await reception.receive(practice, ChannelKind.SMS, phone, text, provider_id=str(uuid4()))
    await reception.answer(practice, received.conversation)
    return received.conversation


async def said_in(running: Running, conversation: UUID) -> list[tuple[str, str]]:
    """Who said what in a conversation."""
    async with running.desk.storage.practice(running.practice.id) as db:
        return [(one.author.value, one.text) for one in await messages(db, ConversationId(conversation))]
