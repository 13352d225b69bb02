"""Two practices on one desk: no route, and no job, brings anything of one to anybody of the other.

The walk is made from the routes that the app has. Each is called by everybody there is with everything of the other
practice that can be put into an address, a query, a form or a body. A route with a part that the walk does not know
how to feed fails, and says what to add.
"""

import asyncio
import json
import re
from base64 import urlsafe_b64encode
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from html import escape
from itertools import count
from urllib.parse import quote
from uuid import UUID, uuid4

import httpx
import psycopg
import pytest
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, APIWebSocketRoute
from psycopg.rows import dict_row
from starlette.routing import Mount
from tests.clinic import NOW
from tests.reception.an_openid_provider import AT, an_openid_provider
from tests.reception.elsewhere import Elsewhere, signature
from tests.safety.form_fields import form_fields
from tests.safety.tables import UUID_TEXT, ids_in, one_id_of_each, rows_of
from tests.safety.two_practices import PASSWORD, Both, Whole, forged
from tests.web.conftest import answering, free_port
from tests.web.test_roles import needs_of
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from frontdesk.channels.sms import local
from frontdesk.channels.sms.twilio.reading import SIGNATURE as CALL_SIGNATURE
from frontdesk.channels.voice.addresses import call_webhook_at, stream_at
from frontdesk.compliance.roles import Role
from frontdesk.domain.audit import ActorKind, Outcome, Recorded
from frontdesk.domain.practice import Practice
from frontdesk.proving.phone.carrying import signed
from frontdesk.reception.chat_access import OFFER, RESUME
from frontdesk.reception.connected import Connected
from frontdesk.reception.effects import TYPING
from frontdesk.reception.following import Following
from frontdesk.reception.joined import Joined
from frontdesk.reception.telling import ACKNOWLEDGE
from frontdesk.storage import sessions
from frontdesk.storage.audit import read_row
from frontdesk.storage.calendar import Calendar
from frontdesk.storage.jobs import Job
from frontdesk.storage.practices import Endpoint, claim_endpoint
from frontdesk.web.access import form_token_of
from frontdesk.web.app import DEMO_PAGES, PAGES, create_app
from frontdesk.web.pages.chat_socket import LINK_OVER
from frontdesk.web.pages.sms import SENT_AT, SIGNATURE, Incoming, webhook_url
from frontdesk.web.pages.staff.sign_in import INVITATION
from frontdesk.web.pages.system_notices import notice_url
from frontdesk.web.pages.voice import NO_TICKET
from frontdesk.wiring import Frontdesk
from frontdesk.work.worker import DOES

pytestmark = pytest.mark.timeout(600)
WALKS = 4
"""The routes are walked in so many parts, each the next of them in turn, that may run beside each other."""

DESK_LIVE, THREAD_LIVE = "/desk/{key}/changes", "/desk/{key}/conversations/{id}/changes"
TALK = "/chat/{key}/talk"
CALLS, STREAM = "/voice/{carrier}/{number}", "/voice/{carrier}/{number}/stream"
LIVE, SOCKET, TEXTS, NOTICES, JOIN, INTAKE = (
    "/demo/changes",
    "/chat/{key}/socket",
    "/sms/{carrier}/{number}",
    "/hooks/system/{key}/{system}",
    "/desk/{key}/join/{token}",
    "/intake/{token}",
)
BY_THEMSELVES = {
    LIVE: "stays open",
    DESK_LIVE: "stays open",
    THREAD_LIVE: "stays open",
    SOCKET: "is a line, and not a request",
    TALK: "is a line, and not a request",
    TEXTS: "is signed over its body",
    CALLS: "is signed over its body",
    STREAM: "is a line, and not a request",
    NOTICES: "is signed over its body",
}
"""Routes with a test of their own below."""

