"""What an installation is told from outside: one frozen value, read once; all its faults are told together."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit


class SettingsWrong(Exception):
    """One or more settings cannot be used; the text has a line for each, with what to do."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Reach:
    """How browsers that talk reach this machine: by its own addresses, where nothing is said.

    `stun` and `turn` are servers as browsers name them ("stun:host:port"), `turn_secret` what the latter and we share.
    `ports` are the first and last UDP port that sound comes in by, `address` the one that the network shows outside.
    """

    stun: str | None = None
    turn: str | None = None
    turn_secret: str | None = field(default=None, repr=False)
    ports: tuple[int, int] | None = None
    address: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """`database_url` None: the built-in PostgreSQL under `home`. `smtp_url` None: no mail leaves the machine.
    `imap_url` None: no mailbox is read.

    `model` None: messages are understood by rules alone. `model_url` is where a "local:" model answers.
    `webhook_port` None: carriers use the port of the pages. `tls_12_for` names the one carrier that may speak
    TLS 1.2 there; None: everybody speaks 1.3. `backups` is the folder that they are written to; None: none is made.
    `contact_rules` is a folder with the practices' own rules on contact, beside those that come with Frontdesk.
    `whisper` is the folder of the model that hears calls, `piper` the file of the voice that speaks; None: they are
    under `home`. `reach` is how browsers that talk reach this machine.
    """

    home: Path
    database_url: str | None = field(default=None, repr=False)
    host: str = "127.0.0.1"
    port: int = 8000
    public_url: str = "http://localhost:8000"
    smtp_url: str | None = field(default=None, repr=False)
    imap_url: str | None = field(default=None, repr=False)
    tls_certificate: Path | None = None
    tls_key: Path | None = None
    webhook_port: int | None = None
    tls_12_for: str | None = None
    model: str | None = None
    model_url: str | None = None
    model_key: str | None = field(default=None, repr=False)
    demo: bool = False
    master_key: str = "file:"
    master_key_token_file: Path | None = None
    backups: Path | None = None
    backups_kept: timedelta = timedelta(days=35)
    carrier_secret: bytes = field(default=b"", repr=False)
    contact_rules: Path | None = None
    whisper: Path | None = None
    piper: Path | None = None
    reach: Reach = Reach()


LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
"""The names of this machine itself."""

KNOWN = {
    "FRONTDESK_HOME",
    "FRONTDESK_DATABASE_URL",
    "FRONTDESK_HOST",
    "FRONTDESK_PORT",
    "FRONTDESK_PUBLIC_URL",
    "FRONTDESK_SMTP_URL",
    "FRONTDESK_IMAP_URL",
    "FRONTDESK_TLS_CERTIFICATE",
    "FRONTDESK_TLS_KEY",
    "FRONTDESK_WEBHOOK_PORT",
    "FRONTDESK_WEBHOOK_TLS_12_FOR",
    "FRONTDESK_MASTER_KEY",
    "FRONTDESK_MASTER_KEY_TOKEN_FILE",
    "FRONTDESK_BACKUPS",
    "FRONTDESK_BACKUPS_KEPT_DAYS",
    "FRONTDESK_CONTACT_RULES",
    "FRONTDESK_WHISPER",
    "FRONTDESK_PIPER",
    "FRONTDESK_TALK_STUN",
    "FRONTDESK_TALK_TURN",
    "FRONTDESK_TALK_TURN_SECRET",
    "FRONTDESK_TALK_PORTS",
    "FRONTDESK_TALK_ADDRESS",
    "FRONTDESK_MODEL",
    "FRONTDESK_MODEL_URL",
    "FRONTDESK_MODEL_KEY",
}


