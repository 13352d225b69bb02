"""Patients and their files there: each has one, what is learned reaches it, and nothing of them goes elsewhere."""

from contextlib import suppress
from datetime import date

from frontdesk.domain.chart import charts_of
from frontdesk.domain.patient import Patient
from frontdesk.ports.abilities import (
    Document,
    FindsPatients,
    Insurance,
    ListsCatalogue,
    TakesCoverage,
    TakesDocuments,
    UpdatesPatients,
)
from frontdesk.ports.faults import OutcomeUnknown, Refused, Unreachable
from frontdesk.proving.certifying.check import Check, Open, check
from frontdesk.proving.certifying.desk import Desk
from frontdesk.proving.certifying.what_holds import USUAL, must, well
from frontdesk.standards.simulating.faults import CutsConnection, When
from frontdesk.standards.simulating.peer import Filed
from frontdesk.systems.manifest import Ability


async def new_and_known(open_desk: Open) -> str:
    """A new patient gets one file, a known one theirs; a child of the same phone and a namesake get their own."""
    async with open_desk(USUAL) as desk:
        known = await desk.patient("Rosa", phone="+15125550177", family="Alvarado")
        number = desk.peer.open_file(known)
        child = await desk.patient("Leo", phone="+15125550177", family="Alvarado", born=date(2016, 7, 8))
        namesake = await desk.patient("Rosa", phone="+15125550188", family="Alvarado", born=date(1961, 2, 3))
        new = await desk.patient()
        before = len(desk.peer.files())
        for person in (known, child, namesake, new):
            slots = await desk.slots()
            await desk.booked(slots[0], person)
        own = {one.chart for one in desk.ours().values()}
        must(number in own, "a patient whose file was there was booked on another")
        must(len(own) == 4, f"four patients were booked on {len(own)} files")
        opened = len(desk.peer.files()) - before
        must(opened == 3, f"three files were wanted, {opened} were opened")
        await well(desk)
        return "one file each; the known one found"


async def two_files_are_for_staff(open_desk: Open) -> str:
    """Where two files fit one patient, none is chosen, none is opened, and nothing is booked."""
    async with open_desk(USUAL) as desk:
        person = await desk.patient("Rosa", phone="+15125550177")
        desk.peer.open_file(person)
        desk.peer.open_file(person)
        before = len(desk.peer.files())
        outcome = await desk.book((await desk.slots())[0], person)
        must(isinstance(outcome, Refused), f"it came to {type(outcome).__name__}")
        must(len(desk.peer.files()) == before and not desk.ours(), "a file was opened or a visit booked")
        return f"refused: {outcome}"


async def files_are_found(open_desk: Open) -> str:
    """A patient's file is found by name and phone or birth date; nobody is found for a stranger."""
    async with open_desk(USUAL) as desk:
        assert isinstance(desk.connector, FindsPatients)
        person, stranger = await desk.patient("Rosa"), await desk.patient("Nobody")
        number = desk.peer.open_file(person)
        found = charts_of(person, await desk.connector.find_patients(person))
        must([one.number for one in found] == [number], f"{len(found)} files were found for one patient")
        must(not charts_of(stranger, await desk.connector.find_patients(stranger)), "a stranger's file was found")
        return "found by name and phone"


async def what_is_learned_reaches_the_file(open_desk: Open) -> str:
    """What the desk learns later of a patient is written to their file; the rest of it stays."""
    async with open_desk(USUAL) as desk:
        assert isinstance(desk.connector, UpdatesPatients)
        person = await desk.patient("Rosa")
        await desk.booked((await desk.slots())[0], person)
        other = await desk.patient("Nobody")
        must(not await desk.connector.update_patient(other.id), "somebody without a file was updated")
        must(await desk.connector.update_patient(person.id), "the patient's file was not found")
        file = _file_of(desk, person.family)
        must(person.email in [one.casefold() for one in file.chart.emails], "the e-mail did not reach the file")
        return "written, the rest kept"