FREE_TO_CHANGE = {
    "pace": "counts how often somebody tried, whoever they are",
    "openid_journey": "a way to the practice's own provider that anybody may set out on from its door",
    "audit_event": "looked at by itself",
    "audit_link": "links what the audit says",
    "audit_waiting": "links what the audit says",
}
FREE_FOR_VISITORS = {
    ("record.read", "openid_provider.secret"),
    ("account.signed-in", "password"),
    ("account.signed-in", "too-often"),
}
"""What a stranger at a practice's door leaves in its audit: the way to its provider, and passwords that were wrong."""
DOES_SEVERAL = {"/desk/{key}/people/{id}": ("role", "disable", "enable")}
"""Where a button says what is to be done."""


@dataclass(frozen=True, kw_only=True)
class Caller:
    """Somebody of ours at a browser, with a new session for each route."""

    name: str
    role: Role | None = None
    proven: bool = True


CALLERS = (
    *(Caller(name=role.value, role=role) for role in Role),
    Caller(name="an owner who has yet to show a second factor", role=Role.OWNER, proven=False),
    Caller(name="nobody"),
)
STRANGERS = tuple(caller for caller in CALLERS if caller.role in {None, Role.OWNER})


@dataclass(kw_only=True)
class Walk:
    """What was asked and what is looked for in the answers: the other's marks, numbers and ids."""

    both: Both
    web: httpx.AsyncClient
    ids: Mapping[str, set[UUID]]
    each: Mapping[str, UUID]
    """The first of theirs in each table."""
    addresses: Iterator[int] = field(default_factory=lambda: count(1))
    asked: Counter[str] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)
    tokens: dict[Caller, str] = field(default_factory=dict)
    """Of the sessions that people have for the route being walked."""

    def __post_init__(self) -> None:
        theirs = self.both.theirs
        words = (theirs.mark, theirs.phone, f"{theirs.phone[5:8]}-{theirs.phone[8:]}", theirs.lure)
        self._secrets = {word.casefold() for word in words}
        self._ids = set().union(*self.ids.values()) - set().union(
            *ids_in(rows_of(self.both.owner, self.both.ours.practice.id)).values()
        )

    def told(self, answered: str, given: str) -> list[str]:
        """What an answer tells of the other practice, beyond what was handed over in asking."""
        low, handed = answered.casefold(), given.casefold()
        words = [word for word in self._secrets if word in low or escape(word) in low]
        ids = [str(id) for id in map(UUID, UUID_TEXT.findall(low)) if id in self._ids]
        return [found for found in (*words, *ids) if found not in handed]

    async def ask(
        self, method: str, path: str, caller: Caller, *, query: Mapping[str, str], form: Mapping[str, str]
    ) -> int:
        """The status of the answer, which must tell nothing of the other practice."""
        token = await self.session(caller)
        headers = {"X-Forwarded-For": f"10.{next(self.addresses) % 200}.{next(self.addresses) % 250}.7"}
        cookies = {"frontdesk-openid": self.both.theirs.journey_state}
        if token:
            cookies["frontdesk-desk"] = token
            form = {**form, "form": form_token_of(token)}
        headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in cookies.items())
        body = form if method == "POST" else None
        answer = await self.web.request(method, path, params=query, data=body, headers=headers)
        given = f"{path} {json.dumps(dict(query))} {json.dumps(dict(form))} {headers['Cookie']}"
        answered = f"{answer.headers} {answer.text}"
        assert self.told(answered, given) == [], f"{method} {path} as {caller.name} told of the other practice"
        assert answer.status_code < 500, f"{method} {path} as {caller.name}: {answer.status_code}"
        self.asked[f"{method} {path.partition('?')[0]}"] += 1
        self.statuses[answer.status_code] += 1
        return answer.status_code

    async def session(self, caller: Caller) -> str:
        """The token of a session of ours; "" of who has none."""
        if caller.role is None:
            return ""
        if caller in self.tokens:
            return self.tokens[caller]
        account, token = self.both.ours.people[caller.role], uuid4().hex * 2
        self.tokens[caller] = token
        async with self.both.desk.storage.practice(self.both.ours.practice.id) as db:
            await sessions.begin_session(
                db, uuid4(), account.id, token, proven=caller.proven, device="a browser", now=NOW
            )
        return token


