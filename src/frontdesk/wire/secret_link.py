"""A link that lets in whoever knows it: never shown, never logged, and never sent to another host."""

from base64 import b64encode
from dataclasses import dataclass, field
from urllib.parse import quote, unquote, urljoin, urlsplit

from frontdesk.ports.faults import NotPermitted, Refused

_LONGEST = 4096
_USUAL_PORT = {"https": 443, "http": 80}
_SCHEMES = {"webcal": "https", "webcals": "https"}


@dataclass(frozen=True, kw_only=True, slots=True)
class SecretLink:
    """A link in parts. `origin` may be shown; `target`, the path with its query, and `authorization` are secrets."""

    origin: str
    target: str = field(repr=False)
    authorization: str | None = field(default=None, repr=False)

    @staticmethod
    def of(text: str) -> "SecretLink":
        """The link as staff paste it: https:// or webcal://, perhaps with a name and password before the host.

        Raises: NotPermitted (it is no such link; whether plain http:// may be asked, the client decides).
        """
        try:
            parts = urlsplit(text.strip())
            port, host = parts.port, parts.hostname
        except ValueError:
            port, host, parts = None, None, urlsplit("")
        scheme = _SCHEMES.get(parts.scheme, parts.scheme)
        if not host or scheme not in _USUAL_PORT or len(text) > _LONGEST:
            raise NotPermitted(
                "The calendar's link must begin with https:// or webcal:// and name a host. Copy it anew."
            )
        shown = f"[{host}]" if ":" in host else host
        if port is not None and port != _USUAL_PORT[scheme]:
            shown = f"{shown}:{port}"
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        return SecretLink(
            origin=f"{scheme}://{shown}",
            target="/" + "".join(letter if "!" <= letter <= "~" else quote(letter) for letter in target.lstrip("/")),
            authorization=_basic(parts.username, parts.password),
        )

    @property
    def ending(self) -> str:
        """Its last four letters, by which staff can tell it from another; "" where that would be much of it."""
        return self.target[-4:] if len(self.target) > 16 else ""

    def led_to(self, location: str) -> "SecretLink":
        """Where a redirect leads. Raises: Refused (to another host, or out of https)."""
        try:
            there = SecretLink.of(location.strip() and urljoin(self.origin + self.target, location.strip()))
        except (ValueError, NotPermitted):
            raise Refused("The calendar's link is answered by a redirect to no address. Ask its publisher.") from None
        if there.origin != self.origin:
            raise Refused(
                "The calendar's link is answered by a redirect to another host, and a secret is not sent there. "
                "If that host is the publisher's, enter the link that it leads to."
            )
        return SecretLink(origin=self.origin, target=there.target, authorization=self.authorization)


def _basic(name: str | None, password: str | None) -> str | None:
    """The header for a name and password that stood in the link (RFC 7617)."""
    if name is None and password is None:
        return None
    pair = f"{unquote(name or '')}:{unquote(password or '')}"
    return "Basic " + b64encode(pair.encode()).decode()
