"""A small IMAP server for tests, written from RFC 3501: one folder, and the commands that reading a mailbox takes."""

import asyncio
import re
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

CERTIFICATE = Path(__file__).with_name("localhost.crt.pem")
KEY = Path(__file__).with_name("localhost.key.pem")
USER, PASSWORD = "desk@clinic.example.com", 'p"ss\\word'
_FETCH = re.compile(rb"BODY\.PEEK\[\]<0\.(\d+)>")


@dataclass
class Lying:
    """A mail in the folder."""

    uid: int
    raw: bytes
    flags: set[str] = field(default_factory=set)


@dataclass
class MailboxServer:
    """`keeps_keywords` False: only the flags that every server has (PERMANENTFLAGS without `\\*`, RFC 3501 7.1)."""

    keeps_keywords: bool = True
    mails: list[Lying] = field(default_factory=list)
    port: int = 0
    cuts_off_at: str = ""
    """The connection is closed when this command comes, once."""
    cut_off: asyncio.Event = field(default_factory=asyncio.Event)

    def put(self, raw: bytes) -> Lying:
        mail = Lying(uid=max((one.uid for one in self.mails), default=6) + 1, raw=raw)
        self.mails.append(mail)
        return mail

    async def speak(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"* OK ready\r\n")
        state = "new"
        try:
            while line := await reader.readline():
                tag, _, rest = line.strip().partition(b" ")
                said = rest.decode()
                command = said.upper().removeprefix("UID ").partition(" ")[0]
                if command == self.cuts_off_at:
                    self.cuts_off_at = ""
                    self.cut_off.set()
                    return
                if command == "STARTTLS":
                    writer.write(tag + b" OK begin\r\n")
                    await writer.drain()
                    await writer.start_tls(_context())
                    continue
                answers, state = self._answer(command, said, state)
                writer.write(b"".join(answers[:-1]) + tag + b" " + answers[-1] + b" done\r\n")
                await writer.drain()
                if state == "gone":
                    return
        except ConnectionError:
            return
        finally:
            writer.close()

    def _answer(self, command: str, said: str, state: str) -> tuple[list[bytes], str]:
        match command:
            case "CAPABILITY":
                return [b"* CAPABILITY IMAP4rev1 STARTTLS\r\n", b"OK"], state
            case "NOOP":
                return [b"OK"], state
            case "LOGOUT":
                return [b"* BYE\r\n", b"OK"], "gone"
            case "LOGIN":
                quoted = PASSWORD.replace("\\", "\\\\").replace('"', '\\"')
                right = said.partition(" ")[2] in {f'{USER} "{quoted}"', f'"{USER}" "{quoted}"'}
                return ([b"OK"], "in") if right else ([b"NO [AUTHENTICATIONFAILED] no"], state)
            case "SELECT" if state != "new":
                if said.partition(" ")[2] not in {'"INBOX"', '"Front desk"'}:
                    return [b"NO no such folder"], state
                allowed = rb"\Seen \Deleted" + (rb" \*" if self.keeps_keywords else b"")
                count = f"* {len(self.mails)} EXISTS\r\n".encode()
                return [count, b"* OK [PERMANENTFLAGS (" + allowed + b")] \r\n", b"OK [READ-WRITE]"], "selected"
            case "SEARCH" | "FETCH" | "STORE" if state == "selected":
                return getattr(self, f"_{command.lower()}")(said), state
            case _:
                return [b"BAD not now"], state

    def _search(self, said: str) -> list[bytes]:
        words = said.split()[2:]
        unwanted = {r"\Deleted"} if "UNDELETED" in words else set()
        unwanted |= {r"\Seen"} if "UNSEEN" in words else set()
        unwanted |= {words[words.index("UNKEYWORD") + 1]} if "UNKEYWORD" in words else set()
        found = [str(one.uid) for one in reversed(self.mails) if not one.flags & unwanted]
        return [f"* SEARCH {' '.join(found)}".rstrip().encode() + b"\r\n", b"OK"]

    def _fetch(self, said: str) -> list[bytes]:
        mail, most = self._mail(said), _FETCH.search(said.encode())
        if mail is None or most is None:
            return [b"OK"]
        raw = mail.raw[: int(most.group(1))]
        head = f"* {self.mails.index(mail) + 1} FETCH (UID {mail.uid} BODY[]<0> {{{len(raw)}}}\r\n".encode()
        return [head, raw, b")\r\n", b"OK"]

    def _store(self, said: str) -> list[bytes]:
        mail = self._mail(said)
        if mail is not None:
            flags = said[said.index("(") + 1 : said.index(")")].split()
            mail.flags |= set(flags if self.keeps_keywords else [one for one in flags if one.startswith("\\")])
        return [b"OK"]

    def _mail(self, said: str) -> Lying | None:
        return next((one for one in self.mails if one.uid == int(said.split()[2])), None)


def _context() -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(CERTIFICATE, KEY)
    return context


@asynccontextmanager
async def a_mailbox_server(*, tls: bool = False, keeps_keywords: bool = True) -> AsyncIterator[MailboxServer]:
    """A server with an empty folder; it has ended at the end."""
    mailbox = MailboxServer(keeps_keywords=keeps_keywords)
    server = await asyncio.start_server(mailbox.speak, "127.0.0.1", 0, ssl=_context() if tls else None)
    mailbox.port = int(server.sockets[0].getsockname()[1])
    try:
        yield mailbox
    finally:
        server.close()