@pytest.fixture
async def walk(both: Both) -> AsyncIterator[Walk]:
    ids = ids_in(rows_of(both.owner, both.theirs.practice.id))
    headers = {"Accept": "text/html", "Sec-Fetch-Site": "same-origin"}
    async with httpx.AsyncClient(base_url=both.url, headers=headers, timeout=20) as web:
        yield Walk(both=both, web=web, ids=ids, each=one_id_of_each(both.owner, both.theirs.practice.id))


def routes(both: Both) -> list[APIRoute | APIWebSocketRoute]:
    """All that the app has, but for our own static files."""
    included = [route for router in (*PAGES, *DEMO_PAGES) for route in router.routes]
    own = [route for route in both.app.routes if isinstance(route, APIRoute | APIWebSocketRoute | Mount)]
    assert len(both.app.routes) == len(PAGES) + len(DEMO_PAGES) + len(own)
    found = [*included, *own]
    assert [route.path for route in found if isinstance(route, Mount)] == ["/static"]
    return [route for route in found if isinstance(route, APIRoute | APIWebSocketRoute)]


def one_of_each(walk: Walk) -> list[str]:
    """An id of theirs from each table, as addresses have it, and their passkey's."""
    return [*dict.fromkeys(map(str, walk.each.values())), quote(_passkey(walk.both.theirs))]


def _passkey(theirs: Whole) -> str:
    return urlsafe_b64encode(f"{theirs.mark}-passkey".encode()).decode().rstrip("=")


async def links(both: Both) -> list[str]:
    """Links to what is theirs: of our own making, and theirs for another purpose than the route's."""
    made, ours, theirs = [], both.ours.practice, both.theirs
    async with both.desk.storage.practice(ours.id) as db:
        for practice in (ours, theirs.practice):
            made += [forged(db, practice, theirs.intake, purpose="intake")]
            made += [forged(db, practice, theirs.invited, purpose=INVITATION)]
            made += [forged(db, practice, theirs.intake, purpose=ACKNOWLEDGE)]
            made += [forged(db, practice, theirs.chat_link, purpose=OFFER)]
    return made


async def own_links(both: Both) -> dict[str, str]:
    """Their real ones, by purpose: each opens its own record to whoever holds it, and nothing else to anybody."""
    async with both.desk.storage.practice(both.theirs.practice.id) as db:
        return {
            "intake": forged(db, both.theirs.practice, both.theirs.intake, purpose="intake"),
            INVITATION: forged(db, both.theirs.practice, both.theirs.invited, purpose=INVITATION),
        }


async def typing_links(walk: Walk) -> list[str]:
    """Links to type something into a call of theirs, of our own making."""
    both, theirs = walk.both, UUID(str(walk.each["conversation"]))
    async with both.desk.storage.practice(both.ours.practice.id) as db:
        return [forged(db, one.practice, theirs, purpose=TYPING) for one in (both.ours, both.theirs)]


async def parts(walk: Walk, route: APIRoute) -> Iterable[dict[str, str]]:
    """Every way to fill in the address: at our door with what is theirs, at theirs with what is theirs."""
    both, real = walk.both, await own_links(walk.both)
    doors = [both.ours.practice.key, both.theirs.practice.key] if "{key}" in route.path else [""]
    filled: list[dict[str, str]] = []
    for key in doors:
        given: dict[str, list[str]] = {"key": [key], "id": one_of_each(walk)}
        given |= {"message": [str(walk.each["message"])], "channel": ["sms"], "query": ["missed"]}
        given["token"] = [
            *await links(both),
            *await typing_links(walk),
            real["intake" if route.path == JOIN else INVITATION],
        ]
        if route.path == JOIN and key == both.ours.practice.key:
            given["token"].append(real[INVITATION])
        names = re.findall(r"{(\w+)}", route.path)
        unknown = set(names) - given.keys()
        assert not unknown, f"{route.path}: say in `parts` what of the other practice goes into {unknown}"
        combined: list[dict[str, str]] = [{}]
        for name in names:
            combined = [{**one, name: value} for one in combined for value in given[name]]
        filled += combined
    return filled