def read_settings(env: Mapping[str, str]) -> Settings:
    """The settings in the environment. Raises: SettingsWrong, naming every fault at once."""
    faults = [
        f"{name} is not a setting of Frontdesk. Remove it, or see docs/operations.md for the names there are."
        for name in sorted(env)
        if name.startswith("FRONTDESK_") and name not in KNOWN
    ]
    home = Path(env.get("FRONTDESK_HOME") or Path.home() / ".frontdesk").expanduser()
    if not home.is_absolute():
        faults.append(f"FRONTDESK_HOME is {home}; a full path from / is needed.")
    if home.exists() and not home.is_dir():
        faults.append(f"FRONTDESK_HOME is {home}, which is a file; name a folder.")
    port = _port(env, "FRONTDESK_PORT", faults) or 8000
    scheme = "https" if env.get("FRONTDESK_TLS_CERTIFICATE") else "http"
    host = env.get("FRONTDESK_HOST", "127.0.0.1")
    settings = Settings(
        home=home,
        database_url=_url(env, "FRONTDESK_DATABASE_URL", ("postgresql", "postgres"), faults),
        host=host,
        port=port,
        public_url=(
            _url(env, "FRONTDESK_PUBLIC_URL", ("https", "http"), faults) or f"{scheme}://localhost:{port}"
        ).rstrip("/"),
        smtp_url=_url(env, "FRONTDESK_SMTP_URL", ("smtp", "smtps", "smtp+starttls"), faults),
        imap_url=_url(env, "FRONTDESK_IMAP_URL", ("imaps", "imap+starttls", "imap"), faults),
        tls_certificate=_file(env, "FRONTDESK_TLS_CERTIFICATE", faults),
        tls_key=_file(env, "FRONTDESK_TLS_KEY", faults),
        webhook_port=_port(env, "FRONTDESK_WEBHOOK_PORT", faults),
        tls_12_for=env.get("FRONTDESK_WEBHOOK_TLS_12_FOR") or None,
        master_key=_master_key(env, faults),
        master_key_token_file=_file(env, "FRONTDESK_MASTER_KEY_TOKEN_FILE", faults),
        backups=_backups(env, home, faults),
        backups_kept=_days(env, "FRONTDESK_BACKUPS_KEPT_DAYS", faults) or timedelta(days=35),
        contact_rules=_folder(env, "FRONTDESK_CONTACT_RULES", faults),
        whisper=_folder(env, "FRONTDESK_WHISPER", faults),
        piper=_file(env, "FRONTDESK_PIPER", faults),
        reach=_reach(env, faults),
        model=env.get("FRONTDESK_MODEL") or None,
        model_url=_url(env, "FRONTDESK_MODEL_URL", ("https", "http"), faults),
        model_key=env.get("FRONTDESK_MODEL_KEY") or None,
    )
    faults += _model_faults(settings)
    if bool(env.get("FRONTDESK_TLS_CERTIFICATE")) != bool(env.get("FRONTDESK_TLS_KEY")):
        faults.append("FRONTDESK_TLS_CERTIFICATE and FRONTDESK_TLS_KEY go together; set both or neither.")
    if settings.tls_certificate and settings.public_url.startswith("http:"):
        faults.append(
            "FRONTDESK_PUBLIC_URL begins with http://, and there is a certificate; write it like https://host."
        )
    if settings.webhook_port == settings.port:
        faults.append("FRONTDESK_WEBHOOK_PORT is the port of the pages; give the webhooks one of their own.")
    if settings.tls_12_for and settings.webhook_port is None:
        faults.append("FRONTDESK_WEBHOOK_TLS_12_FOR needs a port of its own: set FRONTDESK_WEBHOOK_PORT, or unset it.")
    if settings.smtp_url and urlsplit(settings.smtp_url).scheme == "smtp" and not _is_here(settings.smtp_url):
        faults.append(
            "FRONTDESK_SMTP_URL begins with smtp://, which is not private beyond this machine. "
            "Write smtp+starttls:// or smtps:// instead."
        )
    faults += _mailbox_faults(settings)
    if faults:
        raise SettingsWrong("\n".join(faults))
    return settings


def _reach(env: Mapping[str, str], faults: list[str]) -> Reach:
    secret = env.get("FRONTDESK_TALK_TURN_SECRET") or None
    reach = Reach(
        stun=_media_server(env, "FRONTDESK_TALK_STUN", "stun", faults),
        turn=_media_server(env, "FRONTDESK_TALK_TURN", "turn", faults),
        turn_secret=secret,
        ports=_ports(env, faults),
        address=_address(env, faults),
    )
    if bool(env.get("FRONTDESK_TALK_TURN")) != bool(secret):
        faults.append("FRONTDESK_TALK_TURN and FRONTDESK_TALK_TURN_SECRET go together; set both or neither.")
    return reach


def _media_server(env: Mapping[str, str], name: str, scheme: str, faults: list[str]) -> str | None:
    text = env.get(name)
    if not text:
        return None
    if re.fullmatch(rf"{scheme}s?:[\w.-]+(:\d{{1,5}})?(\?transport=(udp|tcp))?", text) is None:
        faults.append(f"{name} is {text!r}; write it like {scheme}:host.example.com:3478.")
        return None
    return text


def _ports(env: Mapping[str, str], faults: list[str]) -> tuple[int, int] | None:
    text = env.get("FRONTDESK_TALK_PORTS")
    if not text:
        return None
    match = re.fullmatch(r"(\d{4,5})-(\d{4,5})", text)
    first, last = (int(match[1]), int(match[2])) if match else (0, 0)
    if 1024 <= first < last <= 65535:
        return first, last
    faults.append(f"FRONTDESK_TALK_PORTS is {text!r}; two UDP ports from 1024 to 65535 are needed, like 50000-50100.")
    return None


