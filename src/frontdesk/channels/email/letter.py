"""A mail as bytes on the wire: RFC 5322, with the invitation as RFC 6047 wants it."""

import html
import re
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from urllib.parse import quote

from frontdesk.ports.channel import Mail

# Everything is sent as ASCII, so that no server on the way has to know 8BITMIME or SMTPUTF8.
_WIRE = SMTP.clone(cte_type="7bit")
_LINK = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)]")
_PAGE = (
    '<!DOCTYPE html>\n<html><head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width, initial-scale=1"></head>\n'
    '<body style="margin:0;padding:24px;background:#f6f5f3;color:#1f2328;overflow-wrap:anywhere;'
    "font:16px/1.55 -apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif\">\n"
    '<div style="max-width:560px;margin:0 auto;padding:28px 32px;background:#ffffff;border-radius:12px">\n'
    "{paragraphs}\n</div></body></html>\n"
)
_INVITATION_FILE = "invite.ics"


def letter(mail: Mail, *, written: datetime) -> bytes:
    """The whole message: text, the same as HTML, and the invitation both to be shown and to be opened.

    Its Message-ID comes from `mail.key`. Raises: ValueError for an address or subject that no header can hold.
    """
    message = EmailMessage(policy=_WIRE)
    message["From"] = mail.sender
    message["To"] = mail.to
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(written)
    message["Message-ID"] = message_id(mail)
    message["Auto-Submitted"] = "auto-replied" if mail.answers else "auto-generated"  # RFC 3834: no holiday notice back
    if mail.answers:
        message["In-Reply-To"] = message["References"] = mail.answers
    message.set_content(mail.body)
    message.add_alternative(_as_html(mail.body), subtype="html")
    if mail.invitation is not None:
        invitation = mail.invitation.decode()
        message.add_alternative(invitation, subtype="calendar", params={"method": mail.method})
        message.add_attachment(mail.invitation, maintype="application", subtype="ics", filename=_INVITATION_FILE)
    return message.as_bytes()


def message_id(mail: Mail) -> str:
    """The same for the same key and sender, so that a repeat is recognised as one."""
    return f"<{quote(mail.key, safe='')}@{mail.sender.rpartition('@')[2]}>"


def _as_html(body: str) -> str:
    paragraphs = (part.strip() for part in re.split(r"\n\s*\n", body))
    return _PAGE.format(
        paragraphs="\n".join(
            f'<p style="margin:0 0 16px">{_with_links(part)}</p>'.replace("\n", "<br>\n") for part in paragraphs if part
        )
    )


def _with_links(text: str) -> str:
    """The text, safe inside HTML; each address in it can be tapped and still reads as what it is."""
    shown, after = [], 0
    for link in _LINK.finditer(text):
        address = html.escape(link.group())
        shown += [html.escape(text[after : link.start()]), f'<a href="{address}" style="color:#1a6b5c">{address}</a>']
        after = link.end()
    return "".join([*shown, html.escape(text[after:])])