def queries(walk: Walk, route: APIRoute) -> dict[str, str]:
    theirs = walk.both.theirs
    given = {
        "state": theirs.journey_state,
        "code": "a code",
        "chosen": str(walk.each["local_mail"]),
        "on": "2026-05-28",
        "at": "18:00",
        "view": "week",
        "practitioner": "dana",
        "embedded": "true",
        "color": "#2f5545",
        "lang": "en",
        "show": "all",
        "open": str(walk.each["conversation"]),
        "by": "practitioner",
        "patient": str(walk.each["patient"]),
        "start": "2026-05-25T00:00:00+00:00",
        "end": "2026-06-01T00:00:00+00:00",
        "column": "dana",
        "minutes": "30",
        "first": "2026-05-01",
        "last": "2026-05-31",
        "step": "1",
    }
    names = [parameter.name for part in _with_its_own(route.dependant) for parameter in part.query_params]
    unknown = set(names) - given.keys()
    assert not unknown, f"{route.path}: say in `queries` what of the other practice goes into {unknown}"
    return {name: given[name] for name in names}


def _with_its_own(dependant: Dependant) -> Iterator[Dependant]:
    yield dependant
    for one in dependant.dependencies:
        yield from _with_its_own(one)


def forms(walk: Walk, route: APIRoute, key: str) -> list[dict[str, str]]:
    """Every field that any form of ours has. At our own door it holds what is theirs, and theirs what is ours."""
    both = walk.both
    whose = both.ours if key == both.theirs.practice.key else both.theirs
    helper = whose.people[Role.SUPPORT]
    given = {
        "email": whose.lure_email,
        "password": PASSWORD,
        "again": PASSWORD,
        "old": "not the password",
        "code": "123456",
        "credential": json.dumps({"id": _passkey(both.theirs), "rawId": _passkey(both.theirs), "type": "public-key"}),
        "account": str(helper.id),
        "fields": "tasks",
        "hours": "4",
        "reason": "to see",
        "name": "Walk In",
        "role": "manager",
        "number": whose.lure_phone,
        "text": "hello, who am I?",
        "phone": whose.lure_phone,
        "practitioner": "dana",
        "service": "botox-consultation",
        "on": "2026-06-03",
        "at": "10:00",
        "kind": "visit",
        "minutes": "30",
        "overlap": "yes",
        "given": "Walk",
        "family": "In",
        "street": "1 Street",
        "city": "Town",
        "state": "TX",
        "postcode": "78701",
        "medications": "none",
        "allergies": "none",
        "pregnancy": "no",
        "consent": "yes",
        "signature": "W. In",
        **{"born_year": "1990", "born_month": "2", "born_day": "3", "allow_calls": "yes", "allow_messages": "yes"},
        **{"allow_recording": "yes", "allow_training": "yes"},
        "to": str(helper.id),
        "instead_of": str(helper.id),
        "patient": str(walk.each["patient"]),
        "named": whose.lure_phone,
        "go": "next",
        "message": str(uuid4()),
        "note": str(uuid4()),
        "shown": "hello, who am I?",
        "typed": "walk.in@example.com",
        **{"by": "practitioner", "column": "dana", "was": "2026-06-03T15:00:00+00:00"},
        **{"first": "2026-05-01", "last": "2026-05-31", "status": "noshow"},
        **{"urgency": "2", "notice": "4"},
    }
    unknown = form_fields() - given.keys() - {"form", "do"}
    assert not unknown, f"say in `forms` what of the other practice goes into {sorted(unknown)}"
    return [{**given, "do": do} for do in DOES_SEVERAL.get(route.path, ("",))]


