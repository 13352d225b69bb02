"""Mail by SMTP (RFC 5321), through the practice's own server or a provider's."""

import ssl
from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum
from functools import cache
from urllib.parse import unquote, urlsplit

import aiosmtplib

from frontdesk.channels.email.letter import letter, message_id
from frontdesk.ports.channel import Accepted, Mail
from frontdesk.ports.clock import Clock
from frontdesk.ports.faults import Fault, NotPermitted, OutcomeUnknown, Refused, Unreachable

_SECONDS = 30  # for each step; RFC 5321 4.5.3.2 allows minutes, which a waiting patient does not have
_SECONDS_TO_PART = 2


class Security(Enum):
    """How the connection is kept private; the value begins FRONTDESK_SMTP_URL."""

    NONE = "smtp"
    STARTTLS = "smtp+starttls"
    TLS = "smtps"


_PORT = {Security.NONE: 25, Security.STARTTLS: 587, Security.TLS: 465}


@dataclass(frozen=True, kw_only=True, slots=True)
class Server:
    """A mail server and how to get in. `trusts` None: the certificate authorities that this machine trusts."""

    host: str
    port: int
    security: Security
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    trusts: ssl.SSLContext | None = None


class Smtp:
    """Sends mail through one server, each mail over a connection of its own."""

    def __init__(self, server: Server | None, clock: Clock) -> None:
        self._server = server
        self._clock = clock

    @staticmethod
    def at(url: str | None, clock: Clock) -> "Smtp":
        """The server of a FRONTDESK_SMTP_URL, as settings have checked it; with None no mail is sent."""
        if url is None:
            return Smtp(None, clock)
        parts = urlsplit(url)
        security = Security(parts.scheme)
        return Smtp(
            Server(
                host=parts.hostname or "localhost",
                port=parts.port or _PORT[security],
                security=security,
                user=unquote(parts.username) if parts.username else None,
                password=unquote(parts.password) if parts.password else None,
            ),
            clock,
        )

    async def post(self, mail: Mail) -> Accepted:
        """Hand a mail over.

        Raises: NotPermitted (no server is set, or it does not let us in), Unreachable (not sent), Refused
        (never will be), OutcomeUnknown (the connection was lost while the server was taking it).
        """
        if self._server is None:
            raise NotPermitted("No mail server is set. Give FRONTDESK_SMTP_URL, such as smtps://user:password@host.")
        try:
            content = letter(mail, written=self._clock.now())
            sender, to = _plain(mail.sender), _plain(mail.to)
        except ValueError:
            raise Refused("The mail has an address or subject that e-mail cannot carry. Correct the address.") from None
        connection = await _connected(self._server)
        secured: ssl.SSLObject | None = connection.get_transport_info("ssl_object")
        tls = secured.version() if secured is not None else None
        try:
            await _address(connection, sender, to)
            await _hand_over(connection, content)
            with suppress(aiosmtplib.SMTPException, OSError):  # taken is taken, however they part
                await connection.quit(timeout=_SECONDS_TO_PART)
        finally:
            connection.close()
        return Accepted(receipt=message_id(mail), tls=tls)


async def _connected(server: Server) -> aiosmtplib.SMTP:
    connection = aiosmtplib.SMTP(
        hostname=server.host,
        port=server.port,
        use_tls=server.security is Security.TLS,
        start_tls=server.security is Security.STARTTLS,
        tls_context=server.trusts or _usual_authorities(),
        username=server.user,
        password=server.password,
        timeout=_SECONDS,
    )
    try:
        await connection.connect()
    except OSError as fault:
        raise Unreachable(
            f"The mail server {server.host}:{server.port} does not answer ({type(fault).__name__}). "
            "Check that it runs and that FRONTDESK_SMTP_URL names it."
        ) from None
    except aiosmtplib.SMTPException as fault:
        if isinstance(fault, aiosmtplib.SMTPResponseException) and fault.code < 500:
            raise _fault(fault.code, "us") from None
        raise NotPermitted(
            f"The mail server {server.host} does not let us in: the user and password, or the security it offers, "
            "are not those of FRONTDESK_SMTP_URL."
        ) from None
    return connection


@cache
def _usual_authorities() -> ssl.SSLContext:
    """The certificate authorities that this machine trusts; TLS 1.2 at least, 1.3 where the server speaks it."""
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


async def _address(connection: aiosmtplib.SMTP, sender: str, to: str) -> None:
    try:
        await connection.mail(sender)
        await connection.rcpt(to)
    except aiosmtplib.SMTPSenderRefused as answer:
        raise _fault(answer.code, "the sender's address") from None
    except aiosmtplib.SMTPRecipientRefused as answer:
        raise _fault(answer.code, "the recipient's address") from None
    except (aiosmtplib.SMTPException, OSError):
        raise Unreachable("The mail server was lost before it took the mail; nothing was sent.") from None


async def _hand_over(connection: aiosmtplib.SMTP, content: bytes) -> None:
    try:
        await connection.data(content)
    except aiosmtplib.SMTPDataError as answer:
        raise _fault(answer.code, "the mail") from None
    except (aiosmtplib.SMTPException, OSError):
        raise OutcomeUnknown("The mail server was lost while it was taking the mail; it may have been sent.") from None


def _fault(code: int, what: str) -> Fault:
    """The server's no: for good from 500 on, for now below (RFC 5321 4.2.1). Its words may name the patient."""
    if code >= 500:
        return Refused(f"The mail server does not take {what} (answer {code}).")
    return Unreachable(f"The mail server does not take {what} for now (answer {code}); nothing was sent.")


def _plain(address: str) -> str:
    """The address, once it is sure that it is one and of ASCII alone. Raises: ValueError."""
    address.encode("ascii")
    name, at, domain = address.rpartition("@")
    if not (name and at and domain) or any(letter.isspace() or letter in "<>,;" for letter in address):
        raise ValueError("no address")
    return address
