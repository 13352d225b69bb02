"""`frontdesk serve`: the web pages and webhooks, on granian."""

import os
import socket
import ssl

import click
from granian import Granian
from granian.constants import Interfaces
from granian.constants import SSLProtocols as Tls

from frontdesk.cli.faults import CommandFault
from frontdesk.cli.recovery_key import check_recovery_confirmed
from frontdesk.settings import LOOPBACK, Settings, read_settings
from frontdesk.storage.installation import Kind
from frontdesk.wiring import ready

PAGES = "frontdesk.cli.serving:pages"
WEBHOOKS = "frontdesk.cli.serving:webhooks"


@click.command()
@click.option("--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="Web processes.")
@click.option("--webhooks", is_flag=True, help="Only what carriers hand in, at FRONTDESK_WEBHOOK_PORT.")
def command(workers: int, webhooks: bool) -> None:
    """Serve until SIGTERM or Ctrl-C; requests under way are finished."""
    settings = read_settings(os.environ)
    port = _webhook_port(settings) if webhooks else settings.port
    check_transit(settings)
    check_port_is_free(settings, port)
    with ready(settings) as database:
        database.entered.become(Kind.PRODUCTION)
        check_recovery_confirmed(database)
        server = Granian(
            WEBHOOKS if webhooks else PAGES,
            address=settings.host,
            port=port,
            interface=Interfaces.ASGI,
            workers=workers,
            factory=True,
            ssl_cert=settings.tls_certificate,
            ssl_key=settings.tls_key,
            ssl_protocol_min=Tls.tls12 if webhooks and settings.tls_12_for else Tls.tls13,
            workers_kill_timeout=10,
            log_access=False,
        )
        server.serve()


def _webhook_port(settings: Settings) -> int:
    if settings.webhook_port is None:
        raise CommandFault("The webhooks have no port of their own. Set FRONTDESK_WEBHOOK_PORT, such as 8443.")
    return settings.webhook_port


def check_transit(settings: Settings) -> None:
    """Raises: CommandFault where pages would travel unencrypted, or the certificate cannot be used."""
    if settings.tls_certificate is None or settings.tls_key is None:
        if settings.host not in LOOPBACK:
            raise CommandFault(
                f"FRONTDESK_HOST is {settings.host}, and without a certificate the pages would leave this machine "
                "unencrypted. Set FRONTDESK_TLS_CERTIFICATE and FRONTDESK_TLS_KEY, or serve on 127.0.0.1."
            )
        return
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(settings.tls_certificate, settings.tls_key, password="")
    except (ssl.SSLError, OSError, ValueError):
        raise CommandFault(
            f"{settings.tls_certificate} and {settings.tls_key} do not work together. Give a certificate with its "
            "chain and its own key, both as PEM, the key without a password and readable by this user."
        ) from None


def check_port_is_free(settings: Settings, port: int | None = None) -> None:
    """Raises: CommandFault where something else listens there. `port` None: that of the pages."""
    port = port or settings.port
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, port))
        except PermissionError:
            raise CommandFault(f"Port {port} may only be used by root. Set FRONTDESK_PORT to one above 1023.") from None
        except OSError as fault:
            raise CommandFault(
                f"Port {port} on {settings.host} cannot be used ({fault.strerror}). "
                "Stop what listens there, or choose another port: FRONTDESK_PORT=8010 (demo: --port 8010)."
            ) from None