@pytest.mark.parametrize("part", range(WALKS))
async def test_nobody_of_one_practice_learns_or_changes_anything_of_the_other_by_any_route(
    walk: Walk, part: int
) -> None:
    async with an_openid_provider(sub="nobody", now=AT) as there:
        with psycopg.connect(walk.both.owner) as owner:
            owner.execute("update openid_provider set issuer = %s", (there.address,))
        await everywhere(walk, part)


async def everywhere(walk: Walk, part: int) -> None:
    """By every route of this part, as everybody."""
    both = walk.both
    before, events = rows_of(both.owner, both.theirs.practice.id), await audit(both)

    for route in [route for route in routes(both) if route.path not in BY_THEMSELVES][part::WALKS]:
        assert isinstance(route, APIRoute)
        await call(walk, route)

    assert changed(before, rows_of(both.owner, both.theirs.practice.id)) == {}
    assert_left_to_strangers([one for one in await audit(both) if one not in events])
    assert walk.asked.total() > 1500 / WALKS, walk.statuses
    assert walk.statuses[200] > 100 / WALKS, walk.statuses  # some were let in, where they may be
    assert walk.statuses[404] > 300 / WALKS, walk.statuses


async def call(walk: Walk, route: APIRoute) -> None:
    """One route: by everybody it tells apart, with everything. What is theirs is answered as what is nobody's."""
    nobodys: dict[object, int] = {}
    walk.tokens.clear()
    for filled in await parts(walk, route):
        # At their door our people are strangers: whoever has no session there is told so before anything is read.
        strangers = needs_of(route) == "-" or ("id" in filled and filled.get("key") == walk.both.theirs.practice.key)
        for caller in STRANGERS if strangers else CALLERS:
            for method in route.methods:
                for form in forms(walk, route, filled.get("key", "")) if method == "POST" else [{}]:
                    query = queries(walk, route)
                    status = await walk.ask(method, route.path.format(**filled), caller, query=query, form=form)
                    if "id" not in filled:
                        continue
                    unknown = {**filled, "id": _nobodys(filled["id"])}
                    kind = (unknown["id"], caller, method, form.get("do"), filled.get("key"))
                    if kind not in nobodys:
                        path = route.path.format(**unknown)
                        nobodys[kind] = await walk.ask(method, path, caller, query=query, form=form)
                    assert status == nobodys[kind], f"{method} {route.path} tells what there is in the other practice"


def _nobodys(id: str) -> str:
    """An id of the same kind that nobody has."""
    return "00000000-0000-4000-8000-000000000000" if UUID_TEXT.fullmatch(id) else "bm9ib2R5cw"


def changed(before: Mapping[str, frozenset[str]], after: Mapping[str, frozenset[str]]) -> dict[str, list[str]]:
    """The rows that are not as they were."""
    return {
        table: sorted(before[table] ^ after[table])
        for table in after
        if table not in FREE_TO_CHANGE and before[table] != after[table]
    }


async def audit(both: Both) -> list[Recorded]:
    """Everything that the other practice's audit holds."""
    with psycopg.connect(both.owner, row_factory=dict_row) as owner:
        rows = owner.execute("select * from audit_event where practice_id = %s", (both.theirs.practice.id,)).fetchall()
    return [read_row({**row, "grant_id": row["grant_id"]}).recorded for row in rows]


def assert_left_to_strangers(events: list[Recorded]) -> None:
    """Nobody of ours did anything there, but as the stranger that they are at that door."""
    for one in events:
        codes = json.loads(one.detail)["codes"]
        assert one.actor is ActorKind.VISITOR, one
        what = codes.get("shown") or ",".join(codes.get("fields", ()))
        assert (one.what, what) in FREE_FOR_VISITORS, one
        assert one.what == "record.read" or one.outcome is Outcome.REFUSED, one


