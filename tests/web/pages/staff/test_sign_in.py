"""Signing in at a running desk, by a program that keeps cookies as a browser does."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

import httpx
import pyotp
import pytest
from tests.clinic import a_practice
from tests.web.conftest import Running

from frontdesk.compliance.roles import Field, Role
from frontdesk.reception.links import sign_link
from frontdesk.reception.sign_in import STEP
from frontdesk.storage import people
from frontdesk.storage.people import Access, Account
from frontdesk.storage.practices import apply_practice
from frontdesk.web.pages.staff.sign_in import INVITATION

PASSWORD = "correct horse battery"
OWN = {"Sec-Fetch-Site": "same-origin", "Accept": "text/html"}


@dataclass(kw_only=True)
class Person:
    """Somebody at a browser. `secret` is their authenticator's."""

    web: httpx.AsyncClient
    running: Running
    account: Account
    secret: str = ""
    codes: tuple[str, ...] = ()
    key: str = "clinic"
    invitation: str = ""

    async def get(self, path: str = "") -> httpx.Response:
        return await self.web.get(f"/desk/{self.key}{path}")

    async def post(self, path: str, token: str | None = None, **fields: str) -> httpx.Response:
        form = {"form": token if token is not None else await self.form_token(), **fields}
        return await self.web.post(f"/desk/{self.key}{path}", data=form)

    async def form_token(self) -> str:
        for page in ("/account", "/second", "/enroll"):
            found = re.search(r'name="form" value="(\w+)"', (await self.get(page)).text)
            if found:
                return found[1]
        return ""

    async def give_password(self, password: str = PASSWORD) -> httpx.Response:
        return await self.web.post(
            f"/desk/{self.key}/sign-in", data={"email": self.account.email, "password": password}
        )

    def code(self, later: int = 0) -> str:
        at = int(self.running.desk.clock.now().timestamp()) + later * STEP
        return pyotp.TOTP(self.secret).at(at)


@pytest.fixture
async def owner(running: Running) -> AsyncIterator[Person]:
    """The owner, invited, who has a password and an authenticator, and is signed out."""
    async with invited(running, Role.OWNER) as person:
        await enrolled(person)
        await person.post("/sign-out")
        yield person


@asynccontextmanager
async def invited(running: Running, role: Role, *, key: str = "clinic") -> AsyncIterator[Person]:
    """Somebody of that role with a browser of their own, before they chose a password."""
    desk = running.desk
    account = Account(id=uuid4(), name="Ann Lee", email=f"{role.value}@example.com", role=role, access=Access.INVITED)
    practice = await desk.practice_keyed(key)
    assert practice is not None
    async with desk.storage.practice(practice.id) as db:
        await people.add_account(db, account, by="test", now=desk.clock.now())
        until = desk.clock.now() + timedelta(days=7)
        token = sign_link(db.keyring, practice.id, account.id, purpose=INVITATION, expires=until)
    async with httpx.AsyncClient(base_url=running.url, headers=OWN) as web:
        yield Person(web=web, running=running, account=account, key=key, invitation=token)


async def enrolled(person: Person) -> None:
    """Password chosen, authenticator confirmed, signed in."""
    path = f"/desk/{person.key}/join/{person.invitation}"
    joined = await person.web.post(path, data={"password": PASSWORD, "again": PASSWORD})
    assert joined.status_code == 303
    assert (await person.give_password()).headers["location"].endswith("/enroll")
    page = (await person.get("/enroll")).text
    found = re.search(r"<code>([A-Z2-7 ]+)</code>", page)
    assert found is not None
    person.secret = found[1].replace(" ", "")
    answer = await person.post("/enroll", code=person.code())
    person.codes = tuple(re.findall(r"<code>([\w-]{19})</code>", answer.text))
    assert len(person.codes) == 10


async def test_the_way_in_is_password_and_then_a_code(owner: Person) -> None:
    assert (await owner.get()).status_code == 303  # to sign-in
    assert (await owner.give_password()).headers["location"].endswith("/second")
    assert (await owner.get()).status_code == 303  # a password alone opens nothing

    answer = await owner.post("/second", code=owner.code(later=1))

    assert answer.status_code == 303
    home = await owner.get()
    assert home.status_code == 200
    assert "Waiting for a person" in home.text
    assert "no-store" in home.headers["cache-control"]


async def test_a_code_works_once(owner: Person) -> None:
    code = owner.code(later=1)
    await owner.give_password()
    await owner.post("/second", code=code)
    await owner.post("/sign-out")

    await owner.give_password()
    again = await owner.post("/second", code=code)

    assert again.status_code == 401


async def test_a_recovery_code_opens_once_in_place_of_the_phone(owner: Person) -> None:
    for expected in (303, 401):
        await owner.give_password()
        answer = await owner.post("/second", code=owner.codes[0].upper())
        assert answer.status_code == expected
        await owner.post("/sign-out")


