"""What both ends of MLLP agree on: how long a message may be, whether it travels privately, and what is logged."""

import ssl
from enum import Enum

from frontdesk.ports.faults import NotPermitted
from frontdesk.wire.tls import nothing_older

MOST_BYTES = 8 * 1024 * 1024
"""MLLP sets no limit. A visit with its notes is a few KiB; documents travel elsewhere."""
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class Release(Enum):
    """The release of MLLP that a site speaks. The second says by one octet that a message is stored; it is rare."""

    ONE = 1
    TWO = 2


def private_client(tls: ssl.SSLContext | None, host: str, system: str) -> None:
    """Return where patients may travel this way to another system. Raises: NotPermitted."""
    if tls is None:
        if host not in LOOPBACK:
            raise NotPermitted(f"{system} is not on this machine; messages leave it by TLS only.")
        return
    nothing_older(tls)
    checks = tls.verify_mode is ssl.CERT_REQUIRED and tls.check_hostname
    if not checks or tls.minimum_version < ssl.TLSVersion.TLSv1_2:
        raise NotPermitted(f"{system} may only be told with its certificate checked, by TLS 1.2 or newer.")


def private_server(tls: ssl.SSLContext | None, host: str, system: str) -> None:
    """Return where patients may arrive this way. MLLP has no sign-in, so a sender is known by its certificate alone.

    Raises: NotPermitted.
    """
    if tls is None:
        if host not in LOOPBACK:
            raise NotPermitted(f"{system} is heard from other machines by TLS only; give the listener a certificate.")
        return
    nothing_older(tls)
    if tls.verify_mode is not ssl.CERT_REQUIRED or tls.minimum_version < ssl.TLSVersion.TLSv1_2:
        raise NotPermitted(f"{system} is heard only with a client certificate of its own, by TLS 1.2 or newer.")
