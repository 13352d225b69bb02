"""Two whole practices side by side on one desk, each with something of its own in every table there is."""

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import date, time, timedelta
from pathlib import Path
from typing import LiteralString
from uuid import UUID, uuid4

import psycopg
from fastapi import FastAPI
from tests.clinic import NOW, a_practice, an_appointment
from tests.reception.an_openid_provider import CLIENT, SECRET
from tests.web.conftest import answering, free_port

from frontdesk.compliance.agreements import Agreement, Processing
from frontdesk.compliance.roles import Field, Grant, Role
from frontdesk.domain.audit import Actor, ActorKind
from frontdesk.domain.consent import Consent, Source, Use
from frontdesk.domain.delivery import Delivery, Trouble
from frontdesk.domain.ids import AppointmentId, ConversationId, PatientId
from frontdesk.domain.message import ChannelKind
from frontdesk.domain.patient import Patient
from frontdesk.domain.practice import Practice
from frontdesk.domain.wish import Window, Wish
from frontdesk.reception.chat_access import Came, Inside, let_in, resume_link
from frontdesk.reception.forgetting import Forgotten, forget
from frontdesk.reception.links import sign_link
from frontdesk.reception.sign_in import hash_of, new_recovery_codes
from frontdesk.settings import Settings
from frontdesk.storage import (
    coverage,
    followed,
    identity,
    intake_forms,
    intakes,
    notes,
    notices,
    openid,
    people,
    presence,
    retention,
    sessions,
    waitlist,
    watched,
    write_backs,
)
from frontdesk.storage.agreements import record_agreement
from frontdesk.storage.arrived_mail import Header, keep_header
from frontdesk.storage.audit import acting
from frontdesk.storage.carrier_accounts import CarrierAccount, keep_account
from frontdesk.storage.connections import Connection, connect
from frontdesk.storage.consents import Whose, record_consent
from frontdesk.storage.contact_points import mark_trouble
from frontdesk.storage.database import Db, place
from frontdesk.storage.deliveries import Became, advance
from frontdesk.storage.installation import Kind, Pinned, enter
from frontdesk.storage.jobs import Job, Work
from frontdesk.storage.local_post import keep_mail, keep_text
from frontdesk.storage.mirror import keep_visits
from frontdesk.storage.paces import Pace, may
from frontdesk.storage.passkeys import Passkey, add_passkey
from frontdesk.storage.patient_file import people as people_found
from frontdesk.storage.patients import add_patient
from frontdesk.storage.pauses import pause
from frontdesk.storage.people import Access, Account
from frontdesk.storage.practices import Endpoint, apply_practice
from frontdesk.storage.requests import Request, ask_for
from frontdesk.storage.tasks import Task, open_task
from frontdesk.storage.write_backs import What, WriteBack
from frontdesk.web.app import create_app
from frontdesk.web.pages.chat_frames import new_token
from frontdesk.wiring import Frontdesk, Ready, open_frontdesk
from frontdesk.work.chain import chain_once
from frontdesk.work.deliver import deliver

PASSWORD = "seven quiet herons at noon"


@dataclass(frozen=True, kw_only=True)
class Whole:
    """A practice with everything. `mark` stands in every word that was planted in it, and nowhere else."""

    practice: Practice
    mark: str
    phone: str
    lure_phone: str
    chat_token: str
    session_token: str
    journey_state: str
    browsers_message: UUID
    """The id that a patient's browser gave to its message in the chat."""
    intake: UUID
    chat_link: UUID
    invited: UUID
    """An account that has no password yet."""
    people: dict[Role, Account] = field(default_factory=dict)

    @property
    def lure(self) -> str:
        """Somebody who works here, and a patient: we hand over their address or number, to see whether it brings the
        name to light."""
        return f"Lena {self.practice.key.title()}lure"

    @property
    def lure_email(self) -> str:
        """Where they work."""
        return f"lena.{self.practice.key}@example.com"


