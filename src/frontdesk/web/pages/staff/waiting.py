"""The waitlist: who waits for a time, for what, and since when; booked from here, or taken off."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from frontdesk.compliance.roles import Do, Field
from frontdesk.storage.inventory import every_waiting
from frontdesk.storage.patients import read_patient
from frontdesk.storage.waitlist import take_off
from frontdesk.web.access import Visitor, needs
from frontdesk.web.desk import desk_of
from frontdesk.web.pages.staff.inside import base_of, inside, words_of
from frontdesk.web.pages.staff.patients import waiting_words

router = APIRouter()
Seeing = Annotated[Visitor, Depends(needs(Do.SEE, Field.CALENDAR))]
Changing = Annotated[Visitor, Depends(needs(Do.CHANGE, Field.CALENDAR))]


@router.get("/desk/{key}/waiting")
async def waitlist(request: Request, visitor: Seeing) -> Response:
    """Everybody on the list, the longest waiting first; names for who may know them."""
    words, named = words_of(request), visitor.may(Do.SEE, Field.CONTACT)
    async with desk_of(request).storage.practice(visitor.practice.id) as db:
        entries = await every_waiting(db)
        patients = {one.patient: await read_patient(db, one.patient) for one in entries} if named else {}
    rows = []
    for one in entries:
        patient = patients.get(one.patient)
        under_offer = one.offer_ends is not None and one.offer_ends > visitor.now
        row: dict[str, object] = {"id": one.id, "patient": patient, "conversation": one.conversation}
        rows.append({**row, "under_offer": under_offer, **waiting_words(visitor, words, one)})
    facts: dict[str, object] = {
        "rows": rows,
        "named": named,
        "may_change": visitor.may(Do.CHANGE, Field.CALENDAR),
        "may_read": visitor.may(Do.SEE, Field.CONVERSATION),
    }
    return inside(request, "staff/waiting.html", visitor, "/waiting", facts)


@router.post("/desk/{key}/waiting/{id}/off")
async def off(request: Request, id: UUID, visitor: Changing) -> Response:
    """Off the list: they are offered nothing more."""
    async with desk_of(request).storage.practice(visitor.practice.id) as db:
        if not await take_off(db, id, now=visitor.now):
            raise HTTPException(404)
    return RedirectResponse(f"{base_of(visitor)}/waiting", status_code=303)
