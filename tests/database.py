"""The test server's databases, as a person would name them."""

from urllib.parse import quote

from psycopg.conninfo import conninfo_to_dict


def as_url(conninfo: str) -> str:
    """The URL for FRONTDESK_DATABASE_URL of what psycopg takes."""
    parts = conninfo_to_dict(conninfo)
    host = quote(str(parts["host"]), safe="")
    return f"postgresql://{parts['user']}:{quote(str(parts['password']))}@/{parts['dbname']}?host={host}"