@dataclass(frozen=True, kw_only=True)
class Both:
    """The desk that serves them: `ours` signs in and asks, `theirs` must stay out of sight."""

    url: str
    owner: str
    """The database's own address."""
    desk: Frontdesk
    app: FastAPI
    ours: Whole
    theirs: Whole


@dataclass(frozen=True, kw_only=True)
class Planted:
    """A database that holds both, to be copied."""

    template: str
    ours: Whole
    theirs: Whole


async def plant(url: str, settings: Settings) -> tuple[Whole, Whole]:
    """Both, in an empty database, their audit linked but for one event each."""
    database = Ready(url=url, entered=enter(url))
    try:
        database.entered.become(Kind.DEMO)
        database.entered.turn(Pinned(at=NOW, words="Tuesday evening"))
        async with open_frontdesk(settings, database) as desk:
            made = (
                await whole(desk, url, a_practice("alpha", 1), "Brimquist", 31),
                await whole(desk, url, a_practice("beta", 2), "Vexwhistle", 62),
            )
            while await chain_once(desk, {}):
                pass
            for one in made:
                await _one_unlinked(desk, one)
    finally:
        database.entered.leave()
    return made


@asynccontextmanager
async def two_practices(owner: str, home: Path, planted: Planted) -> AsyncIterator[Both]:
    """The desk that serves both, from a copy of what was planted; no worker runs beside it."""
    port = free_port()
    settings = Settings(
        home=home,
        port=port,
        public_url=f"http://localhost:{port}",
        carrier_secret=b"a secret of the tests' own carrier",
    )
    database = Ready(url=owner, entered=enter(owner))
    try:
        async with open_frontdesk(settings, database) as desk:
            for one in (planted.ours, planted.theirs):
                await _connected(desk, one)
            app = create_app(desk)
            async with answering(desk, app):
                url = settings.public_url
                yield Both(url=url, owner=owner, desk=desk, app=app, ours=planted.ours, theirs=planted.theirs)
    finally:
        database.entered.leave()


async def whole(desk: Frontdesk, owner: str, practice: Practice, mark: str, number: int) -> Whole:
    """A practice that has lived: patients came by every channel, people work there, keys were turned."""
    endpoint = Endpoint(channel="sms", address=practice.locations[0].phone)
    await apply_practice(desk.storage, practice, [endpoint], now=NOW)
    made = Whole(
        practice=practice,
        mark=mark,
        phone=f"+151255501{number}",
        lure_phone=f"+151255501{number + 1}",
        chat_token=f"{mark}-chat-".ljust(43, "x"),
        session_token=f"{mark}-session-token",
        journey_state=f"{mark}-state",
        browsers_message=uuid4(),
        intake=uuid4(),
        chat_link=uuid4(),
        invited=uuid4(),
    )
    with acting(Actor(kind=ActorKind.PATIENT, id=f"planted:{practice.key}", via="planting")):
        patient = await _patients(desk, made)
        await _somebody_forgotten(desk, made)
        async with desk.storage.practice(practice.id) as db:
            accounts = await _people(db, made)
            await _provider(db, made, accounts[Role.MANAGER])
            await _agreements_and_consents(db, made, patient)
            await _numbers_and_tries(db, made, patient)
            late = f"late.{made.mark}@example.com"
            waiting = Account(
                id=made.invited, name=f"{made.mark} Late", email=late, role=Role.MANAGER, access=Access.INVITED
            )
            await people.add_account(db, waiting, by="test", now=NOW)
    _by_hand(owner, made)
    return replace(made, people=accounts)


