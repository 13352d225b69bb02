"""The waitlist: who waits for a time, for what, and since when; booked from here, put in order, or taken off.

Below it stand the times that opened up of late, and what became of them.
"""

from datetime import timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from frontdesk.compliance.roles import Do, Field
from frontdesk.domain.ids import PatientId
from frontdesk.scheduling.ranking import Urgency
from frontdesk.storage.database import Db
from frontdesk.storage.inventory import every_waiting
from frontdesk.storage.openings import lately, offers_of
from frontdesk.storage.patients import read_patient
from frontdesk.storage.waitlist import patients_of, set_order, take_off
from frontdesk.web.access import Visitor, needs
from frontdesk.web.desk import desk_of
from frontdesk.web.pages.staff import openings
from frontdesk.web.pages.staff.inside import base_of, inside, words_of
from frontdesk.web.pages.staff.patients import waiting_words

HOUR = timedelta(hours=1)
NOTICES = (0, 1, 2, 4, 12, 24, 48)
"""Hours of notice that can be chosen."""

router = APIRouter()
Seeing = Annotated[Visitor, Depends(needs(Do.SEE, Field.CALENDAR))]
Changing = Annotated[Visitor, Depends(needs(Do.CHANGE, Field.CALENDAR))]


@router.get("/desk/{key}/waiting")
async def waitlist(request: Request, visitor: Seeing) -> Response:
    """Everybody on the list, the longest waiting first; names for who may know them."""
    words, named = words_of(request), visitor.may(Do.SEE, Field.CONTACT)
    async with desk_of(request).storage.practice(visitor.practice.id) as db:
        entries = await every_waiting(db)
        theirs = {one.patient for one in entries} | (await _asked_lately(db, visitor) if named else set())
        patients = {one: await read_patient(db, one) for one in theirs} if named else {}
        opened = await openings.rows_of(db, visitor, words, patients)
    rows = []
    for one in entries:
        patient = patients.get(one.patient)
        under_offer = one.offer_ends is not None and one.offer_ends > visitor.now
        row: dict[str, object] = {"id": one.id, "patient": patient, "conversation": one.conversation}
        row |= {"urgency": int(one.urgency), "notice": one.notice // HOUR}
        rows.append({**row, "under_offer": under_offer, **waiting_words(visitor, words, one)})
    facts: dict[str, object] = {
        "rows": rows,
        "openings": opened,
        "urgencies": [(int(one), words(f"desk.waiting.{one.name.lower()}")) for one in Urgency],
        "notices": NOTICES,
        "named": named,
        "may_change": visitor.may(Do.CHANGE, Field.CALENDAR),
        "may_read": visitor.may(Do.SEE, Field.CONVERSATION),
    }
    return inside(request, "staff/waiting.html", visitor, "/waiting", facts)


@router.post("/desk/{key}/waiting/{id}/order")
async def order(request: Request, id: UUID, visitor: Changing) -> Response:
    """How urgent it is that they are seen, and how much notice they need before a visit."""
    form = await request.form()
    urgency, notice = str(form.get("urgency", "")), str(form.get("notice", ""))
    if urgency not in {str(int(one)) for one in Urgency} or notice not in {str(hours) for hours in NOTICES}:
        raise HTTPException(400)
    async with desk_of(request).storage.practice(visitor.practice.id) as db:
        known = await set_order(db, id, urgency=Urgency(int(urgency)), notice=int(notice) * HOUR)
    if not known:
        raise HTTPException(404)
    return RedirectResponse(f"{base_of(visitor)}/waiting", status_code=303)


@router.post("/desk/{key}/waiting/{id}/off")
async def off(request: Request, id: UUID, visitor: Changing) -> Response:
    """Off the list: they are offered nothing more."""
    async with desk_of(request).storage.practice(visitor.practice.id) as db:
        if not await take_off(db, id, now=visitor.now):
            raise HTTPException(404)
    return RedirectResponse(f"{base_of(visitor)}/waiting", status_code=303)


async def _asked_lately(db: Db, visitor: Visitor) -> set[PatientId]:
    """Who was offered one of the times that are shown."""
    found = (await lately(db, since=visitor.now - openings.SHOWN_FOR))[: openings.MOST]
    made = await offers_of(db, [one.id for one in found])
    return set((await patients_of(db, [one.waiting for one in made])).values())
