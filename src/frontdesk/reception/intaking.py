"""A visit's forms as a patient fills them in: what is known is there, each page is kept, all is handed in once."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID, uuid5

from frontdesk.domain.consent import Consent
from frontdesk.domain.ids import ConversationId
from frontdesk.domain.message import ChannelKind
from frontdesk.domain.patient import Patient
from frontdesk.domain.questionnaire import Answers, Attached, Item, Kind, Questionnaire
from frontdesk.intake.known import BORN, CARD, EMAIL, MEMBER, PAYER, Known, prefilled, told
from frontdesk.intake.missing import MOST_FILES, kept, progress
from frontdesk.intake.parts import Filling
from frontdesk.standards.questionnaire_response import Status, answers_in, response_of
from frontdesk.storage import coverage, intake_forms, write_backs
from frontdesk.storage.consents import Whose, record_consent
from frontdesk.storage.database import Db
from frontdesk.storage.intake_forms import FilledForm, HandedIn
from frontdesk.storage.intakes import Intake, finish_intake
from frontdesk.storage.patients import note_birth_date, note_email
from frontdesk.storage.write_backs import What, WriteBack


@dataclass(frozen=True, kw_only=True, slots=True)
class Begun:
    """A filling with the ids of its forms, and the language that was last read in; None before the first page."""

    filling: Filling
    language: str | None


async def begun(db: Db, intake: Intake, forms: Sequence[Questionnaire], *, for_update: bool = False) -> Begun:
    """What was answered so far. `for_update`: nobody else saves the same forms in this transaction."""
    filled = {one.questionnaire: one for one in await intake_forms.forms_of(db, intake.id, for_update=for_update)}
    answers = {form.id: answers_in(filled[form.id].response, form) for form in forms if form.id in filled}
    languages = [one.language for one in filled.values()]
    return Begun(filling=Filling(forms=tuple(forms), answers=answers), language=languages[-1] if languages else None)


async def known_of(db: Db, intake: Intake, patient: Patient) -> Known:
    """What may be shown to whoever has the link.

    A link goes to whoever booked, who may only have named a patient that was there before: they see the name they gave,
    and the insurance they told in the same conversation. The rest only where the record began with that very visit.
    """
    conversation = await intake_forms.conversation_of(db, intake)
    insured = await coverage.coverage_in(db, conversation) if conversation else []
    payer, member = (insured[-1].payer, insured[-1].member) if insured else (None, None)
    known = Known(given=patient.given, family=patient.family, payer=payer, member=member)
    if not await intake_forms.began_with(db, intake):
        return known
    return replace(known, phone=patient.phone, email=patient.email, born=patient.birth_date)


def with_known(filling: Filling, known: Known) -> Filling:
    """The filling as its pages show it."""
    shown = {form.id: prefilled(form, filling.of(form), known) for form in filling.forms}
    return replace(filling, answers=shown)


async def keep(db: Db, intake: Intake, filling: Filling, form: Questionnaire, *, language: str, now: datetime) -> bool:
    """Whether one form's answers were kept as they stand; a form that was handed in keeps those it had."""
    filled = _filled(intake, form, filling.of(form), language=language, now=now, completed=None)
    return await intake_forms.keep_form(db, filled, now=now)


async def hand_in(
    db: Db,
    intake: Intake,
    patient: Patient,
    filling: Filling,
    consents: Sequence[Consent],
    *,
    language: str,
    now: datetime,
) -> bool:
    """Whether the whole was handed in now, and not before. Nothing may be missing any more."""
    if not await finish_intake(db, intake, forms=len(filling.forms), now=now):
        return False
    for form in filling.forms:
        answers = kept(form, filling.of(form))
        filled = _filled(intake, form, answers, language=language, now=now, completed=now)
        await intake_forms.keep_form(db, filled, now=now)
    conversation = await intake_forms.conversation_of(db, intake)
    await _tell_the_record(db, intake, filling, conversation, now=now)
    for form in filling.forms:
        await write_backs.put(db, _charted(intake, form, conversation), now=now)
    for consent in consents:
        await record_consent(db, consent, whose(patient))
    return True