async def test_a_live_page_of_one_practice_hears_nothing_of_the_other(walk: Walk) -> None:
    both, theirs = walk.both, uuid4()
    heard = ""

    async with walk.web.stream("GET", LIVE) as line:
        async for part in line.aiter_text():
            if not heard:
                for practice, id in ((both.theirs, theirs), (both.ours, UUID(int=7))):
                    async with both.desk.storage.practice(practice.practice.id) as db:
                        db.announce("appointment", id)
            heard += part
            if str(UUID(int=7)) in heard:
                break

    assert str(theirs) not in heard


@pytest.mark.parametrize("route", [DESK_LIVE, THREAD_LIVE])
async def test_a_live_page_of_our_desk_hears_nothing_of_theirs(walk: Walk, route: str) -> None:
    """Nor does one of ours stand beside their conversation, whatever its address says."""
    both, theirs, ours = walk.both, uuid4(), uuid4()
    before = rows_of(both.owner, both.theirs.practice.id)
    token = await walk.session(next(one for one in CALLERS if one.role is Role.OWNER and one.proven))
    headers, conversation = {"Cookie": f"frontdesk-desk={token}"}, walk.each["conversation"]
    there = route.format(key=both.theirs.practice.key, id=conversation)
    refused = await walk.web.get(there, headers=headers)
    heard = ""

    async with walk.web.stream(
        "GET", route.format(key=both.ours.practice.key, id=conversation), headers=headers
    ) as line:
        assert line.status_code == 200
        async for part in line.aiter_text():
            if not heard:
                for practice, id in ((both.theirs, theirs), (both.ours, ours)):
                    async with both.desk.storage.practice(practice.practice.id) as db:
                        db.announce("appointment", id)
            heard += part
            if str(ours) in heard:
                break

    assert refused.status_code != 200
    assert str(theirs) not in heard
    assert changed(before, rows_of(both.owner, both.theirs.practice.id)) == {}


async def test_a_line_of_one_practice_carries_nothing_of_the_other(walk: Walk) -> None:
    both = walk.both
    threads = [str(id) for id in walk.ids["conversation"]]
    before, events = rows_of(both.owner, both.theirs.practice.id), await audit(both)

    tokens = (("alpha", both.theirs.chat_token), ("alpha", both.ours.chat_token), ("beta", both.ours.chat_token))
    for key, token in tokens:
        for thread in threads:
            frames = await said_over(both, key, {"token": token, "thread": thread, "after": 0}, [{"ping": True}])
            assert frames
            for frame in frames:
                assert walk.told(frame, f"{token} {thread}") == []
    again = {"id": str(both.theirs.browsers_message), "text": "does it hurt?"}
    frames = await said_over(both, "alpha", {"token": both.theirs.chat_token, "thread": None, "after": 0}, [again])

    stored = [json.loads(frame) for frame in frames if "stored" in frame]
    assert [one["seq"] for one in stored] == [1]  # new here, whatever was said there under the same name
    assert changed(before, rows_of(both.owner, both.theirs.practice.id)) == {}
    assert [one for one in await audit(both) if one not in events] == []


async def test_whoever_may_talk_at_one_practice_is_a_stranger_at_the_other(walk: Walk) -> None:
    both = walk.both
    before, events = rows_of(both.owner, both.theirs.practice.id), await audit(both)

    for token in (both.theirs.chat_token, *await links(both)):
        async with connect(f"ws{both.url.removeprefix('http')}/chat/alpha/talk") as line:
            await line.send(json.dumps({"token": token, "after": 0}))
            with suppress(ConnectionClosed):
                while True:
                    assert walk.told(await _next(line, within=10), token) == []

    assert changed(before, rows_of(both.owner, both.theirs.practice.id)) == {}
    assert [one for one in await audit(both) if one not in events] == []


async def test_no_link_brings_a_browser_at_one_practice_into_a_conversation_of_the_other(walk: Walk) -> None:
    both = walk.both
    async with both.desk.storage.practice(both.theirs.practice.id) as db:
        real = forged(db, both.theirs.practice, both.theirs.chat_link, purpose=RESUME)
    before, events = rows_of(both.owner, both.theirs.practice.id), await audit(both)

    for link in (real, *await links(both)):
        hello = {"token": None, "after": 0, "link": link, "fresh": "f" * 43}
        with pytest.raises(ConnectionClosed) as closed:
            await said_over(both, "alpha", hello, [])
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == LINK_OVER

    assert changed(before, rows_of(both.owner, both.theirs.practice.id)) == {}
    assert [one for one in await audit(both) if one not in events] == []


