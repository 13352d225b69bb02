import httpx
import psycopg
from psycopg.sql import SQL, Identifier
from tests.conftest import Postgres
from tests.web.conftest import Running


async def test_a_running_desk_is_live_and_ready(web: httpx.AsyncClient) -> None:
    live, ready = await web.get("/health/live"), await web.get("/health/ready")

    assert (live.status_code, live.json()) == (200, {"live": True})
    assert (ready.status_code, ready.json()) == (200, {"ready": True})


async def test_a_desk_without_its_database_is_live_and_says_why_it_is_not_ready(
    running: Running, web: httpx.AsyncClient, server: Postgres, database_url: str
) -> None:
    name = psycopg.conninfo.conninfo_to_dict(database_url)["dbname"]
    with psycopg.connect(server.url, autocommit=True) as owner:
        owner.execute(SQL("alter database {} allow_connections false").format(Identifier(str(name))))
        owner.execute("select pg_terminate_backend(pid) from pg_stat_activity where datname = %s", (name,))

        live, ready = await web.get("/health/live"), await web.get("/health/ready")

        owner.execute(SQL("alter database {} allow_connections true").format(Identifier(str(name))))
    assert live.status_code == 200
    assert ready.status_code == 503
    assert ready.json() == {
        "ready": False,
        "why": "The database has not answered for 3 seconds. Check that it runs.",
    }
