"""Mails as they arrive: what their writers wrote, what wrote itself, and what came back."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from frontdesk.channels.email.arriving import read_mail
from frontdesk.channels.email.quoted import own_words
from frontdesk.ports.mailbox import Bounce, Returned

OURS = "<confirmation-9f1-0@clinic.example.com>"


def a_mail(body: str = "Yes, see you", *headers: str, kind: str = "text/plain; charset=utf-8") -> bytes:
    lines = (
        "From: Maria Gonzalez <Maria@Example.com>",
        "To: Test Clinic <desk@clinic.example.com>",
        "Subject: Re: Your visit",
        "Message-ID: <m1@mail.example.com>",
        f"Content-Type: {kind}",
        *headers,
    )
    return "\r\n".join([*lines, "", body]).encode()


def test_a_reply_says_who_wrote_to_whom_in_answer_to_what() -> None:
    mail = read_mail(a_mail("Yes", f"In-Reply-To: {OURS}", "References: <older@x>\r\n\t<newer@x>"))

    assert (mail.message_id, mail.sender) == ("<m1@mail.example.com>", "maria@example.com")
    assert mail.recipients == {"desk@clinic.example.com"}
    assert mail.answers == (OURS, "<newer@x>", "<older@x>")
    assert (mail.text, mail.automatic, mail.returned) == ("Yes", False, ())


ASKED = "Can we do 3 pm instead?"
CLINIC = "Test Clinic <desk@clinic.example.com>"
GMAIL = f"{ASKED}\n\nOn Tue, May 26, 2026 at 9:47\u202fPM {CLINIC}\nwrote:\n\n> Hi\n> Maria"
APPLE = f"{ASKED}\n\nSent from my iPhone\n\n> On May 26, 2026, at 9:47 PM, {CLINIC} wrote:\n> \n> Hi"
OUTLOOK = f"{ASKED}\n\n{'_' * 32}\nFrom: {CLINIC}\nSent: Tuesday\nTo: Maria\n\nHi"
OUTLOOK_PLAIN = f"{ASKED}\n\nFrom: {CLINIC}\nSent: Tuesday, May 26, 2026 9:47 PM\nTo: Maria\n\nHi"
ORIGINAL = f"{ASKED}\n\n-----Original Message-----\nFrom: Test Clinic\n\nHi"
SPANISH = f"{ASKED}\n\nEl mar, 26 may 2026 a las 21:47, Test Clinic (<d@c.example>) escribió:\n> Hola"
SIGNED = f"{ASKED}\n-- \nMaria Gonzalez\n512 555 0147"
BELOW = f"On Tue, May 26, 2026 {CLINIC} wrote:\n> Hi Maria\n\n{ASKED}"


@pytest.mark.parametrize("body", [GMAIL, APPLE, OUTLOOK, OUTLOOK_PLAIN, ORIGINAL, SPANISH, SIGNED, BELOW])
def test_what_is_quoted_and_the_signature_are_left_out(body: str) -> None:
    assert read_mail(a_mail(body)).text == "Can we do 3 pm instead?"
    assert read_mail(a_mail(body.replace("\n", "\r\n"))).text == "Can we do 3 pm instead?"


def test_words_that_only_look_like_a_quote_stay() -> None:
    words = "On Tuesday I wrote down the time, but lost it.\n\nFrom: where do I enter?\nTo me it looked closed."

    assert own_words(words) == words


@pytest.mark.parametrize(
    "page",
    [
        '<div dir="ltr">Can we do 3&nbsp;pm instead?</div><br><div class="gmail_quote"><p>Hi</p></div>',
        "<style>p{x}</style><p>Can we do 3 pm instead?</p><blockquote type=cite><div>Hi<br>Maria</div></blockquote>",
    ],
)
def test_a_mail_in_html_alone_is_read_without_its_quotation(page: str) -> None:
    assert read_mail(a_mail(page, kind="text/html; charset=utf-8")).text == ASKED


@pytest.mark.parametrize(
    "header",
    [
        "Auto-Submitted: auto-replied",
        "Auto-Submitted: auto-generated; x=y",
        "Precedence: bulk",
        "Precedence: auto_reply",
        "X-Autoreply: yes",
        "List-Id: <news.example.com>",
        "Return-Path: <>",
    ],
)
def test_what_wrote_itself_is_known_as_such(header: str) -> None:
    assert read_mail(a_mail("I am away", header)).automatic
    assert not read_mail(a_mail("I am here", "Auto-Submitted: no", "Return-Path: <maria@example.com>")).automatic


def a_report(*fields: str, original: str = f"Message-ID: {OURS}", kind: str = "text/rfc822-headers") -> bytes:
    """As Postfix writes one (RFC 3464): its words, its fields, and the mail or its headers."""
    body = "\r\n".join(
        [
            "--b",
            "Content-Type: text/plain",
            "",
            "I'm sorry to have to inform you that your message could not be delivered.",
            "--b",
            "Content-Type: message/delivery-status",
            "",
            "Reporting-MTA: dns; mx.example.com",
            "",
            "Final-Recipient: rfc822; maria@example.com",
            *fields,
            "",
            "--b",
            f"Content-Type: {kind}",
            "",
            "Subject: Your visit",
            original,
            "",
            "--b--",
        ]
    )
    report = 'multipart/report; report-type=delivery-status; boundary="b"'
    return a_mail(body, "Auto-Submitted: auto-replied", kind=report)


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("5.1.1", Bounce.ADDRESS),
        ("5.0.0", Bounce.ADDRESS),
        ("5.2.1", Bounce.ADDRESS),
        ("4.4.7", Bounce.LATER),
        ("5.2.2", Bounce.LATER),
        ("5.7.26", Bounce.OTHER),
        ("5.3.4", Bounce.OTHER),
    ],
)
@pytest.mark.parametrize("kind", ["text/rfc822-headers", "message/rfc822"])
def test_a_report_says_which_mail_came_back_and_why(code: str, why: Bounce, kind: str) -> None:
    mail = read_mail(a_report("Action: failed", f"Status: {code} (no)", kind=kind))

    assert mail.returned == (Returned(message_id=OURS, why=why, code=code),)
    assert mail.automatic


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed", "expanded"])
def test_a_report_of_anything_but_a_failure_is_no_bounce(action: str) -> None:
    assert read_mail(a_report(f"Action: {action}", "Status: 4.4.1")).returned == ()


@pytest.mark.parametrize(("answer", "passed_over"), [("ACCEPTED", True), ("DECLINED", False), ("TENTATIVE", False)])
def test_a_calendar_that_accepts_the_invitation_is_passed_over_and_no_other_answer(
    answer: str, *, passed_over: bool
) -> None:
    told = f"ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=\r\n {answer};CN=maria@example.com:mailto:m@x"
    body = "\r\n".join(
        [
            *("--b", "Content-Type: text/plain", "", "Maria Gonzalez has answered", "--b"),
            *("Content-Type: text/calendar; charset=utf-8; method=REPLY", "", "BEGIN:VCALENDAR", "METHOD:REPLY"),
            *("BEGIN:VEVENT", "UID:9f1@clinic.example.com", told, "END:VEVENT", "END:VCALENDAR", "--b--"),
        ]
    )

    mail = read_mail(a_mail(body, kind='multipart/alternative; boundary="b"'))

    assert (mail.automatic, mail.text) == (passed_over, "Maria Gonzalez has answered")


def test_one_without_a_message_id_is_known_by_its_bytes() -> None:
    raw = a_mail().replace(b"Message-ID: <m1@mail.example.com>\r\n", b"")

    assert read_mail(raw).message_id == read_mail(raw).message_id
    assert read_mail(raw).message_id != read_mail(raw + b"!").message_id


@given(some.binary(max_size=400) | some.binary(max_size=200).map(lambda tail: a_mail() + tail))
def test_any_bytes_can_be_read(raw: bytes) -> None:
    mail = read_mail(raw)

    assert mail.message_id.startswith("<")
