"""Whether this process answers, and whether it can serve: for supervisors and load balancers."""

import asyncio

import psycopg
from fastapi import APIRouter, Request
from starlette.responses import JSONResponse

from frontdesk.storage.faults import DatabaseFault
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
