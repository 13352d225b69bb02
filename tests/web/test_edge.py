import httpx
from fastapi import FastAPI

from frontdesk.storage.faults import DatabaseFault
from frontdesk.web.edge import Edge
from frontdesk.web.security import SecureHeaders


async def test_a_broken_page_is_a_friendly_one_without_a_trace() -> None:
    answer = await _asked(RuntimeError("secret detail"), accept="text/html")

    assert answer.status_code == 500
    assert "Something went wrong on our side" in answer.text
    assert "secret detail" not in answer.text
    assert "Traceback" not in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_a_database_that_is_away_asks_to_come_back_later() -> None:
    answer = await _asked(DatabaseFault("The database has not answered for 20 seconds."), accept="text/html")

    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "30"
    assert "We will be right back" in answer.text


async def test_a_program_is_told_of_a_broken_page_in_json() -> None:
    answer = await _asked(RuntimeError("secret detail"), accept="*/*")

    assert answer.json() == {"trouble": "Something went wrong on our side"}


async def _asked(fault: Exception, *, accept: str) -> httpx.Response:
    app = FastAPI()

    @app.get("/page")
    async def page() -> None:
        raise fault

    app.add_middleware(Edge)
    app.add_middleware(SecureHeaders, https=False)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://desk.example.com") as web:
        return await web.get("/page", headers={"Accept": accept})