async def _patients(desk: Frontdesk, made: Whole) -> PatientId:
    """One who booked by text, one who asked in the chat, one more who is the lure."""
    practice, name = made.practice.id, f"{made.mark}a {made.mark}ov"
    digits = f"{made.phone[2:5]} {made.phone[5:8]} {made.phone[8:]}"
    talk = ("Hi, I'd like to book a Botox consultation", "First time", "Thursday evening", "the first one")
    more = (f"{name}, {digits}", f"{made.mark}@example.com", "yes", f"can I talk to a person about {made.mark} pills")
    await _say(desk, practice, ChannelKind.SMS, made.phone, (*talk, *more))
    chat = await desk.reception.receive(
        practice,
        ChannelKind.WEBCHAT,
        made.chat_token,
        f"does it hurt if I had {made.mark} fever",
        provider_id=f"webchat:{made.browsers_message}",
    )
    await desk.reception.answer(practice, chat.conversation)
    async with desk.storage.practice(practice) as db:
        link, _ = await resume_link(db, chat.conversation, id=made.chat_link, now=desk.clock.now())
    came = Came(token=new_token(), link=link, fresh=new_token())
    assert isinstance(await let_in(desk.storage, made.practice, came, now=desk.clock.now()), Inside)
    async with desk.storage.practice(practice) as db:
        person = (await people_found(db, made.phone))[0]
        assert person.patient is not None
        await db.run("update intake set id = %s where practice_id = %s", (made.intake, practice))
        form = await intakes.read_intake(db, made.intake)
        assert form is not None
        await _answered(db, made, form)
        await intakes.submit_intake(db, form, json.dumps({"allergies": f"{made.mark} pollen"}), now=NOW)
        lure = Patient(id=PatientId(uuid4()), given="Lena", family=made.lure.split()[1], phone=made.lure_phone)
        await add_patient(db, lure, now=NOW)
    return person.patient


async def _answered(db: Db, made: Whole, form: intakes.Intake) -> None:
    """A form of the practice's own, with a picture."""
    words: dict[str, object] = {"linkId": "allergies", "answer": [{"valueString": f"{made.mark} pollen"}]}
    filled = intake_forms.FilledForm(
        id=uuid4(),
        intake=form.id,
        patient=form.patient,
        questionnaire="medspa-intake",
        version="1",
        language="en",
        answered=1,
        wanted=1,
        completed=NOW,
        response={"resourceType": "QuestionnaireResponse", "item": [words]},
    )
    await intake_forms.keep_form(db, filled, now=NOW)
    card = f"{made.mark} card".encode()
    picture = intake_forms.HandedIn(
        id=uuid4(),
        form=filled.id,
        patient=form.patient,
        question="card",
        about="coverage",
        kind="image/png",
        content=card,
    )
    await intake_forms.keep_file(db, picture, now=NOW)


async def _say(
    desk: Frontdesk, practice: UUID, channel: ChannelKind, address: str, texts: Sequence[str]
) -> ConversationId:
    for text in texts:
        received = await desk.reception.receive(practice, channel, address, text, provider_id=f"local:{uuid4()}")
        await desk.reception.answer(practice, received.conversation)
        await deliver(desk, Job(work=Work.DELIVER, practice=practice, on=received.conversation))
    return received.conversation


async def _somebody_forgotten(desk: Frontdesk, made: Whole) -> None:
    """A patient who was seen and then forgotten: their record is kept, with its certificate."""
    practice, phone = made.practice, f"{made.phone[:-2]}99"
    digits = f"{phone[2:5]} {phone[5:8]} {phone[8:]}"
    talk = ("Botox consultation please", "First time", "Thursday evening", "the first one")
    await _say(desk, practice.id, ChannelKind.SMS, phone, (*talk, f"{made.mark}ina Gone, {digits}", "none", "yes"))
    async with desk.storage.practice(practice.id) as db:
        person = (await people_found(db, phone))[0]
    outcome = await forget(
        desk.storage, practice, desk.system_of(practice.id), person, book=desk.book, now=NOW + timedelta(days=30)
    )
    assert isinstance(outcome, Forgotten)


