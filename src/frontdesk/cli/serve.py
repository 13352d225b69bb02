"""`frontdesk serve`: the web pages and webhooks, on granian."""

import os
import socket

import click
from granian import Granian
from granian.constants import Interfaces
from granian.constants import SSLProtocols as Tls

from frontdesk.cli.faults import CommandFault
from frontdesk.settings import Settings, read_settings
from frontdesk.storage.installation import Kind
from frontdesk.wiring import ready


@click.command()
@click.option("--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="Web processes.")
def command(workers: int) -> None:
    """Serve until SIGTERM or Ctrl-C; requests under way are finished."""
    settings = read_settings(os.environ)
    check_port_is_free(settings)
    with ready(settings) as database:
        database.entered.become(Kind.PRODUCTION)
        server = Granian(
            "frontdesk.web.app:application",
            address=settings.host,
            port=settings.port,
            interface=Interfaces.ASGI,
            workers=workers,
            factory=True,
            ssl_cert=settings.tls_certificate,
            ssl_key=settings.tls_key,
            ssl_protocol_min=Tls.tls13,
            workers_kill_timeout=10,
            log_access=False,
        )
        server.serve()


def check_port_is_free(settings: Settings) -> None:
    """Raises: CommandFault where something else listens there."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except PermissionError:
            raise CommandFault(
                f"Port {settings.port} may only be used by root. Set FRONTDESK_PORT to one above 1023."
            ) from None
        except OSError as fault:
            raise CommandFault(
                f"Port {settings.port} on {settings.host} cannot be used ({fault.strerror}). "
                "Stop what listens there, or choose another port: FRONTDESK_PORT=8010 (demo: --port 8010)."
            ) from None
