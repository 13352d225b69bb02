"""A form that was handed in, put into the chart of the connected system: as a paper, else as a note on its visit."""

from dataclasses import dataclass
from uuid import UUID

from frontdesk.domain.ids import AppointmentId, PracticeId
from frontdesk.domain.time import wall
from frontdesk.language.catalogue import LANGUAGES
from frontdesk.language.charting import chart_words
from frontdesk.ports.abilities import Document, TakesDocuments, TakesNotes
from frontdesk.ports.clock import Clock
from frontdesk.ports.faults import OutcomeUnknown
from frontdesk.reception.joined import Joined
from frontdesk.standards.form_paper import HandedInForm, form_paper
from frontdesk.standards.paper import Paper, in_one_line
from frontdesk.standards.pdf import pdf_of
from frontdesk.storage import write_backs
from frontdesk.storage.database import Storage
from frontdesk.storage.intake_forms import read_form
from frontdesk.storage.intakes import read_intake
from frontdesk.storage.patients import read_patient
from frontdesk.storage.practices import Practices
from frontdesk.storage.recorded_system import recorded
from frontdesk.storage.write_backs import Became, Later, WriteBack

LONGEST_NOTE = 4000
"""Letters. No vendor publishes how long a visit's note may be; a form that is longer is for a person to file."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Form:
    """`name` is the file's, `unprinted` what the paper says of letters that it lacks."""

    id: UUID
    visit: AppointmentId
    paper: Paper
    name: str
    unprinted: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Filing:
    """Puts forms into charts."""

    storage: Storage
    practices: Practices
    clock: Clock

    async def file(self, practice: PracticeId, joined: Joined, one: WriteBack) -> Became | Later:
        """How it ended. Raises: Fault; then it may be tried again, and what is there already is not written twice."""
        form = await self._form(practice, UUID(one.about))
        if form is None or one.patient is None:
            return Became.NOTHING  # the patient was forgotten meanwhile
        connector = joined.connector
        if isinstance(connector, TakesDocuments):
            became = await self._attached(practice, joined.key, connector, one, form)
        elif isinstance(connector, TakesNotes):
            became = await self._noted(practice, joined.key, connector, one, form)
        else:
            became = Became.BY_HAND
        return became

    async def _attached(
        self, practice: PracticeId, system: str, connector: TakesDocuments, one: WriteBack, form: _Form
    ) -> Became | Later:
        assert one.patient is not None
        if one.sent:
            return Became.UNSURE  # whoever sent it was killed before an answer came
        if not connector.finds_papers:
            async with self.storage.practice(practice) as db:
                await write_backs.sending(db, one, now=self.clock.now())
        content = pdf_of(form.paper, unprinted=form.unprinted)
        document = Document(name=form.name, kind="application/pdf", content=content)
        try:
            async with recorded(self.storage, practice, system, "attach", one.patient, form=str(form.id)):
                there = await connector.attach(one.patient, document, key=str(one.id))
        except OutcomeUnknown:
            if connector.finds_papers:
                raise
            return Became.UNSURE
        return Became.WRITTEN if there else Later()

    async def _noted(
        self, practice: PracticeId, system: str, connector: TakesNotes, one: WriteBack, form: _Form
    ) -> Became:
        assert one.patient is not None
        note = in_one_line(form.paper)
        if len(note) > LONGEST_NOTE:
            return Became.BY_HAND
        ids = {"form": str(form.id), "visit": form.visit}
        async with recorded(self.storage, practice, system, "add_note", one.patient, **ids):
            there = await connector.add_note(form.visit, note, key=str(one.id))
        return Became.NOTED if there else Became.BY_HAND

    async def _form(self, practice: PracticeId, id: UUID) -> _Form | None:
        """The form as it goes into the chart, in the language that it was filled in; None where it is gone."""
        async with self.storage.practice(practice) as db:
            form = await read_form(db, id)
            intake = await read_intake(db, form.intake) if form else None
            patient = await read_patient(db, form.patient) if form else None
            known = await self.practices.read(db)
        if form is None or intake is None or patient is None or form.completed is None:
            return None
        language = form.language if form.language in LANGUAGES else LANGUAGES[0]
        titles = {one.id: one.title(language) for one in known.questionnaires}
        words, zone = chart_words(language), known.locations[0].zone
        handed_in = HandedInForm(
            title=titles.get(form.questionnaire, form.questionnaire),
            version=form.version,
            patient=patient,
            handed_in=form.completed,
            response=form.response,
        )
        return _Form(
            id=id,
            visit=intake.appointment,
            paper=form_paper(handed_in, words.form, zone=zone),
            name=f"{handed_in.title} {wall(form.completed, zone):%Y-%m-%d}.pdf",
            unprinted=words.unprinted,
        )
