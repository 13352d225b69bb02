"""How the database is reached, and what it says of itself; for `frontdesk check`."""

from psycopg.conninfo import conninfo_to_dict

from frontdesk.compliance.installation import Transit
from frontdesk.settings import LOOPBACK
from frontdesk.storage.installation import Entered


def transit_to(url: str) -> Transit:
    """How the owner's address reaches the database. libpq's own default may fall back to no TLS at all."""
    told = conninfo_to_dict(url)
    hosts = str(told.get("host") or "").split(",")
    if all(not host or host.startswith(("/", "@")) or host in LOOPBACK for host in hosts):
        return Transit.HERE
    match told.get("sslmode"):
        case "verify-full":
            return Transit.VERIFIED
        case "require" | "verify-ca":
            return Transit.UNVERIFIED
        case _:
            return Transit.PLAIN


def pinned_to(entered: Entered) -> str | None:
    """The words that the installation's clock was pinned with; None: it shows real time."""
    row = entered.connection.execute("select clock_pinned_to from installation").fetchone()
    return str(row["clock_pinned_to"]) if row and row["clock_pinned_to"] else None
