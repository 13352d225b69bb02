"""Conversations of random acts with the policy alone: a little calendar answers it, now and then badly."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from uuid import UUID

from frontdesk.dialogue import acts, effects
from frontdesk.dialogue.acts import Act
from frontdesk.dialogue.effects import Effect, Result
from frontdesk.dialogue.policy import decide
from frontdesk.dialogue.state import State
from frontdesk.domain.appointment import Appointment, Slot, Status
from frontdesk.domain.ids import AppointmentId, PatientId
from frontdesk.domain.patient import Patient
from frontdesk.domain.practice import Practice, Weekday
from frontdesk.domain.time import Period
from frontdesk.domain.wish import Window, Wish
from frontdesk.reception.reply import Turned, carry_out

NOW = datetime(2026, 5, 27, 2, 47, tzinfo=UTC)
NOBODY = Patient(id=PatientId(UUID(int=9)), given="", family="")
NAMES = ("Maria Gonzalez", "Peter Lindgren", "Aisha Rahman", "José Núñez", "Wen Li", "Ruth O'Neil", "Anna-Lena Berg")
EMAILS = ("maria@example.com", "p.lindgren@example.com", "aisha.r@example.com")
PHONES = ("+15125550147", "+15125550163", "+15125550188")
HOLDS = timedelta(minutes=15)


@dataclass(kw_only=True, slots=True)
class Talk:
    """One conversation. `now` moves on between two messages; `calendar` is what stands by now."""

    practice: Practice
    random: Random
    state: State = field(default_factory=State)
    now: datetime = NOW
    calendar: dict[AppointmentId, Appointment] = field(default_factory=dict)
    count: int = 0

    async def turn(self, heard: list[Act]) -> Turned:
        """What the desk does about these acts, as reception would carry it out."""
        self.now += timedelta(minutes=self.random.choice((1, 1, 1, 40, 60 * 24)))
        turned = await carry_out(decide(self.state, heard, now=self.now), self)
        self.state = turned.state
        return turned

    async def run(self, effect: Effect) -> Result:  # noqa: C901  # one case for each effect
        """What comes of an effect: most times what is hoped for."""
        chance = self.random.random()
        if chance < 0.03 and not isinstance(effect, OUR_OWN):
            return effects.SystemSilent(effect=type(effect).__name__)
        match effect:
            case effects.CheckAge() if chance < 0.2:
                return effects.NotAtThatAge(service=effect.service, from_age=18, to_age=None)
            case effects.CheckAge():
                return effects.AgeFits(service=effect.service)
            case effects.FindSlots():
                free = [self.slot(effect.service) for _ in range(self.random.choice((0, 1, 2, 2, 3)))]
                slots = {slot.during.start: slot for slot in free}
                return effects.SlotsFound(slots=tuple(slots[at] for at in sorted(slots)), exact=chance < 0.7)
            case effects.HoldSlot() if chance < 0.1:
                return effects.SlotTaken(slot=effect.slot)
            case effects.HoldSlot():
                held = self._booked(effect.slot, Status.PENDING)
                return effects.SlotHeld(slot=effect.slot, held=held.id, until=self.now + HOLDS)
            case effects.ReleaseSlot():
                self.calendar.pop(effect.held, None)
                return effects.SlotReleased()
            case effects.BookVisit() | effects.MoveVisit() if chance < 0.1:
                return effects.SlotTaken(slot=effect.slot)
            case effects.BookVisit():
                self.calendar.pop(effect.held or AppointmentId(""), None)
                return effects.VisitBooked(appointment=self._booked(effect.slot, Status.BOOKED))
            case effects.MoveVisit(visit=visit) | effects.CancelVisit(visit=visit) if visit not in self.calendar:
                return effects.VisitGone()
            case effects.MoveVisit():
                self.calendar.pop(effect.visit)
                moved = self._booked(effect.slot, Status.BOOKED)
                return effects.VisitMoved(before=effect.visit, appointment=moved)
            case effects.CancelVisit():
                return effects.VisitCancelled(
                    appointment=replace(self.calendar.pop(effect.visit), status=Status.CANCELLED)
                )
            case effects.SendInvitation():
                return effects.InvitationQueued(email=effect.email)
            case effects.OpenIntake():
                return effects.IntakeOpened(link=f"https://desk.example.com/intake/{self._number()}")
            case effects.OpenTyping():
                return effects.TypingOpened(part=effect.part, link=f"https://desk.example.com/type/{self._number()}")
            case effects.TellStaff():
                return effects.StaffTold(reason=effect.reason)
            case effects.RecordConsent():
                return effects.ConsentRecorded(messages_allowed=effect.messages_allowed)
            case effects.ProveIdentity() | effects.ProveByCode() if chance < 0.4:
                return effects.NotProven()
            case effects.ProveIdentity() | effects.ProveByCode():
                return self._proven()
            case effects.SendCode():
                return effects.CodeSent()
            case effects.FindCourse():
                return effects.CourseFound(plan=self._plan(effect, chance))
            case effects.BookCourse() if chance < 0.15:
                return effects.CourseTaken(slot=effect.plan[-1])
            case effects.BookCourse():
                return effects.CourseBooked(
                    appointments=tuple(self._booked(slot, Status.BOOKED) for slot in effect.plan)
                )
            case effects.JoinWaitlist():
                return effects.ListJoined(service=effect.service, wish=effect.wish)
            case effects.LeaveList():
                return effects.ListLeft(count=self.random.choice((0, 1)))
            case effects.ConfirmVisit(visit=visit):
                return (
                    effects.VisitConfirmed(appointment=self.calendar[visit])
                    if visit in self.calendar
                    else effects.VisitGone()
                )
            case effects.FindForms():
                return effects.FormsFound(forms=tuple(self._form(visit) for visit in effect.visits if chance < 0.8))
            case effects.FindReminded():  # asked for in calls that the desk places alone
                return effects.RemindedFound(patient=NOBODY, visits=())
            case effects.KeepCoverage():
                return effects.CoverageKept(payer=effect.payer, member=effect.member)
            case effects.FindVisits():
                return effects.VisitsFound(visits=self._visits())

    def slot(self, service: str) -> Slot:
        """A time of that service, on a quarter of an hour in the weeks to come."""
        found = next(one for one in self.practice.services if one.id == service)
        place = self.practice.locations[0]
        day = date(2026, 5, 28) + timedelta(days=self.random.randrange(40))
        clock = time(self.random.randrange(9, 19), self.random.choice((0, 15, 30, 45)))
        start = datetime.combine(day, clock, place.zone).astimezone(UTC)
        return Slot(
            service=found.id,
            location=place.id,
            practitioner=self.random.choice(self.practice.qualified(found)).id,
            room=None,
            devices=(),
            during=Period(start=start, end=start + found.length),
            claims=(),
        )

    def _plan(self, wanted: effects.FindCourse, chance: float) -> tuple[Slot, ...] | None:
        if wanted.at_least is None and chance < 0.5:
            return None
        first = self.slot(wanted.service)
        later = [timedelta(weeks=(wanted.at_least or 4) * number) for number in range(wanted.visits)]
        moved = [Period(start=first.during.start + gap, end=first.during.end + gap) for gap in later]
        return tuple(replace(first, during=during) for during in moved) if chance < 0.9 else ()

    def _form(self, visit: AppointmentId) -> effects.Form:
        sent_in = self.random.random() < 0.3
        link = None if sent_in else f"https://desk.example.com/intake/{self._number()}"
        return effects.Form(visit=visit, sent_in=sent_in, link=link)

    def _booked(self, slot: Slot, status: Status) -> Appointment:
        visit = Appointment(
            id=AppointmentId(f"visit-{self._number()}"),
            service=slot.service,
            location=slot.location,
            practitioner=slot.practitioner,
            room=None,
            devices=(),
            during=slot.during,
            status=status,
        )
        self.calendar[visit.id] = visit
        return visit

    def _proven(self) -> Result:
        while self.random.random() < 0.6:
            self._booked(self.slot(self.random.choice(self.practice.services).id), Status.BOOKED)
        return effects.IdentityProven(patient=PatientId(UUID(int=1)), holds=timedelta(hours=1))

    def _visits(self) -> tuple[Appointment, ...]:
        standing = [visit for visit in self.calendar.values() if visit.status is Status.BOOKED]
        return tuple(sorted(standing, key=lambda visit: visit.during.start))

    def _number(self) -> int:
        self.count += 1
        return self.count

    def heard(self, *, likely: float = 0.75) -> list[Act]:
        """One to three acts; with that likelihood some that answer what was asked, else any."""
        answers = [*self._answers()] if self.random.random() < likely else []
        return answers or [self._any() for _ in range(self.random.choice((1, 1, 2, 3)))]

    def _answers(self) -> Iterator[Act]:
        """What somebody says who answers the question."""
        match self.state.asked:
            case None:
                service = self.random.choice(self.practice.services).id
                yield self.random.choice((acts.Book(), acts.Book(), acts.Reschedule(), acts.Cancel(), acts.AskVisit()))
                yield acts.NameService(services=(service,))
                if self.random.random() < 0.1:
                    yield acts.AskAbout(topic="price", service=service)
            case asked if asked.value in {"service", "which service", "how can i help"}:
                yield acts.Book()
                yield acts.NameService(services=(self.random.choice(self.practice.services).id,))
            case asked if asked.value == "time":
                yield acts.WishTime(wish=self._wish())
            case asked if asked.value in {"which offer", "which visit"}:
                yield acts.Choose(offers=(0,))
            case asked if "name" in asked.value:
                yield self._name()
                yield acts.GivePhone(phone=self.random.choice(PHONES))
                yield acts.GiveBirthDate(born=date(1984, 3, 9))
            case asked if asked.value == "code":
                yield acts.GiveCode(code="123456")
            case asked if asked.value == "weeks apart":
                yield acts.Sessions(visits=3, at_least=4, at_most=5)
            case asked if asked.value == "payer":
                yield acts.GivePayer(payer="Aetna")
            case asked if asked.value == "member id":
                yield acts.GiveMember(member="W12345678")
            case asked if asked.value == "email":
                yield acts.GiveEmail(email=self.random.choice(EMAILS))
            case asked if asked.value == "first visit":
                yield acts.FirstVisit(first=True)
            case asked if asked.value == "phone":
                yield acts.GivePhone(phone=self.random.choice(PHONES))
            case asked if asked.value == "birth date":
                yield acts.GiveBirthDate(born=date(1984, 3, 9))
            case _:
                yield self.random.choice((acts.Affirm(), acts.Affirm(), acts.Deny()))

    def _any(self) -> Act:  # noqa: C901  # one case for each act
        kind = self.random.choice(EVERY_ACT)
        services = self.practice.services
        match kind:
            case acts.NameService:
                some = self.random.sample(services, k=self.random.choice((1, 1, 2)))
                return acts.NameService(services=tuple(one.id for one in some))
            case acts.FirstVisit:
                return acts.FirstVisit(first=self.random.random() < 0.5, everyone=self.random.random() < 0.2)
            case acts.WishTime:
                return acts.WishTime(wish=self._wish())
            case acts.WhichTime:
                return acts.WhichTime(readings=(self._wish(), self._wish()))
            case acts.Choose:
                return acts.Choose(offers=(self.random.randrange(3),))
            case acts.GiveName:
                return self._name()
            case acts.NameCompanion:
                named = self._name()
                return acts.NameCompanion(given=named.given, family=named.family)
            case acts.GivePhone:
                return acts.GivePhone(phone=self.random.choice(PHONES))
            case acts.GiveEmail:
                return acts.GiveEmail(email=self.random.choice(EMAILS))
            case acts.GiveAddress:
                return acts.GiveAddress(street="12 Elm Street")
            case acts.GivePostcode:
                return acts.GivePostcode(postcode="78704")
            case acts.GiveMember:
                return acts.GiveMember(member="W12345678")
            case acts.Sessions:
                least = self.random.choice((None, 2, 4))
                return acts.Sessions(visits=self.random.choice((2, 3, 6)), at_least=least, at_most=least and least + 2)
            case acts.GivePayer:
                return acts.GivePayer(payer="Aetna")
            case acts.AskPayer:
                return acts.AskPayer(payer="Aetna", taken=self.random.random() < 0.5)
            case acts.AskOpen:
                return acts.AskOpen(day=date(2026, 5, 25), closed_for=self.random.choice(("", "Memorial Day")))
            case acts.AskToPay | acts.GiveCard:
                return kind(link=self.random.choice((None, "https://pay.example.com/deposit")))
            case acts.SpeakLanguage:
                return acts.SpeakLanguage(language=self.random.choice(("en", "es")))
            case acts.LeaveMessage:
                return acts.LeaveMessage(whole=self.random.random() < 0.5)
            case acts.AskAbout if self.random.random() < 0.3:
                return acts.AskAbout(
                    topic=self.random.choice(acts.ABOUT_SERVICES), service=self.random.choice(services).id
                )
            case acts.AskAbout:
                return acts.AskAbout(topic=self.random.choice(("", *(one.topic for one in self.practice.knowledge))))
            case acts.Emergency:
                return acts.Emergency(danger=self.random.choice([*acts.Danger]))
            case acts.GiveBirthDate:
                return acts.GiveBirthDate(born=date(1984, 3, 9))
            case acts.GiveCode:
                return acts.GiveCode(code="123456")
            case acts.ForOther:
                return acts.ForOther(who=self.random.choice([*acts.Relation]))
            case acts.AskWho:
                who = self.random.choice(self.practice.practitioners).id
                return acts.AskWho(practitioner=who, days=self.random.random() < 0.5)
            case acts.Shift:
                return acts.Shift(by=timedelta(minutes=self.random.choice((-1440, -60, -30, 30, 60, 10080))))
            case acts.TellMinor:
                return acts.TellMinor(years=self.random.choice((12, 16)))
            case acts.Several:
                return acts.Several(people=self.random.choice((2, 3)))
            case _:
                return kind()

    def _name(self) -> acts.GiveName:
        given, _, family = self.random.choice(NAMES).partition(" ")
        return acts.GiveName(given=given, family=family if self.random.random() < 0.8 else "")

    def _wish(self) -> Wish:
        day = date(2026, 5, 28) + timedelta(days=self.random.randrange(40))
        hour = self.random.randrange(9, 18)
        window = self.random.choice(
            (
                Window(first=day, last=day),
                Window(first=day, last=day, at=time(hour, 30)),
                Window(first=day, last=day + timedelta(days=3), earliest=time(hour)),
                Window(weekdays=frozenset({self.random.choice([*Weekday])}), latest=time(hour)),
                Window(earliest=time(hour), done_by=time(hour + 2)),
            )
        )
        return Wish(windows=(window,))


OUR_OWN = (
    *(effects.TellStaff, effects.RecordConsent),
    *(effects.JoinWaitlist, effects.LeaveList, effects.KeepCoverage),
)
"""Effects that no system outside is asked for."""
EVERY_ACT: tuple[type, ...] = acts.Act.__args__  # type: ignore[attr-defined]  # the union's own list of its members