async def attached(open_desk: Open) -> str:
    """A paper reaches the patient's file, once."""
    async with open_desk(USUAL) as desk:
        assert isinstance(desk.connector, TakesDocuments)
        person = await desk.patient()
        paper = Document(name="intake.pdf", kind="application/pdf", content=b"%PDF-1.4\n%%EOF\n")
        must(
            not await desk.connector.attach(person.id, paper, key="d1"), "a paper was put into a file that is not there"
        )
        await desk.booked((await desk.slots())[0], person)
        for _ in range(2):
            must(await desk.connector.attach(person.id, paper, key="d1"), "the patient's file was not found")
        held = _file_of(desk, person.family).papers
        must(len(held) == 1, f"{len(held)} papers are in the file")
        if not desk.connector.finds_papers:
            return "one paper in the file; one whose answer is lost cannot be found again"
        asked = await _after_lost_answers(desk, person, paper)
        held = _file_of(desk, person.family).papers
        must(len(held) == 2 + asked, f"{len(held)} papers are in the file, {2 + asked} were filed")
        return f"one paper in the file, whichever of {asked} answers was lost"


async def _after_lost_answers(desk: Desk, person: Patient, paper: Document) -> int:
    """Files one paper on a good day, and one more for each call that it takes, whose answer is lost; how many those."""
    assert isinstance(desk.connector, TakesDocuments)
    begun = len(desk.peer.heard())
    await desk.connector.attach(person.id, paper, key="good day")
    asked = len(desk.peer.heard()) - begun
    for number in range(asked):
        desk.peer.faults.plan(CutsConnection(when=When.AFTER_COMMIT), after=number)
        for _ in range(2):
            with suppress(Unreachable, OutcomeUnknown):
                await desk.connector.attach(person.id, paper, key=f"lost {number}")
        desk.peer.faults.clear()
    return asked


async def covered(open_desk: Open) -> str:
    """An insurance reaches the patient's file, once."""
    async with open_desk(USUAL) as desk:
        assert isinstance(desk.connector, TakesCoverage)
        person = await desk.patient()
        await desk.booked((await desk.slots())[0], person)
        payer = "Aetna"
        if isinstance(desk.connector, ListsCatalogue):
            payers = (await desk.connector.catalogue()).payers
            payer = payers[0].name if payers else payer
        cover = Insurance(payer=payer, member="W1234567")
        for _ in range(2):
            must(await desk.connector.add_coverage(person.id, cover), "the patient's file was not found")
        held = _file_of(desk, person.family).covers
        must([member for _, member in held] == ["W1234567"], f"{len(held)} insurances are in the file")
        return "one insurance in the file"


async def only_where_it_must_be(open_desk: Open) -> str:
    """A patient's name, phone, e-mail and birth date are sent in the calls that cannot do without, and in no other."""
    async with open_desk(USUAL) as desk:
        person = await desk.patient("Rosalinda")
        visit = await desk.booked((await desk.slots())[0], person)
        before = desk.ours()[visit].during
        later = next(one for one in await desk.slots() if not one.during.overlaps(before))
        await desk.move(visit, later, person)
        for standing in list(desk.ours()):
            await desk.cancel(standing, person)
        telling = [person.given, person.family, (person.phone or "")[-7:], person.email or "", "1990-04-05"]
        for asked in desk.peer.heard():
            sent = asked.sent.casefold()
            named = [word for word in telling if word and word.casefold() in sent]
            must(not named or asked.call in desk.peer.personal, f"{asked.call} carries what identifies a patient")
        return f"{len(desk.peer.heard())} requests looked at"


def _file_of(desk: Desk, family: str) -> Filed:
    found = [one for one in desk.peer.files() if one.chart.family == family]
    must(len(found) == 1, f"{len(found)} files bear the patient's name")
    return found[0]


A = Ability
BOOKED = (A.FIND_SLOTS, A.BOOK)
CHECKS: tuple[Check, ...] = (
    check("new and known patients have a file each", new_and_known, A.CREATE_PATIENT, needs=BOOKED),
    check("two files that fit are for staff", two_files_are_for_staff, A.BOOK, needs=(A.FIND_SLOTS,)),
    check("a patient's file is found", files_are_found, A.FIND_PATIENT),
    check("what is learned reaches the file", what_is_learned_reaches_the_file, A.UPDATE_PATIENT, needs=BOOKED),
    check("a paper is attached once", attached, A.DOCUMENT, needs=BOOKED),
    check("an insurance is entered once", covered, A.COVERAGE, needs=BOOKED),
    check("patients' data only where it must be", only_where_it_must_be, A.BOOK, needs=(A.FIND_SLOTS, A.CANCEL)),
)
