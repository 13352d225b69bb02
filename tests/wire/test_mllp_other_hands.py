"""Messages exchanged with programs of other hands: python-hl7, and node-hl7-client and -server in Node.js."""

import asyncio
import json
import os
import shutil
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import hl7
import pytest
import trustme
from hl7.client import MLLPClient as BlockingClient
from hl7.mllp import HL7StreamReader, HL7StreamWriter, open_hl7_connection, start_hl7_server
from structlog.testing import capture_logs
from tests.standards.hl7.samples import BOOKED, EPIC, NOW, STANDARD, a_person, an_order, octets, with_field
from tests.wire.mllp_peers import a_client

from frontdesk.ports.faults import OutcomeUnknown
from frontdesk.standards.hl7.acknowledging import AckCode, acknowledgement
from frontdesk.standards.hl7.answering import Answering, answers, control_id_of, known_by
from frontdesk.standards.hl7.message import Message, read_message
from frontdesk.standards.hl7.patients import PatientEvent
from frontdesk.standards.hl7.site import Site, VisitEvent
from frontdesk.standards.hl7.writing_patients import patient_notice
from frontdesk.standards.hl7.writing_visits import Stamped, notice
from frontdesk.wire.mllp_client import Reading
from frontdesk.wire.mllp_server import Hearing, MllpServer
from tools import node

READING = Reading(control_id=control_id_of, answers=answers)
LATIN_1 = replace(STANDARD, writes="8859/1")
SITES = {"utf-8": STANDARD, "latin-1": LATIN_1}
NAMED = {"utf-8": "UNICODE UTF-8", "latin-1": "8859/1"}
AUTHORITY = trustme.CA()
LISTENER, SENDER = AUTHORITY.issue_cert("localhost", "127.0.0.1"), AUTHORITY.issue_cert("sender.example.com")


def told(site: Site, control_id: str) -> Message:
    stamped = Stamped(at=NOW.at, control_id=control_id)
    return patient_notice(PatientEvent.PERSON_UPDATED, a_person(), site, stamped)


def code_of(answer: bytes | str) -> AckCode | None:
    said = acknowledgement(read_message(answer if isinstance(answer, bytes) else answer.encode()))
    return said and said.code


def named_by(codec: str, control_id: str = "E1") -> str:
    """A notice about Zoë Muñoz, as text, with its character set in MSH-18."""
    text = with_field(with_field(BOOKED, "MSH", 18, NAMED[codec]), "MSH", 10, control_id)
    return octets(with_field(text, "PID", 5, "MUÑOZ^ZOË")).decode()


@dataclass(kw_only=True)
class Kept:
    """What a listener of ours kept."""

    site: Site = STANDARD
    messages: list[Message] = field(default_factory=list)
    port: int = 0


@asynccontextmanager
async def our_listener(*, fails: bool = False, tls: ssl.SSLContext | None = None) -> AsyncIterator[Kept]:
    """A listener of ours as a connector would put it together."""
    kept, counted = Kept(), iter(range(1, 1000))
    answering = Answering(site=kept.site, now=lambda: NOW.at, new_id=lambda: f"A{next(counted)}")

    async def keep(octets: bytes) -> bytes | None:
        if fails:
            raise RuntimeError("no room")
        if (refusal := answering.refusal(octets)) is not None:
            return refusal.answer
        kept.messages.append(read_message(octets))
        return answering.kept(octets)

    hearing = Hearing(keep=keep, failed=answering.failed, too_long=answering.too_long, known_by=known_by)
    server = MllpServer(hearing, system="Testland", tls=tls)
    kept.port = await server.open()
    try:
        yield kept
    finally:
        await server.close()


def listening() -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    LISTENER.configure_cert(context)
    AUTHORITY.configure_trust(context)
    context.verify_mode = ssl.CERT_REQUIRED
    return context


def sending() -> ssl.SSLContext:
    context = ssl.create_default_context()
    SENDER.configure_cert(context)
    AUTHORITY.configure_trust(context)
    return context


@asynccontextmanager
async def python_hl7(codec: str, *, says: str = "AA", tls: ssl.SSLContext | None = None) -> AsyncIterator[Kept]:
    """python-hl7's listener, which answers with its own acknowledgement."""
    heard = Kept()
    writers: list[HL7StreamWriter] = []

    async def serve(reader: HL7StreamReader, writer: HL7StreamWriter) -> None:
        writers.append(writer)
        try:
            while not writer.is_closing():
                message = await reader.readmessage()
                heard.messages.append(read_message(str(message).encode(codec)))
                writer.writemessage(message.create_ack(says))
                await writer.drain()
        except (asyncio.IncompleteReadError, OSError):
            pass
        finally:
            writer.close()

    server = await start_hl7_server(serve, "127.0.0.1", 0, encoding=codec, ssl=tls)
    heard.port = server.sockets[0].getsockname()[1]
    try:
        yield heard
    finally:
        server.close()
        for writer in writers:
            writer.transport.abort()
        await asyncio.sleep(0)


