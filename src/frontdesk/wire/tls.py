"""What every context for TLS is held to."""

import ssl


def nothing_older(context: ssl.SSLContext) -> None:
    """Set TLS 1.2 as the oldest where a context leaves that to the system, as those of Debian's Python do."""
    if context.minimum_version is ssl.TLSVersion.MINIMUM_SUPPORTED:
        context.minimum_version = ssl.TLSVersion.TLSv1_2
