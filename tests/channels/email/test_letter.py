"""A mail as its bytes: safe to send through any server, safe to show."""

from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default

from frontdesk.channels.email.letter import letter
from frontdesk.ports.channel import Mail

WRITTEN = datetime(2026, 5, 27, 2, 47, tzinfo=UTC)


def a_letter(body: str, *, subject: str = "Your visit") -> bytes:
    mail = Mail(key="m1", sender="hello@example.com", to="maria@example.com", subject=subject, body=body)
    return letter(mail, written=WRITTEN)


def page_of(raw: bytes) -> str:
    page = message_from_bytes(raw, policy=default).get_body(("html",))
    assert page is not None
    return str(page.get_content()).replace("\r\n", "\n")


def test_any_words_travel_as_ascii_in_lines_that_any_server_takes() -> None:
    raw = a_letter("¡Hola, María! 🌿 " * 100, subject="Su cita del jueves ñ")

    assert raw.isascii()
    assert all(len(line) <= 998 for line in raw.split(b"\r\n"))
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert message_from_bytes(raw, policy=default)["Subject"] == "Su cita del jueves ñ"


def test_without_an_invitation_there_is_nothing_to_open() -> None:
    arrived = message_from_bytes(a_letter("Hello"), policy=default)

    assert arrived.get_content_type() == "multipart/alternative"
    assert list(arrived.iter_attachments()) == []


def test_words_cannot_become_markup() -> None:
    page = page_of(a_letter('<img src=x onerror="alert(1)"> & more {braces}'))

    assert "<img" not in page
    assert "&lt;img src=x onerror=&quot;alert(1)&quot;&gt; &amp; more {braces}" in page


def test_an_address_in_the_text_can_be_tapped_without_the_full_stop_after_it() -> None:
    page = page_of(a_letter("Your form: https://example.com/f/abc?x=1&y=2.\n\nSee you."))

    assert 'href="https://example.com/f/abc?x=1&amp;y=2"' in page
    assert ">https://example.com/f/abc?x=1&amp;y=2</a>.</p>" in page


def test_an_address_cannot_break_out_of_its_link() -> None:
    page = page_of(a_letter('https://example.com/"onclick="x'))

    assert 'href="https://example.com/"' in page
    assert '"onclick' not in page


def test_paragraphs_and_lines_stay_apart() -> None:
    page = page_of(a_letter("One\ntwo\n\n\nthree"))

    assert "One<br>\ntwo</p>" in page
    assert page.count("<p ") == 2