async def test_who_is_unknown_and_who_is_wrong_are_told_the_same(owner: Person) -> None:
    wrong = await owner.give_password("wrong horse battery")
    unknown = await owner.web.post("/desk/clinic/sign-in", data={"email": "nobody@example.com", "password": "x" * 20})

    assert wrong.status_code == unknown.status_code == 401
    assert re.sub(r'value="[^"]*"', "", wrong.text) == re.sub(r'value="[^"]*"', "", unknown.text)


async def test_after_some_wrong_passwords_the_right_one_is_refused_too(owner: Person) -> None:
    for _ in range(5):
        await owner.give_password("wrong horse battery")

    assert (await owner.give_password()).status_code == 401


async def test_a_form_without_its_token_or_from_elsewhere_is_refused(owner: Person) -> None:
    await owner.give_password()
    await owner.post("/second", code=owner.code(later=1))
    token = await owner.form_token()

    assert (await owner.post("/break-glass", token="0" * 64, reason="x")).status_code == 403
    owner.web.headers["Sec-Fetch-Site"] = "cross-site"
    assert (await owner.post("/break-glass", token=token, reason="x")).status_code == 403
    assert (await owner.give_password()).status_code == 403


async def test_a_disabled_account_is_out_at_once(owner: Person) -> None:
    await owner.give_password()
    await owner.post("/second", code=owner.code(later=1))
    async with owner.running.desk.storage.practice(owner.running.practice.id) as db:
        await people.set_access(db, owner.account.id, Access.DISABLED)

    assert (await owner.get()).status_code == 303
    assert (await owner.give_password()).status_code == 401


async def test_an_invitation_serves_once_and_refuses_weak_passwords(running: Running) -> None:
    async with invited(running, Role.MANAGER) as person:
        path = f"/desk/clinic/join/{person.invitation}"
        for weak in ("short", "passwordpassword", "ann lee ann lee", "aaaaaaaaaaaaaaa"):
            answer = await person.web.post(path, data={"password": weak, "again": weak})
            assert answer.status_code == 422
        await enrolled(person)

        assert (await person.web.get(path)).status_code == 404


async def test_support_sees_nothing_without_leave_and_only_looks_with_it(owner: Person) -> None:
    await owner.give_password()
    await owner.post("/second", code=owner.code(later=1))
    async with invited(owner.running, Role.SUPPORT) as helper:
        await enrolled(helper)
        before = await helper.get()
        given = await owner.post(
            "/leave", account=str(helper.account.id), reason="the list is slow", hours="2", fields=Field.TASKS.value
        )
        during = await helper.get()
        changing = await helper.post("/people", name="Eve", email="eve@example.com", role="owner")
        listed = await owner.get("/leave")
        leave = re.search(r'action="[\w/]+/leave/([\w-]+)/end"', listed.text)
        assert leave is not None
        await owner.post(f"/leave/{leave[1]}/end")
        after = await helper.get()

    assert given.status_code == 303
    assert ["Waiting for a person" in home.text for home in (before, during, after)] == [False, True, False]
    assert "the list is slow" in during.text
    assert changing.status_code == 403


async def test_breaking_the_glass_shows_and_tells(running: Running) -> None:
    async with invited(running, Role.READ_ONLY) as person:
        await enrolled(person)
        without = await person.post("/break-glass", reason=" ")
        with_reason = await person.post("/break-glass", reason="patient collapsed, need her number")
        home = await person.get()

    assert (without.status_code, with_reason.status_code) == (422, 303)
    assert "Took leave to look at patients" in home.text
    assert "patient collapsed" in home.text


async def test_a_new_password_ends_every_other_session(owner: Person) -> None:
    await owner.give_password()
    await owner.post("/second", code=owner.code(later=1))
    async with httpx.AsyncClient(base_url=owner.running.url, headers=OWN) as elsewhere:
        other = Person(web=elsewhere, running=owner.running, account=owner.account, secret=owner.secret)
        await other.give_password()
        await other.post("/second", code=owner.codes[3])
        assert (await other.get()).status_code == 200

        await owner.post("/account/password", old=PASSWORD, password="another long pass phrase")

        assert (await other.get()).status_code == 303
        assert (await owner.get()).status_code == 200


async def test_somebody_of_one_practice_is_nobody_at_another(owner: Person) -> None:
    await apply_practice(
        owner.running.desk.storage, a_practice(key="other", number=2), [], now=owner.running.desk.clock.now()
    )
    await owner.give_password()
    await owner.post("/second", code=owner.code(later=1))
    token = await owner.form_token()
    owner.key = "other"

    for page in ("", "/account", "/people", "/leave", "/second", "/enroll"):
        assert (await owner.get(page)).headers["location"] == "/desk/other/sign-in"
    for action in ("/people", "/leave", "/break-glass", "/account/recovery", f"/people/{owner.account.id}"):
        assert (await owner.post(action, token=token)).headers["location"] == "/desk/other/sign-in"
    assert (await owner.give_password()).status_code == 401
    assert (await owner.web.get(f"/desk/other/join/{owner.invitation}")).status_code == 404
