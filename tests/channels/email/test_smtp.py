"""Mail over real sockets: to the local post office, and to servers that have a bad day."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from frontdesk.channels.email.local import LocalPostOffice, Received
from frontdesk.channels.email.smtp import Security, Server, Smtp
from frontdesk.ports.channel import Accepted, Mail
from frontdesk.ports.faults import Fault, NotPermitted, OutcomeUnknown, Refused, Unreachable

INVITATION = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:REQUEST\r\nX-NOTE:\xc3\xb1\r\nEND:VCALENDAR\r\n"
HANG_UP = "hang up"
CERTIFICATE = Path(__file__).with_name("localhost.crt.pem")
KEY = Path(__file__).with_name("localhost.key.pem")


class At:
    def now(self) -> datetime:
        return datetime(2026, 5, 27, 2, 47, tzinfo=UTC)


def a_mail(*, to: str = "maria@example.com", subject: str = "Your visit on Thursday", key: str = "m1") -> Mail:
    return Mail(
        key=key,
        sender="hello@smile.example.com",
        to=to,
        subject=subject,
        body="See you on Thursday, María.\n.\nYour form: https://example.com/f/abc?x=1&y=2.\n",
        invitation=INVITATION,
    )


def an_smtp(port: int, security: Security = Security.NONE, *, password: str | None = None) -> Smtp:
    server = Server(
        host="localhost",
        port=port,
        security=security,
        user="desk" if password else None,
        password=password,
        trusts=ssl.create_default_context(cafile=str(CERTIFICATE)) if security is not Security.NONE else None,
    )
    return Smtp(server, At())


class Mailbox:
    def __init__(self) -> None:
        self.received: list[Received] = []

    async def keep(self, mail: Received) -> None:
        self.received.append(mail)

    def only(self) -> EmailMessage:
        (mail,) = self.received
        return message_from_bytes(mail.raw, policy=default)


@asynccontextmanager
async def a_server_that_answers(**answers: str) -> AsyncIterator[int]:
    """The port of a server that answers each verb by its line; `end` is its answer to a finished mail."""
    well = {"EHLO": "250 OK", "MAIL": "250 OK", "RCPT": "250 OK", "DATA": "354 Go on", "END": "250 Taken"}
    says = well | {verb.upper(): line for verb, line in answers.items()}

    attending: set[asyncio.Task[None] | None] = set()

    async def attend(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        attending.add(asyncio.current_task())
        writer.write(b"220 Ready\r\n")
        verb = ""
        while line := await reader.readline():
            if verb == "DATA" and says["DATA"].startswith("354") and line != b".\r\n":
                continue
            verb = "END" if line == b".\r\n" else line.split()[0].decode().upper()
            if says.get(verb) == HANG_UP:
                break
            writer.write(f"{says.get(verb, '502 Unknown')}\r\n".encode())
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(attend, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await asyncio.gather(*(task for task in attending if task))


@asynccontextmanager
async def a_server_with(make: Callable[[], SMTP], *, tls: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    server = await asyncio.get_running_loop().create_server(make, "127.0.0.1", 0, ssl=tls)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


class Taking:
    def __init__(self) -> None:
        self.over_tls: list[bool] = []

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.over_tls.append(session.ssl is not None)
        return "250 Taken"


def own_certificate() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE, KEY)
    return context


async def posting(port: int, mail: Mail | None = None) -> Fault:
    with pytest.raises(Fault) as raised:
        await an_smtp(port).post(mail or a_mail())
    return raised.value


async def test_a_mail_arrives_as_text_as_a_page_and_as_an_invitation() -> None:
    mailbox = Mailbox()
    async with LocalPostOffice(mailbox.keep, port=0) as office:
        accepted = await an_smtp(office.port).post(a_mail())

    assert accepted == Accepted(receipt="<m1@smile.example.com>")
    arrived = mailbox.only()
    assert (mailbox.received[0].message_id, mailbox.received[0].recipient) == (accepted.receipt, "maria@example.com")
    assert (arrived["From"], arrived["To"]) == ("hello@smile.example.com", "maria@example.com")
    assert arrived["Subject"] == "Your visit on Thursday"
    assert arrived["Date"].datetime == At().now()
    kinds = [part.get_content_type() for part in arrived.walk() if not part.is_multipart()]
    assert kinds == ["text/plain", "text/html", "text/calendar", "application/ics"]


async def test_the_text_arrives_word_for_word() -> None:
    mailbox = Mailbox()
    async with LocalPostOffice(mailbox.keep, port=0) as office:
        await an_smtp(office.port).post(a_mail())

    body = mailbox.only().get_body(("plain",))
    assert body is not None
    assert body.get_content().replace("\r\n", "\n") == a_mail().body


async def test_the_invitation_arrives_byte_for_byte_and_with_its_method() -> None:
    mailbox = Mailbox()
    async with LocalPostOffice(mailbox.keep, port=0) as office:
        await an_smtp(office.port).post(a_mail())

    shown, opened = (
        part for part in mailbox.only().walk() if part.get_content_type() in {"text/calendar", "application/ics"}
    )
    assert shown["Content-Type"].params == {"charset": "utf-8", "method": "REQUEST"}
    assert shown.get_payload(decode=True) == INVITATION
    assert (opened.get_filename(), opened.get_content()) == ("invite.ics", INVITATION)


async def test_the_same_key_gives_the_same_message_id() -> None:
    mailbox = Mailbox()
    async with LocalPostOffice(mailbox.keep, port=0) as office:
        for key in ("visit 1/0", "visit 1/0", "visit 2/0"):
            await an_smtp(office.port).post(a_mail(key=key))

    first, again, other = (mail.message_id for mail in mailbox.received)
    assert first == again != other


async def test_a_mail_that_the_mailbox_could_not_keep_is_to_be_sent_again() -> None:
    async def full(mail: Received) -> None:
        raise RuntimeError(f"no room for {mail.recipient}")

    async with LocalPostOffice(full, port=0) as office:
        fault = await posting(office.port)

    assert isinstance(fault, Unreachable)
    assert "451" in str(fault)
    assert "maria" not in str(fault)


async def test_a_post_office_that_closes_does_not_wait_for_those_still_talking() -> None:
    office = LocalPostOffice(Mailbox().keep, port=0)
    await office.open()
    reader, writer = await asyncio.open_connection("127.0.0.1", office.port)
    await reader.readline()

    async with asyncio.timeout(2):
        await office.close()
        assert await reader.read() == b""

    writer.close()


async def test_a_port_in_use_is_an_os_error() -> None:
    async with LocalPostOffice(Mailbox().keep, port=0) as office:
        with pytest.raises(OSError, match="address already in use"):
            await LocalPostOffice(Mailbox().keep, port=office.port).open()


@pytest.mark.parametrize(
    ("answers", "kind"),
    [
        ({"rcpt": "550 No such user maria@example.com"}, Refused),
        ({"mail": "553 Not from here"}, Refused),
        ({"data": "554 No"}, Refused),
        ({"end": "552 Too large"}, Refused),
        ({"rcpt": "451 Greylisted, try later"}, Unreachable),
        ({"end": "451 Try later"}, Unreachable),
        ({"mail": HANG_UP}, Unreachable),
        ({"rcpt": HANG_UP}, Unreachable),
        ({"end": HANG_UP}, OutcomeUnknown),
    ],
    ids=lambda value: str(value) if isinstance(value, dict) else value.__name__,
)
async def test_each_answer_of_a_server_is_the_fault_that_calls_for_the_right_act(
    answers: dict[str, str], kind: type[Fault]
) -> None:
    async with a_server_that_answers(**answers) as port:
        fault = await posting(port)

    assert type(fault) is kind
    assert "maria" not in str(fault)


async def test_a_server_that_is_down_was_never_asked() -> None:
    async with a_server_that_answers() as port:
        pass

    assert isinstance(await posting(port), Unreachable)


@pytest.mark.parametrize(
    "mail",
    [
        a_mail(to="maria@example.com\r\nBcc: all@example.com"),
        a_mail(to="maria"),
        a_mail(to="maria@example.com, ana@example.com"),
        a_mail(to="maría@example.com"),
        a_mail(subject="Your visit\r\nBcc: all@example.com"),
    ],
)
async def test_what_e_mail_cannot_carry_is_refused_and_not_sent(mail: Mail) -> None:
    mailbox = Mailbox()
    async with LocalPostOffice(mailbox.keep, port=0) as office:
        fault = await posting(office.port, mail)

    assert isinstance(fault, Refused)
    assert mailbox.received == []


async def test_starttls_is_used_before_anything_is_said() -> None:
    taking = Taking()
    async with a_server_with(
        lambda: SMTP(taking, hostname="localhost", tls_context=own_certificate(), require_starttls=True)
    ) as port:
        await an_smtp(port, Security.STARTTLS).post(a_mail())

    assert taking.over_tls == [True]


async def test_tls_from_the_start() -> None:
    taking = Taking()
    async with a_server_with(lambda: SMTP(taking, hostname="localhost"), tls=own_certificate()) as port:
        assert await an_smtp(port, Security.TLS).post(a_mail()) == Accepted(
            receipt="<m1@smile.example.com>", tls="TLSv1.3"
        )


async def test_a_server_that_offers_no_starttls_gets_nothing() -> None:
    async with a_server_that_answers() as port:
        with pytest.raises(NotPermitted):
            await an_smtp(port, Security.STARTTLS).post(a_mail())


async def test_a_certificate_that_nobody_vouches_for_gets_nothing() -> None:
    taking = Taking()
    async with a_server_with(lambda: SMTP(taking, hostname="localhost"), tls=own_certificate()) as port:
        with pytest.raises(Unreachable):
            await Smtp(Server(host="localhost", port=port, security=Security.TLS), At()).post(a_mail())

    assert taking.over_tls == []


@pytest.mark.parametrize(("password", "gets_in"), [("s3cret", True), ("guess", False)])
async def test_a_server_with_a_password(password: str, gets_in: bool) -> None:
    def knows(server: SMTP, session: Session, envelope: Envelope, mechanism: str, given: object) -> AuthResult:
        return AuthResult(success=getattr(given, "password", b"") == b"s3cret", handled=False)

    taking = Taking()
    async with a_server_with(
        lambda: SMTP(
            taking, hostname="localhost", tls_context=own_certificate(), auth_required=True, authenticator=knows
        )
    ) as port:
        office = an_smtp(port, Security.STARTTLS, password=password)
        if gets_in:
            await office.post(a_mail())
        else:
            with pytest.raises(NotPermitted, match="user and password"):
                await office.post(a_mail())

    assert taking.over_tls == ([True] if gets_in else [])


async def test_without_a_server_a_person_must_act() -> None:
    with pytest.raises(NotPermitted, match="FRONTDESK_SMTP_URL"):
        await Smtp.at(None, At()).post(a_mail())


async def test_a_url_names_the_server() -> None:
    mailbox = Mailbox()
    async with LocalPostOffice(mailbox.keep, port=0) as office:
        await Smtp.at(f"smtp://127.0.0.1:{office.port}", At()).post(a_mail())

    assert len(mailbox.received) == 1
