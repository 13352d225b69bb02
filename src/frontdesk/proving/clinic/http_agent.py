"""Another receptionist under test, over HTTP: five calls, described in docs/benchmark.md."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

import httpx
from pydantic import TypeAdapter, ValidationError

from frontdesk.domain.practice import Practice
from frontdesk.proving.clinic.agent import Change, Reply, World
from frontdesk.proving.clinic.moments import moment, stretch
from frontdesk.proving.clinic.task import Task, e164
from frontdesk.sample.practice import smile
from frontdesk.standards.practice_document import to_document

SECONDS = 120.0
"""How long an agent may think about one message."""
_REPLIES = TypeAdapter(list[Reply])


class AgentWrong(Exception):
    """The agent's address does not answer as the protocol wants; the text says what it did."""


class AgentGone(Exception):
    """Nobody listens at the agent's address; the text says what was asked."""


@asynccontextmanager
async def http_agent(url: str, *, transport: httpx.AsyncBaseTransport | None = None) -> AsyncIterator["HttpAgent"]:
    """The agent at that address, while it is talked to. `transport` takes the place of the network."""
    async with httpx.AsyncClient(
        base_url=url.rstrip("/"), timeout=SECONDS, transport=transport, trust_env=False
    ) as http:
        yield HttpAgent(http)


class HttpAgent:
    """Implements `agent.Agent`."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http

    async def begin(self, task: Task) -> "HttpSession":
        """A practice as the task has it. Raises: AgentWrong."""
        begun = await asked(self._http, "POST", "/sessions", world_of(task, smile()))
        match begun:
            case {"session": str(id), "visits": dict(visits)}:
                return HttpSession(http=self._http, id=id, visits={str(key): str(one) for key, one in visits.items()})
            case _:
                raise AgentWrong('POST /sessions: wanted {"session": "...", "visits": {key: id}}')


@dataclass(kw_only=True)
class HttpSession:
    """Implements `agent.Session`."""

    http: httpx.AsyncClient
    id: str
    visits: dict[str, str]

    async def say(self, text: str, at: datetime) -> list[Reply]:
        """The agent's answer."""
        body = {"text": text, "at": at.isoformat()}
        return _replies(await asked(self.http, "POST", f"/sessions/{self.id}/messages", body))

    async def change(self, change: Change, at: datetime) -> list[Reply]:
        """What the agent writes unasked."""
        body = {"change": change.model_dump(mode="json", exclude_none=True), "at": at.isoformat()}
        return _replies(await asked(self.http, "POST", f"/sessions/{self.id}/changes", body))

    async def look(self) -> World:
        """All that stands with the agent."""
        seen = await asked(self.http, "GET", f"/sessions/{self.id}")
        try:
            return World.model_validate(seen)
        except ValidationError as wrong:
            places = ", ".join(".".join(map(str, one["loc"])) for one in wrong.errors())
            raise AgentWrong(f"GET /sessions/ID: what stands cannot be read at {places}") from None

    async def is_free(self, service: str, start: datetime) -> bool | None:
        """Whether the agent's calendar has that time; None where it does not say."""
        match await asked(
            self.http, "POST", f"/sessions/{self.id}/free", {"service": service, "at": start.isoformat()}
        ):
            case {"free": bool(free)}:
                return free
            case _:
                return None

    async def end(self) -> None:
        """The agent may forget the session."""
        await asked(self.http, "DELETE", f"/sessions/{self.id}")


def world_of(task: Task, practice: Practice) -> dict[str, object]:
    """What an agent is told of a task: the practice, the charts, the calendar; never the goal or the end."""
    return {
        "practice": to_document(practice),
        "at": task.now.isoformat(),
        "channel": task.channel,
        "from": task.address,
        "patients": [
            {
                "key": one.called,
                "name": one.name,
                "phone": e164(one.phone) if one.phone else None,
                "email": one.email,
                "born": one.born.isoformat() if one.born else None,
            }
            for one in task.before.patients
        ],
        "visits": [
            {
                "key": one.key,
                "patient": one.of,
                "service": one.service,
                "practitioner": one.by,
                "start": moment(one.at).isoformat(),
                "status": one.status,
            }
            for one in task.before.visits
        ],
        "busy": [
            {"practitioner": None if who == "all" else who, "start": start.isoformat(), "end": end.isoformat()}
            for who, start, end in map(stretch, task.before.busy)
        ],
        "messages_ended": task.before.ended_messages,
    }


async def asked(http: httpx.AsyncClient, method: str, path: str, body: Mapping[str, object] | None = None) -> object:
    """The JSON of an answer; None where it is empty. Raises: AgentWrong, AgentGone."""
    try:
        answer = await http.request(method, path, json=body)
    except httpx.ConnectError:
        raise AgentGone(f"{method} {path}: nobody listens at that address") from None
    except httpx.HTTPError as lost:
        raise AgentWrong(f"{method} {path.split('/')[1]}: no answer ({type(lost).__name__})") from None
    if answer.status_code == httpx.codes.NOT_FOUND and path.endswith("/free"):
        return None
    if not answer.is_success:
        raise AgentWrong(f"{method} {path}: answered {answer.status_code}")
    if not answer.content.strip():
        return None
    try:
        return answer.json()
    except ValueError:
        raise AgentWrong(f"{method} {path}: answered with something that is not JSON") from None


def _replies(answer: object) -> list[Reply]:
    match answer:
        case {"replies": list(replies)}:
            try:
                return _REPLIES.validate_python(replies)
            except ValidationError:
                raise AgentWrong('replies are a list of {"text": "...", "buttons": [...]}') from None
        case _:
            raise AgentWrong('wanted {"replies": [...]}')
