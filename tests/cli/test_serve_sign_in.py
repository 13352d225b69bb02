"""Signing in at the real server over https: what its cookies carry, and when a session is over."""

import re
from collections.abc import Iterator
from datetime import timedelta
from http.cookies import Morsel, SimpleCookie
from pathlib import Path

import httpx
import psycopg
import pyotp
import pytest
from psycopg.sql import SQL, Identifier
from tests.cli.command import run
from tests.cli.test_serve import certificate, free_port, recovery_confirmed, serving, trusting
from tests.web.pages.staff.test_sign_in import PASSWORD

import frontdesk.sample
from frontdesk.storage.sessions import IDLE, LONGEST

__all__ = ["certificate", "recovery_confirmed"]
pytestmark = pytest.mark.timeout(240)
SMILE = Path(frontdesk.sample.__file__).parent / "smile"
FORM = re.compile(r'name="form" value="(\w+)"')


@pytest.fixture
def browser(
    home: Path, certificate: dict[str, str], recovery_confirmed: dict[str, str]
) -> Iterator[tuple[httpx.Client, list[httpx.Response]]]:
    """Somebody at https, signed in with both factors, and all the answers on the way there."""
    port = free_port()
    env = {"FRONTDESK_PORT": str(port), **certificate, **recovery_confirmed}
    assert run(home, "practice", "apply", str(SMILE), **env).returncode == 0
    who = ("--role", "owner", "--name", "Ann Lee", "--email", "ann@example.com")
    added = run(home, "people", "add", "--practice", "smile", *who, **env)
    assert added.returncode == 0, added.stderr
    link = added.stdout.strip().partition("/desk/smile/join/")[2]
    own = {"Sec-Fetch-Site": "same-origin", "Accept": "text/html"}
    with (
        serving(home, port, **env),
        httpx.Client(base_url=f"https://localhost:{port}/desk/smile", headers=own, verify=trusting()) as web,
    ):
        web.post(f"/join/{link}", data={"password": PASSWORD, "again": PASSWORD})
        halfway = web.post("/sign-in", data={"email": "ann@example.com", "password": PASSWORD})
        page = web.get("/enroll").text
        secret = re.search(r"<code>([A-Z2-7 ]+)</code>", page)
        form = FORM.search(page)
        assert secret is not None
        assert form is not None
        code = pyotp.TOTP(secret[1].replace(" ", "")).now()
        yield web, [halfway, web.post("/enroll", data={"form": form[1], "code": code})]


def cookies(answer: httpx.Response) -> list[Morsel[str]]:
    return [morsel for line in answer.headers.get_list("set-cookie") for morsel in SimpleCookie(line).values()]


def test_every_cookie_is_for_https_this_host_and_our_own_pages_alone(
    browser: tuple[httpx.Client, list[httpx.Response]],
) -> None:
    web, signing_in = browser
    form = FORM.search(web.get("/account").text)
    assert form is not None

    out = web.post("/sign-out", data={"form": form[1]})

    set_by = [cookies(answer) for answer in (*signing_in, out)]
    assert [len(of_answer) for of_answer in set_by] == [1, 1, 1]
    for (cookie,) in set_by:
        assert cookie.key == "__Host-frontdesk"  # browsers take it with Secure, Path=/ and no Domain only
        assert (cookie["secure"], cookie["httponly"], cookie["samesite"]) == (True, True, "strict")
        assert (cookie["path"], cookie["domain"]) == ("/", "")
    tokens = [cookie.value for (cookie,) in set_by]
    assert len(set(tokens)) == 3  # a new one with the second factor: one planted before is worth nothing
    assert tokens[2] == ""


def test_a_session_is_over_when_it_was_left_alone_and_after_a_day_of_work_however_busy(
    browser: tuple[httpx.Client, list[httpx.Response]], recovery_confirmed: dict[str, str]
) -> None:
    web, _ = browser

    with psycopg.connect(recovery_confirmed["FRONTDESK_DATABASE_URL"], autocommit=True) as owner:
        answers = []
        for column, by in (("seen_at", IDLE), ("ends_at", LONGEST)):
            passes = SQL("update session set {0} = {0} - %s where proven").format(Identifier(column))
            for later in (by - timedelta(minutes=2), timedelta(minutes=3) if column == "ends_at" else by):
                owner.execute(passes, (later,))
                answers.append(web.get("/account"))
            owner.execute(passes, (-2 * by,))  # back to where it was, or a little better

    assert [answer.status_code for answer in answers] == [200, 303, 200, 303]
    assert {answers[1].headers["location"], answers[3].headers["location"]} == {"/desk/smile/sign-in"}
