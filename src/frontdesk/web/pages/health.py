"""Whether this process answers, and whether it can serve: for supervisors and load balancers."""

import asyncio

import psycopg
from fastapi import APIRouter, Request
from starlette.responses import JSONResponse

from frontdesk.storage.faults import DatabaseFault
from frontdesk.storage.watched import Part, last_signs, stuck
from frontdesk.web.desk import desk_of

PATIENCE_SECONDS = 3.0

router = APIRouter()


@router.get("/health/live")
async def live() -> JSONResponse:
    """200: the process answers."""
    return JSONResponse({"live": True})


@router.get("/health/ready")
async def ready(request: Request) -> JSONResponse:
    """200: the database answers too; 503 with what to do when it does not."""
    try:
        async with asyncio.timeout(PATIENCE_SECONDS), desk_of(request).storage.directory() as directory:
            await directory.practices()
    except (psycopg.Error, DatabaseFault, TimeoutError):
        why = f"The database has not answered for {PATIENCE_SECONDS:.0f} seconds. Check that it runs."
        return JSONResponse({"ready": False, "why": why}, status_code=503)
    return JSONResponse({"ready": True})


@router.get("/health/running")
async def running(request: Request) -> JSONResponse:
    """200: nothing is stuck; else 503 with what is. `signs`: seconds since a process of each kind was last well."""
    desk, signs, stands = desk_of(request), dict[str, int](), set[Part]()
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            async with desk.storage.directory() as directory:
                practices = [id for id, _, _ in await directory.practices()]
            for practice in practices:
                async with desk.storage.practice(practice) as db:
                    now = desk.clock.now()
                    stands |= (await stuck(db, now=now)).keys()
                    for part, seen in (await last_signs(db)).items():
                        ago = int((now - seen).total_seconds())
                        signs[part.value] = max(ago, signs.get(part.value, 0))
    except (psycopg.Error, DatabaseFault, TimeoutError):
        return JSONResponse({"running": False, "stuck": ["database"], "signs": {}}, status_code=503)
    named = sorted(part.value for part in stands)
    return JSONResponse({"running": not named, "stuck": named, "signs": signs}, status_code=503 if named else 200)
