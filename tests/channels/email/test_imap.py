"""A mailbox read over real sockets: each mail once, whatever the server keeps, and whatever breaks off."""

import ssl

import pytest
from tests.channels.email.a_mailbox_server import CERTIFICATE, PASSWORD, USER, MailboxServer, a_mailbox_server

from frontdesk.channels.email.imap import MOST_BYTES, TAKEN, Imap, Security
from frontdesk.ports.faults import NotPermitted, Unreachable


def an_imap(
    server: MailboxServer, security: Security = Security.NONE, *, password: str = PASSWORD, folder: str = "INBOX"
) -> Imap:
    return Imap(
        host="localhost",
        port=server.port,
        security=security,
        user=USER,
        password=password,
        folder=folder,
        trusts=ssl.create_default_context(cafile=str(CERTIFICATE)),
    )


class Taker:
    def __init__(self, *, fails_at: bytes | None = None) -> None:
        self.took: list[bytes] = []
        self.fails_at = fails_at

    async def take(self, raw: bytes) -> None:
        if raw == self.fails_at:
            raise RuntimeError("the database went away")
        self.took.append(raw)


@pytest.mark.parametrize("security", list(Security), ids=lambda one: one.value)
@pytest.mark.parametrize("keeps", [True, False], ids=["keywords", "no keywords"])
async def test_each_mail_is_given_once_and_the_oldest_first(security: Security, *, keeps: bool) -> None:
    taker = Taker()
    async with a_mailbox_server(tls=security is Security.TLS, keeps_keywords=keeps) as server:
        for words in (b"first\r\n", b"second\r\n"):
            server.put(words)
        mailbox = an_imap(server, security)

        counted = [await mailbox.empty(taker.take), await mailbox.empty(taker.take)]
        server.put(b"third\r\n")
        counted.append(await mailbox.empty(taker.take))

    assert counted == [2, 0, 1]
    assert taker.took == [b"first\r\n", b"second\r\n", b"third\r\n"]
    assert {flag for mail in server.mails for flag in mail.flags} == {TAKEN if keeps else r"\Seen"}


async def test_a_mail_that_somebody_has_read_already_is_given_all_the_same() -> None:
    taker = Taker()
    async with a_mailbox_server() as server:
        server.put(b"read on a phone\r\n").flags.add(r"\Seen")
        await an_imap(server, folder="Front desk").empty(taker.take)

    assert taker.took == [b"read on a phone\r\n"]


async def test_what_could_not_be_taken_in_is_given_again_and_nothing_before_it() -> None:
    first, second = Taker(fails_at=b"second\r\n"), Taker()
    async with a_mailbox_server() as server:
        server.put(b"first\r\n")
        server.put(b"second\r\n")
        with pytest.raises(RuntimeError):
            await an_imap(server).empty(first.take)
        await an_imap(server).empty(second.take)

    assert (first.took, second.took) == ([b"first\r\n"], [b"second\r\n"])


@pytest.mark.parametrize("command", ["LOGIN", "SELECT", "SEARCH", "FETCH", "STORE"])
async def test_a_connection_that_breaks_off_anywhere_loses_nothing(command: str) -> None:
    taker = Taker()
    async with a_mailbox_server() as server:
        server.put(b"first\r\n")
        server.cuts_off_at = command
        with pytest.raises(Unreachable):
            await an_imap(server).empty(taker.take)
        await an_imap(server).empty(taker.take)

    assert set(taker.took) == {b"first\r\n"}
    assert len(taker.took) == (2 if command == "STORE" else 1)  # given twice, it is told by its Message-ID


async def test_of_a_huge_mail_the_beginning_is_read() -> None:
    taker = Taker()
    async with a_mailbox_server() as server:
        server.put(b"x" * (MOST_BYTES + 5))
        await an_imap(server).empty(taker.take)

    assert [len(raw) for raw in taker.took] == [MOST_BYTES]


async def test_a_wrong_password_or_folder_is_for_a_person() -> None:
    async with a_mailbox_server() as server:
        with pytest.raises(NotPermitted, match="FRONTDESK_IMAP_URL"):
            await an_imap(server, password="wrong").empty(Taker().take)
        with pytest.raises(NotPermitted, match="Elsewhere"):
            await an_imap(server, folder="Elsewhere").empty(Taker().take)


async def test_a_server_that_nobody_vouches_for_gets_no_password() -> None:
    async with a_mailbox_server(tls=True) as server:
        mailbox = Imap.at(f"imaps://desk%40clinic.example.com:secret@localhost:{server.port}")
        with pytest.raises(Unreachable):
            await mailbox.empty(Taker().take)


def test_an_address_is_read_with_its_usual_port_and_folder() -> None:
    mailbox = Imap.at("imaps://desk%40clinic.example.com:s%2Fecret@imap.example.com/Front%20desk")

    assert (mailbox.host, mailbox.port, mailbox.user) == ("imap.example.com", 993, "desk@clinic.example.com")
    assert (mailbox.password, mailbox.folder) == ("s/ecret", "Front desk")
    assert Imap.at("imap+starttls://u:p@imap.example.com").port == 143