async def add_file(
    db: Db,
    intake: Intake,
    filling: Filling,
    form: Questionnaire,
    item: Item,
    *,
    id: UUID,
    kind: str,
    content: bytes,
    now: datetime,
) -> Filling:
    """The filling with one more file; the form itself must be kept already. One too many is left out."""
    there = filling.of(form).get(item.link_id, ())
    most = MOST_FILES if item.repeats else 1
    if len(there) >= MOST_FILES:
        return filling
    for old in there[: max(0, len(there) + 1 - most)]:  # a question that takes one file takes the newest
        if isinstance(old, Attached):
            await intake_forms.drop_file(db, old.id, form=form_id(intake, form))
    handed = HandedIn(
        id=id,
        form=form_id(intake, form),
        patient=intake.patient,
        question=item.link_id,
        about="coverage" if item.definition == CARD else "health",
        kind=kind,
        content=content,
    )
    await intake_forms.keep_file(db, handed, now=now)
    attached = Attached(id=id, kind=kind, size=len(content))
    return filling.with_answers(form, {item.link_id: (*there, attached)[-most:]})


async def remove_file(db: Db, intake: Intake, filling: Filling, form: Questionnaire, id: UUID) -> Filling:
    """The filling without that file, which is destroyed; a file of anything else stays."""
    for item in form.every_item():
        there = filling.of(form).get(item.link_id, ()) if item.kind is Kind.ATTACHMENT else ()
        left = tuple(one for one in there if not (isinstance(one, Attached) and one.id == id))
        if len(left) < len(there):
            await intake_forms.drop_file(db, id, form=form_id(intake, form))
            return filling.with_answers(form, {item.link_id: left})
    return filling


def form_id(intake: Intake, form: Questionnaire) -> UUID:
    """The id of one form of an intake, the same whoever begins it."""
    return uuid5(intake.id, form.id)


def _filled(
    intake: Intake, form: Questionnaire, answers: Answers, *, language: str, now: datetime, completed: datetime | None
) -> FilledForm:
    id, far = form_id(intake, form), progress(form, answers)
    return FilledForm(
        id=id,
        intake=intake.id,
        patient=intake.patient,
        questionnaire=form.id,
        version=form.version,
        language=language,
        answered=far.answered,
        wanted=far.wanted,
        completed=completed,
        response=response_of(
            form,
            answers,
            id=id,
            patient=intake.patient,
            status=Status.COMPLETED if completed else Status.IN_PROGRESS,
            language=language,
            authored=now,
        ),
    )


async def _tell_the_record(
    db: Db, intake: Intake, filling: Filling, conversation: ConversationId | None, *, now: datetime
) -> None:
    """What the forms tell of the patient: into the record where that is safe, and on to the connected system."""
    said = {element: value for form in filling.forms for element, value in told(form, filling.of(form)).items()}
    born, email, payer, member = (said.get(one) for one in (BORN, EMAIL, PAYER, MEMBER))
    if isinstance(born, date):
        await note_birth_date(db, intake.patient, born, intake=intake.id)
    if isinstance(email, str) and email:
        await note_email(db, intake.patient, email.strip().lower(), intake=intake.id)
    demographics = WriteBack(
        id=uuid5(intake.id, "demographics"), what=What.DEMOGRAPHICS, about=str(intake.patient), patient=intake.patient
    )
    await write_backs.put(db, demographics, now=now)
    if conversation is None or not isinstance(payer, str) or not isinstance(member, str):
        return
    last = (await coverage.coverage_in(db, conversation))[-1:]
    if any(one.payer == payer and one.member == member for one in last):
        return
    insured = coverage.Told(
        id=uuid5(intake.id, "coverage"), conversation=conversation, payer=payer, member=member, at=now
    )
    await coverage.keep_coverage(db, insured)
    written = WriteBack(id=insured.id, what=What.COVERAGE, about=str(insured.id), conversation=conversation)
    await write_backs.put(db, written, now=now)


def _charted(intake: Intake, form: Questionnaire, conversation: ConversationId | None) -> WriteBack:
    """That one of the forms is to be put into the chart of the connected system."""
    id = form_id(intake, form)
    return WriteBack(
        id=uuid5(id, "chart"), what=What.FORM, about=str(id), conversation=conversation, patient=intake.patient
    )


def whose(patient: Patient) -> Whose:
    """Whose choices they are: the patient's, and for texts also their number's."""
    return Whose(
        subject=patient.id,
        channel=ChannelKind.SMS if patient.phone else None,
        address=patient.phone,
        patient=patient.id,
    )
