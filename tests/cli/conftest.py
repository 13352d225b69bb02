"""Commands in processes of their own, on a database that is there already."""

import pytest
from tests.database import as_url


@pytest.fixture
def on_the_test_server(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands use a database of this test's own on the tests' server: none has to be made and started for each."""
    monkeypatch.setenv("FRONTDESK_DATABASE_URL", as_url(database_url))