def _address(env: Mapping[str, str], faults: list[str]) -> str | None:
    text = env.get("FRONTDESK_TALK_ADDRESS")
    if not text:
        return None
    try:
        return str(ip_address(text))
    except ValueError:
        faults.append(f"FRONTDESK_TALK_ADDRESS is {text!r}; an IP address is needed, like 203.0.113.7.")
        return None


def _mailbox_faults(settings: Settings) -> list[str]:
    if settings.imap_url is None:
        return []
    faults = []
    if urlsplit(settings.imap_url).scheme == "imap" and not _is_here(settings.imap_url):
        faults.append(
            "FRONTDESK_IMAP_URL begins with imap://, which is not private beyond this machine. "
            "Write imaps:// or imap+starttls:// instead."
        )
    if not urlsplit(settings.imap_url).username:
        faults.append("FRONTDESK_IMAP_URL names no user; write imaps://user:password@host, with %40 for the user's @.")
    return faults


def _model_faults(settings: Settings) -> list[str]:
    faults = []
    if settings.model and ":" not in settings.model:
        faults.append(
            f"FRONTDESK_MODEL is {settings.model!r}; write PROVIDER:NAME, like openai:gpt-5-mini, or local:NAME "
            "with FRONTDESK_MODEL_URL."
        )
    if bool(settings.model_url) != bool(settings.model and settings.model.startswith("local:")):
        faults.append("FRONTDESK_MODEL_URL goes together with FRONTDESK_MODEL=local:NAME; set both or neither.")
    if settings.model_url and urlsplit(settings.model_url).scheme == "http" and not _is_here(settings.model_url):
        faults.append(
            "FRONTDESK_MODEL_URL begins with http://, which is not private beyond this machine; use https://."
        )
    return faults


def _port(env: Mapping[str, str], name: str, faults: list[str]) -> int | None:
    text = env.get(name)
    if not text:
        return None
    if text.isascii() and text.isdigit() and 1 <= int(text) <= 65535:
        return int(text)
    faults.append(f"{name} is {text!r}; a number from 1 to 65535 is needed.")
    return None


def _backups(env: Mapping[str, str], home: Path, faults: list[str]) -> Path | None:
    text = env.get("FRONTDESK_BACKUPS")
    if not text:
        return None
    folder = Path(text).expanduser()
    if not folder.is_absolute() or folder.is_relative_to(home):
        faults.append(f"FRONTDESK_BACKUPS is {folder}; name a folder by its full path, outside {home}.")
    return folder


def _folder(env: Mapping[str, str], name: str, faults: list[str]) -> Path | None:
    text = env.get(name)
    if not text:
        return None
    folder = Path(text).expanduser()
    if not folder.is_dir():
        faults.append(f"{name} is {folder}, which is no folder; name one by its full path.")
    return folder


def _days(env: Mapping[str, str], name: str, faults: list[str]) -> timedelta | None:
    text = env.get(name)
    if not text:
        return None
    if text.isascii() and text.isdigit() and 1 <= int(text) <= 3650:
        return timedelta(days=int(text))
    faults.append(f"{name} is {text!r}; a number of days from 1 to 3650 is needed.")
    return None


_MASTER_KEYS = {
    "file": r"(/.+)?",
    "aws-kms": r"arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:(key|alias)/.+",
    "gcp-kms": r"projects/[^/]+/locations/[^/]+/keyRings/[^/]+/cryptoKeys/[^/]+",
    "vault": r"https://[^/]+(/[^/]+)+/[^/]+",
}


def _master_key(env: Mapping[str, str], faults: list[str]) -> str:
    text = env.get("FRONTDESK_MASTER_KEY") or "file:"
    kind, _, rest = text.partition(":")
    if kind not in _MASTER_KEYS or re.fullmatch(_MASTER_KEYS[kind], rest) is None:
        faults.append(
            f"FRONTDESK_MASTER_KEY is {text!r}; write file:/full/path, aws-kms:ARN, gcp-kms:projects/P/locations/L/"
            "keyRings/R/cryptoKeys/K, or vault:https://host:8200/transit/KEY."
        )
    return text


def _url(env: Mapping[str, str], name: str, schemes: tuple[str, ...], faults: list[str]) -> str | None:
    text = env.get(name)
    if not text:
        return None
    try:
        parts = urlsplit(text)
        parts.port  # noqa: B018  # raises for a port that is no number
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in schemes:  # the value may hold a password: it is not repeated
        faults.append(f"{name} does not begin with {schemes[0]}://; write it like {schemes[0]}://host/...")
        return None
    return text


def _is_here(url: str) -> bool:
    return urlsplit(url).hostname in LOOPBACK


def _file(env: Mapping[str, str], name: str, faults: list[str]) -> Path | None:
    text = env.get(name)
    if not text:
        return None
    path = Path(text).expanduser()
    if not path.is_file():
        faults.append(f"{name} is {path}; no such file.")
    return path