async def said_over(both: Both, key: str, hello: object, frames: Iterable[object]) -> list[str]:
    """What a line brings after its hello and these frames."""
    url = f"ws{both.url.removeprefix('http')}/chat/{key}/socket"
    heard: list[str] = []
    async with connect(url) as line:
        await line.send(json.dumps(hello))
        for frame in frames:
            await line.send(json.dumps(frame))
        heard.append(await _next(line, within=10))
        with suppress(TimeoutError):
            while True:
                heard.append(await _next(line, within=0.5))
    return heard


async def _next(line: ClientConnection, *, within: float) -> str:
    return str(await asyncio.wait_for(line.recv(), within))


async def test_a_text_to_one_practice_is_none_of_the_other_whatever_it_names(walk: Walk) -> None:
    both, now = walk.both, walk.both.desk.clock.now()
    before, events = rows_of(both.owner, both.theirs.practice.id), await audit(both)
    our_number, their_number = (one.practice.locations[0].phone for one in (both.ours, both.theirs))
    with psycopg.connect(both.owner) as owner:
        known = owner.execute(
            "select provider_id from message where practice_id = %s and provider_id like 'local:%%' limit 1",
            (both.theirs.practice.id,),
        ).fetchone()
    assert known is not None
    body = Incoming(id=known[0].removeprefix("local:"), sender=both.theirs.phone, text="who am I?").body()
    signed = {
        number: {
            SIGNATURE: local.sign(both.desk.settings.carrier_secret, webhook_url(both.url, number), body, now),
            SENT_AT: str(int(now.timestamp())),
        }
        for number in (our_number, their_number)
    }

    taken = await walk.web.post(f"/sms/local/{our_number}", content=body, headers=signed[our_number])
    elsewhere = await walk.web.post(f"/sms/local/{their_number}", content=body, headers=signed[our_number])
    unknown = await walk.web.post(f"/sms/other/{their_number}", content=body, headers=signed[their_number])

    assert [answer.status_code for answer in (taken, elsewhere, unknown)] == [204, 403, 404]
    assert both.theirs.phone not in str(rows_of(both.owner, both.ours.practice.id))
    with psycopg.connect(both.owner) as owner:
        stored = owner.execute("select practice_id from message where provider_id = %s", known).fetchall()
    assert {id for (id,) in stored} == {both.ours.practice.id, both.theirs.practice.id}
    assert changed(before, rows_of(both.owner, both.theirs.practice.id)) == {}
    assert [one for one in await audit(both) if one not in events] == []


async def test_a_call_to_one_practice_is_none_of_the_other_whatever_it_names(walk: Walk) -> None:
    both, secret = walk.both, walk.both.desk.settings.carrier_secret.hex()
    numbers = [one.practice.locations[0].phone for one in (both.ours, both.theirs)]
    for one, number in zip((both.ours, both.theirs), numbers, strict=True):
        async with both.desk.storage.practice(one.practice.id) as db:
            await claim_endpoint(db, Endpoint(channel="voice", address=number))
    before, events = rows_of(both.owner, both.theirs.practice.id), await audit(both)
    urls = [call_webhook_at(both.url, "local", number) for number in numbers]
    streams = [stream_at(both.url, "local", number) for number in numbers]
    call = "CA0123456789abcdef0123456789abcdef"
    form = {"CallSid": call, "From": both.theirs.phone, "To": numbers[0]}
    signature = signed(urls[0] + "".join(f"{name}{form[name]}" for name in sorted(form)), secret)

    answers = [await walk.web.post(url, data=form, headers={CALL_SIGNATURE: signature}) for url in urls]
    async with both.desk.storage.practice(both.ours.practice.id) as db:
        ticket = db.keyring.signatures("call stream", f"{call}||{both.desk.clock.now().isoformat()}")[0].hex()
    given = {"caller": "", "ringing": both.desk.clock.now().isoformat(), "ticket": ticket}
    start = {"event": "start", "start": {"streamSid": "MZ1", "callSid": call, "customParameters": given}}
    async with connect(streams[1], additional_headers={CALL_SIGNATURE: signed(streams[1], secret)}) as line:
        await line.send(json.dumps(start))
        with pytest.raises(ConnectionClosed) as closed:
            await asyncio.wait_for(line.recv(), 10)

    assert answers[1].status_code == 403
    assert both.theirs.practice.name not in answers[0].text
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == NO_TICKET
    assert changed(before, rows_of(both.owner, both.theirs.practice.id)) == {}
    assert [one for one in await audit(both) if one not in events] == []