@pytest.mark.parametrize("codec", SITES)
async def test_python_hl7_hears_what_we_send_letter_for_letter(codec: str) -> None:
    sent = [
        told(SITES[codec], "M1"),
        notice(VisitEvent.BOOKED, an_order(), SITES[codec], replace(NOW, control_id="M2")),
    ]

    async with python_hl7(codec) as heard, a_client(heard.port, reading=READING) as client:
        said = [await client.exchange(message.octets) for message in sent]

    assert [code_of(one) for one in said] == [AckCode.ACCEPTED, AckCode.ACCEPTED]
    assert [answers(one) for one in said] == ["M1", "M2"]
    assert [one.octets for one in heard.messages] == [one.octets for one in sent]
    assert heard.messages[0].first("PID").text(5, 2) == "Zoë"


@pytest.mark.parametrize("says", ["AE", "AR"])
async def test_a_no_of_python_hl7_is_heard_as_one(says: str) -> None:
    async with python_hl7("utf-8", says=says) as heard, a_client(heard.port, reading=READING) as client:
        said = await client.exchange(told(STANDARD, "M1").octets)

    assert code_of(said) is AckCode(says)


@pytest.mark.parametrize("codec", SITES)
async def test_we_hear_what_python_hl7_sends_letter_for_letter(codec: str) -> None:
    async with our_listener() as kept:
        reader, writer = await open_hl7_connection("127.0.0.1", kept.port, encoding=codec)
        for control_id in ("E1", "E2", "E1"):
            writer.writemessage(hl7.parse(named_by(codec, control_id)))
        said = [await reader.readmessage() for _ in range(3)]
        writer.transport.abort()
        await asyncio.sleep(0)

    assert [(str(one.segment("MSA")[1]), str(one.segment("MSA")[2])) for one in said] == [
        ("AA", "E1"),
        ("AA", "E2"),
        ("AA", "E1"),
    ]
    assert [one.control_id for one in kept.messages] == ["E1", "E2"]
    assert kept.messages[0].octets.rstrip(b"\r") == named_by(codec).encode(codec).rstrip(b"\r")
    assert kept.messages[0].first("PID").text(5, 2) == "ZOË"


async def test_python_hl7s_blocking_client_hears_our_answers() -> None:
    def exchange(port: int) -> list[bytes]:
        with BlockingClient("127.0.0.1", port, encoding="utf-8") as client:
            return [client.send_message(named_by("utf-8", control_id)) for control_id in ("E1", "E2")]

    async with our_listener() as kept:
        said = await asyncio.to_thread(exchange, kept.port)

    assert [code_of(one.strip(b"\x0b\x1c\r")) for one in said] == [AckCode.ACCEPTED, AckCode.ACCEPTED]
    assert [one.control_id for one in kept.messages] == ["E1", "E2"]


async def test_python_hl7_understands_that_nothing_was_kept() -> None:
    async with our_listener(fails=True) as kept:
        reader, writer = await open_hl7_connection("127.0.0.1", kept.port, encoding="utf-8")
        writer.writemessage(hl7.parse(named_by("utf-8")))
        said = await reader.readmessage()
        writer.transport.abort()
        await asyncio.sleep(0)

    assert [str(said.segment("MSA")[at]) for at in (1, 2)] == ["AE", "E1"]
    assert str(said.segment("ERR")[3][0][0]) == "207"


async def test_python_hl7_and_we_exchange_over_tls_with_certificates_of_both() -> None:
    async with our_listener(tls=listening()) as kept:
        reader, writer = await open_hl7_connection(
            "127.0.0.1", kept.port, encoding="utf-8", ssl=sending(), server_hostname="localhost"
        )
        writer.writemessage(hl7.parse(named_by("utf-8")))
        said = await reader.readmessage()
        writer.transport.abort()
        await asyncio.sleep(0)
    async with (
        python_hl7("utf-8", tls=listening()) as heard,
        a_client(heard.port, reading=READING, tls=sending()) as client,
    ):
        answer = await client.exchange(told(STANDARD, "M1").octets)

    assert str(said.segment("MSA")[1]) == "AA"
    assert code_of(answer) is AckCode.ACCEPTED
    assert (len(kept.messages), len(heard.messages)) == (1, 1)


@pytest.fixture(scope="session")
def node_peers() -> Path:
    """The folder of the programs in Node.js. Without one the test is skipped; in CI it fails."""
    found = node.find()
    if found is None:
        if os.environ.get("CI"):
            pytest.fail("no Node.js here; see the lines of tools/node.py above")
        pytest.skip("no Node.js with npm on this machine")
    return found


@pytest.fixture
def certificates(tmp_path: Path) -> dict[str, dict[str, str]]:
    """The files of a listener's and a sender's certificate, as Node.js reads them."""
    AUTHORITY.cert_pem.write_to_path(tmp_path / "ca.pem")
    for name, issued in (("listener", LISTENER), ("sender", SENDER)):
        issued.private_key_pem.write_to_path(tmp_path / f"{name}.key")
        issued.cert_chain_pems[0].write_to_path(tmp_path / f"{name}.pem")
    return {
        name: {"key": f"{tmp_path}/{name}.key", "cert": f"{tmp_path}/{name}.pem", "ca": f"{tmp_path}/ca.pem"}
        for name in ("listener", "sender")
    }


