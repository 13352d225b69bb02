"""A mailbox by IMAP (RFC 3501): what lies in it and was not taken in yet, each mail once.

What was taken in gets a keyword of ours; on a server that keeps no keywords it is marked as read instead. Nothing is
deleted or moved.
"""

import asyncio
import imaplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from functools import cache
from typing import TypeVar
from urllib.parse import unquote, urlsplit

from frontdesk.ports.faults import NotPermitted, Unreachable
from frontdesk.ports.mailbox import Take

TAKEN = "FrontdeskTaken"
"""The keyword on what was taken in."""
MOST_BYTES = 2_000_000
"""So much of a mail is read; what an attachment has beyond that is nobody's words."""
MOST_AT_ONCE = 100
_SECONDS = 30

Got = TypeVar("Got")


class Security(Enum):
    """How the connection is kept private; the value begins FRONTDESK_IMAP_URL."""

    NONE = "imap"
    STARTTLS = "imap+starttls"
    TLS = "imaps"


_PORT = {Security.NONE: 143, Security.STARTTLS: 143, Security.TLS: 993}


@dataclass(frozen=True, kw_only=True, slots=True)
class Imap:
    """One folder of one mailbox. `trusts` None: the certificate authorities that this machine trusts."""

    host: str
    port: int
    security: Security
    user: str
    password: str = field(repr=False)
    folder: str = "INBOX"
    trusts: ssl.SSLContext | None = None

    @staticmethod
    def at(url: str) -> "Imap":
        """The mailbox of a FRONTDESK_IMAP_URL, as settings have checked it."""
        parts = urlsplit(url)
        security = Security(parts.scheme)
        return Imap(
            host=parts.hostname or "localhost",
            port=parts.port or _PORT[security],
            security=security,
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            folder=unquote(parts.path.strip("/")) or "INBOX",
        )

    async def empty(self, take: Take) -> int:
        """How many mails were taken in, the oldest first; at most MOST_AT_ONCE.

        Raises: Unreachable (look again later), NotPermitted (the server does not let us in, or has no such folder).
        """
        server = await self._asked(self._open)
        try:
            mark, uids = await self._asked(lambda: self._waiting(server))
            for uid in uids:
                raw = await self._asked(lambda uid=uid: _fetch(server, uid))  # type: ignore[misc]
                if raw is not None:
                    await take(raw)
                    await self._asked(lambda uid=uid: _mark(server, uid, mark))  # type: ignore[misc]
            return len(uids)
        finally:
            await asyncio.to_thread(_part, server)

    async def _asked(self, call: Callable[[], Got]) -> Got:
        try:
            return await asyncio.to_thread(call)
        except (imaplib.IMAP4.error, imaplib.IMAP4.abort, OSError) as fault:
            raise Unreachable(
                f"The mailbox at {self.host}:{self.port} does not answer as it should ({type(fault).__name__}). "
                "Check that it runs and that FRONTDESK_IMAP_URL names it."
            ) from None

    def _open(self) -> imaplib.IMAP4:
        if self.security is Security.TLS:
            server: imaplib.IMAP4 = imaplib.IMAP4_SSL(
                self.host, self.port, ssl_context=self.trusts or _usual_authorities(), timeout=_SECONDS
            )
        else:
            server = imaplib.IMAP4(self.host, self.port, timeout=_SECONDS)
        try:
            if self.security is Security.STARTTLS:
                server.starttls(self.trusts or _usual_authorities())
            try:
                server.login(self.user, self.password)
            except imaplib.IMAP4.abort:
                raise
            except imaplib.IMAP4.error:
                raise NotPermitted(
                    f"The mailbox at {self.host} does not let us in with the user and password of FRONTDESK_IMAP_URL."
                ) from None
            if server.select(_quoted(self.folder))[0] != "OK":
                raise NotPermitted(
                    f"The mailbox at {self.host} has no folder {self.folder!r}; name one in FRONTDESK_IMAP_URL."
                )
        except BaseException:
            _part(server)
            raise
        return server

    def _waiting(self, server: imaplib.IMAP4) -> tuple[str, list[str]]:
        """The mark for what is taken in, and the UIDs of what bears it not, the oldest first."""
        _, allowed = server.response("PERMANENTFLAGS")
        keeps = any(rb"\*" in one or TAKEN.encode() in one for one in allowed if isinstance(one, bytes))
        mark, wanted = (TAKEN, ("UNKEYWORD", TAKEN)) if keeps else (r"\Seen", ("UNSEEN",))
        answer, found = server.uid("SEARCH", *wanted, "UNDELETED")
        if answer != "OK":
            raise imaplib.IMAP4.error("the search was refused")
        uids = b" ".join(one for one in found if isinstance(one, bytes)).decode().split()
        return mark, sorted(uids, key=int)[:MOST_AT_ONCE]


def _fetch(server: imaplib.IMAP4, uid: str) -> bytes | None:
    """The mail's first bytes; None where somebody has deleted it meanwhile."""
    answer, parts = server.uid("FETCH", uid, f"(BODY.PEEK[]<0.{MOST_BYTES}>)")
    if answer != "OK":
        raise imaplib.IMAP4.error("the mail was not given")
    return next((part[1] for part in parts if isinstance(part, tuple)), None)


def _mark(server: imaplib.IMAP4, uid: str, mark: str) -> None:
    if server.uid("STORE", uid, "+FLAGS.SILENT", f"({mark})")[0] != "OK":
        raise imaplib.IMAP4.error("the mark was refused")


def _part(server: imaplib.IMAP4) -> None:
    try:
        server.logout()
    except (imaplib.IMAP4.error, OSError):
        server.shutdown()


def _quoted(folder: str) -> str:
    return '"' + folder.replace("\\", "\\\\").replace('"', '\\"') + '"'


@cache
def _usual_authorities() -> ssl.SSLContext:
    """The certificate authorities that this machine trusts; TLS 1.2 at least."""
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context