async def test_a_notice_to_one_practice_is_none_of_the_other_whatever_it_names(walk: Walk) -> None:
    both = walk.both
    keys = {one.practice.id: one.practice.key for one in (both.ours, both.theirs)}
    joined = {one.practice.id: joined_to(both.desk, one.practice) for one in (both.ours, both.theirs)}
    settings = replace(both.desk.settings, port=free_port())
    following = Following(both.desk.storage, both.desk.clock, joined.get, lambda whose: joined[whose].calendar)
    desk = replace(both.desk, settings=settings, joined_of=joined.get, following=following)
    ours, theirs = (notice_url(settings.public_url, key, "opendental") for key in keys.values())
    before, events = rows_of(both.owner, both.theirs.practice.id), await audit(both)
    body = json.dumps({"id": f"{both.theirs.mark}-1", "visits": [f"{both.theirs.mark}-4712"]}).encode()

    async with answering(desk, create_app(desk)), httpx.AsyncClient() as web:
        here, signed = f"http://localhost:{settings.port}", {"X-Signature": signature(ours, body)}
        asked = [
            await web.post(to.replace(settings.public_url, here), content=body, headers=signed) for to in (ours, theirs)
        ]
    await desk.following.follow(both.ours.practice.id)

    assert [answer.status_code for answer in asked] == [204, 401]
    assert changed(before, rows_of(both.owner, both.theirs.practice.id)) == {}
    assert [one for one in await audit(both) if one not in events] == []


def joined_to(desk: Frontdesk, practice: Practice) -> Joined:
    """The practice's calendar in a system of its own."""
    system = Elsewhere(practice)
    holds = Calendar(desk.storage, desk.practices, practice.id, desk.clock)
    calendar = Connected(system, holds, desk.storage, practice.id, desk.clock)
    return Joined(key="opendental", connector=system, calendar=calendar)


async def test_no_job_of_one_practice_reaches_the_other_whatever_it_names(walk: Walk) -> None:
    both = walk.both
    before, events = rows_of(both.owner, both.theirs.practice.id), await audit(both)
    ids = [*set().union(*walk.ids.values()), both.theirs.practice.id]

    for work, do in DOES.items():
        for id in ids if work.value in {"answer", "deliver", "news"} else [both.theirs.practice.id]:
            with suppress(LookupError):  # there is no such conversation here
                await do(both.desk, Job(work=work, practice=both.ours.practice.id, on=id))

    assert changed(before, rows_of(both.owner, both.theirs.practice.id)) == {}
    assert [one for one in await audit(both) if one not in events] == []
    ours = "\n".join(row for rows in rows_of(both.owner, both.ours.practice.id).values() for row in rows)
    assert walk.told(ours, "") == []


def test_every_route_is_walked_or_has_a_test_of_its_own(both: Both) -> None:
    paths = {route.path for route in routes(both)}

    assert BY_THEMSELVES.keys() <= paths
    assert {route.path for route in routes(both) if isinstance(route, APIWebSocketRoute)} == {SOCKET, TALK, STREAM}
