"""How the database's address reaches it."""

import pytest

from frontdesk.compliance.installation import Transit
from frontdesk.storage.reached import transit_to


@pytest.mark.parametrize(
    ("url", "transit"),
    [
        ("postgresql://desk:x@/desk?host=/run/postgresql", Transit.HERE),
        ("postgresql://desk:x@localhost/desk", Transit.HERE),
        ("postgresql://desk:x@db.example.com/desk?sslmode=verify-full", Transit.VERIFIED),
        ("postgresql://desk:x@db.example.com/desk?sslmode=require", Transit.UNVERIFIED),
        ("postgresql://desk:x@db.example.com/desk?sslmode=prefer", Transit.PLAIN),
        ("postgresql://desk:x@db.example.com/desk", Transit.PLAIN),
        ("postgresql://desk:x@localhost,db.example.com/desk", Transit.PLAIN),
    ],
)
def test_only_a_checked_certificate_or_this_machine_is_safe(url: str, transit: Transit) -> None:
    assert transit_to(url) is transit