async def _people(db: Db, made: Whole) -> dict[Role, Account]:
    """Somebody of each role, with a password and an authenticator; the owner with all that an account can have."""
    password, accounts = await hash_of(PASSWORD), {}
    for role in Role:
        email = made.lure_email if role is Role.FRONT_DESK else f"{role.value}.{made.mark}@example.com"
        name = made.lure if role is Role.FRONT_DESK else f"{made.mark} of {role.value}"
        account = Account(id=uuid4(), name=name, email=email, role=role, access=Access.INVITED)
        await people.add_account(db, account, by="test", now=NOW)
        await people.set_password(db, account.id, password)
        await people.set_totp(db, account.id, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
        await people.use_totp_step(db, account.id, 1)
        accounts[role] = account
    owner = accounts[Role.OWNER].id
    await people.keep_recovery_codes(db, owner, new_recovery_codes())
    device = f"{made.mark} browser"
    await sessions.begin_session(db, uuid4(), owner, made.session_token, proven=True, device=device, now=NOW)
    await add_passkey(
        db, Passkey(id=f"{made.mark}-passkey".encode(), account=owner, public_key=b"k", used=0, label=device, made=NOW)
    )
    grant = Grant(
        id=uuid4(), reason=f"{made.mark} is slow", fields=frozenset({Field.TASKS}), until=NOW + timedelta(hours=9)
    )
    await people.give_leave(db, grant, kind="support", account=accounts[Role.SUPPORT].id, by=owner, now=NOW)
    return accounts


async def _provider(db: Db, made: Whole, account: Account) -> None:
    provider = openid.Provider(issuer="https://id.example.com", client_id=CLIENT, secret=SECRET)
    await openid.set_provider(db, provider, by="test", now=NOW)
    await openid.link_account(db, provider.issuer, f"{made.mark} there", account.id, now=NOW)
    journey = openid.Journey(nonce=f"{made.mark} nonce", verifier=f"{made.mark} verifier")
    await openid.begin_journey(db, made.journey_state, journey, until=NOW + timedelta(hours=9), now=NOW)


async def _agreements_and_consents(db: Db, made: Whole, patient: PatientId) -> None:
    agreement = Agreement(
        id=uuid4(),
        kind=Processing.EMAIL,
        associate=f"{made.mark} Mail",
        covers=frozenset({f"smtp.{made.mark.lower()}.example.com"}),
        document=f"binder {made.mark}",
        first=date(2026, 1, 1),
    )
    await record_agreement(db, agreement, by=made.mark, now=NOW)
    consent = Consent(
        id=uuid4(),
        use=Use.CALLS,
        allowed=True,
        source=Source.FORM,
        recorded=NOW,
        said=f"ticked {made.mark}",
        shown=f"May {made.mark} call?",
    )
    await record_consent(db, consent, Whose(subject=patient, patient=patient))


async def _texts(db: Db, made: Whole) -> None:
    """A carrier's account, what became of a message, and a number that texts do not reach."""
    thread = await db.one("select id, conversation_id from message where practice_id = %s limit 1", (db.practice,))
    assert thread is not None
    header = Header(sender=f"{made.mark.lower()}@example.com", message_id=f"<{made.mark}@example.com>")
    await keep_header(db, thread["id"], thread["conversation_id"], header, now=NOW)
    account = CarrierAccount(carrier="twilio", settings={"auth_token": made.mark})
    await keep_account(db, account, now=NOW)
    row = await db.one("select id from outbox where practice_id = %s order by id limit 1", (db.practice,))
    assert row is not None
    await advance(db, Became(out=row["id"], carrier="twilio", became=Delivery.SENT), now=NOW)
    await mark_trouble(db, "+15125550166", Trouble.LANDLINE, code="30006", now=NOW)


async def _numbers_and_tries(db: Db, made: Whole, patient: PatientId) -> None:
    row = await db.one("select id from conversation where practice_id = %s order by id limit 1", (db.practice,))
    assert row is not None
    await identity.keep_code(db, row["id"], "123456", patient=patient, now=NOW)
    await identity.may_try(db, [made.phone], now=NOW)
    await may(db, Pace(name="planted", at_once=5, every=timedelta(hours=9)), made.phone, now=NOW)
    await retention.begin_run(db, now=NOW)
    await _besides(db, made, patient, ConversationId(row["id"]))
    raw = f"From: {made.mark}@example.com\r\nSubject: {made.mark}\r\n\r\n{made.mark} letter".encode()
    await keep_mail(db, id=uuid4(), message_id=f"<{made.mark}@example.com>", raw=raw, now=NOW)
    await keep_text(
        db, id=uuid4(), key=made.mark, phone=made.phone, body=f"{made.mark} text", from_patient=True, now=NOW
    )
    key, number = await db.subject(patient), f"{made.mark}-4711"
    await db.run(
        "insert into chart (practice_id, system, patient_id, chart_sealed, chart_hash) "
        "values (%s, 'opendental', %s, %s, %s)",
        (
            db.practice,
            patient,
            key.seal(number, place=place("chart", patient, "chart")),
            db.keyring.lookup("chart", number),
        ),
    )


async def _besides(db: Db, made: Whole, patient: PatientId, conversation: ConversationId) -> None:
    entry = waitlist.Waiting(
        id=uuid4(),
        conversation=conversation,
        patient=patient,
        service=made.practice.services[0].id,
        wish=Wish(windows=(Window(earliest=time(17)),)),
        instead=None,
        joined=NOW,
    )
    await waitlist.join(db, entry)
    payer = f"{made.mark} Mutual"
    await coverage.keep_coverage(
        db, coverage.Told(id=uuid4(), conversation=conversation, payer=payer, member=f"{made.mark}123", at=NOW)
    )
    await coverage.keep_confirmation(db, AppointmentId(str(uuid4())), conversation, now=NOW)
    note = f"{made.mark} asked about the bill"
    await notes.add_note(db, notes.Note(id=uuid4(), conversation=conversation, by=uuid4(), text=note, written=NOW))
    await presence.here(db, uuid4(), conversation, uuid4(), now=NOW)


async def _connected(desk: Frontdesk, made: Whole) -> None:
    """A calendar in another system, which the desk would only go to once it starts anew."""
    keys = {"customer_key": f"{made.mark} key"}
    async with desk.storage.practice(made.practice.id) as db:
        await connect(db, Connection(system="opendental", settings=keys, numbers={"n": made.mark}), now=NOW)
        await _texts(db, made)
        visit = an_appointment(id=f"{made.mark}-4712")
        await keep_visits(db, "opendental", [visit], asked=NOW, now=NOW)
        await followed.make_due(db, "opendental", now=NOW)
        await followed.keep_notice(db, "opendental", f"{made.mark}-1", [visit.id], everything=False, now=NOW)
        await write_backs.put(db, WriteBack(id=uuid4(), what=What.CONFIRM, about="visit 18"), now=NOW)


ROWS: Sequence[LiteralString] = (
    "insert into text_look (practice_id, carrier, number, due_at, begun_at, seen_to) "
    "values (%(practice)s, 'twilio', %(mark)s, %(now)s, %(now)s, %(now)s)",
    "insert into text_settled values (%(practice)s, %(mark)s, %(now)s)",
    "insert into processor values (%(practice)s, 'email', 'smtp.' || %(mark)s, 'TLSv1.3', %(now)s)",
    "insert into vendor_pace values (%(practice)s, 'opendental', %(now)s)",
    "insert into rotation (practice_id, version, begun_at, ended_at, trouble) "
    "values (%(practice)s, 2, %(now)s, %(now)s, %(mark)s)",
    "insert into reminder (practice_id, appointment_id, starts_at, before, patient_id, due_at, good_until, state, why, "
    "changed_at) values (%(practice)s, %(mark)s || '-visit', %(now)s, '1 day', gen_random_uuid(), %(now)s, %(now)s, "
    "'sent', %(mark)s, %(now)s)",
    "insert into after_visit (practice_id, appointment_id, saying, patient_id, service, starts_at, due_at, good_until, "
    "state, why, changed_at) values (%(practice)s, %(mark)s || '-visit', 'aftercare', gen_random_uuid(), %(mark)s, "
    "%(now)s, %(now)s, %(now)s, 'sent', %(mark)s, %(now)s)",
    "insert into visit_outcome (practice_id, system, number, patient_id, location, starts_at, ends_at, became) "
    "values (%(practice)s, '', %(mark)s || '-visit', gen_random_uuid(), %(mark)s, %(now)s - interval '9 days', "
    "%(now)s - interval '8 days', 'missed')",
    "insert into phone_call (practice_id, id, carrier, number, conversation_id, stage, reason, leg, began_at, "
    "changed_at) values (%(practice)s, 'CA-' || %(mark)s, 'local', %(mark)s, gen_random_uuid(), 'over', %(mark)s, "
    "%(mark)s, %(now)s, %(now)s)",
    "insert into placed_call (practice_id, id, patient_id, address_hash, stage, call, became, placed_at, changed_at) "
    "values (%(practice)s, gen_random_uuid(), gen_random_uuid(), convert_to(%(mark)s, 'UTF8'), 'over', "
    "'CA-out-' || %(mark)s, 'told', %(now)s, %(now)s)",
    "insert into outcome_run values (%(practice)s, %(now)s, null)",
    "insert into experiment_assignment values (%(practice)s, %(mark)s, gen_random_uuid(), 'usual', "
    "%(mark)s || '-visit', %(now)s)",
    "insert into experiment_end values (%(practice)s, %(mark)s, 'goes on', %(now)s)",
    "insert into noshow_model values (%(practice)s, %(now)s, jsonb_build_object('features', array[%(mark)s]))",
    "insert into opening (practice_id, id, service, practitioner, starts_at, ends_at, slot, opened_at, next_at, "
    "stands) values (%(practice)s, gen_random_uuid(), %(mark)s, %(mark)s, %(now)s, %(now)s, "
    "jsonb_build_object('service', 'botox-consultation', 'location', 'main', 'practitioner', 'dana', 'room', "
    "%(mark)s::text, 'devices', array[]::text[], 'during', jsonb_build_object('start', %(now)s::timestamptz, 'end', "
    "%(now)s::timestamptz + interval '1 hour'), 'claims', array[]::text[], 'assistants', array[]::text[]), "
    "%(now)s, %(now)s, 'over')",
    "insert into opening_offer (practice_id, opening_id, waiting_id, conversation_id, kept, reasons, asked_at, "
    "open_until, became) select practice_id, id, gen_random_uuid(), gen_random_uuid(), true, "
    "jsonb_build_object('place', 1, 'among', 1, 'urgency', 0, 'owed', 0, 'fit', 0, 'waited', 60), %(now)s, %(now)s, "
    "'refused' from opening where practice_id = %(practice)s",
    "update appointment set note = %(mark)s where practice_id = %(practice)s",
)
"""What no way in leaves here: the trace of another system, and of keys that were replaced."""


def _by_hand(owner: str, made: Whole) -> None:
    with psycopg.connect(owner) as connection:
        for row in ROWS:
            connection.execute(row, {"practice": made.practice.id, "mark": made.mark, "now": NOW})


async def _one_unlinked(desk: Frontdesk, made: Whole) -> None:
    """One event that the chainer has not come to yet."""
    task = Task(id=uuid4(), conversation=None, appointment=None, reason="late", urgent=False, opened=NOW)
    async with desk.storage.practice(made.practice.id) as db:
        await open_task(db, task)
        await notices.add_notice(db, notices.Notice(id=uuid4(), task=task.id, contact="front-desk", told=NOW))
        await pause(db, ChannelKind.VOICE, until=None, now=NOW)
        await watched.give_sign(db, watched.Sign(process=uuid4(), part=watched.Part.WEB, since=NOW), now=NOW)
        await watched.begin_trouble(db, watched.Trouble(part=watched.Part.LETTERS, began=NOW, task=task.id))
        await ask_for(db, Request(appointment=uuid4(), task=task.id, asked=NOW))


def forged(keyring_of: Db, practice: Practice, what: UUID, *, purpose: str) -> str:
    """A link that names a practice and what is in it, signed with the keys of the practice that `keyring_of` is in."""
    until = NOW + timedelta(days=7)
    return sign_link(keyring_of.keyring, practice.id, what, purpose=purpose, expires=until)