@asynccontextmanager
async def running(folder: Path, program: str, settings: dict[str, object]) -> AsyncIterator[asyncio.subprocess.Process]:
    """A program in Node.js with these settings, stopped at the end."""
    executable = shutil.which("node")
    assert executable is not None
    process = await asyncio.create_subprocess_exec(
        executable, folder / program, json.dumps(settings), stdout=asyncio.subprocess.PIPE
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def line_of(process: asyncio.subprocess.Process) -> object:
    assert process.stdout is not None
    async with asyncio.timeout(20):
        return json.loads(await process.stdout.readline() or "null")


@pytest.mark.parametrize("secured", [False, True])
@pytest.mark.parametrize("codec", SITES)
async def test_node_hears_what_we_send_letter_for_letter(
    node_peers: Path, certificates: dict[str, dict[str, str]], codec: str, secured: bool
) -> None:
    settings: dict[str, object] = {"says": "AA", "encoding": codec.replace("-1", "1")}
    if secured:
        settings["tls"] = certificates["listener"]
    sent = told(SITES[codec], "M1")

    async with running(node_peers, "listener.mjs", settings) as process:
        port = await line_of(process)
        assert isinstance(port, int)
        async with a_client(port, reading=READING, tls=sending() if secured else None) as client:
            said = await client.exchange(sent.octets, seconds=10)
        heard = await line_of(process)

    assert code_of(said) is AckCode.ACCEPTED
    assert isinstance(heard, str)
    assert heard.encode(codec) == sent.octets


@pytest.mark.parametrize("says", ["AE", "AR"])
async def test_a_no_of_node_is_heard_as_one(node_peers: Path, says: str) -> None:
    async with running(node_peers, "listener.mjs", {"says": says, "encoding": "utf-8"}) as process:
        port = await line_of(process)
        assert isinstance(port, int)
        async with a_client(port, reading=READING) as client:
            said = await client.exchange(told(EPIC, "M1").octets, seconds=10)

    assert code_of(said) is AckCode(says)


async def test_nodes_answer_to_an_earlier_message_is_not_taken_for_this_ones(node_peers: Path) -> None:
    """node-hl7-server 2.5.0 acknowledges the first message of a connection once more before the second."""
    sent = [told(STANDARD, control_id) for control_id in ("M1", "M2", "M3")]

    with capture_logs() as lines:
        async with running(node_peers, "listener.mjs", {"says": "AA", "encoding": "utf-8"}) as process:
            port = await line_of(process)
            assert isinstance(port, int)
            async with a_client(port, reading=READING) as client:
                said = [await client.exchange(message.octets, seconds=10) for message in sent]

    assert [answers(one) for one in said] == ["M1", "M2", "M3"]
    left_out = [line for line in lines if line["event"] == "what came is no answer to this"]
    assert ("M1", "M2") in [(line["about"], line["control"]) for line in left_out]


async def test_a_node_listener_that_is_killed_leaves_the_outcome_unknown(node_peers: Path) -> None:
    async with running(node_peers, "listener.mjs", {"says": "never", "encoding": "utf-8"}) as process:
        port = await line_of(process)
        assert isinstance(port, int)
        async with a_client(port, reading=READING) as client:
            under_way = asyncio.create_task(client.exchange(b"MSH|^~\\&|A|B|C|D|1||X^Y|M1|P|2.5.1\r", seconds=10))
            await asyncio.sleep(0.2)
            process.kill()
            with pytest.raises(OutcomeUnknown):
                await under_way


@pytest.mark.parametrize("secured", [False, True])
async def test_we_hear_what_node_sends_letter_for_letter(
    node_peers: Path, certificates: dict[str, dict[str, str]], secured: bool
) -> None:
    async with our_listener(tls=listening() if secured else None) as kept:
        messages = [named_by("utf-8", control_id) for control_id in ("E1", "E2")]
        settings: dict[str, object] = {"port": kept.port, "messages": messages}
        if secured:
            settings["tls"] = certificates["sender"]
        async with running(node_peers, "sender.mjs", settings) as process:
            said = [await line_of(process) for _ in messages]

    assert [code_of(str(one)) for one in said] == [AckCode.ACCEPTED, AckCode.ACCEPTED]
    assert [one.octets.rstrip(b"\r") for one in kept.messages] == [one.encode().rstrip(b"\r") for one in messages]
    assert kept.messages[0].first("PID").text(5, 2) == "ZOË"


async def test_node_understands_that_nothing_was_kept(node_peers: Path) -> None:
    async with our_listener(fails=True) as kept:
        settings: dict[str, object] = {"port": kept.port, "messages": [named_by("utf-8")]}
        async with running(node_peers, "sender.mjs", settings) as process:
            said = await line_of(process)

    assert code_of(str(said)) is AckCode.ERROR
    assert kept.messages == []
